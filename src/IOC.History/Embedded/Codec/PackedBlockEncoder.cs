namespace IOC.History.Embedded.Codec;

/// <summary>
/// Encodes readings of one series into as few bytes as it can (block layout version 2, docs/history-format.md): slower than version 1 and for
/// long blocks, so it is the upkeep that uses it. Reuses its buffers: not for several threads.
/// </summary>
internal sealed class PackedBlockEncoder
{
    private const int MostHeaderBytes = 512;

    // Checksum, what the coder still holds back, and the reading that is one too many.
    private const int EndBytes = 4 + 5 + 23;

    // A reading takes at most: 2 numbers of 64 bits by unlikely odds, and a quality.
    private const int MostReadingBytes = 48;

    private readonly NumberModel _times = new();
    private readonly NumberModel _values = new();
    private readonly Odds[] _qualityOdds = new Odds[1];
    private readonly GridPlan _grids = new();
    private readonly GridValues _gridValues = new();
    private long[] _numbers = [];
    private byte[] _stream = [];
    private byte[] _block = [];
    private byte[] _other = [];

    /// <summary>Scale at which all values given last are exact integers; <see cref="DecimalValues.NoScale"/> when there is none.</summary>
    public int Scale { get; private set; }

    /// <summary>Encodes as many readings as fit; at least one.</summary>
    /// <param name="samples">1 or more readings in strictly rising order of time.</param>
    /// <param name="qualities">Their qualities; empty = all good.</param>
    /// <param name="maxBytes">Bytes that the block may take (one that holds a single reading may take more).</param>
    /// <param name="taken">How many readings it holds.</param>
    /// <returns>The block, valid until the next call.</returns>
    public ReadOnlySpan<byte> Encode(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, int maxBytes, out int taken)
    {
        samples = samples[..Math.Min(samples.Length, BlockFormat.MaxSamples)];
        qualities = qualities.IsEmpty ? qualities : qualities[..samples.Length];
        MakeRoom(samples.Length, maxBytes);
        var plan = Plan(samples, qualities);
        var length = WriteBlock(samples, qualities, plan, maxBytes, out taken);
        if (GridPlan.IsWorthIt(samples, Scale))
        {
            // Both are tried: which is smaller depends on how the values lie.
            _grids.Make(samples);
            var (other, otherLength) = (_block, length);
            (_block, _other) = (_other, _block);
            length = WriteBlock(samples, qualities, plan.WithGrids(), maxBytes, out var takenByGrids);
            if ((long)otherLength * takenByGrids <= (long)length * taken)
            {
                (_block, _other) = (other, _block);
                length = otherLength;
            }
            else
            {
                taken = takenByGrids;
            }
        }

        return _block.AsSpan(0, length);
    }

    private int WriteBlock(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, in PackedPlan plan, int maxBytes, out int taken)
    {
        // Whatever room the header and the coder's end leave.
        var writer = new BlockWriter(_block);
        WriteHeader(ref writer, samples, plan, samples.Length);
        var body = new RangeEncoder(_stream);
        taken = WriteReadings(ref body, samples, qualities, plan, Math.Max(0, maxBytes - writer.Length - EndBytes));
        body.Finish();

        writer.Rewind(0);
        WriteHeader(ref writer, samples, plan, taken);
        writer.Bytes(_stream.AsSpan(0, body.Length));
        writer.Fixed32(BlockFormat.Checksum(writer.Written));
        return writer.Length;
    }

    private void WriteHeader(ref BlockWriter writer, ReadOnlySpan<Sample> samples, in PackedPlan plan, int count)
    {
        writer.Byte(PackedBlock.Version);
        writer.Byte(plan.Flags);
        writer.Varint((uint)count);
        writer.Zigzag(samples[0].AtMs / plan.TimeUnit);
        writer.Zigzag(plan.Step);
        if (plan.ByGrids)
        {
            writer.Byte((byte)_grids.Grids.Count);
            foreach (var grid in _grids.Grids)
            {
                writer.Varint((ulong)grid.Step);
                writer.Varint((ulong)grid.Parts);
                writer.Byte((byte)grid.Scale);
            }
        }
        else
        {
            writer.Byte((byte)plan.Scale);
            writer.Varint((ulong)plan.Divisor);
            writer.Zigzag(plan.Base);
        }
    }

