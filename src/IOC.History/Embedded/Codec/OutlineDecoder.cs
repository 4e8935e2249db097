using System.Buffers.Binary;

namespace IOC.History.Embedded.Codec;

/// <summary>Decodes outlines. Reuses its buffers: not for several threads.</summary>
internal sealed class OutlineDecoder
{
    private readonly List<Rollup>[] _steps = [[], [], []];
    private PackedOutlineDecoder? _packed;

    /// <summary>The rollups of a step, in order of time; empty when the block keeps none.</summary>
    public IReadOnlyList<Rollup> this[RollupStep step] => _steps[(int)step];

    /// <summary>Decodes an outline, replacing what was held. An empty one gives no rollups.</summary>
    /// <param name="outline">The bytes.</param>
    /// <param name="edges">False when only numbers and sums are wanted: least, greatest, first and last values may then be 0.</param>
    /// <exception cref="CorruptBlockException">The bytes are no intact outline of a known version.</exception>
    public void Decode(ReadOnlySpan<byte> outline, bool edges = true)
    {
        foreach (var step in _steps)
        {
            step.Clear();
        }

        if (outline.IsEmpty)
        {
            return;
        }

        if (outline.Length < 6 || outline[0] is not (OutlineEncoder.Version or PackedOutline.Version))
        {
            throw new CorruptBlockException($"The outline has version {outline[0]}; this program knows versions {OutlineEncoder.Version} and {PackedOutline.Version}.");
        }

        var body = outline[..^4];
        if (BinaryPrimitives.ReadUInt32LittleEndian(outline[^4..]) != BlockFormat.Checksum(body))
        {
            throw new CorruptBlockException("The outline's checksum is wrong.");
        }

        var reader = new BlockReader(body[2..]);
        while (reader.Remaining > 0)
        {
            var header = reader.Byte();
            if (header >> 4 >= _steps.Length)
            {
                throw new CorruptBlockException($"The outline has the unknown step {header >> 4}.");
            }

            if (outline[0] == PackedOutline.Version)
            {
                (_packed ??= new PackedOutlineDecoder()).Read(ref reader, header & 0xF, edges, _steps[header >> 4]);
            }
            else
            {
                Read(ref reader, header & 0xF, _steps[header >> 4]);
            }
        }
    }

    private static void Read(ref BlockReader reader, int scale, List<Rollup> into)
    {
        var power = scale == DecimalValues.NoScale ? 0 : DecimalValues.PowerOf(scale);
        var count = reader.Varint();
        var (reached, before) = (0L, 0L);
        for (ulong i = 0; i < count; i++)
        {
            var firstAt = reached + reader.Zigzag();
            reached = firstAt + (long)reader.Varint();
            var readings = reader.Varint();
            var totals = new RunTotals(firstAt, reached, (long)(readings >> 1), 0, 0, 0, 0, 0);
            var good = (readings & 1) != 0;
            if (good && power > 0)
            {
                var first = before + reader.Zigzag();
                before = first + reader.Zigzag();
                totals = totals with
                {
                    First = DecimalValues.ValueOf(first, power),
                    Last = DecimalValues.ValueOf(before, power),
                    Min = DecimalValues.ValueOf(first - (long)reader.Varint(), power),
                    Max = DecimalValues.ValueOf(first + (long)reader.Varint(), power),
                    Sum = DecimalValues.ValueOf((first * totals.Count) + reader.Zigzag(), power),
                };
            }
            else if (good)
            {
                totals = totals with
                {
                    First = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                    Last = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                    Min = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                    Max = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                    Sum = BitConverter.UInt64BitsToDouble(reader.Fixed64()),
                };
            }

            into.Add(new Rollup(totals, good));
        }
    }
}
