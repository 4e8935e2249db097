using IOC.Telemetry;

namespace IOC.Commands;

/// <summary>A command and how far it has come. Times are Unix milliseconds, UTC, by the host's clock.</summary>
public sealed record Command
{
    /// <summary>"{node}-{UUID version 7 as 32 hex digits}": made once, the same in every repetition. A device that sees it
    /// again acknowledges again and does nothing.</summary>
    public required string Id { get; init; }

    /// <summary>Group that it was asked for with; null when alone.</summary>
    public string? Group { get; init; }

    /// <summary>Whom it is for.</summary>
    public required SensorAddress Sensor { get; init; }

    /// <summary>What it asks for.</summary>
    public required CommandKind Kind { get; init; }

    /// <summary>What goes with it.</summary>
    public required CommandArguments Arguments { get; init; }

    /// <summary>Who asked.</summary>
    public required string Operator { get; init; }

    /// <summary>Where it is.</summary>
    public CommandState State { get; init; }

    /// <summary>When it was asked for.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>From when on it must not be done any more.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>How often since the device was last found reachable, or since it accepted.</summary>
    public int Tries { get; init; }

    /// <summary>Sent and accepted: until when the host waits for the next word.</summary>
    public long NextAtMs { get; init; }

    /// <summary>When it was sent first.</summary>
    public long? SentAtMs { get; init; }

    /// <summary>When the device said that it has it.</summary>
    public long? AcceptedAtMs { get; init; }

    /// <summary>When it got its outcome.</summary>
    public long? FinishedAtMs { get; init; }

    /// <summary>The device's words about it; null when it said none.</summary>
    public string? Detail { get; init; }

    /// <summary>True when the device's outcome came after the host had given up or was told to.</summary>
    public bool Late { get; init; }

    /// <summary>Who took it back.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Id of the command that took its place.</summary>
    public string? SupersededBy { get; init; }

    /// <summary>Counts its changes from 1: of two states of one command, the higher is the later.</summary>
    public int Revision { get; init; } = 1;

    /// <summary>True until it has an outcome.</summary>
    public bool IsOpen => State.IsOpen();
}
