using IOC.Commands;
using IOC.Telemetry;

namespace IOC.Registry.Data;

internal sealed class CommandRow
{
    public required string Id { get; init; }

    public string? GroupId { get; init; }

    public required string District { get; init; }

    public required string Domain { get; init; }

    public required string Sensor { get; init; }

    public CommandKind Kind { get; init; }

    public bool? SwitchOn { get; init; }

    public int? Level { get; init; }

    public int? ForSeconds { get; init; }

    public required string Operator { get; init; }

    public CommandState State { get; init; }

    public long CreatedAtMs { get; init; }

    public long ExpiresAtMs { get; init; }

    public int Attempts { get; init; }

    public int Tries { get; init; }

    public long NextAtMs { get; init; }

    public long? SentAtMs { get; init; }

    public long? AcceptedAtMs { get; init; }

    public long? FinishedAtMs { get; init; }

    public string? Detail { get; init; }

    public bool Late { get; init; }

    public string? CancelledBy { get; init; }

    public string? SupersededBy { get; init; }

    public int Revision { get; init; }

    public static CommandRow From(Command c) => new()
    {
        Id = c.Id,
        GroupId = c.Group,
        District = c.Sensor.District,
        Domain = c.Sensor.Domain,
        Sensor = c.Sensor.Sensor,
        Kind = c.Kind,
        SwitchOn = c.Arguments.On,
        Level = c.Arguments.Level,
        ForSeconds = c.Arguments.ForSeconds,
        Operator = c.Operator,
        State = c.State,
        CreatedAtMs = c.CreatedAtMs,
        ExpiresAtMs = c.ExpiresAtMs,
        Attempts = c.Attempts,
        Tries = c.Tries,
        NextAtMs = c.NextAtMs,
        SentAtMs = c.SentAtMs,
        AcceptedAtMs = c.AcceptedAtMs,
        FinishedAtMs = c.FinishedAtMs,
        Detail = c.Detail,
        Late = c.Late,
        CancelledBy = c.CancelledBy,
        SupersededBy = c.SupersededBy,
        Revision = c.Revision,
    };

    public Command ToModel(AddressBook book) => new()
    {
        Id = Id,
        Group = GroupId,
        Sensor = book.GetOrAdd(District, Domain, Sensor),
        Kind = Kind,
        Arguments = new CommandArguments(SwitchOn, Level, ForSeconds),
        Operator = Operator,
        State = State,
        CreatedAtMs = CreatedAtMs,
        ExpiresAtMs = ExpiresAtMs,
        Attempts = Attempts,
        Tries = Tries,
        NextAtMs = NextAtMs,
        SentAtMs = SentAtMs,
        AcceptedAtMs = AcceptedAtMs,
        FinishedAtMs = FinishedAtMs,
        Detail = Detail,
        Late = Late,
        CancelledBy = CancelledBy,
        SupersededBy = SupersededBy,
        Revision = Revision,
    };
}
