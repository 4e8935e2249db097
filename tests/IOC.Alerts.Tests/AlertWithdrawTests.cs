using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>Alerts after a start with another catalogue: nothing may stay open that nobody would ever clear.</summary>
public class AlertWithdrawTests
{
    private const long T0 = AlertSamples.T0;
    private readonly AlertSamples _samples = new();
    private readonly MemoryAlertStore _store = new();

    [Fact]
    public void What_the_restored_detectors_let_go_of_is_withdrawn()
    {
        var alerts = NewBook().Apply(7, [_samples.Raised(sensor: "gone"), _samples.Raised(sensor: "moved"), _samples.Raised(sensor: "stays"), Silence("gone")]);
        NewBook().Acknowledge(alerts[1].Id, "vh01", null, T0);

        var book = NewBook();
        var saves = _store.Saves;
        var changed = book.Withdraw(T0 + 99, [_samples.Cleared(sensor: "gone"), _samples.Cleared(sensor: "moved"), Silence("gone") with { Transition = FindingTransition.Cleared }]);

        Assert.Equal(
            [(alerts[0].Id, AlertState.Returned), (alerts[1].Id, AlertState.Closed), (alerts[3].Id, AlertState.Returned)],
            changed.Select(a => (a.Id, a.State)).Order());
        Assert.All(changed, a => Assert.Equal((T0 + 99, ""), (a.ClearedAtMs, a.Active.Text)));
        Assert.All(changed, a => Assert.Equal((AlertActKind.Withdrawn, T0 + 99), (_store.ActsOf(a.Id)[^1].Kind, _store.ActsOf(a.Id)[^1].AtMs)));
        Assert.Equal((saves + 1, 7L, 7L), (_store.Saves, book.Watermark, _store.Load(3).Watermark));
        Assert.Equal(AlertState.Unacknowledged, _store.Find(alerts[2].Id)!.State);
    }

    [Fact]
    public void Only_cleared_findings_of_the_same_sensor_rule_and_property_count()
    {
        var book = NewBook();
        book.Apply(1, [_samples.Raised()]);
        var saves = _store.Saves;
        Assert.Empty(book.Withdraw(T0,
        [
            _samples.Raised(), _samples.Cleared(sensor: "other"), _samples.Cleared(district: "hiep-hoa"),
            _samples.Finding(FindingTransition.Cleared, property: "temp"), _samples.Finding(FindingTransition.Cleared, rule: "implausible"),
            _samples.Finding(FindingTransition.Cleared, property: null),
        ]));
        Assert.Equal(saves, _store.Saves);
    }

    [Fact]
    public void A_sensor_that_nobody_registered_keeps_its_alerts()
    {
        // The sample catalogue registers no sensor at all.
        var book = NewBook();
        book.Apply(1, [_samples.Raised(sensor: "wild"), Silence("wild")]);
        Assert.Empty(NewBook().Withdraw(T0, []));
        Assert.Equal(2, book.Open().Count);
    }

    [Fact]
    public void Of_several_properties_those_let_go_of_are_taken_out_and_the_rest_still_ends_the_alert()
    {
        NewBook().Apply(1, [Implausible(FindingTransition.Raised, "pm25"), Implausible(FindingTransition.Raised, "temp")]);
        var book = NewBook();
        var left = Assert.Single(book.Withdraw(T0, [Implausible(FindingTransition.Cleared, "pm25")]));
        Assert.Equal((AlertState.Unacknowledged, "temp", 1), (left.State, left.Active.Text, left.ActCount));
        Assert.Equal(left, _store.Find(left.Id));
        Assert.Equal(AlertState.Returned, Assert.Single(book.Apply(2, [Implausible(FindingTransition.Cleared, "temp")])).State);
    }

    [Fact]
    public void A_rule_that_watches_another_property_now_does_not_hold_the_old_alert()
    {
        NewBook().Apply(1, [_samples.Raised()]);
        var book = NewBook(AlertSamples.Rule("pm25-high", FindingKind.Limit, null) with { Property = "temp" });
        Assert.Equal((AlertState.Returned, ""), Of(Assert.Single(book.Withdraw(T0, []))));
    }

    [Fact]
    public void A_rule_narrowed_to_one_property_keeps_the_alert_for_that_property_only()
    {
        // The property that raised it last is not the one that the rule keeps.
        NewBook().Apply(1, [Implausible(FindingTransition.Raised, "temp"), Implausible(FindingTransition.Raised, "pm25")]);
        var book = NewBook(AlertSamples.Rule("implausible", FindingKind.Implausible, null) with { Property = "temp" });
        Assert.Equal((AlertState.Unacknowledged, "temp"), Of(Assert.Single(book.Withdraw(T0, []))));
        Assert.Equal((AlertState.Returned, ""), Of(Assert.Single(book.Apply(2, [Implausible(FindingTransition.Cleared, "temp")]))));
    }

    [Fact]
    public void A_property_that_left_the_catalogue_is_taken_out_of_alerts()
    {
        NewBook().Apply(1, [Implausible(FindingTransition.Raised, "temp"), Implausible(FindingTransition.Raised, "pm25")]);
        var fewer = AlertSamples.Catalogue with { Properties = new PropertyCatalogue(AlertSamples.Catalogue.Properties.All.Take(1)) };
        var book = new AlertBook(3, "n1", fewer, _store, new AlertOptions());
        Assert.Equal((AlertState.Unacknowledged, "pm25"), Of(Assert.Single(book.Withdraw(T0, []))));
    }

    [Fact]
    public void A_rule_of_another_kind_now_ends_the_old_alert_and_its_own_stay_open()
    {
        NewBook().Apply(1, [_samples.Raised()]);
        var spike = AlertSamples.Rule("pm25-high", FindingKind.Spike, "environment") with { Property = "pm25", Source = new LocalText("B", "B") };
        var book = NewBook(spike);
        Assert.Equal(AlertState.Returned, Assert.Single(book.Withdraw(T0, [])).State);

        var again = Assert.Single(book.Apply(2, [_samples.Finding(FindingTransition.Raised, kind: FindingKind.Spike)]));
        Assert.Equal((FindingKind.Spike, spike.Name, spike.Source, 1), (again.Kind, again.Title, again.Source, again.ReAlarms));
        Assert.Empty(NewBook(spike).Withdraw(T0 + 1, []));
        Assert.Single(NewBook(spike).Open());
    }

    [Fact]
    public void A_silence_rule_that_names_a_property_speaks_of_whole_sensors_no_more()
    {
        NewBook().Apply(1, [Silence("s1")]);
        Assert.Empty(NewBook(AlertSamples.Rule("silence", FindingKind.Silence, null)).Withdraw(T0, []));
        Assert.Single(NewBook(AlertSamples.Rule("silence", FindingKind.Silence, null) with { Property = "pm25" }).Withdraw(T0, []));
    }

    private static (AlertState, string) Of(Alert alert) => (alert.State, alert.Active.Text);

    private AlertBook NewBook() => new(3, "n1", AlertSamples.Catalogue, _store, new AlertOptions());

    private AlertBook NewBook(params DetectionRule[] rules) => new(3, "n1", AlertSamples.Catalogue with { Rules = rules }, _store, new AlertOptions());

    private Finding Silence(string sensor) =>
        _samples.Finding(FindingTransition.Raised, sensor: sensor, rule: "silence", property: null, value: null, kind: FindingKind.Silence);

    private Finding Implausible(FindingTransition transition, string property) =>
        _samples.Finding(transition, rule: "implausible", property: property, value: -9999, kind: FindingKind.Implausible);
}
