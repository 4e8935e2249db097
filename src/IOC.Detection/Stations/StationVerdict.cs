namespace IOC.Detection;

/// <summary>What the comparison within a station says of one frame.</summary>
/// <param name="Score">0 to 1, in the meaning of <see cref="LearnedVerdict.Score"/>, with frames in place of readings and T0 of 3,300: how rarely any
/// property of the station disagreed as much.</param>
/// <param name="Property">Number of the property that disagrees; meaningless at score 0.</param>
/// <param name="Partner">Number of the one that tells most about it.</param>
/// <param name="Others">Number of properties it was compared with.</param>
/// <param name="Low">Lower end of what the others suggest, in the property's unit.</param>
/// <param name="High">Upper end of it.</param>
/// <param name="Extreme">Whether the frame is as unusual as a detection, be it one or the rest of one.</param>
public readonly record struct StationVerdict(double Score, int Property, int Partner, int Others, double Low, double High, bool Extreme)
{
    /// <summary>Whether something new is found.</summary>
    public bool Detected => Score >= LearnedVerdict.Threshold;
}
