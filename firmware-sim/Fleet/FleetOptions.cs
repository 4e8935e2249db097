namespace IOC.FirmwareSim.Fleet;

/// <summary>How a fleet runs.</summary>
internal sealed record FleetOptions
{
    /// <summary>Faults per sensor and day unless told otherwise: with 500 sensors a fault or two a minute, of which about
    /// six in ten are something that an operator is alerted to.</summary>
    public const double DefaultFaultRate = 5;

    /// <summary>Most connections unless told otherwise.</summary>
    public const int DefaultConnections = 500;

    /// <summary>How many times faster than real.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How far in the past the simulated time begins.</summary>
    public TimeSpan StartAgo { get; init; }

    /// <summary>Faults per sensor and day; 0 = none.</summary>
    public double FaultRate { get; init; } = DefaultFaultRate;

    /// <summary>Factor on every period: 0.1 reports ten times as often.</summary>
    public double PeriodScale { get; init; } = 1;

    /// <summary>Connections that the sensors share.</summary>
    public int Connections { get; init; } = DefaultConnections;

    /// <summary>Share of the lamps, 0 to 1, that never answer a command.</summary>
    public double MuteLamps { get; init; }

    /// <summary>Share of the lamps, 0 to 1, that fail at every command.</summary>
    public double FailingLamps { get; init; }

    /// <summary>Outages to have in any case.</summary>
    public IReadOnlyList<Faults.Outage> Outages { get; init; } = [];

    /// <summary>How long to run, real time; null = until stopped.</summary>
    public TimeSpan? Duration { get; init; }
}
