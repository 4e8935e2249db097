using System.Numerics;

namespace IOC.History.Embedded.Codec;

/// <summary>
/// Values as exclusive-or with the one before (after Facebook's Gorilla, VLDB 2015): bit 0 = the same; bits 10 = the
/// meaningful bits fit the window of the one before; bits 11 = six bits of leading zeros, six bits of (length - 1), then
/// the bits. Bits are written highest first. The first value stands whole.
/// </summary>
internal static class XorValues
{
    /// <summary>Writes the values; returns false, having written nothing, when that takes as much room as the raw values.</summary>
    public static bool TryWrite(ref BlockWriter writer, ReadOnlySpan<Sample> samples)
    {
        var start = writer.Length;
        var limit = start + (samples.Length * 8);
        var before = BitConverter.DoubleToUInt64Bits(samples[0].Value);
        writer.Fixed64(before);
        var bits = new BitSink();
        var (leading, length) = (0, 0);
        for (var i = 1; i < samples.Length; i++)
        {
            var now = BitConverter.DoubleToUInt64Bits(samples[i].Value);
            Put(ref writer, ref bits, now ^ before, ref leading, ref length);
            before = now;
            if (writer.Length + 10 > limit)
            {
                writer.Rewind(start);
                return false;
            }
        }

        bits.Flush(ref writer);
        return true;
    }

    public static void Read(ref BlockReader reader, Span<Sample> samples)
    {
        var value = reader.Fixed64();
        samples[0] = samples[0] with { Value = BitConverter.UInt64BitsToDouble(value) };
        var bits = new BitSource();
        var (leading, length) = (0, 0);
        for (var i = 1; i < samples.Length; i++)
        {
            if (bits.Take(ref reader, 1) != 0)
            {
                if (bits.Take(ref reader, 1) != 0)
                {
                    leading = (int)bits.Take(ref reader, 6);
                    length = (int)bits.Take(ref reader, 6) + 1;
                    if (leading + length > 64)
                    {
                        throw new CorruptBlockException("A value of the block has more than 64 bits.");
                    }
                }

                value ^= bits.Take(ref reader, length) << (64 - leading - length);
            }

            samples[i] = samples[i] with { Value = BitConverter.UInt64BitsToDouble(value) };
        }
    }

    private static void Put(ref BlockWriter writer, ref BitSink bits, ulong difference, ref int leading, ref int length)
    {
        if (difference == 0)
        {
            bits.Put(ref writer, 0, 1);
            return;
        }

        var zeros = BitOperations.LeadingZeroCount(difference);
        var meaningful = 64 - zeros - BitOperations.TrailingZeroCount(difference);
        if (length > 0 && zeros >= leading && zeros + meaningful <= leading + length && length < meaningful + 14)
        {
            bits.Put(ref writer, 0b10, 2);
        }
        else
        {
            (leading, length) = (zeros, meaningful);
            bits.Put(ref writer, 0b11, 2);
            bits.Put(ref writer, (ulong)leading, 6);
            bits.Put(ref writer, (ulong)(length - 1), 6);
        }

        bits.Put(ref writer, difference >> (64 - leading - length), length);
    }

    private struct BitSink
    {
        private uint _pending;
        private int _filled;

        public void Put(ref BlockWriter writer, ulong value, int count)
        {
            while (count > 0)
            {
                var take = Math.Min(8 - _filled, count);
                var part = (uint)(value >> (count - take)) & ((1u << take) - 1);
                _pending = (_pending << take) | part;
                _filled += take;
                count -= take;
                if (_filled == 8)
                {
                    writer.Byte((byte)_pending);
                    (_pending, _filled) = (0, 0);
                }
            }
        }

        public readonly void Flush(ref BlockWriter writer)
        {
            if (_filled > 0)
            {
                writer.Byte((byte)(_pending << (8 - _filled)));
            }
        }
    }

    private struct BitSource
    {
        private uint _pending;
        private int _available;

        public ulong Take(ref BlockReader reader, int count)
        {
            ulong value = 0;
            while (count > 0)
            {
                if (_available == 0)
                {
                    (_pending, _available) = (reader.Byte(), 8);
                }

                var take = Math.Min(_available, count);
                _available -= take;
                value = (value << take) | ((_pending >> _available) & ((1u << take) - 1));
                count -= take;
            }

            return value;
        }
    }
}
