namespace IOC.Detection;

/// <summary>What about a reading is unusual. The numbers are stored: never renumber.</summary>
public enum LearnedAspect : byte
{
    /// <summary>The step from the reading before, against the usual steps.</summary>
    Step = 0,

    /// <summary>The mean of the last few readings against that of the last few dozen.</summary>
    Shift = 1,

    /// <summary>The distance from the mean of the last few dozen readings, against the usual distance.</summary>
    Level = 2,

    /// <summary>Sudden unrest: the steps of the last few readings against those of the last few dozen.</summary>
    Burst = 3,

    /// <summary>Lasting unrest: the steps of the last few dozen readings against those of the last few hundred.</summary>
    Unrest = 4,

    /// <summary>One value repeated longer than ever.</summary>
    Frozen = 5,

    /// <summary>The distance from what is usual at this hour.</summary>
    Hour = 6,

    /// <summary>The mean distance of the last few dozen readings from what is usual at their hours.</summary>
    Season = 7,
}

/// <summary>What the learned detector says of one reading.</summary>
/// <param name="Score">0 to 1: T / (T + T0), where T is the return period of the most unusual aspect in readings, and T0
/// about 4,400. 0.5 and more is a detection. A reading that prolongs a detection has less.</param>
/// <param name="Aspect">The most unusual aspect; meaningless at score 0.</param>
/// <param name="Low">Lower end of what was usual, in the unit of the series.</param>
/// <param name="High">Upper end of what was usual.</param>
/// <param name="Extreme">Whether the reading is as unusual as a detection, be it one or the rest of one.</param>
public readonly record struct LearnedVerdict(double Score, LearnedAspect Aspect, double Low, double High, bool Extreme)
{
    /// <summary>The score from which on it is a detection.</summary>
    public const double Threshold = 0.5;

    /// <summary>Whether something new is found.</summary>
    public bool Detected => Score >= Threshold;
}
