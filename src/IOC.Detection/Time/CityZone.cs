namespace IOC.Detection;

/// <summary>The city's time zone in Unix milliseconds. "Local" milliseconds count from 1970-01-01 00:00 by the city's clock.</summary>
internal sealed class CityZone(TimeZoneInfo zone)
{
    public const long DayMs = 86_400_000;

    /// <summary>A Monday, so that windows of a week begin on Mondays: 1970-01-05, local milliseconds.</summary>
    private const long FirstMonday = 4 * DayMs;

    private static readonly long Earliest = DateTimeOffset.MinValue.AddDays(3).ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.AddDays(-3).ToUnixTimeMilliseconds();

    /// <summary>What the city's clock shows at an instant.</summary>
    public long ToLocal(long utcMs)
    {
        var at = Math.Clamp(utcMs, Earliest, Latest);
        return at + (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(at)).TotalMilliseconds;
    }

    /// <summary>The first instant at which the city's clock shows this or, where it is put forward over it, the instant at which that is done.</summary>
    public long ToUtc(long localMs)
    {
        var local = DateTime.UnixEpoch.AddMilliseconds(Math.Clamp(localMs, Earliest, Latest));
        var clock = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(clock))
        {
            // The clock jumps over it: the last offset before the jump names the same instant by the old clock, later than the jump.
            var before = zone.GetUtcOffset(clock.AddHours(-3));
            var after = zone.GetUtcOffset(clock.AddHours(3));
            var jump = Math.Abs((after - before).TotalMilliseconds);
            var at = new DateTimeOffset(clock, before).ToUnixTimeMilliseconds();
            return FirstAfter(at - (long)jump, at, after);
        }

        var offset = zone.IsAmbiguousTime(clock) ? zone.GetAmbiguousTimeOffsets(clock).Max() : zone.GetUtcOffset(clock);
        return new DateTimeOffset(clock, offset).ToUnixTimeMilliseconds();
    }

    /// <summary>The window of this length that an instant lies in, at whole multiples of the length by the city's clock. Where clocks
    /// change it is longer or shorter by that.</summary>
    public (long FromMs, long ToMs) WindowOf(long utcMs, long lengthMs)
    {
        var number = FloorDivide(ToLocal(utcMs) - FirstMonday, lengthMs);
        var from = FirstMonday + (number * lengthMs);
        return (ToUtc(from), ToUtc(from + lengthMs));
    }

    /// <summary>Whole division that rounds towards minus infinity.</summary>
    public static long FloorDivide(long value, long divisor) => (value / divisor) - (value % divisor < 0 ? 1 : 0);

    /// <summary>The instant between two from which on the offset is that after the jump.</summary>
    private long FirstAfter(long low, long high, TimeSpan after)
    {
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(middle)) == after)
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }

        return high;
    }
}
