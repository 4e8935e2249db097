using System.Runtime.CompilerServices;

namespace IOC.Detection;

/// <summary>The peak logs of all aspects.</summary>
[InlineArray(8)]
internal struct PeakLogs
{
    private PeakLog _first;
}

/// <summary>The running means of a series.</summary>
internal struct Averages
{
    public double Last;
    public double Short;
    public double Medium;
    public double Distance;
    public double Step;
    public double ShortStep;
    public double MediumStep;
    public double LongStep;
    public double Residual;
}

/// <summary>How unusual the aspects of a reading are, so far.</summary>
internal struct Rarest
{
    private double _period;
    private double _sum;

    /// <summary>The most unusual.</summary>
    public LearnedAspect Aspect;

    /// <summary>Reading from which on peaks belong to the episode that was told; int.MaxValue when there is none.</summary>
    public int Episode;

    /// <summary>Logarithm of the geometric mean of the longest return period and the sum of all: two aspects that are as rare at
    /// once count 1.4 times one. Alone, the longest would count in full whether the others confirm it or not.</summary>
    public readonly double LogPeriod => _sum > 0 ? (_period + Math.Log(_sum)) / 2 : 0;

    /// <summary>Adds an aspect's return period, as a logarithm above 0.</summary>
    public void Add(double period, LearnedAspect aspect)
    {
        _sum += Math.Exp(period);
        if (period > _period)
        {
            (_period, Aspect) = (period, aspect);
        }
    }
}

/// <summary>What was usual before a reading: centres and mean distances from them.</summary>
internal readonly record struct Expectation(
    double Level, double Distance, double Last, double Step, double Seasonal, double Spread)
{
    // About 98 of 100 values of a normal distribution lie within three mean absolute deviations.
    private const double Widths = 3;

    /// <summary>The range that an aspect compares with.</summary>
    public (double Low, double High) Range(LearnedAspect aspect)
    {
        var (centre, width) = aspect switch
        {
            LearnedAspect.Step => (Last, Step),
            LearnedAspect.Hour or LearnedAspect.Season => (Seasonal, Spread),
            _ => (Level, Distance),
        };
        return (centre - (Widths * width), centre + (Widths * width));
    }
}
