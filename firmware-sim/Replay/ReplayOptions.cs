namespace IOC.FirmwareSim.Replay;

/// <summary>How a file is replayed.</summary>
internal sealed record ReplayOptions
{
    /// <summary>How many times faster than recorded; null = as fast as it is acknowledged.</summary>
    public double? Speed { get; init; } = 1;

    /// <summary>First moment to send, Unix ms.</summary>
    public long FromMs { get; init; } = long.MinValue;

    /// <summary>Moment at which to stop, excluded, Unix ms.</summary>
    public long ToMs { get; init; } = long.MaxValue;

    /// <summary>Move the times so that the last row falls on the moment at which it is sent.</summary>
    public bool ShiftToNow { get; init; }

    /// <summary>Most messages on a connection that are sent and not acknowledged.</summary>
    public int InFlight { get; init; } = 256;

    /// <summary>Most connections.</summary>
    public int Connections { get; init; } = 4;

    /// <summary>Texts that mean "missing", besides the empty field.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>How long to wait for the first connection.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long no acknowledgement may come, while some are due, before the replay gives up.</summary>
    public TimeSpan StalledAfter { get; init; } = TimeSpan.FromSeconds(60);
}
