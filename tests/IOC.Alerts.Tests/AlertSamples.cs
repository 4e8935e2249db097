using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>Things that the tests of alerts are made of.</summary>
public sealed class AlertSamples
{
    public static readonly LocalText Source = new("Quyết định A", "Decision A");

    public const long T0 = 1_767_225_600_000;

    public AddressBook Book { get; } = new();

    public static Catalogue Catalogue { get; } = new(
        new PropertyCatalogue(
        [
            new PropertyDefinition("pm25", "ug/m3", new LocalText("Bụi PM2.5", "PM2.5"), 0, 1000, 1, "µg/m³"),
            new PropertyDefinition("temp", "Cel", new LocalText("Nhiệt độ", "Temperature"), -30, 60, 1, "°C"),
        ]),
        [], [],
        [
            Rule("pm25-high", FindingKind.Limit, "environment") with { Property = "pm25", RaiseAbove = 150, Source = Source },
            Rule("implausible", FindingKind.Implausible, null),
            Rule("silence", FindingKind.Silence, null) with { Factor = 5 },
        ]);

    public static DetectionRule Rule(string id, FindingKind kind, string? domain) => new()
    {
        Id = id,
        Kind = kind,
        Name = new LocalText($"{id} (vi)", $"{id} (en)"),
        Severity = Severity.P2,
        Domain = domain,
    };

    public SensorAddress Sensor(string id = "s1", string district = "bac-giang", string domain = "environment") => Book.GetOrAdd(district, domain, id);

    public Finding Finding(
        FindingTransition transition, long atMs = T0, string sensor = "s1", string rule = "pm25-high", string? property = "pm25",
        double? value = 180, string district = "bac-giang", Severity severity = Severity.P2, FindingKind kind = FindingKind.Limit, long delayMs = 1000) => new()
        {
            Subject = Sensor(sensor, district),
            RuleId = rule,
            Kind = kind,
            Transition = transition,
            Severity = severity,
            Property = property,
            AtMs = atMs,
            ReceivedAtMs = atMs + delayMs,
            Value = value,
            Limit = transition == FindingTransition.Raised ? 150 : null,
        };

    public Finding Raised(long atMs = T0, string sensor = "s1", double? value = 180, string district = "bac-giang", Severity severity = Severity.P2) =>
        Finding(FindingTransition.Raised, atMs, sensor, value: value, district: district, severity: severity);

    public Finding Cleared(long atMs = T0 + 60_000, string sensor = "s1", double? value = 120, string district = "bac-giang") =>
        Finding(FindingTransition.Cleared, atMs, sensor, value: value, district: district);

    /// <summary>An alert as a book would make it, every field filled.</summary>
    public Alert Alert(string id, long raisedAtMs = T0, AlertState state = AlertState.Unacknowledged, string sensor = "s1",
        string district = "bac-giang", int partition = 2, long? closedAtMs = null) => new()
        {
            Id = id,
            Partition = partition,
            Subject = Sensor(sensor, district),
            RuleId = "pm25-high",
            Kind = FindingKind.Spike,
            Title = new LocalText("Bụi cao", "High dust"),
            Property = "pm25",
            Active = ActiveProperties.None.With("pm25").With("temp"),
            Checklist = new Checklist("air", 3, 5, [new ChecklistStep("look", "vh01", raisedAtMs + 60_000), new ChecklistStep("call", "vh02", raisedAtMs + 90_000)]),
            Severity = Severity.P3,
            RuleSeverity = Severity.P4,
            PriorityReason = new LocalText("gần trường học", "by a school"),
            State = state,
            RaisedAtMs = raisedAtMs,
            ReceivedAtMs = raisedAtMs + 7,
            Late = true,
            ClearedAtMs = raisedAtMs + 8,
            ClearedReceivedAtMs = raisedAtMs + 10,
            LateCleared = true,
            AcknowledgedAtMs = raisedAtMs + 9,
            AcknowledgedBy = "vh01",
            ClosedAtMs = closedAtMs,
            Value = 181.25,
            Limit = 150.5,
            ExpectedLow = -1.5,
            ExpectedHigh = 99.75,
            LastedMs = 123_456,
            Unit = "ug/m3",
            ReAlarms = 3,
            Repeats = 4,
            Source = Source,
            Latched = true,
            Hold = new AlertHold(HoldKind.Shelved, "n1-2-h1", raisedAtMs + 11, raisedAtMs + 12, "vh02", "đang sửa"),
            Assignee = "vh03",
            DemandedAtMs = raisedAtMs + 13,
            EscalationLevel = 2,
            Chattering = true,
            Turns = 17,
            LastTurnAtMs = raisedAtMs + 14,
            RecentRaises = RaiseTimes.None.With(raisedAtMs, 1000, 3).With(raisedAtMs + 14, 1000, 3),
            GoneAtMs = raisedAtMs + 15,
            GoneReceivedAtMs = raisedAtMs + 16,
            Members = 18,
            MembersOf = 19,
            ActCount = 1,
        };

    public static AlertAct Act(string id, int sequence = 1, AlertActKind kind = AlertActKind.Raised, long atMs = T0) =>
        new(id, sequence, kind, atMs, atMs + 5, AlertState.Unacknowledged, null, null, 181.25);
}
