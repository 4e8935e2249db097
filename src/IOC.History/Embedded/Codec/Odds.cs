using System.Runtime.InteropServices;

namespace IOC.History.Embedded.Codec;

/// <summary>
/// How likely the next bit of some kind is a 0, learned from those before: the mean of a quick and a slow estimate, both in
/// 65,536ths. The slow one begins quickly, so that a short block does not pay for learning.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Odds
{
    public const int Bits = 16;
    private const int QuickShift = 4;
    private const int SlowestShift = 7;

    private ushort _quick;
    private ushort _slow;
    private ushort _seen;

    /// <summary>Chance of a 0, in 65,536ths; never 0 and never 1 as a whole.</summary>
    public readonly uint OfZero => ((uint)_quick + _slow) >> 1;

    /// <summary>Nothing known yet.</summary>
    public static void Reset(Span<Odds> odds) => odds.Fill(new Odds { _quick = 1 << 15, _slow = 1 << 15 });

    public void LearnZero()
    {
        _quick += (ushort)((65_535 - _quick) >> QuickShift);
        _slow += (ushort)((65_535 - _slow) >> NextShift());
    }

    public void LearnOne()
    {
        _quick -= (ushort)(_quick >> QuickShift);
        _slow -= (ushort)(_slow >> NextShift());
    }

    private int NextShift()
    {
        // 2, 3, 4 ... : about 1 / (n + 1.5) of the way at the n-th bit.
        var seen = _seen;
        if (seen >= 128)
        {
            return SlowestShift;
        }

        _seen = (ushort)(seen + 1);
        return 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)seen + 1);
    }
}
