using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using IOC.Ingest.Decoding;
using IOC.Telemetry;

namespace IOC.Ingest.Log;

/// <summary>
/// Writes messages into a batch under construction. Hot path: it runs under its partition's lock, so it only copies. Names
/// are written where they first occur; which of them the batch has already is kept in arrays indexed by ordinal and
/// stamped with the batch's number, so that a new batch costs nothing to begin, whether of one message or of 20,000.
/// </summary>
internal sealed class BatchEncoder
{
    private const int InitialCapacity = 16 * 1024;
    private const int MaxMessageHead = 256;
    private const int MaxValue = 96;

    private byte[] _buffer = new byte[InitialCapacity];
    private int _length;
    private long _previousReceived;

    /// <summary>By sensor ordinal: stamp in the upper half, index in the batch in the lower.</summary>
    private long[] _sensors = new long[256];
    private int _sensorCount;

    /// <summary>By property index * 16 + scale: likewise.</summary>
    private long[] _columns = new long[1024];
    private int _columnCount;
    private int _stamp;

    /// <summary>Makes an encoder with an empty batch.</summary>
    public BatchEncoder() => Begin();

    /// <summary>Number of messages in the batch.</summary>
    public int Messages { get; private set; }

    /// <summary>Number of values in the batch.</summary>
    public int Values { get; private set; }

    /// <summary>Bytes of the batch so far.</summary>
    public int Length => _length;

    /// <summary>Earliest and latest time of receipt in the batch.</summary>
    public (long First, long Last) Received { get; private set; }

    /// <summary>Takes the batch out and begins another in the buffer given.</summary>
    /// <returns>The buffer with the batch, to be finished by <see cref="Seal"/>.</returns>
    public byte[] Swap(byte[] empty)
    {
        var full = _buffer;
        _buffer = empty;
        Begin();
        return full;
    }

