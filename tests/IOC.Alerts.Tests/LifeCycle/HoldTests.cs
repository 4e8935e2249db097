using IOC.Telemetry;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>Shelved, suppressed by design, out of service: the state goes on beneath, and shows when the hold ends.</summary>
public class HoldTests
{
    private readonly LifeFixture _f = new();

    [Fact]
    public void A_shelved_alert_is_out_of_the_list_until_its_time_is_up_and_asks_anew_then()
    {
        var alert = _f.Raise(0);
        var shelved = _f.Act(alert, new OperatorAct.Shelve("vh01", LifeFixture.At(60), " đang sửa đèn "), 1).Alert!;
        Assert.Equal((HoldKind.Shelved, LifeFixture.At(1), LifeFixture.At(60), "vh01", "đang sửa đèn"), (shelved.Hold!.Kind, shelved.Hold.SinceMs, shelved.Hold.UntilMs, shelved.Hold.By, shelved.Hold.Reason));
        Assert.Equal((AlertState.Unacknowledged, 0), (shelved.State, _f.Book.OpenCounts()["viet-yen"].Total));
        Assert.Empty(_f.Tick(59));
        _f.Restart();
        Assert.Equal((alert.Id, null, LifeFixture.At(60.5)), Of(Assert.Single(_f.Tick(60.5))));
        Assert.Equal(1, _f.Book.OpenCounts()["viet-yen"].P2);
        Assert.Equal([(AlertActKind.Shelved, 1, 1), (AlertActKind.ShelvingEnded, 60, 60.5)], _f.Acts(alert, skip: 1));
        var act = _f.Store.ActsOf(alert.Id)[1];
        Assert.Equal(("vh01", "đang sửa đèn", LifeFixture.At(60), HoldKind.Shelved), (act.Operator, act.Note, act.UntilMs, act.HoldAfter));

        static (string, AlertHold?, long) Of(Alert a) => (a.Id, a.Hold, a.DemandedAtMs);
    }

    [Fact]
    public void A_condition_that_goes_and_comes_back_stays_shelved_even_as_another_alert()
    {
        var first = _f.Raise(0);
        _f.Act(first, new OperatorAct.Acknowledge("vh01"), 1);
        _f.Act(first, new OperatorAct.Shelve("vh01", LifeFixture.At(120), "x"), 2);
        Assert.Equal((AlertState.Closed, null), (_f.Clear(3).State, _f.Now(first).Hold));
        _f.Restart();
        var second = _f.Raise(10);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal((HoldKind.Shelved, HoldKind.Shelved), (second.Hold!.Kind, _f.Store.ActsOf(second.Id)[0].HoldAfter));
        Assert.Null(Assert.Single(_f.Tick(120)).Hold);
    }

    [Fact]
    public void Unshelving_ends_it_and_what_is_not_shelved_cannot_be_unshelved()
    {
        var alert = _f.Raise(0);
        Assert.Equal(ActOutcome.NotShelved, _f.Act(alert, new OperatorAct.Unshelve("vh01"), 1).Outcome);
        _f.Act(alert, new OperatorAct.Shelve("vh01", LifeFixture.At(60), "x"), 1);
        Assert.Null(_f.Act(alert, new OperatorAct.Unshelve("vh02", "sửa xong"), 5).Alert!.Hold);
        Assert.Equal(("vh02", "sửa xong"), (_f.Store.ActsOf(alert.Id)[^1].Operator, _f.Store.ActsOf(alert.Id)[^1].Note));
        var hold = Assert.Single(_f.Store.Holds(HoldKind.Shelved, ended: true, 10));
        Assert.Equal((LifeFixture.At(5), "vh02"), (hold.EndedAtMs, hold.EndedBy));
        _f.Tick(60);
        Assert.DoesNotContain(_f.Acts(alert), a => a.Kind == AlertActKind.ShelvingEnded);
    }

    [Fact]
    public void Shelving_again_gives_it_another_end()
    {
        var alert = _f.Raise(0);
        _f.Act(alert, new OperatorAct.Shelve("vh01", LifeFixture.At(60), "x"), 1);
        Assert.Equal(LifeFixture.At(90), _f.Act(alert, new OperatorAct.Shelve("vh02", LifeFixture.At(90), "y"), 2).Alert!.Hold!.UntilMs);
        Assert.Empty(_f.Tick(60));
        Assert.Null(Assert.Single(_f.Tick(90)).Hold);
    }

