using System.Buffers.Binary;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Which sensors' series are in memory, which are to be saved, and the clock's bytes.</summary>
public sealed partial class DetectionPipeline
{
    private SensorSeries SeriesOf(int slot)
    {
        ref var sensor = ref _slots[slot];
        if (sensor.Series is { } here)
        {
            return here;
        }

        if (!sensor.Stored)
        {
            return sensor.Series = new SensorSeries();
        }

        // What the slot itself holds is newer than what is stored of it.
        var stored = _store.Load(Partition, sensor.Address.Path)
            ?? throw new InvalidDataException($"The stored detector state of {sensor.Address} is gone.");
        var scratch = sensor;
        try
        {
            sensor.Series = SensorCodec.Decode(stored, ref scratch, _plan, PeriodOf(in sensor), _orphans);
        }
        finally
        {
            _orphans.Clear();
        }

        _loads++;
        return sensor.Series;
    }

    private void Sweep()
    {
        var now = _silence.NowMs;
        // A time below the last search: the host's clock was set back.
        if (now == Series.Never || _sweptAtMs != Series.Never && now >= _sweptAtMs && now - _sweptAtMs < _options.SweepEvery.TotalMilliseconds)
        {
            return;
        }

        _sweptAtMs = now;
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            ref var sensor = ref _slots[slot];
            if (sensor.Series is { Priming: null } series && sensor.Stored && !sensor.Dirty && !sensor.Saving
                && (sensor.LastReceivedMs == Series.Never || now - sensor.LastReceivedMs >= _options.IdleAfter.TotalMilliseconds))
            {
                sensor.HasOpenSeries = series.HasOpen;
                sensor.Series = null;
                _evictions++;
            }
        }
    }

    private void MarkDirty(int slot)
    {
        ref var sensor = ref _slots[slot];
        if (!sensor.Dirty)
        {
            sensor.Dirty = true;
            if (!sensor.Saving)
            {
                _dirty.Add(slot);
            }
        }
    }

    private byte[] EncodeClock()
    {
        var bytes = new byte[17];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), _silence.NowMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), _silence.ResumedAtMs);
        return bytes;
    }

    private void DecodeClock(byte[] bytes)
    {
        if (bytes.Length != 17 || bytes[0] != 1)
        {
            throw new InvalidDataException("The clock state is cut short or of an unknown version.");
        }

        _silence.NowMs = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1));
        _silence.ResumedAtMs = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(9));
    }
}
