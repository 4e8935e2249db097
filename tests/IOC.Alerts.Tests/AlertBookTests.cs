using IOC.Telemetry;

namespace IOC.Alerts.Tests;

public class AlertBookTests
{
    private const long T0 = AlertSamples.T0;
    private readonly AlertSamples _samples = new();
    private readonly MemoryAlertStore _store = new();

    [Fact]
    public void A_raised_finding_opens_an_alert_with_what_the_catalogue_says_of_it()
    {
        var alert = Assert.Single(NewBook().Apply(42, [_samples.Raised()]));
        Assert.Equal("n1-3-42-0", alert.Id);
        Assert.Equal((AlertState.Unacknowledged, T0, T0 + 1000, false), (alert.State, alert.RaisedAtMs, alert.ReceivedAtMs, alert.Late));
        Assert.Equal((new LocalText("pm25-high (vi)", "pm25-high (en)"), "ug/m3", AlertSamples.Source), (alert.Title, alert.Unit, alert.Source));
        Assert.Equal((180.0, 150.0, Severity.P2), (alert.Value, alert.Limit, alert.Severity));
        Assert.Equal(alert, _store.Find(alert.Id));
        Assert.Equal([new AlertAct(alert.Id, 1, AlertActKind.Raised, T0, T0 + 1000, AlertState.Unacknowledged, null, null, 180)], _store.ActsOf(alert.Id));
    }

    [Fact]
    public void A_whole_life_is_recorded_act_by_act()
    {
        var book = NewBook();
        var id = book.Apply(1, [_samples.Raised(T0)])[0].Id;
        book.Apply(2, [_samples.Cleared(T0 + 10)]);
        book.Apply(3, [_samples.Raised(T0 + 20, value: 200)]);
        book.Acknowledge(id, "vh01", "đang kiểm tra", T0 + 5000);
        var closed = Assert.Single(book.Apply(4, [_samples.Cleared(T0 + 30)]));

        Assert.Equal((AlertState.Closed, T0, T0 + 30, 1), (closed.State, closed.RaisedAtMs, closed.ClearedAtMs, closed.ReAlarms));
        Assert.Equal(("vh01", T0 + 5000, T0 + 1030, 200.0), (closed.AcknowledgedBy, closed.AcknowledgedAtMs, closed.ClosedAtMs, closed.Value));
        Assert.Equal(
            [AlertActKind.Raised, AlertActKind.Cleared, AlertActKind.ReRaised, AlertActKind.Acknowledged, AlertActKind.Cleared],
            _store.ActsOf(id).Select(a => a.Kind));
        var acknowledged = _store.ActsOf(id)[3];
        Assert.Equal(("vh01", "đang kiểm tra", T0 + 5000), (acknowledged.Operator, acknowledged.Note, acknowledged.AtMs));
        Assert.Empty(book.Open());
    }

    [Fact]
    public void Raised_again_while_active_only_takes_the_latest_value()
    {
        var book = NewBook();
        var first = book.Apply(1, [_samples.Raised(T0)])[0];
        var again = Assert.Single(book.Apply(2, [_samples.Raised(T0 + 60_000, value: 222)]));
        Assert.Equal(first with { Value = 222, Repeats = 1 }, again);
        Assert.Single(_store.ActsOf(first.Id));

        book.Acknowledge(first.Id, "vh01", null, T0);
        Assert.Equal(AlertState.Acknowledged, Assert.Single(book.Apply(3, [_samples.Raised(T0 + 90_000)])).State);
    }

    [Fact]
    public void After_closing_the_next_one_is_another_alert()
    {
        var book = NewBook();
        var first = book.Apply(1, [_samples.Raised(), _samples.Cleared()])[0];
        Assert.Equal(ActOutcome.Ok, book.Acknowledge(first.Id, "vh01", null, T0).Outcome);
        var second = Assert.Single(book.Apply(2, [_samples.Raised(T0 + 100)]));
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(0, second.ReAlarms);
    }