    private void MakeRoom(int samples, int maxBytes)
    {
        if (_numbers.Length < samples)
        {
            _numbers = new long[samples];
        }

        var bytes = (int)Math.Min(maxBytes, (long)samples * MostReadingBytes) + MostHeaderBytes + MostReadingBytes;
        if (_stream.Length < bytes)
        {
            (_stream, _block, _other) = (new byte[bytes], new byte[bytes + MostHeaderBytes], new byte[bytes + MostHeaderBytes]);
        }
    }

    private PackedPlan Plan(ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities)
    {
        var numbers = _numbers.AsSpan(0, samples.Length);
        var isDecimal = DecimalValues.TryScale(samples, numbers, out var scale);
        Scale = isDecimal ? scale : DecimalValues.NoScale;
        var form = PackedBlock.Decimals;
        if (!isDecimal)
        {
            form = HoldsNegativeZero(samples) ? PackedBlock.MirroredBits : PackedBlock.OrderedBits;
            for (var i = 0; i < samples.Length; i++)
            {
                numbers[i] = PackedBlock.OrderOf(samples[i].Value, form == PackedBlock.MirroredBits);
            }
        }

        var first = numbers[0];
        var divisor = isDecimal ? CommonDivisor(numbers) : CommonPowerOfTwo(numbers);
        foreach (ref var number in numbers)
        {
            number = unchecked(number - first) / divisor;
        }

        var unit = samples.ContainsOddMilliseconds() ? 1 : 1000;
        var step = samples.Length > 1 ? (samples[1].AtMs / unit) - (samples[0].AtMs / unit) : 0;
        var order = BestOrder(numbers);
        var flags = form | (unit == 1000 ? PackedBlock.WholeSeconds : 0) | (qualities.ContainsAnyExcept((byte)0) ? PackedBlock.HasQualities : 0)
            | (IsRegular(samples, step * unit) ? PackedBlock.Regular : 0) | (order << PackedBlock.OrderShift);
        var at = first;
        if (order == 0)
        {
            // Values that scatter around a level: the distance from it is less than that from the one before.
            var middle = Middle(numbers);
            at = unchecked(first + (middle * divisor));
            foreach (ref var number in numbers)
            {
                number -= middle;
            }
        }

        return new PackedPlan((byte)flags, unit, step, isDecimal ? scale : DecimalValues.NoScale, divisor, at, order);
    }

    private int WriteReadings(ref RangeEncoder body, ReadOnlySpan<Sample> samples, ReadOnlySpan<byte> qualities, in PackedPlan plan, int maxBytes)
    {
        _times.Reset();
        _values.Reset();
        Odds.Reset(_qualityOdds);
        var (regular, hasQualities) = ((plan.Flags & PackedBlock.Regular) != 0, (plan.Flags & PackedBlock.HasQualities) != 0);
        var (at, step, quality) = (samples[0].AtMs / plan.TimeUnit, plan.Step, (byte)0);
        var (before, slope) = (0L, 0L);
        if (plan.ByGrids)
        {
            _gridValues.Reset(_grids.Grids.Count, plan.Order);
        }

        for (var i = 0; i < samples.Length; i++)
        {
            if (!regular && i > 1)
            {
                // Arithmetic wraps around on purpose: any two instants have a difference that leads back.
                var now = samples[i].AtMs / plan.TimeUnit;
                var change = unchecked(now - at - step);
                _times.Write(ref body, change);
                (at, step) = (now, unchecked(step + change));
            }
            else if (i == 1)
            {
                at += step;
            }

            if (hasQualities)
            {
                WriteQuality(ref body, qualities.IsEmpty ? (byte)0 : qualities[i], ref quality);
            }

            if (plan.ByGrids)
            {
                _gridValues.Write(ref body, _grids.Grids, _grids.Choice[i], _grids.Places[i], samples[i].Value);
            }
            else
            {
                var number = _numbers[i];
                var expected = plan.Order switch { 0 => 0, 1 => before, _ => unchecked(before + slope) };
                _values.Write(ref body, unchecked(number - expected));
                (slope, before) = (i == 0 ? 0 : unchecked(number - before), number);
            }

            if (body.Length > maxBytes && i + 1 < samples.Length)
            {
                return i + 1;
            }
        }

        return samples.Length;
    }

