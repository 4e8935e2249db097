using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Durations, instants and times of day as rules write them.</summary>
internal static partial class RuleTimes
{
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>An ISO 8601 duration of days, hours, minutes and seconds; null when it is none. Years and months have no fixed length.</summary>
    public static TimeSpan? Duration(string text)
    {
        if (!DurationForm().IsMatch(text))
        {
            return null;
        }

        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    public static string Text(TimeSpan duration) => XmlConvert.ToString(duration);

    /// <summary>A day ("2026-01-01": its first instant in the zone) or an instant with its offset; null when it is neither.</summary>
    public static DateTimeOffset? Instant(string text, TimeZoneInfo zone)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return StartOf(day, zone);
        }

        return InstantForm().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at.ToUniversalTime() : null;
    }

    /// <summary>A day where the instant is the first of one in the zone, else the instant in UTC.</summary>
    public static string Text(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        return StartOf(day, zone) == at
            ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);
    }

    /// <summary>"18:30", "24:00", "sunrise", "sunset-PT30M"; null when it is none of them.</summary>
    public static ScheduleTime? TimeOfDay(string text)
    {
        if (ClockForm().Match(text) is { Success: true } clock)
        {
            var time = new TimeSpan(Whole(clock.Groups[1]), Whole(clock.Groups[2]), clock.Groups[3].Success ? Whole(clock.Groups[3]) : 0);
            return time <= TimeSpan.FromHours(24) ? new ScheduleTime(ScheduleOrigin.Midnight, time) : null;
        }

        if (SunForm().Match(text) is not { Success: true } sun)
        {
            return null;
        }

        var origin = sun.Groups[1].Value == "sunrise" ? ScheduleOrigin.Sunrise : ScheduleOrigin.Sunset;
        if (!sun.Groups[2].Success)
        {
            return new ScheduleTime(origin, TimeSpan.Zero);
        }

        return Duration(sun.Groups[3].Value) is { } offset && offset <= TimeSpan.FromHours(12)
            ? new ScheduleTime(origin, sun.Groups[2].Value == "-" ? -offset : offset)
            : null;
    }

    public static string Text(ScheduleTime time)
    {
        if (time.Origin == ScheduleOrigin.Midnight)
        {
            var (hours, rest) = ((int)time.Offset.TotalHours, time.Offset);
            return string.Create(CultureInfo.InvariantCulture, $"{hours:00}:{rest.Minutes:00}{(rest.Seconds == 0 ? "" : $":{rest.Seconds:00}")}");
        }

        var origin = time.Origin == ScheduleOrigin.Sunrise ? "sunrise" : "sunset";
        return time.Offset == TimeSpan.Zero ? origin : $"{origin}{(time.Offset < TimeSpan.Zero ? "-" : "+")}{Text(time.Offset.Duration())}";
    }

    /// <summary>"mon" to "sun"; null when it is none of them.</summary>
    public static DayOfWeek? Day(string text) => Array.IndexOf(DayNames, text) is >= 0 and var day ? (DayOfWeek)day : null;

    public static string Text(DayOfWeek day) => DayNames[(int)day];

    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    private static int Whole(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^P(?=\d|T\d)(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,7}M)?(\d{1,9}(\.\d{1,3})?S)?)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DurationForm();

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InstantForm();

#pragma warning disable MA0023 // Groups are taken by their number.
    [GeneratedRegex(@"^(\d{2}):([0-5]\d)(?::([0-5]\d))?$", RegexOptions.None, 1000)]
    private static partial Regex ClockForm();

    [GeneratedRegex(@"^(sunrise|sunset)(?:([+-])(P.+))?$", RegexOptions.None, 1000)]
    private static partial Regex SunForm();
#pragma warning restore MA0023
}
