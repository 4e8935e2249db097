using System.Buffers.Binary;
using IOC.Ingest.Decoding;
using IOC.Telemetry;

namespace IOC.Ingest.Log;

/// <summary>Reads a stored batch. Reusable, not safe for several threads.</summary>
internal sealed class BatchDecoder
{
    private SensorAddress[] _sensors = new SensorAddress[256];
    private (int Property, byte Scale)[] _columns = new (int, byte)[64];

    /// <summary>Decodes a batch.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="addresses">Where its sensors are looked up.</param>
    /// <param name="properties">Catalogue that the values' indices shall refer to.</param>
    /// <param name="into">Reset to the batch's partition and offset; filled.</param>
    /// <returns>Number of values left out because the catalogue has no such property (any more).</returns>
    /// <exception cref="CorruptBatchException">The bytes are not a batch.</exception>
    public int Decode(ReadOnlySpan<byte> bytes, AddressBook addresses, PropertyCatalogue properties, TelemetryBatch into)
    {
        var reader = new Reader(Body(bytes, into), into.Partition, into.Offset);
        var expected = BinaryPrimitives.ReadInt32LittleEndian(bytes[^BatchFormat.TrailerLength..]);
        var received = 0L;
        var sensors = 0;
        var columns = 0;
        var unknown = 0;
        while (!reader.AtEnd)
        {
            var head = reader.Byte();
            if ((head & BatchFormat.ReservedMask) != 0)
            {
                throw reader.Corrupt($"a message begins with 0x{head:x2}");
            }

            received += reader.ZigZag();
            var measured = (head & BatchFormat.MeasuredAtReceipt) != 0 ? received : received - reader.ZigZag();
            var kind = (MessageKind)(head & BatchFormat.KindMask);
            var sensor = kind is MessageKind.Readings or MessageKind.Status ? Sensor(ref reader, ref sensors, addresses) : null;
            if (kind != MessageKind.Readings)
            {
                into.Add(kind, sensor, measured, received, (head & BatchFormat.Online) != 0);
                continue;
            }

            into.BeginReadings(sensor!, measured, received);
            for (var left = reader.Count(); left > 0; left--)
            {
                unknown += Value(ref reader, ref columns, (head & BatchFormat.Qualities) != 0, properties, into);
            }
        }

        return into.MessageCount == expected ? unknown : throw reader.Corrupt($"{into.MessageCount} messages where {expected} were written");
    }

    private static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> bytes, TelemetryBatch into)
    {
        if (bytes.Length < BatchFormat.HeaderLength + BatchFormat.TrailerLength || !bytes.StartsWith(BatchFormat.Magic))
        {
            throw new CorruptBatchException(into.Partition, into.Offset, "not a batch of readings");
        }

        if (bytes[4] != BatchFormat.Version)
        {
            throw new CorruptBatchException(into.Partition, into.Offset, $"format version {bytes[4]}, but this program knows only {BatchFormat.Version}");
        }

        if (BatchFormat.Checksum(bytes[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]))
        {
            throw new CorruptBatchException(into.Partition, into.Offset, "the checksum does not match");
        }

        return bytes[BatchFormat.HeaderLength..^BatchFormat.TrailerLength];
    }

    private SensorAddress Sensor(ref Reader reader, ref int count, AddressBook addresses)
    {
        var index = reader.Count();
        if (index < count)
        {
            return _sensors[index];
        }

        if (index > count)
        {
            throw reader.Corrupt($"sensor {index} is used before it is named");
        }

        if (count == _sensors.Length)
        {
            Array.Resize(ref _sensors, count * 2);
        }

        try
        {
            return _sensors[count++] = addresses.GetOrAdd(reader.Name());
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw reader.Corrupt(e.Message.TrimEnd('.'));
        }
    }

    private int Value(ref Reader reader, ref int count, bool qualities, PropertyCatalogue properties, TelemetryBatch into)
    {
        var index = reader.Count();
        if (index == count)
        {
            DefineColumn(ref reader, ref count, properties);
        }
        else if (index > count)
        {
            throw reader.Corrupt($"column {index} is used before it is named");
        }

        var (property, scale) = _columns[index];
        var mantissa = scale == DecimalNumber.Raw ? reader.Int64() : reader.ZigZag();
        var quality = qualities ? (Quality)reader.Byte() : Quality.Ok;
        if (quality > Quality.Implausible || (scale == DecimalNumber.Raw && !double.IsFinite(BitConverter.Int64BitsToDouble(mantissa))))
        {
            throw reader.Corrupt("a value is no finite number of a known quality");
        }

        if (property < 0)
        {
            return 1;
        }

        into.AddValue(property, quality, DecimalNumber.ToDouble(mantissa, scale));
        return 0;
    }

    private void DefineColumn(ref Reader reader, ref int count, PropertyCatalogue properties)
    {
        var code = System.Text.Encoding.ASCII.GetString(reader.Name());
        var scale = reader.Byte();
        if (scale > DecimalNumber.Raw)
        {
            throw reader.Corrupt($"scale {scale}");
        }

        if (count == _columns.Length)
        {
            Array.Resize(ref _columns, count * 2);
        }

        _columns[count++] = (properties.TryGetIndex(code, out var property) ? property : -1, scale);
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes, int partition, long offset)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public readonly bool AtEnd => _at == _bytes.Length;

        public byte Byte() => _at < _bytes.Length ? _bytes[_at++] : throw Corrupt("it ends within a message");

        public long ZigZag()
        {
            var number = Varint();
            return (long)(number >> 1) ^ -(long)(number & 1);
        }

        public int Count()
        {
            var number = Varint();
            return number <= int.MaxValue ? (int)number : throw Corrupt("a count is too large");
        }

        public long Int64()
        {
            var number = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
            return number;
        }

        public ReadOnlySpan<byte> Name() => Take(Byte());

        public readonly CorruptBatchException Corrupt(string what) => new(partition, offset, what);

        private ReadOnlySpan<byte> Take(int length)
        {
            if (_bytes.Length - _at < length)
            {
                throw Corrupt("it ends within a message");
            }

            _at += length;
            return _bytes.Slice(_at - length, length);
        }

        private ulong Varint()
        {
            var number = 0UL;
            for (var shift = 0; shift < 64; shift += 7)
            {
                var b = Byte();
                number |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80)
                {
                    return number;
                }
            }

            throw Corrupt("a number is too long");
        }
    }
}
