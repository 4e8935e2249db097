using System.Runtime.CompilerServices;

namespace IOC.History.Embedded.Codec;

/// <summary>Reads what <see cref="RangeEncoder"/> wrote. Past the end it reads zeros and says so in <see cref="IsSound"/>.</summary>
internal ref struct RangeDecoder
{
    private const uint Least = 1 << 24;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;
    private uint _range = uint.MaxValue;
    private uint _code;

    public RangeDecoder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        for (var i = 0; i < 5; i++)
        {
            _code = (_code << 8) | Next();
        }
    }

    /// <summary>Whether exactly the bytes given were read.</summary>
    public readonly bool IsSound => _at == _bytes.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Bit(ref Odds odds)
    {
        var bound = (_range >> Odds.Bits) * odds.OfZero;
        int bit;
        if (_code < bound)
        {
            _range = bound;
            odds.LearnZero();
            bit = 0;
        }
        else
        {
            _code -= bound;
            _range -= bound;
            odds.LearnOne();
            bit = 1;
        }

        if (_range < Least)
        {
            Refill();
        }

        return bit;
    }

    public ulong Raw(int count)
    {
        ulong value = 0;
        while (count > 0)
        {
            var take = Math.Min(count, 16);
            count -= take;
            _range >>= take;
            var part = Math.Min(_code / _range, (1u << take) - 1);
            _code -= part * _range;
            value = (value << take) | part;
            while (_range < Least)
            {
                Refill();
            }
        }

        return value;
    }

    private void Refill()
    {
        // At most twice: the least odds leave 16 bits of the range.
        do
        {
            _range <<= 8;
            _code = (_code << 8) | Next();
        }
        while (_range < Least);
    }

    private uint Next()
    {
        var at = _at++;
        return (uint)at < (uint)_bytes.Length ? _bytes[at] : 0u;
    }
}
