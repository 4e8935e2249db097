using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>What a turn changed, so that the host knows what to save, show and pass on.</summary>
[Flags]
public enum SensorEffects
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Something worth saving.</summary>
    State = 1,

    /// <summary>Something that people and the district see.</summary>
    View = 2,
}

/// <summary>
/// A sensor's current state and its transitions. Pure: what a turn does follows from the state, the input and the time
/// given; nothing is read from anywhere else. State is changed in place.
/// </summary>
/// <remarks>
/// <para>A value replaces another only when it was measured later: late readings are history's. A reading with the
/// measured-at of the current value is a redelivery and changes no value; like any receipt it is a sign of life.</para>
/// <para>A value measured well after a reading was received is of a clock that was ahead and was corrected: the reading replaces it.</para>
/// <para>An announced end (the will) is no receipt: the time of the last sign of life stays.</para>
/// </remarks>
public sealed class SensorGrain
{
    /// <summary>Stands for "never" in times.</summary>
    public const long Never = long.MinValue;

    private SensorValue[] _values = [];
    private int _count;

    /// <summary>Whether the sensor is there.</summary>
    public SensorPresence Presence { get; private set; }

    /// <summary>Newest measured-at over all properties, Unix ms; <see cref="Never"/> when there is none.</summary>
    public long MeasuredAtMs { get; private set; } = Never;

    /// <summary>Newest received-at of a reading or birth, Unix ms; <see cref="Never"/> when there is none. Goes back only
    /// when the host's clock does.</summary>
    public long ReceivedAtMs { get; private set; } = Never;

    /// <summary>Newest value per property, in order of first sight.</summary>
    public ReadOnlySpan<SensorValue> Values => _values.AsSpan(0, _count);

    /// <summary>Worst quality among the current values.</summary>
    public Quality Quality => Worst(Values);

    /// <summary>Takes readings.</summary>
    /// <param name="message">The message; kind <see cref="MessageKind.Readings"/>.</param>
    /// <param name="values">Its values.</param>
    /// <param name="staleMs">Age of the newest measurement, in ms, from which on the sensor is stale.</param>
    public SensorEffects Receive(in TelemetryMessage message, ReadOnlySpan<TelemetryValue> values, long staleMs)
    {
        var seen = SensorEffects.State;
        Hear(message.ReceivedAtMs);
        var measured = message.MeasuredAtMs;
        for (var i = 0; i < values.Length; i++)
        {
            seen |= Take(in values[i], measured, message.ReceivedAtMs, i);
        }

        MeasuredAtMs = CorrectedClock.WasAhead(MeasuredAtMs, message.ReceivedAtMs) ? measured : Math.Max(MeasuredAtMs, measured);
        var presence = ReceivedAtMs - MeasuredAtMs >= staleMs ? SensorPresence.Stale : SensorPresence.Online;
        return seen | Become(presence);
    }

    /// <summary>Takes a birth or a will.</summary>
    /// <param name="online">True for a birth.</param>
    /// <param name="receivedAtMs">Time of receipt, Unix ms.</param>
    public SensorEffects Announce(bool online, long receivedAtMs)
    {
        if (!online)
        {
            return Presence == SensorPresence.Offline ? SensorEffects.None : Become(SensorPresence.Offline);
        }

        Hear(receivedAtMs);
        return Become(SensorPresence.Online) | SensorEffects.State | SensorEffects.View;
    }

    /// <summary>Takes the passing of time: an online sensor may become stale, and either may become silent.</summary>
    /// <param name="nowMs">Time of the tick, Unix ms.</param>
    /// <param name="resumedAtMs">Time since when the host runs without a break: no age counts from before it.</param>
    /// <param name="staleMs">Age of the newest measurement from which on the sensor is stale.</param>
    /// <param name="silentMs">Time without receipt from which on it is silent.</param>
    public SensorEffects Wake(long nowMs, long resumedAtMs, long staleMs, long silentMs)
    {
        if (Presence is not (SensorPresence.Online or SensorPresence.Stale))
        {
            return SensorEffects.None;
        }

        if (nowMs >= Math.Max(ReceivedAtMs, resumedAtMs) + silentMs)
        {
            return Become(SensorPresence.Silent);
        }

        return MeasuredAtMs != Never && nowMs >= Math.Max(MeasuredAtMs, resumedAtMs) + staleMs
            ? Become(SensorPresence.Stale)
            : SensorEffects.None;
    }

