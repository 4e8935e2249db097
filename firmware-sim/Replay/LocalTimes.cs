using System.Globalization;
using IOC.FirmwareSim.Cli;

namespace IOC.FirmwareSim.Replay;

/// <summary>
/// Turns a file's local times into UTC, row after row. Where clocks are put forward, a time that no clock showed is taken
/// as if they had not been (02:30 becomes 03:30). Where they are put back, an hour comes twice: the first pass is summer
/// time, and a time that does not go on from the row before begins the second.
/// </summary>
internal sealed class LocalTimes(TimeZoneInfo zone)
{
    private static readonly string[] Forms =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd", "yyyy/MM/dd HH:mm:ss", "yyyy/MM/dd HH:mm",
    ];

    private static readonly string[] FormsWithOffset =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK"];

    private DateTime _lastInOverlap;
    private bool _secondPass;

    /// <summary>Times that no clock showed.</summary>
    public long InGap { get; private set; }

    /// <summary>Times that came twice by the clock, whichever pass they were taken for.</summary>
    public long InOverlap { get; private set; }

    /// <summary>Finds a zone by its IANA name.</summary>
    /// <exception cref="UserErrorException">There is none of that name.</exception>
    public static TimeZoneInfo Zone(string name)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new UserErrorException(
                $"There is no time zone '{name}'; use a name such as Asia/Ho_Chi_Minh.", $"Không có múi giờ '{name}'; hãy dùng tên như Asia/Ho_Chi_Minh.");
        }
    }

    /// <summary>Reads a time. One that has an offset of its own (Z, +07:00) is taken at its word.</summary>
    /// <returns>Unix ms; null when the text is no time.</returns>
    public long? TryRead(string text)
    {
        if (DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var local))
        {
            return ToUnixMs(local);
        }

        return HasOffset(text) && DateTimeOffset.TryParseExact(text, FormsWithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var exact)
            ? exact.ToUnixTimeMilliseconds()
            : null;
    }

    /// <summary>Turns a local time into Unix ms.</summary>
    public long ToUnixMs(DateTime local)
    {
        if (zone.IsInvalidTime(local))
        {
            InGap++;
            return Unix(local, zone.GetUtcOffset(local.AddHours(-3)));
        }

        if (!zone.IsAmbiguousTime(local))
        {
            _secondPass = false;
            _lastInOverlap = default;
            return Unix(local, zone.GetUtcOffset(local));
        }

        InOverlap++;
        _secondPass |= _lastInOverlap != default && local <= _lastInOverlap;
        _lastInOverlap = local;
        var offsets = zone.GetAmbiguousTimeOffsets(local);
        return Unix(local, _secondPass ? offsets.Min() : offsets.Max());
    }

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.AsSpan(Math.Min(text.Length, 10)).ContainsAny('+', '-');

    private static long Unix(DateTime local, TimeSpan offset) => new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset).ToUnixTimeMilliseconds();
}
