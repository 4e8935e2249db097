using System.Globalization;

namespace IOC.Host.Cli;

/// <summary>Times as files write them: Unix seconds or milliseconds, ISO 8601 with an offset, or the wall clock of a zone.</summary>
/// <param name="zone">Zone of times without an offset.</param>
/// <param name="format">How times are written: "unix", "unixms", a pattern of .NET, or null to find out.</param>
/// <param name="time">The clock: nothing was measured in days to come.</param>
internal sealed class ImportTimes(TimeZoneInfo zone, string? format, TimeProvider time)
{
    private static readonly string[] s_local =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd", "dd/MM/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm",
    ];

    private static readonly string[] s_exact = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK"];

    // Above this many seconds lies the year 5138: such numbers are milliseconds.
    private const long MostSeconds = 100_000_000_000;

    private static readonly long s_leastMs = new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private readonly long _mostMs = time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds();

    /// <summary>Whether a time that was not read is a plain number: 20240105 is more likely a day than 1970.</summary>
    public bool IsDoubtful(string text) => format is null && TryNumber(text, out _);

    /// <summary>Reads a time; null when the text is none, or one that no clock of the zone showed (it was put forward). Of a time that came twice
    /// the first is meant.</summary>
    public long? Read(string text)
    {
        switch (format)
        {
            case "unix" or "unixms":
                return TryNumber(text, out var told) && Math.Abs(told) < MostSeconds * 1000 ? (format == "unix" ? told * 1000 : told) : null;
            case not null:
                return DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var formed)
                    ? formed.Kind == DateTimeKind.Utc ? new DateTimeOffset(formed).ToUnixTimeMilliseconds() : OfZone(formed)
                    : null;
        }

        if (TryNumber(text, out var number))
        {
            var at = Math.Abs(number) < MostSeconds ? number * 1000 : number;
            return at >= s_leastMs && at <= _mostMs ? at : null;
        }

        if (DateTime.TryParseExact(text, s_local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall))
        {
            return OfZone(wall);
        }

        return DateTimeOffset.TryParseExact(text, s_exact, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) ? exact.ToUnixTimeMilliseconds() : null;
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private long? OfZone(DateTime wall)
    {
        if (zone.IsInvalidTime(wall))
        {
            return null;
        }

        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUnixTimeMilliseconds();
    }
}
