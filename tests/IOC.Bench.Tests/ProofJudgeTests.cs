using IOC.Alerts;
using IOC.Bench.Proof;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.World;
using IOC.Telemetry;

namespace IOC.Bench.Tests;

/// <summary>The rules of the comparison, case by case, with alerts and faults made by hand.</summary>
public class ProofJudgeTests
{
    private const long Minute = 60_000;
    private static readonly ProofOptions Options = new() { Days = 1, WarmUpDays = 0, Sensors = 2 };
    private static readonly long T0 = Options.StartMs + (8 * 60 * Minute);

    private static readonly SimSensor[] Sensors =
    [
        new("s1", "bac-giang", "environment", "S1", "S1", 106.2, 21.3, ["pm25", "pm10", "temp"], TimeSpan.FromMinutes(1), "") { Assets = ["gw1"] },
        new("s2", "bac-giang", "environment", "S2", "S2", 106.2, 21.3, ["pm25", "temp"], TimeSpan.FromMinutes(1), ""),
    ];

    private readonly City _city = new(Options.Seed, Sensors);
    private readonly AddressBook _book = new();

    [Theory]
    [InlineData("s1", "pm25-spike", 0, true)]
    [InlineData("s1", "pm25-spike", 29, true)]
    [InlineData("s1", "pm25-spike", -1, false)]
    [InlineData("s1", "pm25-spike", 41, false)]
    [InlineData("s1", "temp-spike", 5, false)]
    [InlineData("s2", "pm25-spike", 5, false)]
    [InlineData("s1", "implausible", 5, true)]
    [InlineData("s1", "silence", 5, false)]
    public void A_fault_of_a_property_is_told_of_by_its_own_alerts_in_time(string sensor, string rule, int minute, bool told)
    {
        var fault = Fault(FaultKind.LevelShift, "pm25", minutes: 20);
        var judge = Judge([Alert(sensor, rule, minute)], fault);
        Assert.Equal(told ? Worth.Fault : Worth.False, Assert.Single(judge.Annunciations).Worth);
        Assert.Equal(told ? T0 + (minute * Minute) : null, Assert.Single(judge.Faults).FirstMs);
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("temp-spike")]
    public void A_fault_of_the_whole_sensor_is_told_of_by_any_of_its_alerts(string rule) =>
        Assert.Equal(Worth.Fault, Assert.Single(Judge([Alert("s1", rule, 5)], Fault(FaultKind.Silence, null, minutes: 20)).Annunciations).Worth);

    [Fact]
    public void An_alert_of_an_asset_or_district_tells_of_what_is_below_it()
    {
        var fault = Fault(FaultKind.Silence, null, minutes: 20);
        var below = Alert(Subject.OfAsset("bac-giang", null, "gw1"), "silence", 5);
        var parent = Alert(Subject.OfAsset("bac-giang", null, "net"), "silence", 5);
        var elsewhere = Alert(Subject.OfAsset("bac-giang", null, "gw2"), "silence", 5);
        var district = Alert(Subject.OfDistrict("bac-giang", "environment"), "silence", 5);
        var other = Alert(Subject.OfDistrict("bac-giang", "traffic"), "silence", 5);
        var judge = Judge([below, parent, elsewhere, district, other], fault);
        Assert.Equal([Worth.Fault, Worth.Fault, Worth.False, Worth.Fault, Worth.False], judge.Annunciations.Select(a => a.Worth));
    }

    [Fact]
    public void What_the_sensor_should_have_read_makes_a_limit_true()
    {
        // It is far above 5 and far below 500 all day, and nobody injected anything.
        var (high, acts) = Alert("s1", "pm25-above-0", 60);
        var (wrong, others) = Alert("s1", "pm25-above-500", 61);
        var (mean, its) = Alert("s1", "pm25-mean", 62);
        var judge = Judge([(high with { Value = 20, Limit = 0 }, acts), (wrong with { Value = 600, Limit = 500 }, others), (mean with { Value = 20, Limit = 1 }, its)]);
        Assert.Equal([Worth.Real, Worth.False, Worth.Real], judge.Annunciations.Select(a => a.Worth));
    }

    [Fact]
    public void A_mean_tells_of_a_fault_as_long_as_it_is_in_it_and_only_when_it_is_not_true_without()
    {
        var (alert, acts) = Alert("s1", "pm25-mean", 70);
        var wrong = (alert with { Value = 900, Limit = 800 }, acts);
        var right = (alert with { Value = 20, Limit = 1 }, acts);
        var shift = Fault(FaultKind.LevelShift, "pm25", minutes: 20);
        Assert.Equal(Worth.Fault, Assert.Single(Judge([wrong], shift).Annunciations).Worth);
        Assert.Equal(Worth.Real, Assert.Single(Judge([right], shift).Annunciations).Worth);
        Assert.Equal(Worth.False, Assert.Single(Judge([wrong], Fault(FaultKind.Silence, null, minutes: 20)).Annunciations).Worth);
    }

