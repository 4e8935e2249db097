using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>Latching, chattering, escalation, late data: in simulated time.</summary>
public class TimeTests
{
    private const string Latched = LifeWorld.LatchedRule;
    private readonly LifeFixture _f = new();

    [Fact]
    public void A_latched_alert_stays_until_an_operator_resets_it()
    {
        var alert = _f.Raise(0, rule: Latched);
        Assert.Equal(ActOutcome.ConditionHolds, _f.Act(alert, new OperatorAct.Reset("vh01"), 1).Outcome);
        Assert.Equal(AlertState.LatchedUnacknowledged, _f.Clear(2, rule: Latched).State);
        Assert.Equal(AlertState.LatchedAcknowledged, _f.Act(alert, new OperatorAct.Acknowledge("vh01"), 3).Alert!.State);
        Assert.Equal((AlertState.Closed, LifeFixture.At(2)), Of(_f.Act(alert, new OperatorAct.Reset("vh02", "đã kiểm tra"), 4).Alert!));
        Assert.Equal(("vh02", "đã kiểm tra", AlertActKind.Reset), (_f.Store.ActsOf(alert.Id)[^1].Operator, _f.Store.ActsOf(alert.Id)[^1].Note, _f.Store.ActsOf(alert.Id)[^1].Kind));
        Assert.Equal(ActOutcome.Closed, _f.Act(alert, new OperatorAct.Reset("vh01"), 5).Outcome);
        Assert.Equal(ActOutcome.NotLatched, _f.Act(_f.Raise(6), new OperatorAct.Reset("vh01"), 7).Outcome);

        static (AlertState, long?) Of(Alert a) => (a.State, a.ClearedAtMs);
    }

    [Fact]
    public void Reset_before_it_is_acknowledged_it_still_asks_for_that_and_a_condition_that_comes_back_asks_anew()
    {
        var alert = _f.Raise(0, rule: Latched);
        _f.Clear(1, rule: Latched);
        Assert.Equal(AlertState.Returned, _f.Act(alert, new OperatorAct.Reset("vh01"), 2).Alert!.State);
        Assert.Equal(AlertState.Closed, _f.Act(alert, new OperatorAct.Acknowledge("vh01"), 3).Alert!.State);

        var second = _f.Raise(100, rule: Latched);
        _f.Act(second, new OperatorAct.Acknowledge("vh01"), 101);
        _f.Clear(102, rule: Latched);
        var again = _f.Raise(103, rule: Latched);
        Assert.Equal((second.Id, AlertState.Unacknowledged, LifeFixture.At(103), 1), (again.Id, again.State, again.DemandedAtMs, again.ReAlarms));
    }

    [Fact]
    public void The_third_raise_within_half_an_hour_chatters_and_coming_and_going_is_only_counted()
    {
        var alert = _f.Raise(0);
        for (var i = 1; i <= 2; i++)
        {
            _f.Clear((i * 4) - 2);
            Assert.Equal(i == 2, _f.Raise(i * 4).Chattering);
        }

        _f.Act(alert, new OperatorAct.Acknowledge("vh01"), 9);
        var before = _f.Now(alert);
        for (var i = 0; i < 500; i++)
        {
            _f.Clear(10 + (i * 0.2));
            _f.Raise(10.1 + (i * 0.2));
        }

        var now = _f.Now(alert);
        Assert.Equal((AlertState.Acknowledged, true, 1000, 502, before.ActCount), (now.State, now.Chattering, now.Turns, now.ReAlarms, now.ActCount));
        _f.Clear(115);
        _f.Restart();
        Assert.Empty(_f.Tick(144));
        Assert.Equal((AlertState.Closed, LifeFixture.At(115), LifeFixture.At(115), false), Of(Assert.Single(_f.Tick(145.5))));
        Assert.Equal([(AlertActKind.ChatteringEnded, 145, 145.5), (AlertActKind.Cleared, 115, 145.5)], _f.Acts(alert, skip: before.ActCount));
        Assert.Equal(1001, _f.Store.ActsOf(alert.Id)[^2].Count);

        static (AlertState, long?, long?, bool) Of(Alert a) => (a.State, a.ClearedAtMs, a.ClearedReceivedAtMs, a.Chattering);
    }

    [Fact]
    public void Chattering_is_known_over_alerts_that_were_acknowledged_and_closed_meanwhile_and_over_a_restart()
    {
        List<string> ids = [];
        for (var i = 0; i < 3; i++)
        {
            var alert = _f.Raise(i * 5);
            ids.Add(alert.Id);
            Assert.Equal(i == 2, alert.Chattering);
            _f.Act(alert, new OperatorAct.Acknowledge("vh01"), (i * 5) + 1);
            _f.Clear((i * 5) + 2);
            _f.Restart();
        }

        // Two alerts and a third that stays: however often it comes back, no fourth opens before it has been quiet.
        Assert.Equal(3, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(ids[2], _f.Raise(16).Id);
        _f.Clear(17);
        Assert.Equal(AlertState.Closed, Assert.Single(_f.Tick(47)).State);
        Assert.False(_f.Raise(48).Chattering);
    }

    [Fact]
    public void Raises_far_apart_do_not_chatter_and_still_holding_after_the_quiet_it_stays_active()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.False(_f.Raise(i * 16).Chattering);
            _f.Clear((i * 16) + 1);
        }

        _f.Raise(66);
        var alert = _f.Raise(67);
        _f.Clear(68);
        alert = _f.Raise(69);
        Assert.True(alert.Chattering);
        Assert.Equal((AlertState.Unacknowledged, false, 0), Of(_f.Tick(99).Single(a => a.Id == alert.Id)));