    [Fact]
    public void One_batch_may_close_an_alert_and_open_the_next_under_the_same_key()
    {
        var book = NewBook();
        var first = book.Apply(1, [_samples.Raised()])[0];
        book.Acknowledge(first.Id, "vh01", null, T0);
        var changed = book.Apply(2, [_samples.Cleared(T0 + 10), _samples.Raised(T0 + 20), _samples.Cleared(T0 + 30)]);

        Assert.Equal([(first.Id, AlertState.Closed), ("n1-3-2-0", AlertState.Returned)], changed.Select(a => (a.Id, a.State)));
        Assert.Equal("n1-3-2-0", Assert.Single(book.Open()).Id);
        Assert.Equal(1, book.OpenCounts()["bac-giang"].P2);
    }

    [Fact]
    public void Cleared_without_an_alert_is_nothing()
    {
        var book = NewBook();
        Assert.Empty(book.Apply(1, [_samples.Cleared()]));
        Assert.Equal((1, 0), (book.Watermark, _store.Saves));
    }

    [Fact]
    public void Sensors_and_rules_have_alerts_of_their_own()
    {
        var book = NewBook();
        var alerts = book.Apply(1,
        [
            _samples.Raised(sensor: "a"), _samples.Raised(sensor: "b"),
            _samples.Finding(FindingTransition.Raised, sensor: "a", rule: "silence", property: null, kind: FindingKind.Silence),
        ]);
        Assert.Equal(["n1-3-1-0", "n1-3-1-1", "n1-3-1-2"], alerts.Select(a => a.Id));
        Assert.Equal(3, book.Open().Count);
    }

    [Fact]
    public void An_alert_over_several_properties_ends_with_the_last_of_them()
    {
        var book = NewBook();
        Finding Of(FindingTransition transition, string property) => _samples.Finding(
            transition, rule: "implausible", property: property, kind: FindingKind.Implausible, value: -9999);

        var opened = Assert.Single(book.Apply(1, [Of(FindingTransition.Raised, "pm25"), Of(FindingTransition.Raised, "temp")]));
        Assert.Equal(("pm25 temp", "temp", "Cel"), (opened.Active.Text, opened.Property, opened.Unit));

        var reopened = NewBook();
        Assert.Equal(AlertState.Unacknowledged, Assert.Single(reopened.Apply(2, [Of(FindingTransition.Cleared, "pm25")])).State);
        Assert.Empty(reopened.Apply(3, [Of(FindingTransition.Cleared, "pm25")]));
        Assert.Equal(AlertState.Returned, Assert.Single(reopened.Apply(4, [Of(FindingTransition.Cleared, "temp")])).State);
        Assert.Equal(2, _store.ActsOf(opened.Id).Count);
    }

    [Theory]
    [InlineData(FindingKind.Limit, 15 * 60_000, false)]
    [InlineData(FindingKind.Limit, (15 * 60_000) + 1, true)]
    [InlineData(FindingKind.Silence, 3_600_000, false)]
    public void An_alert_opened_by_history_says_so(FindingKind kind, long delayMs, bool late) =>
        Assert.Equal(late, NewBook().Apply(1, [_samples.Finding(FindingTransition.Raised, kind: kind, delayMs: delayMs)])[0].Late);

    [Fact]
    public void A_rule_that_the_catalogue_lacks_still_gives_a_title_in_both_languages()
    {
        var alert = NewBook().Apply(1, [_samples.Finding(FindingTransition.Raised, rule: "gone", property: "gone")])[0];
        Assert.Equal(new LocalText("Vượt ngưỡng", "Limit exceeded"), alert.Title);
        Assert.Null(alert.Unit);
    }

