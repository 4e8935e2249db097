using IOC.Commands;
using IOC.Registry.Data;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>Commands in the registry's database.</summary>
/// <param name="database">The database.</param>
/// <param name="book">Where sensor addresses are interned.</param>
public sealed class CommandStore(RegistryDatabase database, AddressBook book) : ICommandStore
{
    /// <inheritdoc/>
    public IReadOnlyList<Command> LoadOpen()
    {
        using var context = database.NewContext();
        return context.Commands.Where(c => c.State <= CommandState.Accepted).OrderBy(c => c.CreatedAtMs).ThenBy(c => c.Id).ToList().ConvertAll(c => c.ToModel(book));
    }

    /// <inheritdoc/>
    public void Save(IReadOnlyList<Command> added, IReadOnlyList<Command> changed)
    {
        List<CommandRow> addedRows = [.. added.Select(CommandRow.From)];
        List<CommandRow> changedRows = [.. changed.Select(CommandRow.From)];
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        RowWriter<CommandRow>.Insert(context, addedRows);
        RowWriter<CommandRow>.Update(context, changedRows);
        transaction.Commit();
    }

    /// <inheritdoc/>
    public Command? Find(string id)
    {
        using var context = database.NewContext();
        return context.Commands.SingleOrDefault(c => c.Id == id)?.ToModel(book);
    }

    /// <inheritdoc/>
    public CommandPage Query(CommandQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, CommandQuery.MaxLimit, nameof(query));
        using var context = database.NewContext();
        var rows = Filter(context.Commands, query)
            .OrderByDescending(c => c.CreatedAtMs).ThenByDescending(c => c.Id)
            .Take(query.Limit + 1)
            .ToList();
        var items = rows.Take(query.Limit).Select(c => c.ToModel(book)).ToList();
        return new CommandPage(items, rows.Count > query.Limit ? new CommandCursor(items[^1].CreatedAtMs, items[^1].Id) : null);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<CommandState, int> CountGroup(string group)
    {
        using var context = database.NewContext();
        return context.Commands.Where(c => c.GroupId == group).GroupBy(c => c.State)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionary(g => g.Key, g => g.Count);
    }

    /// <inheritdoc/>
    public int DeleteFinishedBefore(long beforeMs)
    {
        using var context = database.NewContext();
        using var write = database.EnterWrite();
        using var transaction = context.Database.BeginTransaction();
        var removed = context.Commands.Where(c => c.FinishedAtMs < beforeMs).ExecuteDelete();
        transaction.Commit();
        return removed;
    }

    private static IQueryable<CommandRow> Filter(IQueryable<CommandRow> commands, CommandQuery query)
    {
        if (query.OpenOnly)
        {
            commands = query.FinishedSinceMs is { } since
                ? commands.Where(c => c.State <= CommandState.Accepted || c.FinishedAtMs >= since)
                : commands.Where(c => c.State <= CommandState.Accepted);
        }

        if (query.Sensor is { } sensor)
        {
            commands = commands.Where(c => c.Sensor == sensor);
        }

        if (query.District is { } district)
        {
            commands = commands.Where(c => c.District == district);
        }

        if (query.Districts is { } districts)
        {
            commands = commands.Where(c => districts.Contains(c.District));
        }

        if (query.Group is { } group)
        {
            commands = commands.Where(c => c.GroupId == group);
        }

        if (query.State is { } state)
        {
            commands = commands.Where(c => c.State == state);
        }

        if (query.Before is { } before)
        {
            var (createdAt, id) = before;
#pragma warning disable CA1309 // Translated into SQL, which has no overload with a comparison.
            commands = commands.Where(c => c.CreatedAtMs < createdAt || (c.CreatedAtMs == createdAt && string.Compare(c.Id, id) < 0));
#pragma warning restore CA1309
        }

        return commands;
    }
}
