namespace IOC.Detection;

/// <summary>The constants of the comparison within a station, the same for every station. Lengths are in frames.</summary>
internal static class StationTuning
{
    /// <summary>Properties compared at most; those that come after are left out.</summary>
    public const int MaxProperties = 12;

    /// <summary>Natural logarithm of the return period, in frames, at which the score is 0.5. Less than a series' own
    /// (<see cref="LearnedTuning.LogPeriod"/>): only the rarest aspect counts here, and they do not add up.</summary>
    public const double LogPeriod = 8.1;

    /// <summary>Frames over which what is usual is averaged, once that many were seen.</summary>
    public const double Memory = 4000;

    /// <summary>Values of a property before it is compared.</summary>
    public const int WarmUp = 50;

    /// <summary>Frames from which on one that fits badly counts less.</summary>
    public const int Settled = 200;

    /// <summary>A property is judged when the others tell at least this share of its variance. Below, it does not move together with
    /// them, and there is nothing to disagree with.</summary>
    public const double LeastShare = 0.5;

    /// <summary>Added to each correlation's diagonal: what is measured is never known better than by a tenth of its spread.</summary>
    public const double Ridge = 0.01;

    /// <summary>Highest peaks kept per property and aspect.</summary>
    public const int Peaks = 16;

    /// <summary>Frames over which a lasting disagreement is averaged.</summary>
    public const double Lasting = 32;

    /// <summary>Frames over which the residual is averaged that the next one is compared with.</summary>
    public const double Recent = 4;

    /// <summary>Share of the mean below which the common scale is linear rather than logarithmic.</summary>
    public const double Floor = 0.05;

    /// <summary>A value counts as at most this many times the mean when that is learned.</summary>
    public const double Farthest = 10;

    /// <summary>A frame with a residual beyond this many standard deviations counts less, in proportion (Huber's weight).</summary>
    public const double Trusted = 3;
}
