using System.Collections.ObjectModel;
using IOC.Host.Live;
using IOC.Host.Settings;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Host.Tests;

public sealed class LiveViewTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly LiveView _view;

    public LiveViewTests() => _view = new LiveView(_time, new IocOptions());

    [Fact]
    public void A_new_client_gets_everything()
    {
        _view.UpdateSensors([Sensor("a"), Sensor("b")]);
        _view.UpdateAlerts([Alert("1", "unacknowledged")]);
        var all = _view.Collect(new LiveRequest(null, 0));
        Assert.True(all.Full);
        Assert.Equal(["a", "b"], all.Sensors.Select(s => s.Id));
        Assert.NotNull(all.Sensors[0].District);
        Assert.Single(all.Alerts);
    }

    [Fact]
    public void A_full_disk_goes_out_by_itself()
    {
        var had = _view.Collect(new LiveRequest(null, 0));
        Assert.Equal(LiveStorage.Ok, had.Fleet.Storage);
        _view.UpdateStorage(LiveStorage.Full);
        var next = _view.Collect(new LiveRequest(had.Epoch, had.Version));
        Assert.True(next.Version > had.Version);
        Assert.Equal(LiveStorage.Full, next.Fleet.Storage);
    }

    [Fact]
    public void A_client_gets_what_changed_since_its_version_once_and_in_its_latest_state()
    {
        _view.UpdateSensors([Sensor("a"), Sensor("b")]);
        var had = _view.Collect(new LiveRequest(null, 0));
        _view.UpdateSensors([Sensor("b", 1)]);
        _view.UpdateAlerts([Alert("1", "unacknowledged")]);
        _view.UpdateSensors([Sensor("b", 2)]);
        _view.UpdateAlerts([Alert("1", "returned")]);

        var missed = _view.Collect(new LiveRequest(had.Epoch, had.Version));
        Assert.False(missed.Full);
        Assert.Equal(2, Assert.Single(missed.Sensors).Values["pm25"]);
        Assert.Equal("returned", Assert.Single(missed.Alerts).State);

        var nothing = _view.Collect(new LiveRequest(missed.Epoch, missed.Version));
        Assert.Empty(nothing.Sensors);
        Assert.Empty(nothing.Alerts);
        Assert.Equal(missed.Version, nothing.Version);
    }

    [Fact]
    public void Metadata_travels_only_when_it_changed()
    {
        _view.UpdateSensors([Sensor("a")]);
        var had = _view.Collect(new LiveRequest(null, 0));
        _view.UpdateSensors([Sensor("a", 1)]);
        Assert.Null(Assert.Single(_view.Collect(new LiveRequest(had.Epoch, had.Version)).Sensors).District);
        _view.UpdateSensors([Sensor("a", 1) with { Longitude = 105.9 }]);
        Assert.Equal(105.9, Assert.Single(_view.Collect(new LiveRequest(had.Epoch, had.Version)).Sensors).Longitude);
        _view.UpdateSensors([Sensor("new")]);
        Assert.Contains(_view.Collect(new LiveRequest(had.Epoch, had.Version)).Sensors, s => s is { Id: "new", District: "d" });
    }

    [Theory]
    [InlineData("another-epoch", 1)]
    [InlineData(null, 5)]
    public void A_client_of_another_epoch_gets_everything(string? epoch, long version)
    {
        _view.UpdateSensors([Sensor("a")]);
        Assert.True(_view.Collect(new LiveRequest(epoch, version)).Full);
    }

    [Fact]
    public void A_version_from_the_future_gets_everything() => Assert.True(_view.Collect(new LiveRequest(_view.Epoch, 99)).Full);

    [Fact]
    public void Closed_alerts_stay_for_an_hour()
    {
        _view.UpdateAlerts([Alert("1", "closed"), Alert("2", "unacknowledged")]);
        _time.Advance(TimeSpan.FromMinutes(59));
        _view.UpdateAlerts([Alert("3", "unacknowledged")]);
        Assert.Equal(["1", "2", "3"], Ids());
        _time.Advance(TimeSpan.FromMinutes(2));
        _view.UpdateAlerts([Alert("4", "unacknowledged")]);
        Assert.Equal(["2", "3", "4"], Ids());
    }

    [Fact]
    public void An_older_state_of_an_alert_does_not_replace_a_later_one()
    {
        _view.UpdateAlerts([Alert("1", "closed", revision: 3)]);
        _view.UpdateAlerts([Alert("1", "acknowledged", revision: 2)]);
        Assert.Equal("closed", Assert.Single(_view.Collect(new LiveRequest(null, 0)).Alerts).State);
    }

    [Fact]
    public void Waiting_ends_with_the_next_change_and_not_before()
    {
        var version = _view.Collect(new LiveRequest(null, 0)).Version;
        var change = _view.ChangeAfter(version);
        var alert = _view.UrgentChangeAfter(version);
        Assert.False(change.IsCompleted);
        _view.UpdateSensors([Sensor("a")]);
        Assert.True(change.IsCompleted);
        Assert.False(alert.IsCompleted);
        _view.UpdateAlerts([Alert("1", "unacknowledged")]);
        Assert.True(alert.IsCompleted);
        Assert.True(_view.UrgentChangeAfter(version).IsCompleted);
    }

    [Fact]
    public void Commands_travel_like_alerts_and_stay_for_an_hour_after_their_end()
    {
        var version = _view.Collect(new LiveRequest(null, 0)).Version;
        var urgent = _view.UrgentChangeAfter(version);
        _view.UpdateCommands([Command("1", "pending", 1), Command("2", "done", 4)]);
        Assert.True(urgent.IsCompleted);
        var delta = _view.Collect(new LiveRequest(_view.Epoch, version));
        Assert.Equal(["1", "2"], delta.Commands.Select(c => c.Id));
        Assert.Empty(_view.Collect(new LiveRequest(_view.Epoch, delta.Version)).Commands);

        _view.UpdateCommands([Command("1", "sent", 2)]);
        _view.UpdateCommands([Command("1", "pending", 1)]);
        Assert.Equal("sent", Assert.Single(_view.Collect(new LiveRequest(_view.Epoch, delta.Version)).Commands).State);
        _time.Advance(TimeSpan.FromMinutes(61));
        _view.UpdateCommands([Command("3", "pending", 1)]);
        Assert.Equal(["1", "3"], _view.Collect(new LiveRequest(null, 0)).Commands.Select(c => c.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_fleet_is_the_sum_of_its_districts()
    {
        _view.UpdateDistricts(
        [
            new LiveDistrict("d", null, new LiveSensorCounts(3, 2, 1, 0, 0, 0), [], new LiveAlertCounts(0, 0, 0, 0)),
            new LiveDistrict("e", null, new LiveSensorCounts(4, 1, 0, 1, 1, 1), [], new LiveAlertCounts(0, 0, 0, 0)),
        ]);
        _view.UpdateSensors([Sensor("stranger") with { Registered = false }]);
        _view.UpdateSensors([Sensor("stranger", 1) with { Registered = false }]);
        var fleet = _view.Collect(new LiveRequest(null, 0)).Fleet;
        Assert.Equal((7, 3, 1, 1, 1, 1, 1), (fleet.Sensors, fleet.Online, fleet.Offline, fleet.Stale, fleet.Silent, fleet.Unknown, fleet.Unregistered));
    }

    private IEnumerable<string> Ids() => _view.Collect(new LiveRequest(null, 0)).Alerts.Select(a => a.Id).Order(StringComparer.Ordinal);

    private static LiveSensor Sensor(string id, double pm25 = 0) => new()
    {
        Id = id,
        District = "d",
        Domain = "environment",
        Registered = true,
        Properties = ["pm25"],
        State = "online",
        Quality = "ok",
        Longitude = 106,
        Values = new Dictionary<string, double>(StringComparer.Ordinal) { ["pm25"] = pm25 },
        ValueQualities = ReadOnlyDictionary<string, string>.Empty,
        ValueTimes = ReadOnlyDictionary<string, long>.Empty,
    };

    private static LiveCommand Command(string id, string state, int revision) => new()
    {
        Id = id,
        Sensor = "a",
        District = "d",
        Name = "dim",
        Level = 40,
        Operator = "vh01",
        State = state,
        CreatedAt = 1,
        ExpiresAt = 2,
        FinishedAt = state == "done" ? 2 : null,
        Attempts = 1,
        Late = false,
        Revision = revision,
    };

    private static LiveAlert Alert(string id, string state, int revision = 1) => new()
    {
        Id = id,
        Sensor = "a",
        District = "d",
        Domain = "environment",
        RuleId = "r",
        Kind = "limit",
        Title = new LocalText("vi", "en"),
        Severity = 2,
        State = state,
        RaisedAt = 1,
        ReceivedAt = 2,
        Late = false,
        ReAlarms = 0,
        Revision = revision,
    };
}
