using System.Reactive.Linq;
using System.Reactive.Subjects;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The Rx pipeline of one property: column in, findings of all its detectors out, in a fixed order.</summary>
internal sealed class PropertyStream : IDisposable
{
    private readonly Subject<ValueColumn> _values = new();
    private readonly IDisposable _subscription;

    private PropertyStream(int property, RulePlan plan, DetectionOptions options, List<PlacedFinding> sink)
    {
        var gate = new FreshnessGate(options.GapPeriods);
        _subscription = _values
            .Select(gate.Fresh)
            .Publish(fresh =>
            {
                var found = new List<IObservable<FindingBuffer>>();
                if (plan.Has(property, FindingKind.Implausible))
                {
                    found.Add(fresh.Select(new ImplausibleDetector().Detect));
                }

                var good = fresh.Select(gate.Good).Publish(g => g.Detectors(gate, property, plan, options).Merge());
                return found.ToObservable().Append(good).Merge();
            })
            .Subscribe(buffer => buffer.CopyTo(sink));
    }

    public ValueColumn Column { get; } = new();

    /// <summary>Makes the stream of a property; null when no rule concerns it.</summary>
    public static PropertyStream? Make(int property, RulePlan plan, DetectionOptions options, List<PlacedFinding> sink) =>
        plan.Has(property, FindingKind.Limit) || plan.Has(property, FindingKind.Spike)
            || plan.Has(property, FindingKind.Learned)
            || plan.Has(property, FindingKind.Flatline) || plan.Has(property, FindingKind.Implausible)
            ? new PropertyStream(property, plan, options, sink)
            : null;

    /// <summary>Sends the column through and empties it.</summary>
    public void Run()
    {
        _values.OnNext(Column);
        Column.Clear();
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _values.Dispose();
    }
}

/// <summary>The detectors as Rx operators.</summary>
internal static class DetectorOperators
{
    /// <summary>The detectors of good values that a property needs.</summary>
    public static IEnumerable<IObservable<FindingBuffer>> Detectors(
        this IObservable<ValueColumn> good, FreshnessGate gate, int property, RulePlan plan, DetectionOptions options)
    {
        if (plan.Has(property, FindingKind.Limit))
        {
            yield return good.Select(new LimitDetector().Detect);
        }

        if (plan.Has(property, FindingKind.Spike))
        {
            yield return good.Select(new SpikeDetector(options).Detect);
        }

        if (plan.Has(property, FindingKind.Flatline))
        {
            yield return good.Select(new FlatlineDetector(options.FlatlineMinimumSamples).Detect);
        }

        if (plan.Has(property, FindingKind.Learned))
        {
            yield return good.Select(new LearnedDetector(options, gate).Detect);
        }
    }
}
