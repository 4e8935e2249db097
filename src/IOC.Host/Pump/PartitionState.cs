using IOC.Alerts;
using IOC.Detection;
using IOC.Grains;
using IOC.Host.Live;
using IOC.Host.Rules;
using IOC.Host.State;
using IOC.Telemetry;

namespace IOC.Host.Pump;

/// <summary>
/// All state of one partition: detectors, open alerts and grains, moved on batch by batch. The lock is held for a batch,
/// a publication or the collection of a checkpoint; nothing else reaches this state.
/// </summary>
internal sealed partial class PartitionState(
    int partition, DetectionPipeline detection, AlertBook alerts, PartitionGrains grains, IGrainStore store, LiveView live, LiveMapping mapping)
{
    private readonly Lock _gate = new();
    private readonly Lock _storing = new();
    private readonly List<Finding> _findings = [];
    private readonly List<SensorView> _sensors = [];
    private readonly List<DistrictView> _districts = [];
    private readonly List<(string Key, byte[] State)> _detectorStates = [];
    private long _detectedOffset;
    private long _savedOffset;
    private bool _unsavedSinceRestore;

    public int Partition => partition;

    /// <summary>Offset of the last batch contained.</summary>
    public long Offset { get; private set; }

    /// <summary>Takes the stored state; afterwards <see cref="Offset"/> is where to go on. Alerts that nobody would ever clear,
    /// because the catalogue changed since, are withdrawn.</summary>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    public void Restore(long nowMs)
    {
        lock (_gate)
        {
            grains.Restore();
            BeginRules(nowMs);
            detection.Restore(grains.Offset, _findings);
            alerts.Withdraw(nowMs, _findings);
            _findings.Clear();

            // What the detectors let go of must not be let go of again at the next start: the next checkpoint saves it.
            _unsavedSinceRestore = true;
            Offset = _detectedOffset = _savedOffset = grains.Offset;
            foreach (var (district, _) in alerts.OpenCounts())
            {
                ShowOpenAlerts(district);
            }
        }
    }

    /// <summary>Takes a batch in. After a failure to store an alert the same batch must be given again: what was detected
    /// in it is kept, so that nothing is detected twice.</summary>
    public void Process(TelemetryBatch batch)
    {
        lock (_gate)
        {
            if (batch.Offset <= Offset)
            {
                return;
            }

            if (batch.Offset > _detectedOffset)
            {
                SwitchRules(batch.Offset);
                _findings.Clear();
                detection.Process(batch, _findings);
                _detectedOffset = batch.Offset;
            }

            Show(alerts.Apply(batch.Offset, LastTick(batch), _findings));
            grains.Process(batch);
            Offset = batch.Offset;
        }
    }

    /// <summary>Shows what changed since the last call to the operators.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            grains.CollectChanges(_sensors, _districts);
            live.UpdateSensors(_sensors.ConvertAll(mapping.Sensor));
            live.UpdateDistricts(_districts.ConvertAll(mapping.District));
            _sensors.Clear();
            _districts.Clear();
        }
    }

    /// <summary>Refreshes a district's open alerts after an operator's act.</summary>
    public void AlertsChanged(string district)
    {
        lock (_gate)
        {
            ShowOpenAlerts(district);
        }
    }

    /// <summary>Stores what changed since the last checkpoint and returns the offset that it holds.</summary>
    public long Checkpoint()
    {
        lock (_storing)
        {
            return Store();
        }
    }

    private long Store()
    {
        var dirty = new List<GrainSnapshot>();
        long offset;
        lock (_gate)
        {
            offset = Offset;

            // While a batch is detected but its alerts are not stored yet, the detectors are ahead of the offset: saved now,
            // a restart would detect nothing in that batch again.
            // The same holds while rules are being changed.
            if ((offset == _savedOffset && !_unsavedSinceRestore) || _detectedOffset != offset || (Rules is not null && _switchingTo != Rules.Set))
            {
                return _savedOffset;
            }

            Collect(dirty);
        }

        // The pump goes on meanwhile: what changes now belongs to the next checkpoint.
        store.Save(partition, offset, dirty);
        lock (_gate)
        {
            Saved(offset);
        }

        return offset;
    }

    private void Collect(List<GrainSnapshot> dirty)
    {
        grains.CollectDirty(dirty);
        detection.CollectDirty(_detectorStates);
        dirty.AddRange(_detectorStates.Select(s => new GrainSnapshot(SqliteGrainStore.DetectorKind, s.Key, s.State)));
        _detectorStates.Clear();
        if (Rules is not null)
        {
            dirty.Add(new GrainSnapshot(PartitionRules.StateKind, PartitionRules.StateKey, Rules.ToBytes()));
        }
    }

    private void Saved(long offset)
    {
        grains.ConfirmSaved();
        detection.ConfirmSaved();
        _savedOffset = offset;
        _unsavedSinceRestore = false;
    }

    // About one message a second is a tick; looking at the kind of each costs less than a thousandth of what detection does with it.
    private static long? LastTick(TelemetryBatch batch)
    {
        var messages = batch.Messages;
        for (var i = messages.Length - 1; i >= 0; i--)
        {
            if (messages[i].Kind is MessageKind.Tick or MessageKind.Resumed)
            {
                return messages[i].MeasuredAtMs;
            }
        }

        return null;
    }

    private void ShowOpenAlerts(string district)
    {
        var open = alerts.OpenCounts().GetValueOrDefault(district);
        grains.SetOpenAlerts(district, open.P1, open.P2, open.P3, open.P4);
    }
}