    /// <summary>Completes a batch that was taken out: trailer and exact size.</summary>
    public static byte[] Seal(byte[] buffer, int length, int messages)
    {
        var batch = GC.AllocateUninitializedArray<byte>(length + BatchFormat.TrailerLength);
        buffer.AsSpan(0, length).CopyTo(batch);
        BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(length), messages);
        BinaryPrimitives.WriteUInt32LittleEndian(batch.AsSpan(length + 4), BatchFormat.Checksum(batch.AsSpan(0, length + 4)));
        return batch;
    }

    /// <summary>Adds all messages of a payload.</summary>
    public void AddReadings(SensorAddress sensor, ReadingBuffer readings, long receivedAt, PropertyCatalogue properties) =>
        AddReadings(sensor, readings, 0, readings.MessageCount, receivedAt, properties);

    /// <summary>Adds messages of a payload.</summary>
    public void AddReadings(SensorAddress sensor, ReadingBuffer readings, int first, int count, long receivedAt, PropertyCatalogue properties)
    {
        var values = readings.Values;
        foreach (ref readonly var message in readings.Messages.Slice(first, count))
        {
            Reserve(MaxMessageHead + (message.ValueCount * MaxValue));
            ref var start = ref MemoryMarshal.GetArrayDataReference(_buffer);
            var flags = (int)MessageKind.Readings | (message.HasQualities ? BatchFormat.Qualities : 0);
            var at = Head(ref start, flags, sensor, message.MeasuredAtMs, receivedAt);
            at = Varint(ref start, at, (uint)message.ValueCount);
            foreach (ref readonly var value in values.Slice(message.FirstValue, message.ValueCount))
            {
                at = Value(ref start, at, in value, message.HasQualities, properties);
            }

            _length = at;
            Values += message.ValueCount;
        }
    }

    /// <summary>Adds a message without values.</summary>
    public void Add(MessageKind kind, SensorAddress? sensor, bool online, long at)
    {
        Reserve(MaxMessageHead);
        ref var start = ref MemoryMarshal.GetArrayDataReference(_buffer);
        _length = Head(ref start, (int)kind | (online ? BatchFormat.Online : 0), sensor, at, at);
    }

    private void Begin()
    {
        BatchFormat.Magic.CopyTo(_buffer);
        _buffer[4] = BatchFormat.Version;
        _length = BatchFormat.HeaderLength;
        _previousReceived = 0;
        _sensorCount = 0;
        _columnCount = 0;
        Messages = 0;
        Values = 0;
        Received = default;
        if (++_stamp == int.MaxValue)
        {
            Array.Clear(_sensors);
            Array.Clear(_columns);
            _stamp = 1;
        }
    }

    private int Head(ref byte start, int flags, SensorAddress? sensor, long measuredAt, long receivedAt)
    {
        var at = _length;
        Received = Messages++ == 0 ? (receivedAt, receivedAt) : (Math.Min(Received.First, receivedAt), Math.Max(Received.Last, receivedAt));
        flags |= measuredAt == receivedAt ? BatchFormat.MeasuredAtReceipt : 0;
        Unsafe.Add(ref start, at++) = (byte)flags;
        at = Varint(ref start, at, ZigZag(receivedAt - _previousReceived));
        _previousReceived = receivedAt;
        if (measuredAt != receivedAt)
        {
            at = Varint(ref start, at, ZigZag(receivedAt - measuredAt));
        }

        return sensor is null ? at : Sensor(ref start, at, sensor);
    }

    private int Sensor(ref byte start, int at, SensorAddress sensor)
    {
        if (sensor.Ordinal >= _sensors.Length)
        {
            Array.Resize(ref _sensors, Math.Max(sensor.Ordinal + 1, _sensors.Length * 2));
        }

        ref var known = ref _sensors[sensor.Ordinal];
        if (known >> 32 == _stamp)
        {
            return Varint(ref start, at, (uint)known);
        }

        known = ((long)_stamp << 32) | (uint)_sensorCount;
        at = Varint(ref start, at, (uint)_sensorCount++);
        return Name(ref start, at, sensor.Path);
    }

    private int Value(ref byte start, int at, in BufferedValue value, bool qualities, PropertyCatalogue properties)
    {
        var key = (value.Property << 4) | value.Scale;
        if (key >= _columns.Length)
        {
            Array.Resize(ref _columns, Math.Max(key + 1, _columns.Length * 2));
        }

        ref var known = ref _columns[key];
        if (known >> 32 == _stamp)
        {
            at = Varint(ref start, at, (uint)known);
        }
        else
        {
            known = ((long)_stamp << 32) | (uint)_columnCount;
            at = Varint(ref start, at, (uint)_columnCount++);
            at = Name(ref start, at, properties[value.Property].Code);
            Unsafe.Add(ref start, at++) = value.Scale;
        }

        if (value.Scale == DecimalNumber.Raw)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, at), BitConverter.IsLittleEndian ? value.Mantissa : BinaryPrimitives.ReverseEndianness(value.Mantissa));
            at += 8;
        }
        else
        {
            at = Varint(ref start, at, ZigZag(value.Mantissa));
        }

        if (qualities)
        {
            Unsafe.Add(ref start, at++) = (byte)value.Quality;
        }

        return at;
    }

    /// <summary>Length (one byte: names are made of slugs) and ASCII bytes.</summary>
    private int Name(ref byte start, int at, string name)
    {
        Unsafe.Add(ref start, at++) = (byte)name.Length;
        return at + Encoding.ASCII.GetBytes(name, _buffer.AsSpan(at));
    }

    /// <summary>LEB128. The caller has reserved the room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Varint(ref byte start, int at, ulong number)
    {
        while (number >= 0x80)
        {
            Unsafe.Add(ref start, at++) = (byte)(number | 0x80);
            number >>= 7;
        }

        Unsafe.Add(ref start, at++) = (byte)number;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ZigZag(long number) => (ulong)((number << 1) ^ (number >> 63));

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
        }
    }
}