        static (AlertState, bool, int) Of(Alert a) => (a.State, a.Chattering, a.Turns);
    }

    [Fact]
    public void Zero_raises_switches_it_off()
    {
        var f = new LifeFixture(new AlertOptions { Chattering = { Raises = 0 } });
        for (var i = 0; i < 10; i++)
        {
            Assert.False(f.Raise(i).Chattering);
            f.Clear(i + 0.5);
        }
    }

    [Fact]
    public void An_alert_that_nobody_acknowledges_escalates_level_by_level()
    {
        var alert = _f.Raise(0, severity: Severity.P1, rule: Latched);
        Assert.Empty(_f.Tick(4.9));
        Assert.Equal(1, Assert.Single(_f.Tick(5.1)).EscalationLevel);
        _f.Restart();
        Assert.Equal(2, Assert.Single(_f.Tick(10)).EscalationLevel);
        Assert.Equal(3, Assert.Single(_f.Tick(16)).EscalationLevel);
        Assert.Empty(_f.Tick(500));
        Assert.Equal([(AlertActKind.Escalated, 5, 5.1), (AlertActKind.Escalated, 10, 10), (AlertActKind.Escalated, 15, 16)], _f.Acts(alert, skip: 1));
        Assert.Equal([1, 2, 3], _f.Store.ActsOf(alert.Id).Skip(1).Select(a => a.Count!.Value));
    }

    [Fact]
    public void After_a_standstill_one_escalation_says_all()
    {
        var alert = _f.Raise(0, rule: Latched, severity: Severity.P1);
        Assert.Equal(2, Assert.Single(_f.Tick(12)).EscalationLevel);
        Assert.Equal([(AlertActKind.Escalated, 10, 12)], _f.Acts(alert, skip: 1));
    }

    [Theory]
    [InlineData(Severity.P2, 15)]
    [InlineData(Severity.P3, 120)]
    public void Each_priority_has_its_time(Severity severity, double minutes)
    {
        _f.Raise(0, severity: severity);
        Assert.Empty(_f.Tick(minutes - 0.1));
        Assert.Equal(1, Assert.Single(_f.Tick(minutes)).EscalationLevel);
    }

    [Fact]
    public void What_is_acknowledged_returned_held_or_low_does_not_escalate()
    {
        _f.Act(_f.Raise(0, "l1"), new OperatorAct.Acknowledge("vh01"), 1);
        _f.Raise(0, "l2");
        _f.Clear(1, "l2");
        _f.Raise(0, "l3", severity: Severity.P4);
        _f.Act(_f.Raise(0, "l3", Latched), new OperatorAct.Shelve("vh01", LifeFixture.At(300), "x"), 1);
        Assert.Empty(_f.Tick(299));

        // Held until then, it has been asked for only since.
        Assert.Equal((0, LifeFixture.At(300)), Of(Assert.Single(_f.Tick(300))));
        Assert.Equal(1, Assert.Single(_f.Tick(315)).EscalationLevel);

        static (int, long) Of(Alert a) => (a.EscalationLevel, a.DemandedAtMs);
    }

    [Fact]
    public void Coming_back_unacknowledged_does_not_begin_the_time_anew()
    {
        _f.Raise(0);
        _f.Clear(10);
        Assert.Equal(LifeFixture.At(0), _f.Raise(14).DemandedAtMs);
        Assert.Equal(1, Assert.Single(_f.Tick(15)).EscalationLevel);
    }

    [Fact]
    public void Opening_and_closing_known_late_say_so_with_the_time_of_receipt_beside()
    {
        var alert = _f.Raise(0, receivedAt: 60);
        Assert.Equal((true, LifeFixture.At(0), LifeFixture.At(60)), (alert.Late, alert.RaisedAtMs, alert.ReceivedAtMs));
        var cleared = _f.Clear(20, receivedAt: 61);
        Assert.Equal((true, LifeFixture.At(20), LifeFixture.At(61)), (cleared.LateCleared, cleared.ClearedAtMs, cleared.ClearedReceivedAtMs));
        Assert.False(_f.Raise(70).LateCleared);
        Assert.False(_f.Clear(71).LateCleared);
    }

    [Fact]
    public void Time_passes_over_ten_thousand_open_alerts_by_looking_at_those_that_are_due()
    {
        var finding = new List<Finding>();
        for (var i = 0; i < 10_000; i++)
        {
            finding.Add(_f.Samples.Raised(LifeFixture.At(0), $"s{i}", severity: i == 77 ? Severity.P1 : Severity.P4));
        }

        _f.Book.Apply(1_000, finding);
        var saves = _f.Store.Saves;
        for (var second = 1; second < 300; second++)
        {
            Assert.Empty(_f.Book.Apply(1_000 + second, LifeFixture.At(second / 60.0), []));
        }

        Assert.Equal(saves, _f.Store.Saves);
        Assert.Equal("s77", Assert.Single(_f.Book.Apply(1_300, LifeFixture.At(6), [])).Sensor!.Sensor);
        Assert.InRange(_f.Book.WaitingDeadlines, 0, 3);
    }

    [Fact]
    public void A_tick_that_finds_nothing_due_allocates_nothing()
    {
        _f.Raise(0);
        _f.Book.Apply(100, LifeFixture.At(1), []);
        var allocations = Allocations.Begin();
        for (var offset = 101; offset <= 1100; offset++)
        {
            _f.Book.Apply(offset, LifeFixture.At(1), []);
        }

        Assert.Equal(0, allocations.Bytes);
    }
}
