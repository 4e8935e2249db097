using IOC.Alerts;

namespace IOC.Host.Alerts;

/// <summary>Whom figures are reckoned for: the operators who were on shift, by the duties; where nobody was recorded, as many as the setting says.</summary>
internal sealed class FigureDesk(IShiftLog log, AlertOptions options, TimeProvider time)
{
    /// <summary>A counter for a period.</summary>
    /// <param name="fromMs">Beginning, Unix milliseconds.</param>
    /// <param name="toMs">End, not contained.</param>
    /// <param name="operators">A fixed number of operators; null = those on shift.</param>
    public FigureCounter NewCounter(long fromMs, long toMs, int? operators)
    {
        if (operators is { } fixedNumber)
        {
            return new FigureCounter(fromMs, toMs, fixedNumber);
        }

        var usual = Math.Max(1, options.Flood.Operators);
        var staffing = new Staffing(log.Duties(fromMs - FigureCounter.IntervalMs, toMs + FigureCounter.IntervalMs), time.GetUtcNow().ToUnixTimeMilliseconds());
        return new FigureCounter(fromMs, toMs, (begins, ends) => staffing.Mean(begins, ends) is > 0 and var present ? present : usual);
    }

    /// <summary>Share of a period in which somebody was recorded on shift, 0 to 1.</summary>
    public double Staffed(long fromMs, long toMs)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long covered = 0, reached = fromMs;
        foreach (var duty in log.Duties(fromMs, toMs))
        {
            var (begins, ends) = (Math.Max(reached, duty.FromMs), Math.Min(toMs, duty.UntilMs ?? now));
            if (ends > begins)
            {
                covered += ends - begins;
                reached = ends;
            }
        }

        return (double)covered / Math.Max(1, toMs - fromMs);
    }
}
