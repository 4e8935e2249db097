using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The rules of one series, by detector. Shared by all series with the same rules.</summary>
internal sealed class SeriesRules
{
    /// <summary>Stands for the property of a series that is a whole sensor: whether it reports at all.</summary>
    public static readonly PropertyDefinition OfWholeSensor = new("", "", new LocalText("", ""), double.NegativeInfinity, double.PositiveInfinity, 0, "");

    public SeriesRules(PropertyDefinition property, CompiledRule[] rules)
    {
        Property = property;
        Limits = Of(rules, Detector.Limit);
        Spikes = Of(rules, Detector.Spike);
        Flatlines = Of(rules, Detector.Flatline);
        Implausibles = Of(rules, Detector.Implausible);
        Learned = Of(rules, Detector.Learned);
        Averages = Of(rules, Detector.Average);
        Rates = Of(rules, Detector.RateOfChange);
        Schedules = Of(rules, Detector.Schedule);
        Missing = Array.FindAll(rules, r => r.Detector is Detector.Missing or Detector.MissingOfSensor);
        Silences = Of(rules, Detector.Silence);
        SpikeFactor = Spikes.Length == 0 ? 0 : Spikes.Min(r => r.Factor);
        SpikeMinimumChange = Spikes.Length == 0 ? 0 : Spikes.Min(r => r.MinimumChange);
    }

    public PropertyDefinition Property { get; }

    public CompiledRule[] Limits { get; }

    public CompiledRule[] Spikes { get; }

    public CompiledRule[] Flatlines { get; }

    public CompiledRule[] Implausibles { get; }

    public CompiledRule[] Learned { get; }

    /// <summary>Limits on means.</summary>
    public CompiledRule[] Averages { get; }

    public CompiledRule[] Rates { get; }

    public CompiledRule[] Schedules { get; }

    public CompiledRule[] Missing { get; }

    /// <summary>Silence of this property; that of the sensor is with the sensor.</summary>
    public CompiledRule[] Silences { get; }

    /// <summary>Least factor among the spike rules: beyond it a value is kept from the baseline.</summary>
    public double SpikeFactor { get; }

    /// <summary>Least deviation worth a finding among the spike rules.</summary>
    public double SpikeMinimumChange { get; }

    /// <summary>Whether a rule needs more of the series' past than what is in a few numbers (<see cref="PastStates"/>).</summary>
    public bool NeedPast => Averages.Length + Rates.Length + Schedules.Length + Missing.Length > 0;

    /// <summary>Whether late readings count: for them it must be known which readings are missing.</summary>
    public bool TakeLate => Averages.Length + Missing.Length > 0;

    /// <summary>Whether a rule waits for time to pass: such a series stays in memory, to be there when the time comes.</summary>
    public bool Wait => Schedules.Length + Missing.Length + Silences.Length > 0 || Array.Exists(Averages, r => r.Rule.Average!.Clock);

    private static CompiledRule[] Of(CompiledRule[] rules, Detector detector) => Array.FindAll(rules, r => r.Detector == detector);
}
