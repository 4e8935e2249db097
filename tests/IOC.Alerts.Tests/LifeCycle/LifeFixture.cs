using IOC.Telemetry;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>A book in simulated time: minutes from T0, batches one after the other.</summary>
public sealed class LifeFixture
{
    public const long T0 = AlertSamples.T0;
    private long _offset;

    public LifeFixture(AlertOptions? options = null, IAlertCorrelator? correlator = null, Catalogue? catalogue = null)
    {
        Options = options ?? new AlertOptions();
        Catalogue = catalogue ?? LifeWorld.Catalogue;
        Correlator = correlator;
        Book = NewBook();
    }

    public AlertOptions Options { get; }

    public Catalogue Catalogue { get; }

    public IAlertCorrelator? Correlator { get; }

    public AlertSamples Samples { get; } = new();

    public MemoryAlertStore Store { get; } = new();

    public AlertBook Book { get; private set; }

    /// <summary>Minutes since T0 as Unix milliseconds.</summary>
    public static long At(double minutes) => T0 + (long)(minutes * 60_000);

    public SensorAddress Lamp(string id = "l1") => Samples.Book.GetOrAdd("viet-yen", "lighting", id);

    /// <summary>The condition begins; known at once, or later.</summary>
    public Alert Raise(double minute, string sensor = "l1", string rule = LifeWorld.PlainRule, double? receivedAt = null, Severity severity = Severity.P2) =>
        Apply(Finding(FindingTransition.Raised, minute, sensor, rule, receivedAt, severity));

    /// <summary>The condition ends.</summary>
    public Alert Clear(double minute, string sensor = "l1", string rule = LifeWorld.PlainRule, double? receivedAt = null) =>
        Apply(Finding(FindingTransition.Cleared, minute, sensor, rule, receivedAt, Severity.P2));

    public IReadOnlyList<Alert> Tick(double minute) => Book.Apply(++_offset, At(minute), []);

    public ActResult Act(Alert alert, OperatorAct act, double minute) => Book.Act([alert.Id], act, At(minute))[0];

    public Alert Now(Alert alert) => Store.Find(alert.Id)!;

    public void Restart() => Book = NewBook();

    /// <summary>The acts of an alert after the first few: kind, minute of the event, minute of the record.</summary>
    public IReadOnlyList<(AlertActKind Kind, double At, double Recorded)> Acts(Alert alert, int skip = 0) =>
        [.. Store.ActsOf(alert.Id).Skip(skip).Select(a => (a.Kind, (a.AtMs - T0) / 60_000.0, (a.RecordedAtMs - T0) / 60_000.0))];

    private Alert Apply(Finding finding)
    {
        Book.Apply(++_offset, [finding]);
        return Store.Query(new AlertQuery { Limit = 1000 }).Items.First(a => a.Subject == finding.Subject && a.RuleId == finding.RuleId && (a.IsOpen || a.ClosedAtMs == finding.ReceivedAtMs));
    }

    private Finding Finding(FindingTransition transition, double minute, string sensor, string rule, double? receivedAt, Severity severity) => new()
    {
        Subject = rule == FeederCorrelator.FeederRule ? Subject.OfAsset("viet-yen", "lighting", sensor) : Lamp(sensor),
        RuleId = rule,
        Kind = rule == FeederCorrelator.FeederRule ? FindingKind.Group : FindingKind.Limit,
        Transition = transition,
        Severity = severity,
        Property = "pm25",
        AtMs = At(minute),
        ReceivedAtMs = At(receivedAt ?? minute),
        Value = 180,
    };

    private AlertBook NewBook() => new(3, "n1", Catalogue, Store, Options, Correlator);
}