    /// <summary>Takes that the host's clock begins anew: a receipt that lies ahead of it came before it, and counts as of
    /// this instant.</summary>
    /// <param name="nowMs">Time by the clock from now on, Unix ms.</param>
    public SensorEffects BeginAnew(long nowMs)
    {
        if (ReceivedAtMs <= nowMs)
        {
            return SensorEffects.None;
        }

        ReceivedAtMs = nowMs;
        return SensorEffects.State | SensorEffects.View;
    }

    /// <summary>When <see cref="Wake"/> has something to do next, Unix ms; <see cref="long.MaxValue"/> for never.</summary>
    public static long Deadline(SensorPresence presence, long measuredAtMs, long receivedAtMs, long resumedAtMs, long staleMs, long silentMs)
    {
        if (presence is not (SensorPresence.Online or SensorPresence.Stale))
        {
            return long.MaxValue;
        }

        var silentAt = Math.Max(receivedAtMs, resumedAtMs) + silentMs;
        return presence == SensorPresence.Stale || measuredAtMs == Never
            ? silentAt
            : Math.Min(silentAt, Math.Max(measuredAtMs, resumedAtMs) + staleMs);
    }

    /// <summary>The worst quality among values.</summary>
    public static Quality Worst(ReadOnlySpan<SensorValue> values)
    {
        var worst = Quality.Ok;
        foreach (ref readonly var value in values)
        {
            worst = value.Quality > worst ? value.Quality : worst;
        }

        return worst;
    }

    /// <summary>Moves values to the indices of another catalogue; a property that is gone takes its value with it.</summary>
    /// <param name="map">New index by old index; -1 = gone.</param>
    internal void Renumber(ReadOnlySpan<int> map) => _count = Renumber(_values, _count, map);

    internal static int Renumber(SensorValue[] values, int count, ReadOnlySpan<int> map)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            var index = map[values[i].Property];
            if (index >= 0)
            {
                values[kept++] = values[i] with { Property = index };
            }
        }

        return kept;
    }

    internal static SensorGrain Restore(SensorPresence presence, long measuredAtMs, long receivedAtMs, SensorValue[] values) => new()
    {
        Presence = presence,
        MeasuredAtMs = measuredAtMs,
        ReceivedAtMs = receivedAtMs,
        _values = values,
        _count = values.Length,
    };

    private SensorEffects Take(in TelemetryValue value, long measuredAtMs, long receivedAtMs, int position)
    {
        // Devices send their properties in the same order every time: the first guess is nearly always right.
        var at = position < _count && _values[position].Property == value.Property ? position : Find(value.Property);
        if (at < 0)
        {
            Add(new SensorValue(value.Property, value.Quality, value.Value, measuredAtMs));
            return SensorEffects.View;
        }

        ref var current = ref _values[at];
        if (measuredAtMs > current.MeasuredAtMs || CorrectedClock.WasAhead(current.MeasuredAtMs, receivedAtMs))
        {
            current = new SensorValue(value.Property, value.Quality, value.Value, measuredAtMs);
            return SensorEffects.View;
        }

        // Late (not a redelivery of what is shown): no value changes, but the time of receipt that people see does.
        return measuredAtMs < current.MeasuredAtMs ? SensorEffects.View : SensorEffects.None;
    }

    // Receipts are in the log in the order of receipt. One stamped just before the clock was set back may come after the
    // tick that says so; the sensor's next one puts it right.
    private void Hear(long receivedAtMs) => ReceivedAtMs = PartitionClock.IsSetBack(ReceivedAtMs, receivedAtMs)
        ? receivedAtMs
        : Math.Max(ReceivedAtMs, receivedAtMs);

    private SensorEffects Become(SensorPresence presence)
    {
        if (Presence == presence)
        {
            return SensorEffects.None;
        }

        Presence = presence;
        return SensorEffects.State | SensorEffects.View;
    }

    private int Find(int property)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_values[i].Property == property)
            {
                return i;
            }
        }

        return -1;
    }

    private void Add(SensorValue value)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, Math.Max(4, _count * 2));
        }

        _values[_count++] = value;
    }
}
