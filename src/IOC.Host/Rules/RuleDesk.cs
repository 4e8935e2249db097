using IOC.Host.Pump;
using IOC.Host.State;
using IOC.Ingest.Log;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Rules;

/// <summary>What is known of the rule files.</summary>
/// <param name="CheckedAt">When they were last read, Unix milliseconds.</param>
/// <param name="Errors">Mistakes; not empty = the rule set from before is in force.</param>
/// <param name="Notes">What people should know: what was overridden, what is out of force.</param>
public sealed record RuleFilesState(long CheckedAt, IReadOnlyList<CatalogueError> Errors, IReadOnlyList<LocalText> Notes);

/// <summary>
/// Takes changes of rules from files and people and brings them into force in every partition, without a restart.
/// </summary>
internal sealed class RuleDesk(
    RuleBook book, Catalogue catalogue, RuleFolderPath folder, IReadOnlyList<PartitionState> partitions, TimeProvider time, ILogger<RuleDesk> logger)
{
    private readonly Lock _applying = new();

    /// <summary>The rules.</summary>
    public RuleBook Book => book;

    /// <summary>What is known of the rule files.</summary>
    public RuleFilesState Files { get; private set; } = new(time.GetUtcNow().ToUnixTimeMilliseconds(), folder.ErrorsAtStart, []);

    /// <summary>Partitions that do not work with the newest set yet.</summary>
    public IEnumerable<int> Behind => partitions.Where(p => p.RuleSet != (book.Set?.Number ?? 0)).Select(p => p.Partition);

    /// <summary>The set that each partition works with, by partition.</summary>
    public IReadOnlyList<int> InForce => [.. partitions.Select(p => p.RuleSet)];

    /// <summary>Reads the rule files again. With mistakes the present set stays in force.</summary>
    public async Task<RuleImport> ReloadAsync(string? note, CancellationToken stop)
    {
        var import = await book.ImportAsync(folder.Path, catalogue, note, stop);
        Files = new RuleFilesState(time.GetUtcNow().ToUnixTimeMilliseconds(), import.Errors, import.Notes);
        if (import.Errors.Count > 0)
        {
            logger.LogError("The rule files have {Count} mistakes; rule set {Set} stays in force: {Errors}", import.Errors.Count, import.Set?.Number, string.Join(" | ", import.Errors));
        }

        foreach (var note1 in import.Notes)
        {
            logger.LogWarning("Rules: {Note}", note1.En);
        }

        if (import.Imported.Count > 0 && import.Errors.Count == 0)
        {
            logger.LogInformation("Rules read from {Files}: set {Set}", string.Join(", ", import.Imported.Select(i => i.File)), import.Set?.Number);
        }

        Apply();
        return import;
    }

    /// <summary>Makes a change of the rules and brings it into force.</summary>
    public async Task<RuleChange> ChangeAsync(Func<RuleBook, Catalogue, Task<RuleChange>> change)
    {
        var result = await change(book, catalogue);
        if (result.Outcome == RuleOutcome.Ok)
        {
            Apply();
        }

        return result;
    }

    /// <summary>Lets every partition take the newest set, where it can now; <see cref="RuleWatch"/> asks again.</summary>
    public void Apply()
    {
        if (book.Set is not { } set)
        {
            return;
        }

        // One at a time, so that a slower caller does not come with an older set after a newer one.
        lock (_applying)
        {
            foreach (var partition in partitions.Where(p => p.RuleSet < set.Number))
            {
                try
                {
                    if (partition.TakeRules(set.Number, catalogue with { Rules = set.Rules }))
                    {
                        logger.LogInformation("Partition {Partition} works with rule set {Set} from offset {Offset} on", partition.Partition, set.Number, partition.Offset);
                    }
                }
                catch (Exception e)
                {
                    // A store that fails may fail with anything; the next round tries again.
                    logger.LogError(e, "Partition {Partition} could not take rule set {Set}; it is tried again", partition.Partition, set.Number);
                }
            }
        }
    }

    /// <summary>Which rule sets a partition begins with and is to take, from what its checkpoint and the registry say.</summary>
    public static PartitionRules RulesOf(int partition, RuleBook book, Catalogue catalogue, SqliteGrainStore store, IReadingLog log, ILogger logger)
    {
        var latest = book.Set ?? throw new InvalidOperationException("There is no rule set.");
        var stored = PartitionRules.Read(store.Load(partition, PartitionRules.StateKind, PartitionRules.StateKey));
        var first = stored == 0 ? null : Load(stored);
        var activations = book.Activations().Where(a => a.Partition == partition && a.Set > stored).OrderBy(a => a.Set).ToList();
        if (first is null)
        {
            // No checkpoint says what it worked with: everything is read with the newest.
            return new PartitionRules(partition, latest.Number, catalogue with { Rules = latest.Rules }, [], book.Activate);
        }

        var pending = activations.Select(a => (a.Offset, Set: Load(a.Set))).Where(a => a.Set is not null)
            .Select(a => new PendingRules(a.Set!.Number, a.Offset, catalogue with { Rules = a.Set.Rules })).ToList();
        var rules = new PartitionRules(partition, first.Number, catalogue with { Rules = first.Rules }, pending, book.Activate);
        if (latest.Number > rules.Newest)
        {
            // What was received before this start is judged by the rules of then.
            rules.Add(new PendingRules(latest.Number, log.Head(partition), catalogue with { Rules = latest.Rules }));
        }

        return rules;

        RuleSet? Load(int number)
        {
            try
            {
                return number == latest.Number ? latest : book.SetAsync(number).GetAwaiter().GetResult();
            }
            catch (InvalidDataException e)
            {
                logger.LogWarning(e, "Rule set {Set} cannot be read any more; what it judged is not judged again", number);
                return null;
            }
        }
    }
}

/// <summary>Where the rule files are, and what was wrong with them at the start.</summary>
/// <param name="Path">The catalogue's folder.</param>
/// <param name="ErrorsAtStart">Mistakes found then.</param>
internal sealed record RuleFolderPath(string Path, IReadOnlyList<CatalogueError> ErrorsAtStart);