    private void WriteQuality(ref RangeEncoder body, byte quality, ref byte before)
    {
        body.Bit(ref _qualityOdds[0], quality == before ? 0 : 1);
        if (quality != before)
        {
            body.Raw(quality, 8);
            before = quality;
        }
    }

    private static bool HoldsNegativeZero(ReadOnlySpan<Sample> samples)
    {
        foreach (ref readonly var sample in samples)
        {
            if (sample.Value == 0 && double.IsNegative(sample.Value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsRegular(ReadOnlySpan<Sample> samples, long stepMs)
    {
        for (var i = 1; i < samples.Length; i++)
        {
            if (unchecked(samples[i].AtMs - samples[i - 1].AtMs) != stepMs)
            {
                return false;
            }
        }

        return true;
    }

    private static long CommonDivisor(ReadOnlySpan<long> numbers)
    {
        var divisor = 0L;
        foreach (var number in numbers)
        {
            var rest = Math.Abs(number - numbers[0]);
            while (rest != 0)
            {
                (divisor, rest) = (rest, divisor % rest);
            }

            if (divisor == 1)
            {
                return 1;
            }
        }

        return Math.Max(1, divisor);
    }

    private static long CommonPowerOfTwo(ReadOnlySpan<long> numbers)
    {
        ulong any = 0;
        foreach (var number in numbers)
        {
            any |= unchecked((ulong)(number - numbers[0]));
        }

        return any == 0 ? 1 : 1L << Math.Min(62, System.Numerics.BitOperations.TrailingZeroCount(any));
    }

    private static int BestOrder(ReadOnlySpan<long> numbers)
    {
        Span<long> bits = stackalloc long[3];
        var middle = Middle(numbers);
        for (var i = 2; i < numbers.Length; i++)
        {
            var (now, before, earlier) = (numbers[i], numbers[i - 1], numbers[i - 2]);
            bits[0] += CostOf(unchecked(now - middle));
            bits[1] += CostOf(unchecked(now - before));
            bits[2] += CostOf(unchecked(now - before - (before - earlier)));
        }

        var best = 1;
        best = bits[0] < bits[best] ? 0 : best;
        return bits[2] < bits[best] ? 2 : best;
    }

    /// <summary>About 16 times the bits that a number takes.</summary>
    private static long CostOf(long number)
    {
        var magnitude = (ulong)Math.Abs(Math.Max(number, -long.MaxValue)) + 1;
        var whole = System.Numerics.BitOperations.Log2(magnitude);
        return (16 * whole) + (long)((magnitude << (63 - whole) >> 59) & 15);
    }

    private static long Middle(ReadOnlySpan<long> numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers)
        {
            sum += number;
        }

        return (long)Math.Clamp(Math.Round(sum / numbers.Length), -(1L << 62), 1L << 62);
    }
}

/// <summary>How the readings of a block are written.</summary>
internal readonly record struct PackedPlan(byte Flags, long TimeUnit, long Step, int Scale, long Divisor, long Base, int Order)
{
    /// <summary>The same by grids, which know no order 0.</summary>
    public PackedPlan WithGrids()
    {
        var order = Math.Max(1, Order);
        return this with { Flags = (byte)((Flags & ((1 << PackedBlock.OrderShift) - 1) & ~PackedBlock.FormMask) | PackedBlock.Grids | (order << PackedBlock.OrderShift)), Order = order };
    }

    public bool ByGrids => (Flags & PackedBlock.FormMask) == PackedBlock.Grids;
}
