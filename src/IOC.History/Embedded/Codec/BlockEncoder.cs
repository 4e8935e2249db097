using System.Numerics;

namespace IOC.History.Embedded.Codec;

/// <summary>Encodes readings of one series into a block (docs/history-format.md). Reuses its buffers: not for several
/// threads.</summary>
internal sealed class BlockEncoder(int maxSamples)
{
    private readonly byte[] _bytes = new byte[64 + (maxSamples * 24)];
    private readonly long[] _numbers = new long[maxSamples];

    /// <summary>Scale at which all values encoded last are exact integers; <see cref="DecimalValues.NoScale"/> when there is none.</summary>
    public int Scale { get; private set; }

    /// <summary>Encodes readings; the result is valid until the next call.</summary>
    /// <param name="samples">1 or more readings in strictly rising order of time.</param>
    /// <param name="qualities">Their qualities; empty = all good.</param>
    public ReadOnlySpan<byte> Encode(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
    {
        var writer = new BlockWriter(_bytes);
        var flags = BlockFormat.WholeSeconds;
        foreach (ref readonly var sample in samples)
        {
            if (sample.AtMs % 1000 != 0)
            {
                flags = 0;
                break;
            }
        }

        var hasQualities = qualities.ContainsAnyExcept((byte)0);
        flags |= hasQualities ? BlockFormat.HasQualities : 0;
        writer.Byte(BlockFormat.Version);
        writer.Byte(0);
        writer.Varint((uint)samples.Length);
        WriteTimes(ref writer, samples, (flags & BlockFormat.WholeSeconds) != 0 ? 1000 : 1);
        if (hasQualities)
        {
            WriteQualities(ref writer, qualities);
        }

        flags |= WriteValues(ref writer, samples);
        _bytes[1] = (byte)flags;
        writer.Fixed32(BlockFormat.Checksum(writer.Written));
        return _bytes.AsSpan(0, writer.Length);
    }

    private void WriteTimes(ref BlockWriter writer, ReadOnlySpan<Sample> samples, long unit)
    {
        var before = samples[0].AtMs / unit;
        writer.Zigzag(before);
        if (samples.Length == 1)
        {
            return;
        }

        // Arithmetic wraps around on purpose: any two instants have a difference that leads back.
        var now = samples[1].AtMs / unit;
        var delta = now - before;
        writer.Zigzag(delta);
        var numbers = _numbers.AsSpan(0, samples.Length - 2);
        for (var i = 0; i < numbers.Length; i++)
        {
            before = now;
            now = samples[i + 2].AtMs / unit;
            numbers[i] = now - before - delta;
            delta = now - before;
        }

        PackedIntegers.Write(ref writer, numbers);
    }

    private static void WriteQualities(ref BlockWriter writer, ReadOnlySpan<byte> qualities)
    {
        while (!qualities.IsEmpty)
        {
            var run = qualities.IndexOfAnyExcept(qualities[0]);
            run = run < 0 ? qualities.Length : run;
            writer.Byte(qualities[0]);
            writer.Varint((uint)run);
            qualities = qualities[run..];
        }
    }

    private int WriteValues(ref BlockWriter writer, ReadOnlySpan<Sample> samples)
    {
        var numbers = _numbers.AsSpan(0, samples.Length);
        if (DecimalValues.TryScale(samples, numbers, out var scale))
        {
            Scale = scale;
            writer.Byte((byte)scale);
            writer.Zigzag(numbers[0]);
            for (var i = numbers.Length - 1; i > 0; i--)
            {
                numbers[i] -= numbers[i - 1];
            }

            PackedIntegers.Write(ref writer, numbers[1..]);
            return BlockFormat.DecimalValues;
        }

        Scale = DecimalValues.NoScale;
        if (XorValues.TryWrite(ref writer, samples))
        {
            return BlockFormat.XorValues;
        }

        foreach (ref readonly var sample in samples)
        {
            writer.Fixed64(BitConverter.DoubleToUInt64Bits(sample.Value));
        }

        return BlockFormat.RawValues;
    }
}

/// <summary>Numbers of the block format.</summary>
internal static class BlockFormat
{
    public const byte Version = 1;

    public const int ValuesMask = 0b11;
    public const int DecimalValues = 0;
    public const int XorValues = 1;
    public const int RawValues = 2;
    public const int WholeSeconds = 0b100;
    public const int HasQualities = 0b1000;
    public const int KnownFlags = 0b1111;

    /// <summary>Most readings that a block may claim to hold: what a reader makes room for.</summary>
    public const int MaxSamples = 65_536;

    /// <summary>CRC-32C (Castagnoli) as in RFC 3720.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
