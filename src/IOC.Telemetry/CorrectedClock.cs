namespace IOC.Telemetry;

/// <summary>Tells values that were measured by a clock which was ahead and has been set back since (ADR 33).</summary>
public static class CorrectedClock
{
    // Twice what a device's clock may be ahead of the host's unless settings say otherwise (Ioc:Ingest:MaxClockAhead).
    private const long LeastMs = 600_000;

    /// <summary>Whether what was measured then lies so far ahead of when a later message was received that no clock that is right can have measured it.</summary>
    /// <param name="measuredAtMs">When a value was measured, by its own clock, Unix ms; long.MinValue = there is none.</param>
    /// <param name="laterReceivedAtMs">When a later message was received, by the host's clock, Unix ms.</param>
    public static bool WasAhead(long measuredAtMs, long laterReceivedAtMs) => measuredAtMs > laterReceivedAtMs && measuredAtMs - laterReceivedAtMs > LeastMs;
}
