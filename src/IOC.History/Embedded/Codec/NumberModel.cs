using System.Numerics;
using System.Runtime.CompilerServices;

namespace IOC.History.Embedded.Codec;

/// <summary>
/// Writes signed numbers that are mostly small, by what those before were like: first how many bits one has (given how many its two
/// predecessors had), then its sign (given the last one), then its highest bits, each by learned odds; lower bits as they are.
/// </summary>
/// <param name="contexts">How finely the sizes before are told apart, 1 to 12: few for few numbers, which would not pay for the learning.</param>
internal sealed class NumberModel(int contexts = NumberModel.Contexts)
{
    public const int Contexts = 12;
    private const int Eights = 9;
    private const int LearnedBits = 3;
    private const int Mantissas = 24;

    private readonly Odds[] _eights = new Odds[contexts * Eights];
    private readonly Odds[] _lengths = new Odds[(contexts * Eights) << 3];
    private readonly Odds[] _signs = new Odds[3 * 4];
    private readonly Odds[] _mantissas = new Odds[Mantissas << LearnedBits];
    private int _before;
    private int _beforeThat;
    private int _sign;

    public void Reset()
    {
        Odds.Reset(_eights);
        Odds.Reset(_lengths);
        Odds.Reset(_signs);
        Odds.Reset(_mantissas);
        (_before, _beforeThat, _sign) = (0, 0, 0);
    }

    private int Context => Math.Min(contexts - 1, (_before + _beforeThat + 1) >> 1);

    public void Write(ref RangeEncoder into, long number)
    {
        var magnitude = number < 0 ? 0UL - (ulong)number : (ulong)number;
        var bits = 64 - BitOperations.LeadingZeroCount(magnitude);
        WriteLength(ref into, bits);
        var sign = 0;
        if (bits > 0)
        {
            into.Bit(ref _signs[(_sign * 4) + Math.Min(bits, 4) - 1], number < 0 ? 1 : 0);
            sign = number < 0 ? 1 : 2;
            WriteMantissa(ref into, magnitude, bits - 1);
        }

        (_before, _beforeThat, _sign) = (bits, _before, sign);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long Read(ref RangeDecoder from)
    {
        var bits = ReadLength(ref from);
        var sign = 0;
        long number = 0;
        if (bits > 0)
        {
            var negative = from.Bit(ref _signs[(_sign * 4) + Math.Min(bits, 4) - 1]) != 0;
            sign = negative ? 1 : 2;
            var magnitude = ReadMantissa(ref from, bits - 1);
            number = negative ? (long)(0UL - magnitude) : (long)magnitude;
        }

        (_before, _beforeThat, _sign) = (bits, _before, sign);
        return number;
    }

    private void WriteLength(ref RangeEncoder into, int bits)
    {
        // Eights: which eight, one by one, then which of the eight.
        var at = Context * Eights;
        for (var rest = bits >> 3; rest > 0; rest--, at++)
        {
            into.Bit(ref _eights[at], 1);
        }

        if (bits < 64)
        {
            into.Bit(ref _eights[at], 0);
        }

        var tree = _lengths.AsSpan(at << 3, 8);
        for (int i = 2, node = 1; i >= 0; i--)
        {
            var bit = (bits >> i) & 1;
            into.Bit(ref tree[node], bit);
            node = (node << 1) | bit;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadLength(ref RangeDecoder from)
    {
        var at = Context * Eights;
        var whole = 0;
        while (whole < 64 && from.Bit(ref _eights[at]) != 0)
        {
            at++;
            whole += 8;
        }

        var tree = _lengths.AsSpan(at << 3, 8);
        var node = 2 | from.Bit(ref tree[1]);
        node = (node << 1) | from.Bit(ref tree[node]);
        var bits = whole + ((node << 1) | from.Bit(ref tree[node])) - 8;
        return bits <= 64 ? bits : throw new CorruptBlockException("A number of the block has more than 64 bits.");
    }

    private void WriteMantissa(ref RangeEncoder into, ulong magnitude, int below)
    {
        var tree = _mantissas.AsSpan(Math.Min(below, Mantissas - 1) << LearnedBits, 1 << LearnedBits);
        var learned = Math.Min(below, LearnedBits);
        var node = 1;
        for (var i = 1; i <= learned; i++)
        {
            var bit = (int)(magnitude >> (below - i)) & 1;
            into.Bit(ref tree[node], bit);
            node = (node << 1) | bit;
        }

        into.Raw(magnitude, below - learned);
    }

    private ulong ReadMantissa(ref RangeDecoder from, int below)
    {
        var tree = _mantissas.AsSpan(Math.Min(below, Mantissas - 1) << LearnedBits, 1 << LearnedBits);
        var learned = Math.Min(below, LearnedBits);
        var node = 1;
        for (var i = 0; i < learned; i++)
        {
            node = (node << 1) | from.Bit(ref tree[node]);
        }

        return ((ulong)(uint)node << (below - learned)) | (below > learned ? from.Raw(below - learned) : 0);
    }
}
