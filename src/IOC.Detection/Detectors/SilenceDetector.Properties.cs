using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Silence of single properties of a sensor that reports.</summary>
internal sealed partial class SilenceDetector
{
    private long NextOfProperties(in SensorSlot sensor)
    {
        var next = long.MaxValue;
        foreach (var (_, series) in sensor.Series!.Entries)
        {
            for (var i = 0; series is { HeardMs: not Series.Never } && i < series.Silences.Length; i++)
            {
                var rule = series.Rules.Silences[i];
                var due = Since(in sensor, series.HeardMs) + Allowance(in sensor, rule);

                // A sensor that is overdue itself says nothing about its properties until it is heard.
                if (!series.Silences[i] && Math.Max(due, clock.NowMs) < DueAt(in sensor, rule))
                {
                    next = Math.Min(next, due);
                }
            }
        }

        return next;
    }

    /// <summary>Raises the properties that are due.</summary>
    private void RaiseProperties(int slot, int message)
    {
        ref var sensor = ref slots[slot];
        foreach (var (_, series) in sensor.Series!.Entries)
        {
            for (var i = 0; series is { HeardMs: not Series.Never } && i < series.Silences.Length; i++)
            {
                var rule = series.Rules.Silences[i];
                var due = Since(in sensor, series.HeardMs) + Allowance(in sensor, rule);
                if (series.Silences[i] || Tell(due) > clock.NowMs || !rule.IsInForce(due) || clock.NowMs >= DueAt(in sensor, rule))
                {
                    continue;
                }

                series.Silences[i] = true;
                markDirty(slot);
                _found.Add(message, -1, rule, rule.Finding(FindingTransition.Raised, sensor.Address, series.Code, due, clock.NowMs) with
                {
                    LastedMs = clock.NowMs - series.HeardMs,
                });
            }
        }
    }

    private void HearProperty(Series series, in PresenceEntry entry)
    {
        for (var i = 0; i < series.Silences.Length; i++)
        {
            if (series.Silences[i])
            {
                var rule = series.Rules.Silences[i];
                series.Silences[i] = false;
                _found.Add(entry.Message, -1, rule, rule.Finding(FindingTransition.Cleared, series.Sensor, series.Code, entry.AtMs, entry.AtMs) with
                {
                    LastedMs = Math.Max(0, entry.AtMs - series.HeardMs),
                });
            }
        }

        series.HeardMs = PartitionClock.IsSetBack(series.HeardMs, entry.AtMs) ? entry.AtMs : Math.Max(series.HeardMs, entry.AtMs);
        Arm(entry.Slot);
    }

    /// <summary>A sensor that was overdue and is back: what it has not reported yet has its time anew.</summary>
    private void GiveTime(in SensorSlot sensor, long beforeMs, long nowMs)
    {
        foreach (var (_, series) in sensor.Series!.Entries)
        {
            for (var i = 0; series is { HeardMs: not Series.Never } && i < series.Silences.Length; i++)
            {
                if (!series.Silences[i] && nowMs >= Since(in sensor, beforeMs) + Allowance(in sensor, series.Rules.Silences[i]))
                {
                    series.HeardMs = Math.Max(series.HeardMs, nowMs);
                }
            }
        }
    }

    private void BeginPropertiesAnew(int slot, long nowMs)
    {
        ref var sensor = ref slots[slot];
        if (!sensor.WatchesProperties)
        {
            return;
        }

        foreach (var (_, series) in sensor.Series!.Entries)
        {
            if (series is { Silences.Length: > 0 } && series.HeardMs > nowMs)
            {
                series.HeardMs = nowMs;
                markDirty(slot);
            }
        }
    }
}
