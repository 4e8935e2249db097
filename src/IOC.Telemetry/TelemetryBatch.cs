namespace IOC.Telemetry;

/// <summary>What a message in the log is. The numbers are stored: never renumber.</summary>
public enum MessageKind : byte
{
    /// <summary>Readings of one sensor at one instant.</summary>
    Readings = 0,

    /// <summary>A sensor's birth or will: it went online or offline.</summary>
    Status = 1,

    /// <summary>The passing of time: about one a second and partition while the host runs. Timers run on ticks, so that
    /// a replay of the log ends in the state that the first run had.</summary>
    Tick = 2,

    /// <summary>The first tick after a start: nothing could be received since the tick before it, so silence in between
    /// says nothing about a sensor.</summary>
    Resumed = 3,
}

/// <summary>One message of a <see cref="TelemetryBatch"/>. Times are Unix milliseconds, UTC.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Sensor">The sender; null for ticks.</param>
/// <param name="MeasuredAtMs">Time of measurement; for ticks, the host's time.</param>
/// <param name="ReceivedAtMs">Time of receipt by the host's clock.</param>
/// <param name="FirstValue">Index of its first value in <see cref="TelemetryBatch.Values"/>.</param>
/// <param name="ValueCount">Number of its values; 0 unless <see cref="MessageKind.Readings"/>.</param>
/// <param name="Online">For <see cref="MessageKind.Status"/>: online (true) or offline.</param>
public record struct TelemetryMessage(
    MessageKind Kind, SensorAddress? Sensor, long MeasuredAtMs, long ReceivedAtMs, int FirstValue, int ValueCount, bool Online)
{
    /// <summary>Number of its values. Counted up in place while the batch is filled: copying the whole message for every
    /// value was a tenth of the cost of reading the log.</summary>
    public int ValueCount { get; internal set; } = ValueCount;
}

/// <summary>One value of a message.</summary>
/// <param name="Property">Index in the <see cref="PropertyCatalogue"/>.</param>
/// <param name="Quality">Trust in the value.</param>
/// <param name="Value">Finite number in the property's unit.</param>
public readonly record struct TelemetryValue(int Property, Quality Quality, double Value);

/// <summary>
/// A decoded batch of the reading log: the one form in which grains, detection and history take their input.
/// Reusable; not safe for several threads. Spans are valid until the next <see cref="Reset"/>.
/// </summary>
public sealed class TelemetryBatch
{
    private TelemetryMessage[] _messages = new TelemetryMessage[256];
    private TelemetryValue[] _values = new TelemetryValue[1024];

    /// <summary>Log partition that it belongs to.</summary>
    public int Partition { get; private set; }

    /// <summary>Position in its partition; strictly rising, from 1.</summary>
    public long Offset { get; private set; }

    /// <summary>Number of messages.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Number of values over all messages.</summary>
    public int ValueCount { get; private set; }

    /// <summary>The messages, in log order.</summary>
    public ReadOnlySpan<TelemetryMessage> Messages => _messages.AsSpan(0, MessageCount);

    /// <summary>All values; a message's own are <c>Values.Slice(FirstValue, ValueCount)</c>.</summary>
    public ReadOnlySpan<TelemetryValue> Values => _values.AsSpan(0, ValueCount);

    /// <summary>A message's values.</summary>
    public ReadOnlySpan<TelemetryValue> ValuesOf(in TelemetryMessage message) =>
        _values.AsSpan(message.FirstValue, message.ValueCount);

    /// <summary>Empties it for another batch.</summary>
    public void Reset(int partition, long offset)
    {
        Partition = partition;
        Offset = offset;
        MessageCount = 0;
        ValueCount = 0;
    }

    /// <summary>Adds a message that has no values (status or tick).</summary>
    public void Add(MessageKind kind, SensorAddress? sensor, long measuredAtMs, long receivedAtMs, bool online = false) =>
        Push(new TelemetryMessage(kind, sensor, measuredAtMs, receivedAtMs, ValueCount, 0, online));

    /// <summary>Begins a readings message; <see cref="AddValue"/> adds its values.</summary>
    public void BeginReadings(SensorAddress sensor, long measuredAtMs, long receivedAtMs) =>
        Push(new TelemetryMessage(MessageKind.Readings, sensor, measuredAtMs, receivedAtMs, ValueCount, 0, false));

    /// <summary>Adds a value to the message begun last.</summary>
    public void AddValue(int property, Quality quality, double value)
    {
        if (ValueCount == _values.Length)
        {
            Array.Resize(ref _values, _values.Length * 2);
        }

        _values[ValueCount++] = new TelemetryValue(property, quality, value);
        _messages[MessageCount - 1].ValueCount++;
    }

    private void Push(in TelemetryMessage message)
    {
        if (MessageCount == _messages.Length)
        {
            Array.Resize(ref _messages, _messages.Length * 2);
        }

        _messages[MessageCount++] = message;
    }
}