    [Fact]
    public void An_alert_that_comes_back_counts_again_and_what_an_operator_does_not()
    {
        var (alert, acts) = Alert("s1", "pm25-spike", 5);
        AlertAct[] life =
        [
            .. acts, acts[0] with { Sequence = 2, Kind = AlertActKind.Cleared }, acts[0] with { Sequence = 3, Kind = AlertActKind.Acknowledged, Operator = "o" },
            acts[0] with { Sequence = 4, Kind = AlertActKind.ReRaised, AtMs = T0 + (300 * Minute), RecordedAtMs = T0 + (300 * Minute) },
        ];
        var judge = Judge([(alert, life)], Fault(FaultKind.LevelShift, "pm25", minutes: 20));
        Assert.Equal([Worth.Fault, Worth.False], judge.Annunciations.Select(a => a.Worth));
    }

    [Fact]
    public void A_fault_that_the_end_of_the_run_cuts_is_not_judged()
    {
        var cut = Fault(FaultKind.LevelShift, "pm25", minutes: 20) with { StartMs = Options.EndMs - (25 * Minute), EndMs = Options.EndMs - (5 * Minute) };
        Assert.Empty(Judge([], cut).Faults);
    }

    [Fact]
    public void An_event_over_several_sensors_counts_once_and_is_found_when_one_of_them_tells()
    {
        var one = Fault(FaultKind.PollutionEpisode, "pm25", minutes: 60) with { Event = 1 };
        var two = one with { Number = 2, Sensor = _city.Sensors[1] };
        var outcome = Outcome([Alert("s1", "pm10-spike", 5)], one, two);
        var row = Assert.Single(ProofReport.Of(Options, outcome, new ProofJudge(Options, outcome)).Kinds);
        Assert.Equal((1, 1, 1, 2, 1), (row.Injected, row.Judged, row.Found, row.Members, row.MembersFound));
        Assert.Equal(300, row.MedianDelaySeconds);
    }

    private Fault Fault(FaultKind kind, string? property, int minutes) => new()
    {
        Number = 1,
        Kind = kind,
        Sensor = _city.Sensors[0],
        Property = property is null ? null : _city.Sensors[0].Specs.Select(s => s.Code).ToList().IndexOf(property),
        StartMs = T0,
        EndMs = T0 + (minutes * Minute),
        Reports = minutes,
    };

    private (Alert Alert, IReadOnlyList<AlertAct> Acts) Alert(string sensor, string rule, int minute) =>
        Alert(_book.GetOrAdd("bac-giang", "environment", sensor), rule, minute);

    private static (Alert Alert, IReadOnlyList<AlertAct> Acts) Alert(Subject subject, string rule, int minute)
    {
        var at = T0 + (minute * Minute);
        var id = $"n1-0-{Math.Abs(at)}-0";
        var kind = Rule(rule).Kind;
        return (
            new Alert
            {
                Id = id,
                Partition = 0,
                Subject = subject,
                RuleId = rule,
                Kind = kind,
                Title = Rule(rule).Name,
                Active = ActiveProperties.None,
                Severity = Severity.P3,
                RuleSeverity = Severity.P3,
                State = AlertState.Unacknowledged,
                RaisedAtMs = at,
                ReceivedAtMs = at,
                ActCount = 1,
            },
            [new AlertAct(id, 1, AlertActKind.Raised, at, at, AlertState.Unacknowledged, null, null, null)]);
    }

    private static DetectionRule Rule(string id) => Rules.Single(r => r.Id == id);

    private static readonly DetectionRule[] Rules =
    [
        Of("pm25-spike", FindingKind.Spike, "pm25"), Of("pm10-spike", FindingKind.Spike, "pm10"), Of("temp-spike", FindingKind.Spike, "temp"),
        Of("implausible", FindingKind.Implausible, null), Of("silence", FindingKind.Silence, null),
        Of("pm25-above-0", FindingKind.Limit, "pm25") with { RaiseAbove = 0 }, Of("pm25-above-500", FindingKind.Limit, "pm25") with { RaiseAbove = 500 },
        Of("pm25-mean", FindingKind.Limit, "pm25") with { RaiseAbove = 1, Average = new RuleAverage(TimeSpan.FromHours(1), Clock: false) },
    ];

    private static DetectionRule Of(string id, FindingKind kind, string? property) =>
        new() { Id = id, Kind = kind, Name = new LocalText(id, id), Severity = Severity.P3, Property = property };

    private ProofJudge Judge((Alert, IReadOnlyList<AlertAct>)[] alerts, params Fault[] faults) => new(Options, Outcome(alerts, faults));

    private ProofOutcome Outcome((Alert, IReadOnlyList<AlertAct>)[] alerts, params Fault[] faults)
    {
        var catalogue = new Catalogue(
            new PropertyCatalogue([]), [],
            [
                .. Sensors.Select(s => new SensorDefinition(
                    _book.GetOrAdd(s.District, s.Domain, s.Id), new LocalText(s.Id, s.Id), s.Longitude, s.Latitude, s.Properties, s.Period, null) { Assets = s.Assets }),
            ],
            Rules)
        {
            Assets = [Asset("net", null), Asset("gw1", "net"), Asset("gw2", "net")],
        };
        return new ProofOutcome(alerts, faults, [], catalogue, Sensors, Messages: 0, Restarts: 0, Replayed: 0);
    }

    private static Asset Asset(string id, string? parent) => new(id, "bac-giang", null, AssetKind.Gateway, parent, new LocalText(id, id), 106.2, 21.3, null);
}
