namespace IOC.FirmwareSim.World;

/// <summary>
/// Numbers that look random and depend on nothing but their keys. The whole fleet is a function of (seed, sensor, time):
/// the same seed makes the same city on every machine and in every version of .NET, whatever the order of the calls.
/// </summary>
internal static class Hash
{
    /// <summary>Mixes keys into 64 bits (SplitMix64's finaliser over a running sum).</summary>
    public static ulong Mix(ulong a, ulong b = 0, ulong c = 0, ulong d = 0)
    {
        var h = Finish(a + 0x9E3779B97F4A7C15UL);
        h = Finish(h ^ (b + 0xD1B54A32D192ED03UL));
        h = Finish(h ^ (c + 0x8CB92BA72F3D8DD7UL));
        return Finish(h ^ (d + 0xABC98388FB8FAC03UL));
    }

    /// <summary>A key from a name (FNV-1a).</summary>
    public static ulong Of(string text)
    {
        var h = 14695981039346656037UL;
        foreach (var c in text)
        {
            h = (h ^ c) * 1099511628211UL;
        }

        return h;
    }

    /// <summary>A number in [0, 1) from 64 mixed bits.</summary>
    public static double Unit(ulong mixed) => (mixed >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from the standard normal distribution (Box-Muller) from 64 mixed bits.</summary>
    public static double Gauss(ulong mixed)
    {
        var u = 1.0 - Unit(mixed);
        var v = Unit(Finish(mixed ^ 0x5851F42D4C957F2DUL));
        return Math.Sqrt(-2.0 * Math.Log(u)) * Math.Cos(2.0 * Math.PI * v);
    }

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}

/// <summary>A sequence of such numbers, for choices that are made one after the other.</summary>
internal struct Dice(ulong seed)
{
    private ulong _drawn;

    /// <summary>The next number in [0, 1).</summary>
    public double Unit() => Hash.Unit(Hash.Mix(seed, _drawn++));

    /// <summary>The next number in [low, high).</summary>
    public double Between(double low, double high) => low + ((high - low) * Unit());

    /// <summary>The next whole number in [0, count).</summary>
    public int Below(int count) => (int)(Unit() * count);

    /// <summary>The next normal number of mean 0 and deviation 1.</summary>
    public double Gauss() => Hash.Gauss(Hash.Mix(seed, _drawn++));
}
