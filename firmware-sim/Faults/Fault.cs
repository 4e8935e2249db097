using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Faults;

/// <summary>What can go wrong with a sensor, and the one thing that goes wrong with the city.</summary>
internal enum FaultKind
{
    /// <summary>One or two values far off, then normal again.</summary>
    Spike,

    /// <summary>A property repeats the value that it had at the start.</summary>
    Stuck,

    /// <summary>A property moves away steadily.</summary>
    Drift,

    /// <summary>A property jumps to another level and stays there.</summary>
    LevelShift,

    /// <summary>A value that means "no value" to its maker: -9999 or 7999.</summary>
    Sentinel,

    /// <summary>A property jitters far more than usual.</summary>
    NoiseBurst,

    /// <summary>The sensor stops reporting; its connection stays.</summary>
    Silence,

    /// <summary>The connection breaks without DISCONNECT, so the will is published; it comes back at the end.</summary>
    Offline,

    /// <summary>The sensor's clock runs ahead.</summary>
    ClockAhead,

    /// <summary>Reports are kept back and delivered together at the end, with their own times.</summary>
    LateDelivery,

    /// <summary>Payloads that are no valid message.</summary>
    Malformed,

    /// <summary>A lighting cabinet burns by day: its contactor sticks. What it is told to do stays off.</summary>
    LampByDay,

    /// <summary>A lighting cabinet is dark at night although it is told to burn.</summary>
    LampDark,

    /// <summary>Real: traffic stands. The junctions nearby see it too.</summary>
    Congestion,

    /// <summary>Real: dust over a few kilometres. Every sensor there sees it.</summary>
    PollutionEpisode,

    /// <summary>A feeder or its substation has no power: everything on it goes silent, or goes dark and says so where cabinets
    /// have a battery.</summary>
    FeederOutage,

    /// <summary>A gateway fails: everything behind it goes silent, and its links stay.</summary>
    GatewayOutage,
}

/// <summary>One fault of one sensor, aligned to its reports.</summary>
internal sealed record Fault
{
    /// <summary>Number in the run, from 1, in order of planning.</summary>
    public required int Number { get; init; }

    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>The sensor.</summary>
    public required SensorModel Sensor { get; init; }

    /// <summary>Index in the sensor's specs; null when the whole message or link is concerned.</summary>
    public int? Property { get; init; }

    /// <summary>Time of the first report concerned, Unix ms.</summary>
    public required long StartMs { get; init; }

    /// <summary>Time of the last report concerned, Unix ms.</summary>
    public required long EndMs { get; init; }

    /// <summary>Reports concerned.</summary>
    public required int Reports { get; init; }

    /// <summary>Spike, shift, noise: size in the property's unit; drift: per hour; sentinel: the value; clock ahead: ms;
    /// congestion: the speed that is left, km/h; pollution: PM2.5 added at its height, µg/m³.</summary>
    public double Size { get; init; }

    /// <summary>Malformed: in which way.</summary>
    public MalformedForm Form { get; init; }

    /// <summary>Number of the event that this is part of, where several sensors share one.</summary>
    public int? Event { get; init; }

    /// <summary>The asset that failed, where it is one.</summary>
    public string? Asset { get; init; }

    /// <summary>Feeder outage: the sensor reports on, without voltage.</summary>
    public bool Dark { get; init; }

    /// <summary>Its link breaks with it.</summary>
    public bool Drops { get; init; }

    /// <summary>Code of the property; null when the whole message or link is concerned.</summary>
    public string? PropertyCode => Property is { } index ? Sensor.Specs[index].Code : null;
}
