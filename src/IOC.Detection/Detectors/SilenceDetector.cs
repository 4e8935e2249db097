using System.Numerics;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Nothing received from a sensor for the rule's factor of its period, by the clock of the ticks. Readings, late and
/// redelivered ones too, and births count as received; an announced end (the will) does not, nor does it raise at once:
/// on a bad network wills come and go, and the map shows the sensor as offline anyway. A sensor never heard of is not
/// silent. After a resumption every sensor has its time anew, because nothing could be received before it.
/// </summary>
/// <remarks>
/// <para>The race: who is received up to and at the very instant of the deadline has reported in time. A message is stamped when it
/// is received and stands in the log a little later, maybe behind a tick with a later time; so a tick finds a sensor overdue
/// only some time after the deadline (<see cref="DetectionOptions.SilenceGrace"/>), when whatever was received in time stands in the log.</para>
/// <para>A property is silent when its sensor reports and it does not come; when the sensor itself is overdue, that is what counts,
/// and the property has its time anew when the sensor is back.</para>
/// <para>Gateways: see <see cref="Gateway"/> and docs/detection.md.</para>
/// </remarks>
internal sealed partial class SilenceDetector(SensorSlots slots, PartitionClock clock, DetectionOptions options, Action<int> markDirty)
{
    private const double SlowerRate = 0.2;
    private const double LongestStep = 4;
    private readonly FindingBuffer _found = new();
    private readonly List<int> _due = [];
    private readonly long _defaultPeriodMs = (long)options.DefaultPeriod.TotalMilliseconds;
    private readonly long _graceMs = (long)options.SilenceGrace.TotalMilliseconds;

    public FindingBuffer Detect(PresenceColumn column)
    {
        _found.Clear();
        foreach (ref readonly var entry in column.Entries)
        {
            if (entry.Kind is MessageKind.Tick or MessageKind.Resumed)
            {
                Tick(in entry);
            }
            else if (entry.Property is { } property)
            {
                HearProperty(property, in entry);
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
        if (Watches(in sensor) && sensor.Gateway is not { Raised: not null })
        {
            for (var i = 0; i < sensor.SilenceRules.Length; i++)
            {
                if ((sensor.SilenceRaised & (1UL << i)) == 0)
                {
                    next = Math.Min(next, DueAt(in sensor, sensor.SilenceRules[i]));
                }
            }

            next = sensor.WatchesProperties ? Math.Min(next, NextOfProperties(in sensor)) : next;
        }

        slots.SetDeadline(slot, next == long.MaxValue ? next : Tell(next));
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
            Judge(slot, entry.Message);
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

            if (sensor.Gateway is { } gateway)
            {
                gateway.BackAtMs = Math.Min(gateway.BackAtMs, nowMs);
            }

            BeginPropertiesAnew(slot, nowMs);
            Arm(slot);
        }
    }

    private void Judge(int slot, int message)
    {
        ref var sensor = ref slots[slot];
        if (!Watches(in sensor) || sensor.Gateway is { Raised: not null })
        {
            return;
        }

        var waits = false;
        if (sensor.Gateway is not { } gateway || !TryRaise(gateway, message))
        {
            waits = Raise(slot, message);
            if (sensor.WatchesProperties)
            {
                RaiseProperties(slot, message);
            }
        }

        Arm(slot);
        if (waits)
        {
            // Asked again at every tick: what it waits for is not a time.
            slots.SetDeadline(slot, clock.NowMs + 1);
        }
    }

    /// <summary>Raises what is due. True when something due has to wait for a word from the gateway.</summary>
    private bool Raise(int slot, int message)
    {
        ref var sensor = ref slots[slot];
        var waits = false;
        for (var i = 0; i < sensor.SilenceRules.Length; i++)
        {
            var rule = sensor.SilenceRules[i];
            var dueAt = DueAt(in sensor, rule);
            if ((sensor.SilenceRaised & (1UL << i)) != 0 || Tell(dueAt) > clock.NowMs || !rule.IsInForce(dueAt))
            {
                continue;
            }

            if (MayBeTheGateway(slot, rule, dueAt))
            {
                waits = true;
                continue;
            }

            sensor.SilenceRaised |= 1UL << i;
            markDirty(slot);
            _found.Add(message, -1, rule, rule.Finding(FindingTransition.Raised, sensor.Address, property: null, dueAt, clock.NowMs) with
            {
                LastedMs = clock.NowMs - sensor.LastReceivedMs,
            });
        }

        return waits;
    }

    private void Hear(in PresenceEntry entry)
    {
        ref var sensor = ref slots[entry.Slot];
        var before = sensor.LastReceivedMs;
        if (sensor.SilenceRaised != 0)
        {
            Clear(ref sensor, entry.Message, entry.AtMs);
        }

        if (sensor.Gateway is { } gateway)
        {
            HearGateway(gateway, in entry);
        }

        // The time from a resumption or a correction on is no interval between two receipts.
        if (before != Series.Never && before > clock.ResumedAtMs && entry.AtMs >= before)
        {
            Learn(ref sensor, entry.AtMs - before);
        }

        if (sensor.WatchesProperties)
        {
            GiveTime(in sensor, before, entry.AtMs);
        }

        // Receipts are in the log in the order of receipt. One stamped just before the clock was set back may come after
        // the tick that says so; the sensor's next one puts it right.
        sensor.LastReceivedMs = PartitionClock.IsSetBack(before, entry.AtMs) ? entry.AtMs : Math.Max(before, entry.AtMs);
        Arm(entry.Slot);
        markDirty(entry.Slot);
    }

    private void Clear(ref SensorSlot sensor, int message, long atMs)
    {
        for (var raised = sensor.SilenceRaised; raised != 0; raised &= raised - 1)
        {
            var rule = sensor.SilenceRules[BitOperations.TrailingZeroCount(raised)];
            _found.Add(message, -1, rule, rule.Finding(FindingTransition.Cleared, sensor.Address, property: null, atMs, atMs) with
            {
                LastedMs = Math.Max(0, atMs - sensor.LastReceivedMs),
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

    /// <summary>From when on a tick may say that a deadline has passed.</summary>
    private long Tell(long dueAtMs) => dueAtMs + Math.Max(1, _graceMs);

    private long DueAt(in SensorSlot sensor, CompiledRule rule) => Since(in sensor, sensor.LastReceivedMs) + Allowance(in sensor, rule);

    /// <summary>From when on silence counts: nobody could be heard before a resumption, nor while the gateway was silent.</summary>
    private long Since(in SensorSlot sensor, long heardMs) =>
        Math.Max(Math.Max(heardMs, clock.ResumedAtMs), sensor.Gateway?.BackAtMs ?? Series.Never);

    private long Allowance(in SensorSlot sensor, CompiledRule rule)
    {
        var period = sensor.Definition is { } registered
            ? registered.Period.TotalMilliseconds
            : Math.Max(_defaultPeriodMs, sensor.ReceiveIntervalMs);
        return (long)(rule.Factor * period);
    }
}
