using System.Globalization;

namespace IOC.Host.Cli;

/// <summary>Times as files write them: Unix seconds or milliseconds, ISO 8601 with an offset, or the wall clock of a zone.</summary>
internal sealed class ImportTimes(TimeZoneInfo zone)
{
    private static readonly string[] s_local =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd", "dd/MM/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm",
    ];

    private static readonly string[] s_exact = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK"];

    // Above this many seconds lies the year 5138: such numbers are milliseconds.
    private const long MostSeconds = 100_000_000_000;

    /// <summary>Reads a time; null when the text is none, or one that no clock of the zone showed (it was put forward). Of a time that came twice
    /// the first is meant.</summary>
    public long? Read(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return Math.Abs(number) < MostSeconds ? number * 1000 : number;
        }

        if (DateTime.TryParseExact(text, s_local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall))
        {
            if (zone.IsInvalidTime(wall))
            {
                return null;
            }

            var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
            return new DateTimeOffset(wall, offset).ToUnixTimeMilliseconds();
        }

        return DateTimeOffset.TryParseExact(text, s_exact, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) ? exact.ToUnixTimeMilliseconds() : null;
    }
}
