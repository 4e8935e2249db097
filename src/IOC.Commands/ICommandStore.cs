namespace IOC.Commands;

/// <summary>Port: where commands are kept. Safe for use from any thread. A failure is an exception; after one, nothing of
/// the call is stored, or, where a server's connection broke while it committed, all of it.</summary>
public interface ICommandStore
{
    /// <summary>All commands without an outcome, the oldest first.</summary>
    IReadOnlyList<Command> LoadOpen();

    /// <summary>Stores new and changed commands in one transaction, durable on return. Each id occurs once.</summary>
    /// <param name="added">Commands that are not there yet.</param>
    /// <param name="changed">Commands that are, in their latest state.</param>
    void Save(IReadOnlyList<Command> added, IReadOnlyList<Command> changed);

    /// <summary>A command by its id; null when there is none.</summary>
    Command? Find(string id);

    /// <summary>Commands, the newest first.</summary>
    CommandPage Query(CommandQuery query);

    /// <summary>Number of a group's commands by state; empty when there is no such group.</summary>
    IReadOnlyDictionary<CommandState, int> CountGroup(string group);

    /// <summary>Deletes commands that got their outcome before a time.</summary>
    /// <returns>How many.</returns>
    int DeleteFinishedBefore(long beforeMs);
}

/// <summary>Which commands to list. Conditions are combined.</summary>
public sealed record CommandQuery
{
    /// <summary>Largest page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Only this sensor (slug).</summary>
    public string? Sensor { get; init; }

    /// <summary>Only this district (slug).</summary>
    public string? District { get; init; }

    /// <summary>Only these districts (slugs); null = all.</summary>
    public IReadOnlyCollection<string>? Districts { get; init; }

    /// <summary>Only this group.</summary>
    public string? Group { get; init; }

    /// <summary>Only commands without an outcome, or with <see cref="FinishedSinceMs"/> also those that got one since.</summary>
    public bool OpenOnly { get; init; }

    /// <summary>With <see cref="OpenOnly"/>: also those that got their outcome at or after this time, Unix milliseconds.</summary>
    public long? FinishedSinceMs { get; init; }

    /// <summary>Only this state.</summary>
    public CommandState? State { get; init; }

    /// <summary>Page size, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Only commands after this place in the list.</summary>
    public CommandCursor? Before { get; init; }
}

/// <summary>A page of commands.</summary>
/// <param name="Items">The commands.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record CommandPage(IReadOnlyList<Command> Items, CommandCursor? Next);
