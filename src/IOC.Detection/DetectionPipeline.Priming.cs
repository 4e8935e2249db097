using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>How sensors whose learned state is new learn from history: see <see cref="PrimingRound"/>.</summary>
/// <remarks>What is learned is a second pipeline's, with the learned rules only, so that history is learned exactly as live readings
/// are. It takes effect between two batches. The caller stores the state before the next batch is processed: then the values behind
/// that offset are judged by it in every replay, and those before it in none.</remarks>
public sealed partial class DetectionPipeline
{
    private Catalogue? _catalogue;

    /// <summary>Rises with every catalogue: another rule may need priming.</summary>
    public int Generation { get; private set; }

    /// <summary>Looks which of some sensors learned too little to judge, and begins to record what comes in of them.</summary>
    /// <param name="sensors">Sensors of this partition that have a history. One that is neither registered nor known is left out.</param>
    /// <param name="mostReadings">Readings per property that are of use at most: the newest.</param>
    public PrimingRound BeginPriming(IEnumerable<SensorAddress> sensors, int mostReadings)
    {
        ArgumentNullException.ThrowIfNull(sensors);
        var learned = _catalogue! with { Rules = [.. _catalogue!.Rules.Where(r => r.Kind is FindingKind.Learned or FindingKind.Disagreement)] };
        var shadow = new DetectionPipeline(Partition, learned, _addresses, NoStates.Instance, _options);
        var primings = new List<SensorPriming>();
        var postponed = false;
        foreach (var address in sensors)
        {
            var print = _plan.LearnedPrint(address);
            var known = _slots.Find(address);
            if (print == 0 || (known >= 0 ? _slots[known].PrimedFor == print : !_registered.ContainsKey(address.Sensor)))
            {
                continue;
            }

            // Until the log's clock is known, nobody can say which readings were processed.
            if (_clock.NowMs == Series.Never)
            {
                postponed = true;
                continue;
            }

            var slot = SlotOf(address);
            var series = SeriesOf(slot);
            ref var sensor = ref _slots[slot];
            if (!IsNew(in sensor, series))
            {
                sensor.PrimedFor = print;
                MarkDirty(slot);
                continue;
            }

            series.Priming = new SensorPriming(
                address, TimeSpan.FromMilliseconds(PeriodOf(in sensor)), series, shadow, _plan.Properties, mostReadings, Math.Max(_clock.NowMs, sensor.LastReceivedMs));
            primings.Add(series.Priming);
        }

        return new PrimingRound(shadow, Generation, Offset, primings, postponed);
    }

    /// <summary>Takes over what was learned, with what came in since. A sensor of which too much came in, or a catalogue that was
    /// replaced meanwhile, leaves things as they are.</summary>
    /// <returns>Number of sensors primed; those left out are new still.</returns>
    public int CompletePriming(PrimingRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        var primed = 0;
        foreach (var priming in round.Sensors)
        {
            var slot = _slots.Find(priming.Address);
            var current = slot >= 0 && ReferenceEquals(_slots[slot].Series, priming.Series) && ReferenceEquals(priming.Series.Priming, priming);
            if (current)
            {
                priming.Series.Priming = null;
            }

            if (!current || round.Generation != Generation || priming.TooMuchRecorded)
            {
                continue;
            }

            TakeOver(slot, priming.Series, priming.Finish());
            _slots[slot].PrimedFor = _plan.LearnedPrint(priming.Address);
            MarkDirty(slot);
            primed++;
        }

        return primed;
    }

    internal SensorSeries Learned(SensorAddress address) => SeriesOf(SlotOf(address));

    /// <summary>Whether anything that learns of the sensor learned too little to judge, or nothing yet.</summary>
    private bool IsNew(in SensorSlot slot, SensorSeries sensor)
    {
        for (var property = 0; property < _plan.PropertyCount; property++)
        {
            if (_plan.Learns(slot.Address, property) && slot.Definition?.Properties.Contains(_plan.Properties[property].Code, StringComparer.Ordinal) != false
                && !(sensor.TryFind(property, -1, out var series) && series?.Learner?.Readings >= _options.LearnedWarmUp))
            {
                return true;
            }
        }

        return _plan.Compares(slot.Address) && !(sensor.Station?.Learner.Frames >= _options.LearnedWarmUp);
    }

    private void TakeOver(int slot, SensorSeries here, SensorSeries learned)
    {
        foreach (var (property, one) in learned.Entries)
        {
            if (one?.Learner is not { } learner)
            {
                continue;
            }

            if (!here.TryFind(property, -1, out var series))
            {
                series = Add(slot, here, property);
            }

            if (series?.Learner is { } own && own.Readings < _options.LearnedWarmUp && own.Readings < learner.Readings)
            {
                series.Learner = learner;
                series.Continue(one);
            }
        }

        KnowStation(slot, here);
        if (here.Station is { } station && learned.Station is { } other
            && station.Learner.Frames < _options.LearnedWarmUp && station.Learner.Frames < other.Learner.Frames)
        {
            station.TakeOver(other);
        }
    }

    /// <summary>The store of a pipeline that keeps nothing.</summary>
    private sealed class NoStates : ISeriesStateStore
    {
        public static readonly NoStates Instance = new();

        public byte[]? Load(int partition, string key) => null;

        public IEnumerable<(string Key, byte[] State)> LoadAll(int partition) => [];
    }
}
