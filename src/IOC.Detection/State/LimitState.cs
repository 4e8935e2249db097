using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Which side of its limits something is on, and since when: a value, a mean, a rate, a share.</summary>
internal struct LimitState
{
    public long SinceMs;
    public sbyte Side;
    public bool Raised;

    /// <summary>Takes what is compared with the limits next, in the order of time.</summary>
    /// <param name="limits">The limits now.</param>
    /// <param name="durationMs">How long it must be beyond them.</param>
    /// <param name="value">What is compared.</param>
    /// <param name="atMs">Its time.</param>
    /// <param name="anew">Whether nothing is known of the time since the last: a duration begins anew.</param>
    /// <returns>What changed; null for nothing.</returns>
    public FindingTransition? Step(in LimitSet limits, long durationMs, double value, long atMs, bool anew)
    {
        if (Raised)
        {
            if (!limits.IsInside(value))
            {
                return null;
            }

            this = default;
            return FindingTransition.Cleared;
        }

        var side = limits.SideOf(value);
        if (side == 0)
        {
            Side = 0;
            return null;
        }

        if (side != Side || anew)
        {
            Side = side;
            SinceMs = atMs;
        }

        if (atMs - SinceMs < durationMs)
        {
            return null;
        }

        Raised = true;
        return FindingTransition.Raised;
    }
}
