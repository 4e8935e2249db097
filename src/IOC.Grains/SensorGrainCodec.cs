using System.Buffers.Binary;
using System.Text;
using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>
/// Bytes of a sensor grain's state. Version 1, little-endian: version (1), presence (1), measured-at (8), received-at
/// (8), number of values (2), then per value: length of the code (1), code (ASCII), quality (1), measured-at (8), value
/// (8, IEEE 754). Properties are stored by code, because indices hold for one catalogue only.
/// </summary>
internal static class SensorGrainCodec
{
    private const byte Version = 1;
    private const int HeaderLength = 20;
    private const int ValueLength = 18;

    public static byte[] Encode(SensorGrain grain, PropertyCatalogue properties)
    {
        var length = HeaderLength;
        foreach (ref readonly var value in grain.Values)
        {
            length += ValueLength + properties[value.Property].Code.Length;
        }

        var bytes = new byte[length];
        bytes[0] = Version;
        bytes[1] = (byte)grain.Presence;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(2), grain.MeasuredAtMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(10), grain.ReceivedAtMs);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(18), (ushort)grain.Values.Length);
        var rest = bytes.AsSpan(HeaderLength);
        foreach (ref readonly var value in grain.Values)
        {
            var code = Encoding.ASCII.GetBytes(properties[value.Property].Code, rest[1..]);
            rest[0] = (byte)code;
            rest = rest[(1 + code)..];
            rest[0] = (byte)value.Quality;
            BinaryPrimitives.WriteInt64LittleEndian(rest[1..], value.MeasuredAtMs);
            BinaryPrimitives.WriteDoubleLittleEndian(rest[9..], value.Value);
            rest = rest[(ValueLength - 1)..];
        }

        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are of another version or cut short.</exception>
    public static SensorGrain Decode(ReadOnlySpan<byte> bytes, PropertyCatalogue properties)
    {
        if (bytes.Length < HeaderLength || bytes[0] != Version)
        {
            throw new InvalidDataException("The sensor state is cut short or of an unknown version.");
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]);
        var values = new List<SensorValue>(count);
        var rest = bytes[HeaderLength..];
        for (var i = 0; i < count; i++)
        {
            if (rest.Length < 1 || rest.Length < ValueLength + rest[0])
            {
                throw new InvalidDataException("The sensor state is cut short.");
            }

            var code = Encoding.ASCII.GetString(rest.Slice(1, rest[0]));
            rest = rest[(1 + code.Length)..];
            if (properties.TryGetIndex(code, out var property))
            {
                values.Add(new SensorValue(
                    property, (Quality)rest[0], BinaryPrimitives.ReadDoubleLittleEndian(rest[9..]), BinaryPrimitives.ReadInt64LittleEndian(rest[1..])));
            }

            rest = rest[(ValueLength - 1)..];
        }

        return SensorGrain.Restore(
            (SensorPresence)bytes[1], BinaryPrimitives.ReadInt64LittleEndian(bytes[2..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[10..]), [.. values]);
    }
}
