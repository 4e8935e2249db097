using System.Runtime.CompilerServices;

namespace IOC.History.Embedded.Codec;

/// <summary>
/// Writes bits of known odds in as little room as those odds allow: a binary range coder with carry (after G. N. N. Martin, "Range
/// encoding", 1979; the carry is that of Igor Pavlov's LZMA).
/// </summary>
internal ref struct RangeEncoder(Span<byte> buffer)
{
    private const uint Least = 1 << 24;

    private readonly Span<byte> _buffer = buffer;
    private ulong _low;
    private uint _range = uint.MaxValue;
    private byte _held;
    private int _holding = 1;

    /// <summary>Bytes written so far; a few more are on their way.</summary>
    public int Length { get; private set; }

    public void Bit(ref Odds odds, int bit)
    {
        var bound = (_range >> Odds.Bits) * odds.OfZero;
        if (bit == 0)
        {
            _range = bound;
            odds.LearnZero();
        }
        else
        {
            _low += bound;
            _range -= bound;
            odds.LearnOne();
        }

        Normalise();
    }

    /// <summary>Writes the low bits of a number as they are, highest first.</summary>
    public void Raw(ulong value, int count)
    {
        while (count > 0)
        {
            var take = Math.Min(count, 16);
            count -= take;
            _range >>= take;
            _low += ((value >> count) & ((1UL << take) - 1)) * _range;
            Normalise();
        }
    }

    /// <summary>Ends; nothing may be written after.</summary>
    public void Finish()
    {
        for (var i = 0; i < 5; i++)
        {
            ShiftLow();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Normalise()
    {
        while (_range < Least)
        {
            _range <<= 8;
            ShiftLow();
        }
    }

    private void ShiftLow()
    {
        // A byte is held back until no carry can reach it any more; a run of 255s passes a carry on.
        if (_low < 0xFF00_0000UL || _low > uint.MaxValue)
        {
            var carry = (byte)(_low >> 32);
            for (; _holding > 0; _holding--)
            {
                _buffer[Length++] = (byte)(_held + carry);
                _held = 0xFF;
            }

            _held = (byte)(_low >> 24);
        }

        _holding++;
        _low = (_low & 0x00FF_FFFF) << 8;
    }
}