    [Theory]
    [InlineData(1, ActOutcome.BadEnd)]
    [InlineData(0.5, ActOutcome.BadEnd)]
    [InlineData(1 + (8 * 60), ActOutcome.Ok)]
    [InlineData(2 + (8 * 60), ActOutcome.BadEnd)]
    public void A_shelving_has_an_end_ahead_and_not_too_far(double until, ActOutcome outcome) =>
        Assert.Equal(outcome, _f.Act(_f.Raise(0), new OperatorAct.Shelve("vh01", LifeFixture.At(until), "x"), 1).Outcome);

    [Fact]
    public void A_shelving_has_a_reason() => Assert.Throws<ArgumentException>(() => new OperatorAct.Shelve("vh01", 1, " "));

    [Fact]
    public void One_operator_shelves_only_so_many_over_all_partitions()
    {
        var options = new AlertOptions { MaxShelvedPerOperator = 3 };
        var books = new AlertBooks([.. Enumerable.Range(0, 2).Select(p => new AlertBook(p, "n1", LifeWorld.Catalogue, _f.Store, options))], options);
        var ids = books.All.SelectMany(b => b.Apply(1, [_f.Samples.Raised(sensor: $"a{b.Partition}"), _f.Samples.Raised(sensor: $"b{b.Partition}")])).Select(a => a.Id).ToList();
        Assert.All(Shelve("vh01", ids), r => Assert.Equal((ActOutcome.TooManyShelved, true), (r.Outcome, r.Alert is not null)));
        Assert.All(Shelve("vh01", ids[..3]), r => Assert.Equal(ActOutcome.Ok, r.Outcome));
        Assert.Equal(ActOutcome.TooManyShelved, Shelve("vh01", ids[3..])[0].Outcome);
        Assert.All(Shelve("vh01", ids[..3]), r => Assert.Equal(ActOutcome.Ok, r.Outcome));
        Assert.Equal(ActOutcome.Ok, Shelve("vh02", ids[3..])[0].Outcome);

        IReadOnlyList<ActResult> Shelve(string by, List<string> which) => books.Act(which, new OperatorAct.Shelve(by, LifeFixture.At(60), "x"), LifeFixture.At(1));
    }

    [Fact]
    public void What_is_out_of_service_shows_no_alerts_of_its_own_or_of_what_depends_on_it()
    {
        var (lamp, other) = (_f.Raise(0, "l1"), _f.Raise(0, "l3"));
        var (hold, changed) = _f.Book.TakeOutOfService(Subject.OfAsset("viet-yen", null, "gw"), "vh01", "thay tủ", null, null, LifeFixture.At(1));
        Assert.Equal([lamp.Id], changed.Select(a => a.Id));
        Assert.Equal((HoldKind.OutOfService, null), (_f.Now(lamp).Hold!.Kind, _f.Now(other).Hold));

        // What comes while it lasts is tracked and held too.
        Assert.Equal(hold.Id, _f.Raise(2, "l2").Hold!.Id);
        _f.Restart();
        var back = _f.Book.ReturnToService(hold.Id, "vh02", LifeFixture.At(30))!.Value;
        Assert.Equal(("vh02", 2, 3), (back.Hold.EndedBy, back.Changed.Count, _f.Book.OpenCounts()["viet-yen"].Total));
        Assert.Null(_f.Book.ReturnToService(hold.Id, "vh02", LifeFixture.At(31)));
        Assert.Equal([(AlertActKind.TakenOutOfService, 1, 1), (AlertActKind.ReturnedToService, 30, 30)], _f.Acts(lamp, skip: 1));
    }

    [Fact]
    public void A_maintenance_window_begins_and_ends_by_itself()
    {
        var alert = _f.Raise(0);
        _f.Book.TakeOutOfService(Subject.OfDistrict("viet-yen", "lighting"), "vh01", "bảo trì", LifeFixture.At(60), LifeFixture.At(120), LifeFixture.At(1));
        Assert.Null(_f.Now(alert).Hold);
        _f.Restart();
        Assert.Equal(LifeFixture.At(120), Assert.Single(_f.Tick(60.25)).Hold!.UntilMs);
        _f.Restart();
        Assert.Null(Assert.Single(_f.Tick(121)).Hold);
        Assert.Equal([(AlertActKind.TakenOutOfService, 60, 60.25), (AlertActKind.ReturnedToService, 120, 121)], _f.Acts(alert, skip: 1));
    }

