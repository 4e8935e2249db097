using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What is the matter with a group's target at a moment.</summary>
/// <param name="Members">Sensors with an alert that the group explains.</param>
/// <param name="Eligible">Sensors that could have one: all under the target but those that were down long before.</param>
/// <param name="SinceMs">Event time of the first of them.</param>
/// <param name="Worst">Highest priority among their alerts.</param>
internal readonly record struct GroupFacts(int Members, int Eligible, long SinceMs, Severity Worst);

/// <summary>Judges targets of group rules by the alerts under them. Pure: a function of the active alerts.</summary>
internal static class GroupJudge
{
    /// <summary>When the condition of an alert began that holds now; a re-alarm counts from anew.</summary>
    public static long BeganAt(Alert alert) => alert.LastTurnAtMs;

    /// <summary>When the first of a group's alerts began that made it, this time.</summary>
    public static long SinceOf(Alert group) => group.RecentRaises.IsEmpty ? group.LastTurnAtMs : group.RecentRaises.Times.Last();

    /// <summary>First event time from which alerts belong to a group that began at a time: the order in which alerts come is that of
    /// receipt, so some of an outage's come after one that began later.</summary>
    public static long FromOf(GroupTarget target, long sinceMs) => sinceMs - WithinMs(target);

    /// <summary>Whether what is under a target makes a group: within the rule's time so many began that they are the minimum and the share of
    /// those that could, and half that share still without those of any single target below it. The latest such stretch is taken.</summary>
    public static GroupFacts? Raised(GroupTarget target, ActiveAlerts active)
    {
        var begun = Begun(target, active);
        if (begun.Count < Minimum(target))
        {
            return null;
        }

        (int First, int Last)? found = null;
        var first = 0;
        for (var last = 0; last < begun.Count; last++)
        {
            while (begun[last].AtMs - begun[first].AtMs > WithinMs(target))
            {
                first++;
            }

            var (members, eligible) = (last - first + 1, target.Sensors.Count - first);
            if (members >= Minimum(target) && members >= target.Group.Share * eligible && IsValid(target.Rule, begun[first].AtMs))
            {
                found = (first, last);
            }
        }

        return found is var (from, to) && !IsOfOneBelow(target, begun[..from], begun[from..(to + 1)], target.Group.Share / 2)
            ? new GroupFacts(to - from + 1, target.Sensors.Count - from, begun[from].AtMs, begun[from..(to + 1)].Min(b => b.Worst))
            : null;
    }

    /// <summary>What is under a target whose group began at a time.</summary>
    public static GroupFacts Facts(GroupTarget target, ActiveAlerts active, long sinceMs)
    {
        var (earlier, members) = Split(target, active, sinceMs);
        return new GroupFacts(
            members.Count, target.Sensors.Count - earlier.Count, sinceMs, members.Select(b => b.Worst).DefaultIfEmpty(Severity.P4).Min());
    }

    /// <summary>Whether a group is one no more: so few are left that they are under half the minimum or half the share, or one target below it
    /// accounts for those left. Half, so that a few that come and go do not make it come and go too.</summary>
    public static bool IsOver(GroupTarget target, ActiveAlerts active, long sinceMs)
    {
        var (earlier, members) = Split(target, active, sinceMs);
        return 2 * members.Count < Minimum(target) || 2 * members.Count < target.Group.Share * (target.Sensors.Count - earlier.Count)
            || IsOfOneBelow(target, earlier, members, target.Group.Share / 4);
    }

    // Without the sensors of one below it, the rest would be too few: that one is to blame, and not what it hangs on.
    private static bool IsOfOneBelow(GroupTarget target, List<Start> earlier, List<Start> members, double share)
    {
        if (target.Below.Count == 0)
        {
            return false;
        }

        var (down, own) = (earlier.ConvertAll(e => e.Sensor).ToHashSet(), members.ConvertAll(m => m.Sensor).ToHashSet());
        return target.Below.Exists(below =>
        {
            var rest = own.Count - below.Sensors.Count(own.Contains);
            var eligible = target.Sensors.Count - down.Count - below.Sensors.Count(s => !down.Contains(s));
            return rest == 0 || rest < share * eligible;
        });
    }

    private static (List<Start> Earlier, List<Start> Members) Split(GroupTarget target, ActiveAlerts active, long sinceMs)
    {
        var begun = Begun(target, active);
        var earlier = begun.Count(b => b.AtMs < FromOf(target, sinceMs));
        return (begun[..earlier], begun[earlier..]);
    }

    private static List<Start> Begun(GroupTarget target, ActiveAlerts active)
    {
        List<Start> begun = [];
        foreach (var sensor in target.Sensors)
        {
            var (at, worst) = (long.MinValue, Severity.P4);
            foreach (var alert in active.Of(sensor))
            {
                if (target.Counted.Contains(alert.RuleId) && ActiveAlerts.Holds(alert))
                {
                    at = Math.Max(at, BeganAt(alert));
                    worst = alert.Severity < worst ? alert.Severity : worst;
                }
            }

            if (at != long.MinValue)
            {
                begun.Add(new Start(at, worst, sensor));
            }
        }

        begun.Sort((a, b) => a.AtMs.CompareTo(b.AtMs));
        return begun;
    }

    private static int Minimum(GroupTarget target) => Math.Max(2, target.Group.Minimum);

    private static long WithinMs(GroupTarget target) => (long)target.Group.Within.TotalMilliseconds;

    private static bool IsValid(DetectionRule rule, long atMs) =>
        (rule.ValidFrom is not { } from || atMs >= from.ToUnixTimeMilliseconds()) && (rule.ValidTo is not { } to || atMs < to.ToUnixTimeMilliseconds());

    private readonly record struct Start(long AtMs, Severity Worst, SensorAddress Sensor);
}
