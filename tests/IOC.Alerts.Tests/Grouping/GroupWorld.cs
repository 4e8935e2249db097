using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>A district whose lamps hang on two feeders of one substation, with an air station behind a gateway, and its alert book.</summary>
internal sealed class GroupWorld
{
    public const long T0 = AlertSamples.T0;
    public const long Minute = 60_000;
    public const string District = "bac-giang";

    private readonly AddressBook _addresses = new();
    private long _offset;

    public GroupWorld(int lampsPerFeeder = 10, Func<Catalogue, Catalogue>? change = null)
    {
        Catalogue = Make(lampsPerFeeder);
        Catalogue = change?.Invoke(Catalogue) ?? Catalogue;
        Start();
    }

    public Catalogue Catalogue { get; private set; }

    public MemoryAlertStore Store { get; } = new();

    public AlertBook Book { get; private set; } = null!;

    public static DetectionRule Group(string id = "feeder-down", Severity severity = Severity.P2, int minimum = 4, double share = 0.6, params AssetKind[] kinds) =>
        AlertSamples.Rule(id, FindingKind.Group, null) with
        {
            Severity = severity,
            Group = new RuleGroup([], kinds, minimum, share, TimeSpan.FromMinutes(15)),
        };

    /// <summary>Starts the host again, perhaps with another catalogue.</summary>
    public void Start(Func<Catalogue, Catalogue>? change = null)
    {
        Catalogue = change?.Invoke(Catalogue) ?? Catalogue;
        Book = new AlertBook(0, "n1", Catalogue, Store, new AlertOptions(), new AlertGrouping(new GroupingPlan(Catalogue)));
        Book.Withdraw(T0, []);
    }

    public Subject Lamp(int feeder, int number) => _addresses.GetOrAdd(District, "lighting", $"lamp-{feeder}-{number}");

    public Subject Air(int number = 1) => _addresses.GetOrAdd(District, "environment", $"air-{number}");

    public static Subject Asset(string id, string? domain = "lighting") => Subject.OfAsset(District, domain, id);

    public Finding Word(Subject subject, FindingTransition transition, double minute, string rule = "silence", Severity severity = Severity.P3, string? property = null) => new()
    {
        Subject = subject,
        RuleId = rule,
        Kind = Catalogue.Rules.First(r => r.Id == rule).Kind,
        Transition = transition,
        Severity = severity,
        Property = property,
        AtMs = T0 + (long)(minute * Minute),
        ReceivedAtMs = T0 + (long)(minute * Minute) + 500,
    };

    public IReadOnlyList<Alert> Apply(params IEnumerable<Finding> findings)
    {
        var all = findings.ToList();
        return Book.Apply(++_offset, all.Count == 0 ? T0 + (_offset * 1000) : all.Max(f => f.ReceivedAtMs), all);
    }

    /// <summary>A batch with a tick and no findings.</summary>
    public IReadOnlyList<Alert> Tick(double minute) => Book.Apply(++_offset, T0 + (long)(minute * Minute), []);

    public IReadOnlyList<Alert> Dark(double minute, int feeder, params IEnumerable<int> lamps) =>
        Apply(lamps.Select(n => Word(Lamp(feeder, n), FindingTransition.Raised, minute)));

    public IReadOnlyList<Alert> Lit(double minute, int feeder, params IEnumerable<int> lamps) =>
        Apply(lamps.Select(n => Word(Lamp(feeder, n), FindingTransition.Cleared, minute)));

    /// <summary>What operators see: rule and subject, in order.</summary>
    public List<string> Shown() => [.. Book.Open().Where(a => a.IsShown).Select(Name).Order(StringComparer.Ordinal)];

    public Alert The(Subject subject, string rule = "silence") => Assert.Single(Book.Open(), a => a.Subject == subject && a.RuleId == rule);

    public static string Name(Alert alert) => $"{alert.RuleId} {alert.Subject.Id}";

