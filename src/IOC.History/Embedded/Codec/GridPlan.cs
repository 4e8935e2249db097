namespace IOC.History.Embedded.Codec;

/// <summary>Finds the few grids on which nearly all values of a block lie, and puts each value on one of them.</summary>
internal sealed class GridPlan
{
    /// <summary>Stands for a value that lies on no grid.</summary>
    public const byte Raw = 15;

    private const int Looked = 96;
    private const int MostParts = 512;
    private const int FewestDecimals = 4;

    // What changing to another grid costs, in bits, more or less.
    private const double ChangeBits = 3;

    private readonly int[] _decimals = new int[DecimalValues.MaxScale + 2];
    private readonly Dictionary<(int Parts, int Scale), int> _fractions = [];
    private readonly List<Grid> _found = [];

    /// <summary>The grids, at most 15.</summary>
    public List<Grid> Grids { get; } = [];

    /// <summary>By value, its grid; <see cref="Raw"/> = none.</summary>
    public byte[] Choice { get; private set; } = [];

    /// <summary>By value, its place.</summary>
    public long[] Places { get; private set; } = [];

    /// <summary>Whether it is worth a try: values of one scale are best left to that.</summary>
    public static bool IsWorthIt(ReadOnlySpan<Sample> samples, int scale)
    {
        if (scale is >= FewestDecimals or DecimalValues.NoScale)
        {
            return true;
        }

        var coarse = 0;
        foreach (ref readonly var sample in samples)
        {
            coarse += DecimalsOf(sample.Value) < scale ? 1 : 0;
        }

        return scale > 0 && coarse >= samples.Length * 0.97;
    }

    /// <summary>Makes the plan.</summary>
    public void Make(ReadOnlySpan<Sample> samples)
    {
        if (Choice.Length < samples.Length)
        {
            (Choice, Places) = (new byte[samples.Length], new long[samples.Length]);
        }

        FindFractions(samples);
        FindDecimals(samples);
        Assign(samples);
        Coarsen(samples.Length);
    }

    private void FindFractions(ReadOnlySpan<Sample> samples)
    {
        _found.Clear();
        _fractions.Clear();
        for (var i = 0; i < Math.Min(Looked, samples.Length); i++)
        {
            var value = samples[(int)((long)i * samples.Length / Math.Min(Looked, samples.Length))].Value;
            var decimals = DecimalsOf(value);
            if (decimals >= FewestDecimals && PartsOf(value, decimals) is > 0 and var parts)
            {
                _fractions[(parts, decimals)] = _fractions.GetValueOrDefault((parts, decimals)) + 1;
            }
        }

        foreach (var ((parts, scale), _) in _fractions.Where(f => f.Value >= 2).OrderByDescending(f => f.Value).ThenBy(f => f.Key.Parts).Take(10))
        {
            _found.Add(new Grid(1, parts, scale));
        }
    }

    private static int PartsOf(double value, int decimals)
    {
        // So few that a value that just happens to have as many decimals hardly ever fits.
        var most = Math.Min(MostParts, (int)Math.Min(int.MaxValue, DecimalValues.PowerOf(Math.Min(decimals, DecimalValues.MaxScale)) / 64));
        if (decimals > DecimalValues.MaxScale)
        {
            return 0;
        }

        for (var parts = 3; parts <= most; parts++)
        {
            var times = value * parts;
            if (Math.Abs(times - Math.Round(times)) * 2 * DecimalValues.PowerOf(decimals) <= parts * 1.01 && new Grid(1, parts, decimals).TryPlace(value, out _))
            {
                return parts;
            }
        }

        return 0;
    }

    private void FindDecimals(ReadOnlySpan<Sample> samples)
    {
        Array.Clear(_decimals);
        foreach (ref readonly var sample in samples)
        {
            _decimals[DecimalsOf(sample.Value)]++;
        }

        // A coarser scale joins the next finer one unless it is worth the telling apart.
        var held = 0;
        var last = -1;
        for (var scale = 0; scale <= DecimalValues.MaxScale; scale++)
        {
            if (_decimals[scale] == 0)
            {
                continue;
            }

            if (last >= 0 && held * (scale - last) * 3.32 > Math.Max(1, _decimals[scale]) * 8.0)
            {
                _found.Add(new Grid(1, (long)DecimalValues.PowerOf(last), last));
                held = 0;
            }

            held += _decimals[scale];
            last = scale;
        }

        if (last >= 0)
        {
            _found.Add(new Grid(1, (long)DecimalValues.PowerOf(last), last));
        }

        _found.Sort((a, b) => a.Fineness.CompareTo(b.Fineness));
        Grids.Clear();
        Grids.AddRange(_found.Take(Raw));
    }

    private void Assign(ReadOnlySpan<Sample> samples)
    {
        var before = -1;
        for (var i = 0; i < samples.Length; i++)
        {
            var (best, least, at) = (Raw, double.MaxValue, 0L);
            for (var g = 0; g < Grids.Count; g++)
            {
                var cost = Grids[g].Fineness + (g == before ? 0 : ChangeBits);
                if (cost < least && Grids[g].TryPlace(samples[i].Value, out var place))
                {
                    (best, least, at) = ((byte)g, cost, place);
                }
            }

            (Choice[i], Places[i]) = (best, at);
            before = best;
        }
    }

    /// <summary>Where all places on a grid are multiples of a number, the grid may be as much coarser.</summary>
    private void Coarsen(int count)
    {
        for (var g = 0; g < Grids.Count; g++)
        {
            var (divisor, readings) = (0L, 0);
            for (var i = 0; i < count && divisor != 1; i++)
            {
                if (Choice[i] == g)
                {
                    readings++;
                    for (var rest = Math.Abs(Places[i]); rest != 0;)
                    {
                        (divisor, rest) = (rest, divisor % rest);
                    }
                }
            }

            if (divisor > 1)
            {
                Grids[g] = Grids[g] with { Step = divisor };
                for (var i = 0; i < count; i++)
                {
                    Places[i] = Choice[i] == g ? Places[i] / divisor : Places[i];
                }
            }
        }
    }

    /// <summary>Decimals of a value; one more than the most there are when it has too many.</summary>
    private static int DecimalsOf(double value)
    {
        for (var scale = 0; scale <= DecimalValues.MaxScale; scale++)
        {
            if (DecimalValues.IsExact(value, DecimalValues.PowerOf(scale), out _))
            {
                return scale;
            }
        }

        return DecimalValues.MaxScale + 1;
    }
}
