using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Which sensors' series are in memory, which are to be saved, and the clock's bytes.</summary>
public sealed partial class DetectionPipeline
{
    private const byte WithStops = 2;
    private const byte WithGateways = 3;
    private const byte ClockVersion = WithGateways;

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
            Attach(slot, SensorCodec.Decode(stored, ref scratch, _plan, PeriodOf(in sensor), _orphans));
        }
        finally
        {
            _orphans.Clear();
        }

        _loads++;
        return sensor.Series!;
    }

    private void Attach(int slot, SensorSeries sensor)
    {
        _slots[slot].Series = sensor;
        foreach (var (property, series) in sensor.Entries)
        {
            if (series is not null)
            {
                Attach(slot, property, series);
            }
        }
    }

    /// <summary>Makes a series known to what waits for time in its stream.</summary>
    private void Attach(int slot, int property, Series series)
    {
        series.Slot = slot;
        _slots[slot].WatchesProperties |= series.Silences.Length > 0;
        if (series is { Past: { } past, Rules.Wait: true })
        {
            _streams[property]!.Timers.Add(series, past.DueAtMs(series.PeriodMs));
        }
    }

    private void Detach(int slot)
    {
        foreach (var (property, series) in SeriesOf(slot).Entries)
        {
            if (series is { Timer: >= 0 })
            {
                _streams[property]!.Timers.Remove(series);
            }
        }
    }

    private void Sweep()
    {
        var now = _clock.NowMs;
        // A time below the last search: the host's clock was set back.
        if (now == Series.Never || _sweptAtMs != Series.Never && now >= _sweptAtMs && now - _sweptAtMs < _options.SweepEvery.TotalMilliseconds)
        {
            return;
        }

        _sweptAtMs = now;
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            ref var sensor = ref _slots[slot];
            if (sensor.Series is { Priming: null, Waits: false } series && sensor.Stored && !sensor.Dirty && !sensor.Saving
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
        var writer = new StateWriter();
        writer.Byte(ClockVersion);
        _clock.Write(writer);
        _gateways.Write(writer);
        return writer.ToArray();
    }

    private void DecodeClock(byte[] bytes, List<LostGateway> lost)
    {
        var reader = new StateReader(bytes);
        var version = reader.Byte();
        if (version is < 1 or > ClockVersion)
        {
            throw new InvalidDataException("The clock state is of an unknown version.");
        }

        _clock.Read(ref reader, withStops: version >= WithStops);
        if (version >= WithGateways)
        {
            _gateways.Read(ref reader, _plan, lost);
        }
    }
}