    [Fact]
    public void Each_acknowledgement_gets_its_answer()
    {
        var book = NewBook();
        var id = book.Apply(1, [_samples.Raised()])[0].Id;
        Assert.Equal((ActOutcome.Ok, AlertState.Acknowledged), Answer(book.Acknowledge(id, "vh01", null, T0)));
        Assert.Equal((ActOutcome.AlreadyAcknowledged, AlertState.Acknowledged), Answer(book.Acknowledge(id, "vh02", null, T0 + 1)));
        Assert.Equal("vh01", _store.Find(id)!.AcknowledgedBy);
        book.Apply(2, [_samples.Cleared()]);
        Assert.Equal((ActOutcome.Closed, AlertState.Closed), Answer(book.Acknowledge(id, "vh02", null, T0 + 2)));
        Assert.Equal((ActOutcome.NotFound, null), Answer(book.Acknowledge("n1-3-99-0", "vh02", null, T0 + 2)));
        Assert.Throws<ArgumentException>(() => book.Acknowledge(id, " ", null, T0));
    }

    [Fact]
    public void A_group_is_acknowledged_in_one_transaction_and_an_id_named_twice_counts_once()
    {
        var book = NewBook();
        var ids = book.Apply(1, [_samples.Raised(sensor: "a"), _samples.Raised(sensor: "b"), _samples.Cleared(sensor: "b")]).Select(a => a.Id).ToList();
        var saves = _store.Saves;
        var results = book.Acknowledge([ids[1], ids[0], "n1-3-77-0", ids[1], ids[0]], "vh01", null, T0);
        Assert.Equal(
            [ActOutcome.Ok, ActOutcome.Ok, ActOutcome.NotFound, ActOutcome.Closed, ActOutcome.AlreadyAcknowledged],
            results.Select(r => r.Outcome));
        Assert.Equal(saves + 1, _store.Saves);
    }

    [Fact]
    public void A_long_note_is_cut_and_a_blank_one_is_none()
    {
        var book = NewBook();
        var ids = book.Apply(1, [_samples.Raised(sensor: "a"), _samples.Raised(sensor: "b")]).Select(a => a.Id).ToList();
        book.Acknowledge(ids[0], "vh01", new string('x', 5000), T0);
        book.Acknowledge(ids[1], "vh01", "  ", T0);
        Assert.Equal(2000, _store.ActsOf(ids[0])[1].Note!.Length);
        Assert.Null(_store.ActsOf(ids[1])[1].Note);
    }

    [Fact]
    public void Counts_are_by_district_and_priority_and_follow_every_change()
    {
        var book = NewBook();
        var first = book.Apply(1,
        [
            _samples.Raised(sensor: "a", severity: Severity.P1), _samples.Raised(sensor: "b", severity: Severity.P3),
            _samples.Raised(sensor: "c", district: "hiep-hoa", severity: Severity.P4),
        ])[0];
        Assert.Equal(new AlertCounts(1, 0, 1, 0), book.OpenCounts()["bac-giang"]);
        Assert.Equal(new AlertCounts(0, 0, 0, 1), book.OpenCounts()["hiep-hoa"]);

        book.Apply(2, [_samples.Cleared(sensor: "a")]);
        Assert.Equal(1, book.OpenCounts()["bac-giang"].P1);
        book.Apply(3, [_samples.Raised(sensor: "a", severity: Severity.P2)]);
        Assert.Equal(new AlertCounts(0, 1, 1, 0), book.OpenCounts()["bac-giang"]);
        book.Acknowledge(first.Id, "vh01", null, T0);
        book.Apply(4, [_samples.Cleared(sensor: "a")]);
        Assert.Equal(new AlertCounts(0, 0, 1, 0), book.OpenCounts()["bac-giang"]);
        Assert.Equal(1, book.OpenCounts()["bac-giang"].Total);
    }

