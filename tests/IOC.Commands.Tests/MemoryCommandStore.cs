namespace IOC.Commands.Tests;

/// <summary>A store in memory that fails when told to.</summary>
internal sealed class MemoryCommandStore : ICommandStore
{
    private Dictionary<string, Command> _all = new(StringComparer.Ordinal);

    public bool Fails { get; set; }

    /// <summary>The next save is stored, and its caller is told that it failed: a connection that broke during a commit.</summary>
    public bool BreaksAfterSaving { get; set; }

    public int Saves { get; private set; }

    public IReadOnlyList<Command> LoadOpen() => [.. _all.Values.Where(c => c.IsOpen).OrderBy(c => c.CreatedAtMs)];

    public void Save(IReadOnlyList<Command> added, IReadOnlyList<Command> changed)
    {
        if (Fails)
        {
            throw new IOException("the disk is full");
        }

        Saves++;
        var copy = new Dictionary<string, Command>(_all, StringComparer.Ordinal);
        foreach (var command in added)
        {
            copy.Add(command.Id, command);
        }

        foreach (var command in changed)
        {
            copy[command.Id] = copy.ContainsKey(command.Id) ? command : throw new IOException($"There is no {command.Id}.");
        }

        _all = copy;
        if (BreaksAfterSaving)
        {
            BreaksAfterSaving = false;
            throw new IOException("the connection broke");
        }
    }

    public Command? Find(string id) => _all.GetValueOrDefault(id);

    public CommandPage Query(CommandQuery query)
    {
        var items = _all.Values
            .Where(c => !query.OpenOnly || c.IsOpen || c.FinishedAtMs >= query.FinishedSinceMs)
            .Where(c => query.Sensor is null || c.Sensor.Sensor == query.Sensor)
            .Where(c => query.District is null || c.Sensor.District == query.District)
            .Where(c => query.Group is null || c.Group == query.Group)
            .Where(c => query.State is null || c.State == query.State)
            .OrderByDescending(c => c.CreatedAtMs).ThenByDescending(c => c.Id, StringComparer.Ordinal)
            .SkipWhile(c => query.Before is { } b && (c.CreatedAtMs > b.CreatedAtMs || (c.CreatedAtMs == b.CreatedAtMs && string.CompareOrdinal(c.Id, b.Id) >= 0)))
            .ToList();
        var page = items.Take(query.Limit).ToList();
        return new CommandPage(page, items.Count > page.Count ? new CommandCursor(page[^1].CreatedAtMs, page[^1].Id) : null);
    }

    public IReadOnlyDictionary<CommandState, int> CountGroup(string group) =>
        _all.Values.Where(c => c.Group == group).GroupBy(c => c.State).ToDictionary(g => g.Key, g => g.Count());

    public int DeleteFinishedBefore(long beforeMs)
    {
        var old = _all.Values.Where(c => c.FinishedAtMs < beforeMs).ToList();
        old.ForEach(c => _all.Remove(c.Id));
        return old.Count;
    }
}

public sealed class MemoryCommandStoreTests : CommandStoreContract
{
    protected override ICommandStore Store { get; } = new MemoryCommandStore();
}
