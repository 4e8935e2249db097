using System.Text.Json.Serialization;
using IOC.Commands;

namespace IOC.Host.Live;

/// <summary>A command as people and programs see it. Times are Unix milliseconds, UTC.</summary>
public sealed record LiveCommand
{
    /// <summary>Id.</summary>
    public required string Id { get; init; }

    /// <summary>Group that it was asked for with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }

    /// <summary>Sensor slug.</summary>
    public required string Sensor { get; init; }

    /// <summary>District slug.</summary>
    public required string District { get; init; }

    /// <summary>Domain slug, for judging who sees it.</summary>
    [JsonIgnore]
    public string Domain { get; init; } = "";

    /// <summary>switch, dim or auto.</summary>
    public required string Name { get; init; }

    /// <summary>Switch: on or off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? On { get; init; }

    /// <summary>Dim: 0 to 100 %.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Level { get; init; }

    /// <summary>Seconds until the device goes back to its own control; absent = until told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ForSeconds { get; init; }

    /// <summary>Who asked.</summary>
    public required string Operator { get; init; }

    /// <summary>pending, sent, accepted, done, failed, rejected, timed_out, expired, cancelled or superseded.</summary>
    public required string State { get; init; }

    /// <summary>When it was asked for.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>From when on it must not be done any more.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>How often it was sent.</summary>
    public required int Attempts { get; init; }

    /// <summary>When it was sent first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SentAt { get; init; }

    /// <summary>When the device said that it has it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? AcceptedAt { get; init; }

    /// <summary>When it got its outcome.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FinishedAt { get; init; }

    /// <summary>The device's words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>The device's outcome came after the host had given up.</summary>
    public required bool Late { get; init; }

    /// <summary>Who took it back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CancelledBy { get; init; }

    /// <summary>The newer command that took its place.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SupersededBy { get; init; }

    /// <summary>Number of its changes: of two states of one command, the one with more is the later.</summary>
    public required int Revision { get; init; }

    /// <summary>From the room's own type.</summary>
    public static LiveCommand From(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new LiveCommand
        {
            Id = command.Id,
            Group = command.Group,
            Sensor = command.Sensor.Sensor,
            District = command.Sensor.District,
            Domain = command.Sensor.Domain,
            Name = command.Kind.Name(),
            On = command.Arguments.On,
            Level = command.Arguments.Level,
            ForSeconds = command.Arguments.ForSeconds,
            Operator = command.Operator,
            State = command.State.Name(),
            CreatedAt = command.CreatedAtMs,
            ExpiresAt = command.ExpiresAtMs,
            Attempts = command.Attempts,
            SentAt = command.SentAtMs,
            AcceptedAt = command.AcceptedAtMs,
            FinishedAt = command.FinishedAtMs,
            Detail = command.Detail,
            Late = command.Late,
            CancelledBy = command.CancelledBy,
            SupersededBy = command.SupersededBy,
            Revision = command.Revision,
        };
    }
}
