using IOC.Telemetry;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>What must hold after whatever has happened, worked out anew from what is stored.</summary>
public static class LifeInvariants
{
    public static void Check(LifeWorld world, bool expectApplied = true)
    {
        var stored = world.Store.Query(new AlertQuery { Limit = AlertQuery.MaxLimit }).Items;
        var open = world.Book.Open();
        Assert.Equal(stored.Where(a => a.IsOpen).OrderBy(a => a.Id, StringComparer.Ordinal), open.OrderBy(a => a.Id, StringComparer.Ordinal));
        Assert.Equal(open.Count, open.Select(a => (a.Subject, a.RuleId)).Distinct().Count());
        foreach (var (district, counts) in world.Book.OpenCounts())
        {
            var shown = open.Where(a => a.IsShown && a.Subject.District == district).ToList();
            Assert.Equal(
                new AlertCounts(Count(shown, Severity.P1), Count(shown, Severity.P2), Count(shown, Severity.P3), Count(shown, Severity.P4)), counts);
        }

        foreach (var alert in stored)
        {
            CheckAlert(alert);
            CheckActs(alert, world.Store.ActsOf(alert.Id));
        }

        CheckHolds(world, open, expectApplied);
    }

    private static int Count(List<Alert> alerts, Severity severity) => alerts.Count(a => a.Severity == severity);

    private static void CheckAlert(Alert alert)
    {
        Assert.Equal(alert.IsOpen, alert.ClosedAtMs is null);
        Assert.True(alert.IsOpen || alert.Hold is null, "A closed alert is held back.");
        Assert.True(alert.IsActive || !alert.Chattering, "An alert that is not active chatters.");
        Assert.True(alert.Active.IsEmpty == !alert.IsActive || (alert.Chattering && alert.IsActive), $"{alert.State} with active '{alert.Active.Text}'.");
        Assert.Equal(alert.Chattering && alert.Active.IsEmpty, alert.GoneAtMs is not null);
        Assert.Equal(alert.IsActive, alert.ClearedAtMs is null);
        Assert.True(alert.State is not (AlertState.LatchedAcknowledged or AlertState.LatchedUnacknowledged) || alert.Latched);
        Assert.True(alert.State is not (AlertState.Acknowledged or AlertState.LatchedAcknowledged) || alert.AcknowledgedBy is not null);
        Assert.InRange(alert.EscalationLevel, 0, LifeWorld.Options.Escalation.Levels);
    }

    private static void CheckActs(Alert alert, IReadOnlyList<AlertAct> acts)
    {
        Assert.Equal(Enumerable.Range(1, alert.ActCount), acts.Select(a => a.Sequence));
        Assert.Equal((alert.State, alert.Hold?.Kind ?? HoldKind.None), (acts[^1].StateAfter, acts[^1].HoldAfter));
        AlertState? before = null;
        foreach (var act in acts)
        {
            var reachable = Enum.GetValues<AlertEvent>().Select(e => AlertLifecycle.Next(before, e)).Where(t => t.Act == act.Kind).ToList();
            Assert.True(
                reachable.Count > 0 ? reachable.Exists(t => t.State == act.StateAfter) : before == act.StateAfter && act.Kind is not AlertActKind.Raised,
                $"{act.Kind} led from {before} to {act.StateAfter}.");
            Assert.True(before != AlertState.Closed || act.Kind == AlertActKind.Noted, $"{act.Kind} after closing.");
            before = act.StateAfter;
        }
    }

    private static void CheckHolds(LifeWorld world, IReadOnlyList<Alert> open, bool expectApplied)
    {
        var holds = world.Book.Holds();
        Assert.Equal(
            holds.OrderBy(h => h.Id, StringComparer.Ordinal),
            new[] { HoldKind.Suppressed, HoldKind.Shelved, HoldKind.OutOfService }.SelectMany(k => world.Store.Holds(k, ended: false, AlertQuery.MaxLimit)).OrderBy(h => h.Id, StringComparer.Ordinal));
        Assert.All(holds.Where(h => h.Kind == HoldKind.Shelved), h => Assert.True(h is { UntilMs: not null, RuleId: not null } && h.Reason.Length > 0));
        Assert.All(holds.Where(h => h.Kind == HoldKind.Suppressed), h => Assert.Contains(open, a => a.Id == h.By));
        Assert.Equal(
            holds.Count(h => h.Kind == HoldKind.Shelved), holds.Where(h => h.Kind == HoldKind.Shelved).Select(h => (h.Subject, h.RuleId)).Distinct().Count());
        Assert.All(holds.Where(h => h.Kind == HoldKind.Shelved).GroupBy(h => h.By), g => Assert.True(g.Count() <= LifeWorld.Options.MaxShelvedPerOperator));
        if (expectApplied)
        {
            Assert.All(holds, h => Assert.False(h.UntilMs <= world.LastTickMs, "A hold outlived its end."));
            Assert.All(holds, h => Assert.True(h.StartedAtMs is not null || h.FromMs > world.LastTickMs, "A hold did not begin."));
        }

        foreach (var alert in open)
        {
            var over = holds.Where(h => h.IsInForce && Covers(h, alert)).ToList();
            Assert.Equal(over.Count == 0 ? HoldKind.None : over.Max(h => h.Kind), alert.Hold?.Kind ?? HoldKind.None);
            Assert.True(alert.Hold is null || over.Exists(h => h.Id == alert.Hold.Id && h.UntilMs == alert.Hold.UntilMs), "An alert names a hold that does not hold it.");
            Assert.False(ExplainsItself(alert, open, holds), "Alerts explain each other in a circle.");
        }
    }

    private static bool Covers(Hold hold, Alert alert) => hold.Kind != HoldKind.OutOfService
        ? hold.Subject == alert.Subject && hold.RuleId == alert.RuleId
        : hold.Subject.Kind switch
        {
            SubjectKind.Sensor => hold.Subject == alert.Subject,
            SubjectKind.District => hold.Subject.District == alert.Subject.District && (hold.Subject.Domain is null || hold.Subject.Domain == alert.Subject.Domain),

            // f1 hangs on gw; l1 and l2 on f1, l3 on f2.
            _ => alert.Subject.Id == hold.Subject.Id || alert.Subject.Id is "l1" or "l2" || (hold.Subject.Id == "gw" && alert.Subject.Id == "f1"),
        };

    private static bool ExplainsItself(Alert alert, IReadOnlyList<Alert> open, IReadOnlyList<Hold> holds)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new Queue<Alert>([alert]);
        while (left.TryDequeue(out var next))
        {
            foreach (var hold in holds.Where(h => h.Kind == HoldKind.Suppressed && h.Subject == next.Subject && h.RuleId == next.RuleId && seen.Add(h.By)))
            {
                if (hold.By == alert.Id)
                {
                    return true;
                }

                left.Enqueue(open.Single(a => a.Id == hold.By));
            }
        }

        return false;
    }
}