    [Fact]
    public void A_maintenance_window_of_another_domain_holds_nothing_and_one_that_time_jumped_over_is_over()
    {
        var alert = _f.Raise(0);
        _f.Book.TakeOutOfService(Subject.OfDistrict("viet-yen", "water"), "vh01", "x", null, null, LifeFixture.At(1));
        _f.Book.TakeOutOfService(alert.Subject, "vh01", "x", LifeFixture.At(60), LifeFixture.At(61), LifeFixture.At(1));
        _f.Tick(300);
        Assert.Null(_f.Now(alert).Hold);
        Assert.Equal([LifeFixture.At(61)], _f.Store.Holds(HoldKind.OutOfService, ended: true, 10).Where(h => h.EndedAtMs is not null).Select(h => h.EndedAtMs!.Value));
    }

    [Fact]
    public void An_end_in_the_past_is_refused() =>
        Assert.Throws<ArgumentException>(() => _f.Book.TakeOutOfService(_f.Lamp(), "vh01", "x", LifeFixture.At(60), LifeFixture.At(60), LifeFixture.At(1)));

    [Fact]
    public void Of_several_holds_the_strongest_shows_and_each_goes_by_itself()
    {
        var (lamp, feeder) = (_f.Raise(0), _f.Raise(0, "f1", FeederCorrelator.FeederRule));
        _f.Book.Suppress(lamp.Subject, lamp.RuleId, feeder.Id, LifeFixture.At(1));
        Assert.Equal((HoldKind.Suppressed, feeder.Id), (_f.Now(lamp).Hold!.Kind, _f.Now(lamp).Hold!.By));
        _f.Act(lamp, new OperatorAct.Shelve("vh01", LifeFixture.At(60), "x"), 2);
        Assert.Equal(HoldKind.Shelved, _f.Now(lamp).Hold!.Kind);
        var (hold, _) = _f.Book.TakeOutOfService(lamp.Subject, "vh01", "x", null, LifeFixture.At(30), LifeFixture.At(3));
        Assert.Equal((HoldKind.OutOfService, hold.Id), (_f.Now(lamp).Hold!.Kind, _f.Now(lamp).Hold!.Id));
        _f.Tick(30);
        Assert.Equal(HoldKind.Shelved, _f.Now(lamp).Hold!.Kind);
        _f.Tick(60);
        Assert.Equal(HoldKind.Suppressed, _f.Now(lamp).Hold!.Kind);
        _f.Book.Unsuppress(lamp.Subject, lamp.RuleId, feeder.Id, LifeFixture.At(70));
        Assert.Null(_f.Now(lamp).Hold);
    }

    [Fact]
    public void What_an_alert_explains_shows_again_when_it_closes_also_by_an_operators_act()
    {
        var (lamp, feeder) = (_f.Raise(0), _f.Raise(0, "f1", FeederCorrelator.FeederRule));
        _f.Book.Suppress(lamp.Subject, lamp.RuleId, feeder.Id, LifeFixture.At(1));
        _f.Clear(2, "f1", FeederCorrelator.FeederRule);
        Assert.NotNull(_f.Now(lamp).Hold);
        var result = _f.Act(feeder, new OperatorAct.Acknowledge("vh01"), 5);
        Assert.Equal((AlertState.Closed, lamp.Id), (result.Alert!.State, Assert.Single(result.Others).Id));
        Assert.Equal((null, LifeFixture.At(5)), (_f.Now(lamp).Hold, _f.Now(lamp).DemandedAtMs));
        Assert.Equal(feeder.Id, _f.Store.ActsOf(lamp.Id)[^1].Target);
    }

    [Fact]
    public void Alerts_never_explain_each_other_or_themselves_and_only_an_open_one_explains()
    {
        var (lamp, feeder) = (_f.Raise(0), _f.Raise(0, "f1", FeederCorrelator.FeederRule));
        Assert.Empty(_f.Book.Suppress(lamp.Subject, lamp.RuleId, lamp.Id, LifeFixture.At(1)));
        Assert.Empty(_f.Book.Suppress(lamp.Subject, lamp.RuleId, "n1-3-99-0", LifeFixture.At(1)));
        Assert.Single(_f.Book.Suppress(lamp.Subject, lamp.RuleId, feeder.Id, LifeFixture.At(1)));
        Assert.Empty(_f.Book.Suppress(lamp.Subject, lamp.RuleId, feeder.Id, LifeFixture.At(1)));
        Assert.Empty(_f.Book.Suppress(feeder.Subject, feeder.RuleId, lamp.Id, LifeFixture.At(1)));
        Assert.Equal(1, _f.Book.OpenCounts()["viet-yen"].Total);
    }
}
