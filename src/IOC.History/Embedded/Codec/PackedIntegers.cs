using System.Buffers.Binary;
using System.Numerics;

namespace IOC.History.Embedded.Codec;

/// <summary>
/// A sequence of small signed numbers in groups of 32. A group is one byte W, then: W = 0 to 64, all its numbers (zigzag)
/// in W bits each, lowest bit first, padded to a byte; W = 255, a varint (zigzag) each, which is shorter when a few of them
/// are large. A series that is regular or constant so costs a byte for 32 readings.
/// </summary>
internal static class PackedIntegers
{
    private const int GroupSize = 32;
    private const byte Varints = 255;

    public static void Write(ref BlockWriter writer, scoped ReadOnlySpan<long> numbers)
    {
        Span<ulong> group = stackalloc ulong[GroupSize];
        for (var at = 0; at < numbers.Length; at += GroupSize)
        {
            var count = Math.Min(GroupSize, numbers.Length - at);
            ulong any = 0;
            for (var i = 0; i < count; i++)
            {
                any |= group[i] = BlockWriter.ZigzagOf(numbers[at + i]);
            }

            WriteGroup(ref writer, group[..count], 64 - BitOperations.LeadingZeroCount(any));
        }
    }

    public static void Read(ref BlockReader reader, Span<long> numbers)
    {
        for (var at = 0; at < numbers.Length; at += GroupSize)
        {
            var group = numbers.Slice(at, Math.Min(GroupSize, numbers.Length - at));
            var width = reader.Byte();
            if (width <= 64)
            {
                Unpack(reader.Take(((group.Length * width) + 7) / 8), group, width);
            }
            else if (width == Varints)
            {
                foreach (ref var number in group)
                {
                    number = reader.Zigzag();
                }
            }
            else
            {
                throw new CorruptBlockException($"A group of the block has the unknown width {width}.");
            }
        }
    }

    private static void WriteGroup(ref BlockWriter writer, scoped ReadOnlySpan<ulong> group, int width)
    {
        if (VarintsAreShorter(group, width))
        {
            writer.Byte(Varints);
            foreach (var number in group)
            {
                writer.Varint(number);
            }

            return;
        }

        writer.Byte((byte)width);
        if (width == 0)
        {
            return;
        }

        ulong pending = 0;
        var filled = 0;
        foreach (var number in group)
        {
            pending |= number << filled;
            filled += width;
            if (filled >= 64)
            {
                writer.Fixed64(pending);
                filled -= 64;
                pending = filled == 0 ? 0 : number >> (width - filled);
            }
        }

        writer.LowBytes(pending, (filled + 7) / 8);
    }

    private static bool VarintsAreShorter(ReadOnlySpan<ulong> group, int width)
    {
        if (width < 10)
        {
            return false;
        }

        var packed = ((group.Length * width) + 7) / 8;
        var varints = 0;
        foreach (var number in group)
        {
            varints += BlockWriter.VarintLength(number);
        }

        return varints < packed;
    }

    private static void Unpack(ReadOnlySpan<byte> packed, Span<long> numbers, int width)
    {
        if (width == 0)
        {
            numbers.Clear();
            return;
        }

        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        var at = 0;
        ulong pending = 0;
        var available = 0;
        foreach (ref var number in numbers)
        {
            var bits = pending;
            if (available < width)
            {
                var (next, nextBits) = Load(packed, ref at);
                bits |= available < 64 ? next << available : 0;
                var used = width - available;
                pending = used >= 64 ? 0 : next >> used;
                available = nextBits - used;
            }
            else
            {
                pending = width == 64 ? 0 : pending >> width;
                available -= width;
            }

            number = BlockReader.Unzigzag(bits & mask);
        }
    }

    private static (ulong Bits, int Count) Load(ReadOnlySpan<byte> packed, ref int at)
    {
        if (packed.Length - at >= 8)
        {
            var whole = BinaryPrimitives.ReadUInt64LittleEndian(packed[at..]);
            at += 8;
            return (whole, 64);
        }

        ulong bits = 0;
        var count = 0;
        for (; at < packed.Length; at++, count += 8)
        {
            bits |= (ulong)packed[at] << count;
        }

        return (bits, count);
    }
}
