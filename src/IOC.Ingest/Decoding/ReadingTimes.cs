using System.Globalization;

namespace IOC.Ingest.Decoding;

/// <summary>What holds for times of measurement in every format.</summary>
internal static class ReadingTimes
{
    /// <summary>Checks a time; notes a problem and returns false when it is out of bounds.</summary>
    public static bool Check(long measuredAtMs, in DecodeContext context, ReadingBuffer problems, string where)
    {
        if (measuredAtMs >= DecodeContext.EarliestMs && measuredAtMs <= context.LatestMs)
        {
            return true;
        }

        if (measuredAtMs < DecodeContext.EarliestMs)
        {
            problems.AddProblem(RefusalReason.TimeInvalid, where, measuredAtMs.ToString(CultureInfo.InvariantCulture) + " ms");
        }
        else
        {
            problems.AddProblem(RefusalReason.ClockAhead, where, $"+{((measuredAtMs - context.ReceivedAtMs) / 1000).ToString(CultureInfo.InvariantCulture)} s");
        }

        return false;
    }

    /// <summary>Seconds as SenML and others give them, to the nearest millisecond; false when they are no time at all.</summary>
    public static bool TryMilliseconds(double seconds, out long milliseconds)
    {
        milliseconds = 0;
        if (!(Math.Abs(seconds) < 1e12))
        {
            return false;
        }

        milliseconds = (long)Math.Round(seconds * 1000);
        return true;
    }
}