    [Fact]
    public void Withdraw_ends_what_no_rule_watches_any_more()
    {
        var book = NewBook();
        var alerts = book.Apply(1, [_samples.Raised(sensor: "a"), _samples.Raised(sensor: "b"), _samples.Finding(FindingTransition.Raised, sensor: "c", rule: "gone")]);
        book.Acknowledge(alerts[1].Id, "vh01", null, T0);
        Assert.Equal(["c"], book.Withdraw(T0 + 9, []).Select(a => a.Subject.Id));

        var narrowed = AlertSamples.Catalogue with
        {
            Rules = [AlertSamples.Rule("pm25-high", FindingKind.Limit, "water")],
        };
        var changed = new AlertBook(3, "n1", narrowed, _store, new AlertOptions()).Withdraw(T0 + 10, []);
        Assert.Equal(
            [("a", AlertState.Returned), ("b", AlertState.Closed)],
            changed.OrderBy(a => a.Subject.Id, StringComparer.Ordinal).Select(a => (a.Subject.Id, a.State)));
        Assert.All(changed, a => Assert.Equal(AlertActKind.Withdrawn, _store.ActsOf(a.Id)[^1].Kind));
        Assert.Empty(new AlertBook(3, "n1", narrowed, _store, new AlertOptions()).Withdraw(T0 + 11, []));
    }

    [Fact]
    public void Books_send_each_acknowledgement_to_its_partition_and_add_the_counts_up()
    {
        var other = new AlertBook(1, "n1", AlertSamples.Catalogue, _store, new AlertOptions());
        var books = new AlertBooks([NewBook(), other]);
        var ids = books.All.SelectMany(b => b.Apply(1, [_samples.Raised(sensor: $"s{b.Partition}")])).Select(a => a.Id).ToList();
        Assert.Equal(2, books.OpenCounts()["bac-giang"].P2);
        var results = books.Acknowledge([ids[1], "nonsense", "n1-7-1-0", ids[0]], "vh01", null, T0);
        Assert.Equal(
            [(ids[1], ActOutcome.Ok), ("nonsense", ActOutcome.NotFound), ("n1-7-1-0", ActOutcome.NotFound), (ids[0], ActOutcome.Ok)],
            results.Select(r => (r.Id, r.Outcome)));
        Assert.All(books.Open(), a => Assert.Equal(AlertState.Acknowledged, a.State));
    }

    [Fact]
    public void Settings_out_of_range_are_named()
    {
        Assert.Empty(new AlertOptions().Validate());
        var problems = new AlertOptions { LateAfter = TimeSpan.Zero, MaxNoteLength = 0 }.Validate();
        Assert.Equal(2, problems.Count);
        Assert.Contains("Alerts:LateAfter", problems[0].Vi, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AlertBook(0, "No Slug", AlertSamples.Catalogue, _store, new AlertOptions()));
    }

    [Fact]
    public void What_was_stored_although_the_connection_broke_is_neither_lost_nor_done_twice()
    {
        var book = NewBook();
        _store.BreaksAfterSaving = true;
        Assert.Throws<IOException>(() => book.Apply(1, [_samples.Raised()]));
        var alert = Assert.Single(book.Apply(1, [_samples.Raised()]));
        Assert.Equal((1, alert), (_store.Saves, _store.Find(alert.Id)));
        Assert.Empty(book.Apply(1, [_samples.Raised()]));

        _store.BreaksAfterSaving = true;
        Assert.Throws<IOException>(() => book.Acknowledge(alert.Id, "vh01", null, T0));
        Assert.Equal(ActOutcome.AlreadyAcknowledged, book.Acknowledge(alert.Id, "vh02", null, T0 + 1).Outcome);
        Assert.Equal((AlertState.Acknowledged, "vh01"), (_store.Find(alert.Id)!.State, _store.Find(alert.Id)!.AcknowledgedBy));
        Assert.Equal(alert.Id, Assert.Single(book.Apply(2, [])).Id);

        // What closed in it is no longer open, and shown once more.
        _store.BreaksAfterSaving = true;
        Assert.Throws<IOException>(() => book.Apply(3, [_samples.Cleared()]));
        Assert.Equal(AlertState.Closed, Assert.Single(book.Apply(3, [_samples.Cleared()])).State);
        Assert.Empty(book.Open());
    }

    private AlertBook NewBook() => new(3, "n1", AlertSamples.Catalogue, _store, new AlertOptions());

    private static (ActOutcome, AlertState?) Answer(ActResult result) => (result.Outcome, result.Alert?.State);
}