    /// <summary>What must hold at any time: what is suppressed has an explaining alert that is active, of the same or a higher priority, and at
    /// the end of the chain one that is shown or held by an operator; members are counted right; nothing else is hidden.</summary>
    public void CheckNothingIsLost()
    {
        var open = Book.Open().ToDictionary(a => a.Id, StringComparer.Ordinal);
        var suppressions = Book.Holds().Where(h => h.Kind == HoldKind.Suppressed).ToList();
        foreach (var alert in open.Values)
        {
            var held = alert.Hold is { Kind: HoldKind.Suppressed };
            Assert.Equal(held, suppressions.Exists(h => h.Subject == alert.Subject && h.RuleId == alert.RuleId) && alert.Hold is not { Kind: HoldKind.Shelved or HoldKind.OutOfService });
            if (held)
            {
                var by = open[alert.Hold!.By];
                Assert.True(by.IsActive, $"{Name(by)} is over and still hides {Name(alert)}");
                Assert.True(by.Severity <= alert.Severity, $"{Name(by)} hides {Name(alert)} of a higher priority");
                for (var steps = 0; by.Hold is { Kind: HoldKind.Suppressed } above; steps++)
                {
                    Assert.True(steps < 10, "What explains turns in a circle.");
                    by = open[above.By];
                }
            }

            Assert.Equal(alert.Members ?? 0, suppressions.Count(h => h.By == alert.Id));
        }

        Assert.All(suppressions, h => Assert.Contains(open.Values, a => a.Subject == h.Subject && a.RuleId == h.RuleId && a.IsActive));
        Assert.Equal(open.Count, open.Values.Count(a => a.IsShown) + open.Values.Count(a => a.Hold is not null));
    }

    /// <summary>Everything that is open and held, as text, to compare runs by.</summary>
    public string Dump() => string.Join('\n', Book.Open().Select(a =>
            $"{a.Id} {Name(a)} {a.State} {a.Severity} {a.Title.En} {a.Hold?.Kind} {a.Hold?.By} {a.Members}/{a.MembersOf} {a.ActCount} {a.DemandedAtMs}").Order(StringComparer.Ordinal))
        + "\n" + string.Join('\n', Book.Holds().Select(h => $"{h.Id} {h.Kind} {h.Subject} {h.RuleId} {h.By} {h.FromMs}").Order(StringComparer.Ordinal));

    private Catalogue Make(int lampsPerFeeder)
    {
        Asset Asset(string id, AssetKind kind, string? parent, string? domain = "lighting") =>
            new(id, District, domain, kind, parent, new LocalText($"Thiết bị {id}", $"Asset {id}"), 106.2, 21.3, null);
        SensorDefinition Sensor(Subject subject, string asset) =>
            new(subject.Sensor!, new LocalText(subject.Id, subject.Id), 106.2, 21.3, ["power"], TimeSpan.FromMinutes(2), null) { Assets = [asset] };
        var properties = new PropertyCatalogue([.. AlertSamples.Catalogue.Properties.All]);
        return new Catalogue(
            properties,
            [new Area(District, null, AreaLevel.District, new LocalText("Bắc Giang", "Bac Giang"), 106.2, 21.3, null, null, null, true)],
            [
                .. from feeder in new[] { 1, 2 } from n in Enumerable.Range(1, lampsPerFeeder) select Sensor(Lamp(feeder, n), $"f-{feeder}"),
                .. Enumerable.Range(1, 3).Select(n => Sensor(Air(n), "gw-1")),
            ],
            [
                AlertSamples.Rule("silence", FindingKind.Silence, null) with { Severity = Severity.P3, Factor = 5 },
                AlertSamples.Rule("pm25-high", FindingKind.Limit, null) with { Property = "pm25", RaiseAbove = 150 },
                AlertSamples.Rule("pm25-very-high", FindingKind.Limit, null) with
                {
                    Property = "pm25", RaiseAbove = 250, Inhibits = [new RuleInhibition(["pm25-high"], InhibitionScope.Subject, [])],
                },
                AlertSamples.Rule("gateway-silent", FindingKind.Silence, null) with { Inhibits = [new RuleInhibition(["silence"], InhibitionScope.Asset, [AssetKind.Gateway])] },
                AlertSamples.Rule("no-voltage", FindingKind.Limit, null) with
                {
                    Property = "temp", RaiseBelow = 1, Inhibits = [new RuleInhibition(["silence"], InhibitionScope.Asset, [AssetKind.Feeder])],
                },
                AlertSamples.Rule("storm", FindingKind.Aggregate, null) with { Property = "temp", Inhibits = [new RuleInhibition(["pm25-high"], InhibitionScope.District, [])] },
                Group("feeder-down", Severity.P2, 4, 0.6, AssetKind.Feeder, AssetKind.Other) with
                {
                    Group = new RuleGroup(["silence"], [AssetKind.Feeder, AssetKind.Other], 4, 0.6, TimeSpan.FromMinutes(15)),
                },
            ])
        {
            Assets =
            [
                Asset("s-1", AssetKind.Other, null), Asset("gw-1", AssetKind.Gateway, null, null), Asset("f-1", AssetKind.Feeder, "s-1"), Asset("f-2", AssetKind.Feeder, "s-1"),
            ],
        };
    }
}
