namespace IOC.Detection;

/// <summary>
/// The constants of the learned detector, the same for every series. All lengths are in readings. Round values from the
/// middle of a plateau: docs/detection.md has what happens when each is moved.
/// </summary>
internal static class LearnedTuning
{
    /// <summary>Natural logarithm of the return period, in readings, at which the score is 0.5: about one in 4,400.</summary>
    public const double LogPeriod = 8.4;

    /// <summary>Readings before the first judgement.</summary>
    public const int WarmUp = 50;

    /// <summary>Highest peaks kept per aspect.</summary>
    public const int Peaks = 32;

    /// <summary>Readings for which a peak is remembered.</summary>
    public const int Memory = 11_000;

    /// <summary>Peaks closer than this are one event.</summary>
    public const int PeakGap = 5;

    /// <summary>Exponent of the Pareto tail by which a value beyond every known peak is judged.</summary>
    public const double TailExponent = 4;

    /// <summary>A new peak counts at most this many times the highest before it, so that one wild fault does not blind.</summary>
    public const float PeakGrowth = 2;

    /// <summary>Readings after a detection in which the same episode is not told again.</summary>
    public const int Hold = 50;

    /// <summary>Readings by which an episode that stays extreme is prolonged.</summary>
    public const int Prolong = 25;

    /// <summary>A later peak within an episode is told when its return period is larger by this factor (as logarithm).</summary>
    public const double Escalation = 3;

    /// <summary>Readings in which what an episode does is one event of an aspect's history.</summary>
    public const int EpisodeMemory = 150;

    /// <summary>Readings in a row that are not as rare, after which a finding ends.</summary>
    public const byte ClearAfter = 12;

    /// <summary>Averages of the last readings: short, medium, long.</summary>
    public const double Short = 4;

    /// <summary>See <see cref="Short"/>.</summary>
    public const double Medium = 32;

    /// <summary>See <see cref="Short"/>.</summary>
    public const double Long = 256;

    /// <summary>Readings over which the usual size of steps is averaged.</summary>
    public const double StepMemory = 50;

    /// <summary>Share by which the profile follows once it has seen enough days.</summary>
    public const double ProfileRate = 0.02;

    /// <summary>Readings before the profiles of working and rest days may be used.</summary>
    public const int DayTypeAfter = 1000;

    /// <summary>The profiles by day type are used while their error is at most this share of the common profile's.</summary>
    public const double DayTypeGain = 0.8;

    /// <summary>What the seasonal aspects must have more than the others (as logarithm of the return period).</summary>
    public const double SeasonCost = 0.35;

    /// <summary>A repeated value counts only with at least this logarithm of the return period: longer than ever, by far.</summary>
    public const double FrozenLeast = 14;
}
