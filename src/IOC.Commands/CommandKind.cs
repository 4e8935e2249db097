using IOC.Telemetry;

namespace IOC.Commands;

/// <summary>What a command asks for. The numbers are stored and never change.</summary>
public enum CommandKind : byte
{
    /// <summary>On or off.</summary>
    Switch = 0,

    /// <summary>A dimming level.</summary>
    Dim = 1,

    /// <summary>Back to the device's own control.</summary>
    Auto = 2,
}

/// <summary>Names of the kinds, and which sensors take them.</summary>
public static class CommandKinds
{
    private const string Lighting = "lighting";
    private static readonly string[] s_names = ["switch", "dim", "auto"];

    /// <summary>The name on the wire and in the API.</summary>
    public static string Name(this CommandKind kind) => s_names[(int)kind];

    /// <summary>Reads a name; false when it is none.</summary>
    public static bool TryParse(string? name, out CommandKind kind)
    {
        var index = Array.IndexOf(s_names, name);
        kind = (CommandKind)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>What a registered sensor can be told. Light is what a city commands: a sensor of the domain "lighting" that
    /// reports its power or its dimming level can be switched, and one that reports a level can be dimmed. What a device
    /// reports is in the catalogue already, so it needs no further column.</summary>
    public static IReadOnlyList<CommandKind> Of(SensorDefinition sensor)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        if (sensor.Address.Domain != Lighting)
        {
            return [];
        }

        return sensor.Properties.Contains("dim", StringComparer.Ordinal) ? [CommandKind.Switch, CommandKind.Dim, CommandKind.Auto]
            : sensor.Properties.Contains("power", StringComparer.Ordinal) ? [CommandKind.Switch, CommandKind.Auto]
            : [];
    }
}

/// <summary>What goes with a command; what its kind does not use is null.</summary>
/// <param name="On">Switch: on or off.</param>
/// <param name="Level">Dim: the level, 0 to 100 % of full light.</param>
/// <param name="ForSeconds">Switch and dim: seconds after which the device goes back to its own control; null = until told.</param>
public sealed record CommandArguments(bool? On = null, int? Level = null, int? ForSeconds = null)
{
    /// <summary>Shortest time that a device can be held, seconds.</summary>
    public const int MinForSeconds = 60;

    /// <summary>Longest, seconds: 30 days.</summary>
    public const int MaxForSeconds = 30 * 86_400;

    /// <summary>Why the arguments do not fit the kind; null when they do.</summary>
    public LocalText? Check(CommandKind kind)
    {
        if (kind == CommandKind.Switch ? On is null : On is not null)
        {
            return kind == CommandKind.Switch
                ? new LocalText("Lệnh switch cần 'on' là true hoặc false.", "switch needs 'on', true or false.")
                : new LocalText($"Lệnh {kind.Name()} không nhận 'on'.", $"{kind.Name()} takes no 'on'.");
        }

        if (kind == CommandKind.Dim ? Level is not (>= 0 and <= 100) : Level is not null)
        {
            return kind == CommandKind.Dim
                ? new LocalText("Lệnh dim cần 'level' từ 0 đến 100 (%).", "dim needs 'level', 0 to 100 (%).")
                : new LocalText($"Lệnh {kind.Name()} không nhận 'level'.", $"{kind.Name()} takes no 'level'.");
        }

        return ForSeconds switch
        {
            null => null,
            _ when kind == CommandKind.Auto => new LocalText("Lệnh auto không nhận 'forSeconds'.", "auto takes no 'forSeconds'."),
            < MinForSeconds or > MaxForSeconds => new LocalText(
                $"'forSeconds' phải từ {MinForSeconds} đến {MaxForSeconds} (giây).", $"'forSeconds' must be {MinForSeconds} to {MaxForSeconds} (seconds)."),
            _ => null,
        };
    }
}
