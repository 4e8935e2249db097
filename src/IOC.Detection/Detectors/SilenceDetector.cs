using System.Numerics;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Nothing received from a sensor for the rule's factor of its period, by the clock of the ticks. Readings, late and
/// redelivered ones too, and births count as received; an announced end (the will) does not, nor does it raise at once:
/// on a bad network wills come and go, and the map shows the sensor as offline anyway. A sensor never heard of is not
/// silent. After a resumption every sensor has its time anew, because nothing could be received before it.
/// </summary>
internal sealed class SilenceDetector(SensorSlots slots, PartitionClock clock, DetectionOptions options, Action<int> markDirty)
{
    private const double SlowerRate = 0.2;
    private const double LongestStep = 4;

    private readonly FindingBuffer _found = new();
    private readonly List<int> _due = [];
    private readonly long _defaultPeriodMs = (long)options.DefaultPeriod.TotalMilliseconds;

    public FindingBuffer Detect(PresenceColumn column)
    {
        _found.Clear();
        foreach (ref readonly var entry in column.Entries)
        {
            if (entry.Kind is MessageKind.Tick or MessageKind.Resumed)
            {
                Tick(in entry);
            }
            else
            {
                Hear(in entry);
            }
        }

        return _found;
    }

    /// <summary>Sets when a sensor's next rule falls due.</summary>
    public void Arm(int slot)
    {
        ref var sensor = ref slots[slot];
        var next = long.MaxValue;
        if (Watches(in sensor))
        {
            for (var i = 0; i < sensor.SilenceRules.Length; i++)
            {
                if ((sensor.SilenceRaised & (1UL << i)) == 0)
                {
                    next = Math.Min(next, DueAt(in sensor, sensor.SilenceRules[i]));
                }
            }
        }

        slots.SetDeadline(slot, next);
    }

    private void Tick(in PresenceEntry entry)
    {
        if (clock.Take(in entry).Anew)
        {
            BeginAnew(clock.NowMs);
        }

        slots.TakeDue(clock.NowMs, _due);
        foreach (var slot in _due)
        {
            Raise(slot, entry.Message);
            Arm(slot);
        }

        _due.Clear();
    }

    /// <summary>Gives every sensor its time anew. A receipt that lies ahead of the clock came before it, and counts as of
    /// this instant.</summary>
    private void BeginAnew(long nowMs)
    {
        for (var slot = 0; slot < slots.Count; slot++)
        {
            ref var sensor = ref slots[slot];
            if (sensor.LastReceivedMs > nowMs)
            {
                sensor.LastReceivedMs = nowMs;
                markDirty(slot);
            }

            Arm(slot);
        }
    }

    private void Raise(int slot, int message)
    {
        ref var sensor = ref slots[slot];
        if (!Watches(in sensor))
        {
            return;
        }

        for (var i = 0; i < sensor.SilenceRules.Length; i++)
        {
            var rule = sensor.SilenceRules[i];
            var dueAt = DueAt(in sensor, rule);
            if ((sensor.SilenceRaised & (1UL << i)) == 0 && dueAt <= clock.NowMs)
            {
                sensor.SilenceRaised |= 1UL << i;
                markDirty(slot);
                _found.Add(message, -1, rule, rule.Finding(FindingTransition.Raised, sensor.Address, property: null, dueAt, clock.NowMs) with
                {
                    LastedMs = clock.NowMs - sensor.LastReceivedMs,
                });
            }
        }
    }

    private void Hear(in PresenceEntry entry)
    {
        ref var sensor = ref slots[entry.Slot];
        var before = sensor.LastReceivedMs;
        if (sensor.SilenceRaised != 0)
        {
            Clear(ref sensor, in entry);
        }

        // The time from a resumption or a correction on is no interval between two receipts.
        if (before != Series.Never && before > clock.ResumedAtMs && entry.AtMs >= before)
        {
            Learn(ref sensor, entry.AtMs - before);
        }

        // Receipts are in the log in the order of receipt. One stamped just before the clock was set back may come after
        // the tick that says so; the sensor's next one puts it right.
        sensor.LastReceivedMs = PartitionClock.IsSetBack(before, entry.AtMs) ? entry.AtMs : Math.Max(before, entry.AtMs);
        Arm(entry.Slot);
        markDirty(entry.Slot);
    }

    private void Clear(ref SensorSlot sensor, in PresenceEntry entry)
    {
        for (var raised = sensor.SilenceRaised; raised != 0; raised &= raised - 1)
        {
            var rule = sensor.SilenceRules[BitOperations.TrailingZeroCount(raised)];
            _found.Add(entry.Message, -1, rule, rule.Finding(FindingTransition.Cleared, sensor.Address, property: null, entry.AtMs, entry.AtMs) with
            {
                LastedMs = Math.Max(0, entry.AtMs - sensor.LastReceivedMs),
            });
        }

        sensor.SilenceRaised = 0;
    }

    private void Learn(ref SensorSlot sensor, double elapsedMs)
    {
        double usual = Math.Max(sensor.ReceiveIntervalMs, _defaultPeriodMs);
        sensor.ReceiveIntervalMs = (float)(usual + (SlowerRate * (Math.Min(elapsedMs, LongestStep * usual) - usual)));
    }

    private bool Watches(in SensorSlot sensor) =>
        sensor.LastReceivedMs != Series.Never && (sensor.Definition is not null || options.SilenceOfUnregistered);

    private long DueAt(in SensorSlot sensor, CompiledRule rule)
    {
        var period = sensor.Definition is { } registered
            ? registered.Period.TotalMilliseconds
            : Math.Max(_defaultPeriodMs, sensor.ReceiveIntervalMs);
        return Math.Max(sensor.LastReceivedMs, clock.ResumedAtMs) + (long)(rule.Factor * period);
    }
}
