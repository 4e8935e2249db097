using System.Reactive.Linq;
using System.Reactive.Subjects;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The Rx pipeline of one property: column in, findings of all its detectors out, in a fixed order.</summary>
internal sealed class PropertyStream : IDisposable
{
    private readonly Subject<ValueColumn> _values = new();
    private readonly IDisposable _subscription;
    private readonly PartitionClock _clock;

    private PropertyStream(int property, RulePlan plan, StreamSetting setting, List<PlacedFinding> sink)
    {
        var gate = new FreshnessGate(setting.Options.GapPeriods);
        _clock = setting.Clock;
        _subscription = _values
            .Select(gate.Fresh)
            .Publish(fresh =>
            {
                var found = new List<IObservable<FindingBuffer>>();
                if (plan.Has(property, Detector.Implausible))
                {
                    found.Add(fresh.Select(new ImplausibleDetector().Detect));
                }

                if (plan.LooksBack(property))
                {
                    found.Add(fresh.Select(new PastDetector(gate, setting.Clock, Timers, setting.Past).Detect));
                }

                var good = fresh.Select(gate.Good).Publish(g => g.Detectors(gate, property, plan, setting.Options).Merge());
                return found.ToObservable().Append(good).Merge();
            })
            .Subscribe(buffer => buffer.CopyTo(sink));
    }

    public ValueColumn Column { get; } = new();

    /// <summary>What in this stream waits for time to pass.</summary>
    public SeriesTimers Timers { get; } = new();

    /// <summary>Whether there is something to do in this batch.</summary>
    public bool HasWork => Column.Count > 0 || IsDue();

    /// <summary>Makes the stream of a property; null when no rule concerns it.</summary>
    public static PropertyStream? Make(int property, RulePlan plan, StreamSetting setting, List<PlacedFinding> sink) =>
        plan.HasAny(property) ? new PropertyStream(property, plan, setting, sink) : null;

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

    private bool IsDue()
    {
        foreach (var step in _clock.Steps)
        {
            if (step.Anew || Timers.MayBeDue(step.NowMs))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What all streams of a partition share.</summary>
/// <param name="Options">Settings.</param>
/// <param name="Clock">The partition's time.</param>
/// <param name="Past">What detectors that look back need.</param>
internal sealed record StreamSetting(DetectionOptions Options, PartitionClock Clock, PastSetting Past);

/// <summary>The detectors as Rx operators.</summary>
internal static class DetectorOperators
{
    /// <summary>The detectors of good values that a property needs.</summary>
    public static IEnumerable<IObservable<FindingBuffer>> Detectors(
        this IObservable<ValueColumn> good, FreshnessGate gate, int property, RulePlan plan, DetectionOptions options)
    {
        if (plan.Has(property, Detector.Limit))
        {
            yield return good.Select(new LimitDetector().Detect);
        }

        if (plan.Has(property, Detector.Spike))
        {
            yield return good.Select(new SpikeDetector(options).Detect);
        }

        if (plan.Has(property, Detector.Flatline))
        {
            yield return good.Select(new FlatlineDetector(options.FlatlineMinimumSamples).Detect);
        }

        if (plan.Has(property, Detector.Learned))
        {
            yield return good.Select(new LearnedDetector(options, gate).Detect);
        }
    }
}
