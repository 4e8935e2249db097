namespace IOC.Detection;

/// <summary>What rules need that look back over a time; a series without such rules has none of it.</summary>
internal sealed class PastStates
{
    public PastStates(SeriesRules rules, long periodMs)
    {
        Averages = [.. rules.Averages.Select(r => new AverageState(r.Rule.Average!, periodMs))];
        Rates = [.. rules.Rates.Select(r => new RateState(r.WindowMs))];
        Missing = [.. rules.Missing.Select(r => new MissingState(r.WindowMs, periodMs))];
        Schedules = rules.Schedules.Length == 0 ? [] : new ScheduleState[rules.Schedules.Length];
        for (var i = 0; i < Schedules.Length; i++)
        {
            Schedules[i] = ScheduleState.Nothing;
        }
    }

    public AverageState[] Averages { get; }

    public RateState[] Rates { get; }

    public MissingState[] Missing { get; }

    public ScheduleState[] Schedules { get; }

    /// <summary>When something in it is due by the ticks; the highest number for never.</summary>
    public long DueAtMs(long periodMs)
    {
        var due = long.MaxValue;
        foreach (var average in Averages)
        {
            due = Math.Min(due, average.DueAtMs);
        }

        foreach (var missing in Missing)
        {
            due = Math.Min(due, missing.DueAtMs);
        }

        for (var i = 0; i < Schedules.Length; i++)
        {
            due = Math.Min(due, Schedules[i].DueAtMs(periodMs));
        }

        return due;
    }
}
