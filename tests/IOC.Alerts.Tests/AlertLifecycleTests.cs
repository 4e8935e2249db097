namespace IOC.Alerts.Tests;

public class AlertLifecycleTests
{
    private const AlertState U = AlertState.Unacknowledged;
    private const AlertState A = AlertState.Acknowledged;
    private const AlertState R = AlertState.Returned;
    private const AlertState C = AlertState.Closed;
    private const AlertState LU = AlertState.LatchedUnacknowledged;
    private const AlertState LA = AlertState.LatchedAcknowledged;

    /// <summary>Every state by every event. State after, act recorded.</summary>
    public static TheoryData<AlertState?, AlertEvent, AlertState?, AlertActKind?> Table => new()
    {
        { null, AlertEvent.Raised, U, AlertActKind.Raised },
        { null, AlertEvent.Cleared, null, null },
        { null, AlertEvent.ClearedLatched, null, null },
        { null, AlertEvent.Acknowledged, null, null },
        { null, AlertEvent.Reset, null, null },
        { null, AlertEvent.Withdrawn, null, null },
        { null, AlertEvent.Settled, null, null },
        { U, AlertEvent.Raised, U, null },
        { U, AlertEvent.Cleared, R, AlertActKind.Cleared },
        { U, AlertEvent.ClearedLatched, LU, AlertActKind.Cleared },
        { U, AlertEvent.Acknowledged, A, AlertActKind.Acknowledged },
        { U, AlertEvent.Reset, U, null },
        { U, AlertEvent.Withdrawn, R, AlertActKind.Withdrawn },
        { U, AlertEvent.Settled, U, null },
        { A, AlertEvent.Raised, A, null },
        { A, AlertEvent.Cleared, C, AlertActKind.Cleared },
        { A, AlertEvent.ClearedLatched, LA, AlertActKind.Cleared },
        { A, AlertEvent.Acknowledged, A, null },
        { A, AlertEvent.Reset, A, null },
        { A, AlertEvent.Withdrawn, C, AlertActKind.Withdrawn },
        { A, AlertEvent.Settled, A, null },
        { R, AlertEvent.Raised, U, AlertActKind.ReRaised },
        { R, AlertEvent.Cleared, R, null },
        { R, AlertEvent.ClearedLatched, R, null },
        { R, AlertEvent.Acknowledged, C, AlertActKind.Acknowledged },
        { R, AlertEvent.Reset, R, null },
        { R, AlertEvent.Withdrawn, R, null },
        { R, AlertEvent.Settled, C, AlertActKind.Settled },
        { C, AlertEvent.Raised, C, null },
        { C, AlertEvent.Cleared, C, null },
        { C, AlertEvent.ClearedLatched, C, null },
        { C, AlertEvent.Acknowledged, C, null },
        { C, AlertEvent.Reset, C, null },
        { C, AlertEvent.Withdrawn, C, null },
        { C, AlertEvent.Settled, C, null },
        { LU, AlertEvent.Raised, U, AlertActKind.ReRaised },
        { LU, AlertEvent.Cleared, LU, null },
        { LU, AlertEvent.ClearedLatched, LU, null },
        { LU, AlertEvent.Acknowledged, LA, AlertActKind.Acknowledged },
        { LU, AlertEvent.Reset, R, AlertActKind.Reset },
        { LU, AlertEvent.Withdrawn, LU, null },
        { LU, AlertEvent.Settled, LU, null },
        { LA, AlertEvent.Raised, U, AlertActKind.ReRaised },
        { LA, AlertEvent.Cleared, LA, null },
        { LA, AlertEvent.ClearedLatched, LA, null },
        { LA, AlertEvent.Acknowledged, LA, null },
        { LA, AlertEvent.Reset, C, AlertActKind.Reset },
        { LA, AlertEvent.Withdrawn, LA, null },
        { LA, AlertEvent.Settled, LA, null },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_event_in_each_state(AlertState? state, AlertEvent happened, AlertState? after, AlertActKind? act) =>
        Assert.Equal(new AlertTransition(after, act), AlertLifecycle.Next(state, happened));

    [Fact]
    public void The_table_is_complete()
    {
        var states = Enum.GetValues<AlertState>().Length + 1;
        var pairs = Table.Select(row => (row[0], row[1])).ToList();
        Assert.Equal(states * Enum.GetValues<AlertEvent>().Length, pairs.Count);
        Assert.Equal(pairs.Count, pairs.Distinct().Count());
    }
}
