using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>Which sensor grains are in memory.</summary>
public sealed partial class PartitionGrains
{
    /// <summary>Brings every grain into memory that a batch will need, before the batch changes anything: a store that
    /// fails then leaves everything as it was. Grains leave memory only between batches.</summary>
    private void BringAll(TelemetryBatch batch)
    {
        var clock = _clock;
        var (latestMs, anewAtMs) = (SensorGrain.Never, long.MaxValue);
        foreach (ref readonly var message in batch.Messages)
        {
            if (message.Sensor is { } sensor)
            {
                var slot = SlotOf(sensor);
                if (!_slots[slot].Retired)
                {
                    _sensors.Get(slot);
                }

                continue;
            }

            var resumed = message.Kind == MessageKind.Resumed;
            anewAtMs = clock.BeginsAnew(message.MeasuredAtMs, resumed) ? Math.Min(anewAtMs, message.MeasuredAtMs) : anewAtMs;
            latestMs = Math.Max(latestMs, message.MeasuredAtMs);
            clock = clock.Next(message.MeasuredAtMs, resumed);
        }

        // Time that begins anew moves deadlines, so that whoever has one may be due before the batch is over.
        BringDue(anewAtMs == long.MaxValue ? latestMs : long.MaxValue - 1, anewAtMs);
    }

    private void BringDue(long dueMs, long receivedAfterMs)
    {
        if (!_slots.MayBeDue(dueMs) && receivedAfterMs == long.MaxValue)
        {
            return;
        }

        for (var slot = 0; slot < _slots.Count; slot++)
        {
            if (!_slots[slot].Retired && (_slots.IsDue(slot, dueMs) || _slots[slot].ReceivedAtMs > receivedAfterMs))
            {
                _sensors.Get(slot);
            }
        }
    }

    private void Sweep()
    {
        if (_clock.NowMs != SensorGrain.Never
            && (_sweptAtMs == SensorGrain.Never || _clock.NowMs - _sweptAtMs >= _options.SweepEvery.TotalMilliseconds))
        {
            _sweptAtMs = _clock.NowMs;
            _sensors.Sweep(_isIdle);
        }
    }

    private bool IsIdle(int slot) => _clock.NowMs - _slots[slot].ReceivedAtMs >= _options.IdleAfter.TotalMilliseconds;
}
