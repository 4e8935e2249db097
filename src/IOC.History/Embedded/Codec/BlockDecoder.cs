using System.Buffers.Binary;

namespace IOC.History.Embedded.Codec;

/// <summary>Decodes blocks (docs/history-format.md). Reuses its buffers: not for several threads.</summary>
internal sealed class BlockDecoder
{
    private PackedBlock? _packed;
    private long[] _numbers = [];

    /// <summary>Decodes a block into a buffer, replacing what it held.</summary>
    /// <exception cref="CorruptBlockException">The bytes are no intact block of a known version.</exception>
    /// <param name="block">The block.</param>
    /// <param name="into">Takes its readings.</param>
    /// <param name="untilMs">Readings from this instant on may be left out.</param>
    public void Decode(ReadOnlySpan<byte> block, SampleBuffer into, long untilMs = long.MaxValue)
    {
        if (block.Length < 8)
        {
            throw new CorruptBlockException("The block is shorter than any block.");
        }

        if (block[0] is not (BlockFormat.Version or PackedBlock.Version))
        {
            throw new CorruptBlockException($"The block has version {block[0]}; this program knows versions {BlockFormat.Version} and {PackedBlock.Version}.");
        }

        var body = block[..^4];
        if (BinaryPrimitives.ReadUInt32LittleEndian(block[^4..]) != BlockFormat.Checksum(body))
        {
            throw new CorruptBlockException("The block's checksum is wrong.");
        }

        if (block[0] == PackedBlock.Version)
        {
            (_packed ??= new PackedBlock()).Decode(body[1..], into, untilMs);
            return;
        }

        var reader = new BlockReader(body[1..]);
        var flags = reader.Byte();
        var count = reader.Varint();
        if ((flags & ~BlockFormat.KnownFlags) != 0 || count is 0 or > BlockFormat.MaxSamples)
        {
            throw new CorruptBlockException($"The block's header (flags {flags}, {count} readings) is not of version 1.");
        }

        into.Resize((int)count);
        if (_numbers.Length < (int)count)
        {
            _numbers = new long[count];
        }

        var samples = into.Samples.AsSpan(0, into.Count);
        ReadTimes(ref reader, samples, (flags & BlockFormat.WholeSeconds) != 0 ? 1000 : 1);
        ReadQualities(ref reader, into.Qualities.AsSpan(0, into.Count), (flags & BlockFormat.HasQualities) != 0);
        ReadValues(ref reader, samples, flags & BlockFormat.ValuesMask);
        if (reader.Remaining != 0)
        {
            throw new CorruptBlockException("The block is longer than its parts.");
        }
    }

    private void ReadTimes(ref BlockReader reader, Span<Sample> samples, long unit)
    {
        var at = reader.Zigzag();
        samples[0] = new Sample(at * unit, 0);
        if (samples.Length == 1)
        {
            return;
        }

        var delta = reader.Zigzag();
        at += delta;
        samples[1] = new Sample(at * unit, 0);
        var numbers = _numbers.AsSpan(0, samples.Length - 2);
        PackedIntegers.Read(ref reader, numbers);
        for (var i = 0; i < numbers.Length; i++)
        {
            delta += numbers[i];
            at += delta;
            samples[i + 2] = new Sample(at * unit, 0);
        }
    }

    private static void ReadQualities(ref BlockReader reader, Span<byte> qualities, bool present)
    {
        if (!present)
        {
            qualities.Clear();
            return;
        }

        while (!qualities.IsEmpty)
        {
            var quality = reader.Byte();
            var run = reader.Varint();
            if (run is 0 || run > (uint)qualities.Length)
            {
                throw new CorruptBlockException("A run of qualities is longer than the block.");
            }

            qualities[..(int)run].Fill(quality);
            qualities = qualities[(int)run..];
        }
    }

    private void ReadValues(ref BlockReader reader, Span<Sample> samples, int encoding)
    {
        switch (encoding)
        {
            case BlockFormat.DecimalValues:
                ReadDecimals(ref reader, samples);
                break;
            case BlockFormat.XorValues:
                XorValues.Read(ref reader, samples);
                break;
            case BlockFormat.RawValues:
                foreach (ref var sample in samples)
                {
                    sample = sample with { Value = BitConverter.UInt64BitsToDouble(reader.Fixed64()) };
                }

                break;
            default:
                throw new CorruptBlockException($"The block's values are in the unknown form {encoding}.");
        }
    }

    private void ReadDecimals(ref BlockReader reader, Span<Sample> samples)
    {
        var power = DecimalValues.PowerOf(reader.Byte());
        var integer = reader.Zigzag();
        samples[0] = samples[0] with { Value = DecimalValues.ValueOf(integer, power) };
        var numbers = _numbers.AsSpan(0, samples.Length - 1);
        PackedIntegers.Read(ref reader, numbers);
        for (var i = 0; i < numbers.Length; i++)
        {
            integer += numbers[i];
            samples[i + 1] = samples[i + 1] with { Value = DecimalValues.ValueOf(integer, power) };
        }
    }
}
