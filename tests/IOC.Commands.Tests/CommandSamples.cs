using IOC.Telemetry;

namespace IOC.Commands.Tests;

/// <summary>Commands for tests.</summary>
public sealed class CommandSamples
{
    public const long T0 = 1_760_000_000_000;

    private int _made;

    public AddressBook Book { get; } = new();

    public static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    public SensorAddress Lamp(int i = 1, string district = "bac-giang") => Book.GetOrAdd(district, "lighting", $"lamp-{i}");

    public Command Dim(int level = 40, SensorAddress? sensor = null, long createdAtMs = T0, string? group = null, CommandState state = CommandState.Pending) => new()
    {
        Id = $"n1-{++_made:x32}",
        Group = group,
        Sensor = sensor ?? Lamp(),
        Kind = CommandKind.Dim,
        Arguments = new CommandArguments(Level: level),
        Operator = "vh01",
        State = state,
        CreatedAtMs = createdAtMs,
        ExpiresAtMs = createdAtMs + 3_600_000,
        FinishedAtMs = state.IsOpen() ? null : createdAtMs + 1000,
    };

    public CommandRequest Request(int level = 40, SensorAddress? sensor = null, TimeSpan? life = null) =>
        new(sensor ?? Lamp(), CommandKind.Dim, new CommandArguments(Level: level), "vh01", life ?? TimeSpan.FromHours(1));
}
