namespace IOC.Commands;

/// <summary>Where a command is in its life. The numbers are stored and never change.</summary>
public enum CommandState : byte
{
    /// <summary>Waits for its device to be reachable.</summary>
    Pending = 0,

    /// <summary>On its way; no answer yet.</summary>
    Sent = 1,

    /// <summary>The device has it and is at work.</summary>
    Accepted = 2,

    /// <summary>The device did it.</summary>
    Done = 3,

    /// <summary>The device tried and could not.</summary>
    Failed = 4,

    /// <summary>The device will not do it.</summary>
    Rejected = 5,

    /// <summary>It was sent, more than once if there was time, and the device never said how it ended.</summary>
    TimedOut = 6,

    /// <summary>Its device was away until it was too late.</summary>
    Expired = 7,

    /// <summary>An operator took it back.</summary>
    Cancelled = 8,

    /// <summary>A newer command for the same device took its place.</summary>
    Superseded = 9,
}

/// <summary>What the states mean to the life cycle.</summary>
public static class CommandStates
{
    private static readonly string[] s_names =
        ["pending", "sent", "accepted", "done", "failed", "rejected", "timed_out", "expired", "cancelled", "superseded"];

    /// <summary>All states in the order of a life.</summary>
    public static IReadOnlyList<CommandState> All { get; } = Enum.GetValues<CommandState>();

    /// <summary>True until the command has an outcome.</summary>
    public static bool IsOpen(this CommandState state) => state <= CommandState.Accepted;

    /// <summary>True when the outcome is the device's own word. The other outcomes are the host's: it gave up, and the device
    /// may still tell better.</summary>
    public static bool IsDevicesWord(this CommandState state) => state is CommandState.Done or CommandState.Failed or CommandState.Rejected;

    /// <summary>The state's name in the API ("timed_out").</summary>
    public static string Name(this CommandState state) => s_names[(int)state];

    /// <summary>Reads a name; false when it is none.</summary>
    public static bool TryParse(string? name, out CommandState state)
    {
        var index = Array.IndexOf(s_names, name);
        state = (CommandState)Math.Max(index, 0);
        return index >= 0;
    }
}
