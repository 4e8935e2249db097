using System.Security.Cryptography;
using System.Text;
using IOC.Registry.Data;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>
/// All rules of an installation with all their versions, and the sets that were in force. Rules come from files and from people
/// over the API; of a rule the last change counts, and a file changes a rule when what it says of that rule changes. Thread-safe.
/// </summary>
/// <remarks>A rule made over the API that no longer fits the catalogue (its sensor is gone) stays and is out of force until it fits
/// again: a file that a person changed must not be refused because of it.</remarks>
public sealed partial class RuleBook : IDisposable
{
    /// <summary>Rules made over the API come after those of files.</summary>
    private const int FirstApiPosition = 1_000_000;

    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly RuleStore _store;
    private readonly TimeProvider _clock;
    private readonly TimeZoneInfo _zone;
    private State _state = new([], null, []);
    private bool _unsure;

    /// <summary>Makes it; <see cref="LoadAsync"/> or a loader fills it.</summary>
    /// <param name="database">The database.</param>
    /// <param name="zone">The city's zone.</param>
    /// <param name="clock">Clock for the times of changes.</param>
    public RuleBook(RegistryDatabase database, TimeZoneInfo zone, TimeProvider clock)
    {
        Text = new RuleText(zone);
        _store = new RuleStore(database, Text);
        (_zone, _clock) = (zone, clock);
    }

    /// <summary>Rules as text.</summary>
    public RuleText Text { get; }

    /// <summary>The set that is in force; null before the first.</summary>
    public RuleSet? Set => _state.Set;

    /// <summary>All rules that are there, in their order.</summary>
    public IReadOnlyList<StoredRule> Rules => [.. _state.Rules.Where(r => !r.Retired)];

    /// <summary>A rule, a retired one too; null when there never was one.</summary>
    public StoredRule? Find(string id) => _state.Rules.FirstOrDefault(r => r.Latest.RuleId == id);

    /// <summary>All versions of a rule, the latest first; empty when there never was one.</summary>
    public Task<IReadOnlyList<RuleVersion>> VersionsAsync(string id, CancellationToken cancel = default) => _store.VersionsAsync(id, cancel);

    /// <summary>A rule set with its rules; null when there is none.</summary>
    /// <exception cref="InvalidDataException">One of its rules cannot be read by this version of the product.</exception>
    public Task<RuleSet?> SetAsync(int number, CancellationToken cancel = default) => _store.SetAsync(number, cancel);

    /// <summary>The newest sets without their rules, the latest first.</summary>
    public Task<IReadOnlyList<RuleSet>> SetsAsync(int limit, CancellationToken cancel = default) => _store.SetsAsync(limit, cancel);

    /// <summary>All activations by partition and set.</summary>
    public IReadOnlyList<RuleActivation> Activations() => _store.Activations();

    /// <summary>Stores that a partition takes a set; to be called before it does. One that is stored stays as it is.</summary>
    public void Activate(RuleActivation activation) => _store.Activate(activation, NowMs());

    /// <summary>Takes what is stored.</summary>
    /// <param name="catalogue">What rules are checked against; its own rules do not matter.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task LoadAsync(Catalogue catalogue, CancellationToken cancel = default)
    {
        var entries = await _store.EntriesAsync(cancel);
        var set = await _store.SetAsync(null, cancel);
        _state = new State(entries, set, Evaluate(entries, new Dictionary<string, PlacedRule>(StringComparer.Ordinal), RuleChecks.For(catalogue)));
        _unsure = false;
    }

    /// <summary>Reads the rule files of a catalogue folder again and takes them in. With mistakes nothing changes.</summary>
    /// <param name="folder">The catalogue's folder.</param>
    /// <param name="catalogue">What the rules are checked against.</param>
    /// <param name="note">Why, for the records.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<RuleImport> ImportAsync(string folder, Catalogue catalogue, string? note = null, CancellationToken cancel = default) =>
        await ImportAsync(await RuleFolder.ReadAsync(folder, _zone, catalogue, cancel), catalogue, note, cancel);

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    internal Task<bool> AnyStoredAsync(CancellationToken cancel) => AnyAsync(cancel);

    internal async Task<RuleImport> ImportAsync(RuleFolder folder, Catalogue catalogue, string? note, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await RecoverAsync(catalogue, cancel);
            if (folder.Errors.Count > 0)
            {
                return new RuleImport(_state.Set, folder.Errors, [], []);
            }

            var own = folder.Rules.ToDictionary(r => r.Rule.Id, StringComparer.Ordinal);
            var notes = new List<LocalText>();
            var entries = Merge(folder, note, notes);
            var rules = Evaluate(entries, own, RuleChecks.For(catalogue));
            if (folder.Errors.Count > 0)
            {
                return new RuleImport(_state.Set, folder.Errors, [], []);
            }

            notes.AddRange(rules.Where(r => r.Misfits.Count > 0).Select(Misfit));
            var imports = await ImportsAsync(folder, entries, cancel);
            var by = string.Join(", ", imports.Select(i => i.File));
            await CommitAsync(entries, rules, by.Length == 0 ? RuleFiles.Name : by, note, imports, cancel);
            return new RuleImport(_state.Set, [], notes, [.. imports.Select(FileImport.From)]);
        }
        finally
        {
            _changing.Release();
        }
    }

    // When a connection breaks while a server commits, only the server knows what came of it: it is asked before the next change.
    private Task RecoverAsync(Catalogue catalogue, CancellationToken cancel) => _unsure ? LoadAsync(catalogue, cancel) : Task.CompletedTask;

    private static LocalText Misfit(StoredRule rule) => new(
        $"Luật '{rule.Latest.RuleId}' (đặt qua API) không còn khớp danh mục nên tạm không áp dụng: {string.Join(' ', rule.Misfits.Select(m => m.Vi))}",
        $"Rule '{rule.Latest.RuleId}' (made over the API) no longer fits the catalogue and is out of force: {string.Join(' ', rule.Misfits.Select(m => m.En))}");

    private async Task<bool> AnyAsync(CancellationToken cancel) => (await _store.SetsAsync(1, cancel)).Count > 0;

    /// <summary>What the files change, before it is checked.</summary>
    private List<RuleEntry> Merge(RuleFolder folder, string? note, List<LocalText> notes)
    {
        var known = _state.Entries.ToDictionary(e => e.Id, StringComparer.Ordinal);
        var entries = new List<RuleEntry>();
        foreach (var (placed, position) in folder.Rules.Select((r, i) => (r, i)))
        {
            var text = Text.Write(placed.Rule);
            var before = known.GetValueOrDefault(placed.Rule.Id);
            known.Remove(placed.Rule.Id);
            if (before?.File is not null && before.FileText == text)
            {
                // The file says what it said: what was changed over the API stays.
                entries.Add(before with { Position = position, File = placed.File });
                continue;
            }

            if (before is { Latest: { Origin: RuleOrigin.Api, Text: var present } latest } && (present != text || latest.Retired))
            {
                notes.Add(new LocalText(
                    $"{placed.File}: luật '{before.Id}' trong tệp đã thay phiên bản {latest.Version} mà {latest.By} đặt qua API.",
                    $"{placed.File}: the file's rule '{before.Id}' has replaced version {latest.Version}, which {latest.By} had made over the API."));
            }

            var same = before is { Latest: { Retired: false } } && before.Latest.Text == text;
            entries.Add(new RuleEntry(placed.Rule.Id, position, placed.File, text,
                same ? before!.Latest : Next(before, placed.Rule.Id, text, RuleOrigin.File, placed.File, note, retired: false))
            { IsNew = !same });
        }

        foreach (var left in known.Values)
        {
            entries.Add(left.File is null ? left : Leave(left, note));
        }

        return entries;
    }

    /// <summary>A file's rule that is in no file any more.</summary>
    private RuleEntry Leave(RuleEntry entry, string? note) => entry.Latest.Retired
        ? entry with { File = null, FileText = null }
        : entry with { File = null, FileText = null, IsNew = true, Latest = Next(entry, entry.Id, entry.Latest.Text, RuleOrigin.File, entry.File!, note, retired: true) };

    private RuleVersion Next(RuleEntry? before, string id, string text, RuleOrigin origin, string by, string? note, bool retired) =>
        new(id, (before?.Latest.Version ?? 0) + 1, text, origin, by, NowMs(), note, retired);

    private async Task<List<CatalogueImportRow>> ImportsAsync(RuleFolder folder, List<RuleEntry> entries, CancellationToken cancel)
    {
        var hashes = await _store.FileHashesAsync(cancel);
        var before = _state.Entries.ToDictionary(e => e.Id, StringComparer.Ordinal);
        return
        [
            .. folder.Files.Where(f => hashes.GetValueOrDefault(f.Name) != f.Hash).Select(file =>
            {
                var own = entries.Where(e => e.File == file.Name).ToList();
                return new CatalogueImportRow
                {
                    File = file.Name,
                    Hash = file.Hash,
                    ImportedAtMs = NowMs(),
                    Entries = own.Count,
                    Added = own.Count(e => e.IsNew && !before.ContainsKey(e.Id)),
                    Changed = own.Count(e => e.IsNew && before.ContainsKey(e.Id)),
                    Retired = before.Values.Count(b => b.File == file.Name && entries.Exists(e => e.Id == b.Id && e is { IsNew: true, Latest.Retired: true })),
                };
            }),
        ];
    }

    /// <summary>Checks the rules as they would be together. Mistakes of own ones go where their reader says; others that do not fit
    /// are left out of what names are looked up in.</summary>
    private List<StoredRule> Evaluate(IReadOnlyList<RuleEntry> entries, Dictionary<string, PlacedRule> own, RuleChecks checks)
    {
        var misfits = new Dictionary<string, CatalogueErrors>(StringComparer.Ordinal);
        var present = new List<PlacedRule>();
        foreach (var entry in entries.Where(e => !e.Latest.Retired))
        {
            if (own.TryGetValue(entry.Id, out var placed) && Text.Write(placed.Rule) == entry.Latest.Text)
            {
                present.Add(placed);
                continue;
            }

            var errors = misfits[entry.Id] = new CatalogueErrors();
            if (Text.Read(entry.Latest.Text, "", errors) is { } stored)
            {
                checks.Check(stored);
                present.Add(stored);
            }
        }

        // A rule that names one that does not fit does not fit either.
        bool again;
        do
        {
            again = present.RemoveAll(r => misfits.GetValueOrDefault(r.Rule.Id)?.Count > 0) > 0;
            RuleLinks.Check(present);
            again |= present.Exists(r => misfits.GetValueOrDefault(r.Rule.Id)?.Count > 0);
        }
        while (again);
        return [.. entries.Select(e => Stored(e, misfits.GetValueOrDefault(e.Id)))];
    }

    private StoredRule Stored(RuleEntry entry, CatalogueErrors? misfits)
    {
        var errors = new CatalogueErrors();
        var rule = Text.Read(entry.Latest.Text, "", errors)?.Rule ?? new DetectionRule
        {
            Id = entry.Id,
            Kind = FindingKind.Limit,
            Name = new LocalText(entry.Id, entry.Id),
            Severity = Severity.P4,
        };
        return new StoredRule(rule with { Version = entry.Latest.Version }, entry.Latest, entry.File, entry.Overridden, [.. (misfits?.Sorted() ?? []).Select(e => e.Message)]);
    }

    private async Task CommitAsync(
        List<RuleEntry> entries, List<StoredRule> rules, string by, string? note, IReadOnlyList<CatalogueImportRow> imports, CancellationToken cancel)
    {
        var order = entries.Select((e, i) => (e.Position, Rule: rules[i])).OrderBy(p => p.Position).ThenBy(p => p.Rule.Latest.RuleId, StringComparer.Ordinal).ToList();
        var inForce = order.Where(p => p.Rule.InForce).Select(p => p.Rule).ToList();
        var hash = Hash(inForce);
        var set = _state.Set is { } before && before.Hash == hash
            ? null
            : new RuleSet((_state.Set?.Number ?? 0) + 1, hash, NowMs(), by, note, Changes(_state.Set, inForce), [.. inForce.Select(r => r.Rule)]);
        try
        {
            await _store.SaveAsync(entries, set, imports, cancel);
        }
        catch (Exception e) when (e is not INothingStored)
        {
            _unsure = true;
            throw;
        }

        _state = new State([.. entries.OrderBy(e => e.Position).Select(e => e with { IsNew = false })], set ?? _state.Set, [.. order.Select(p => p.Rule)]);
    }

    private static string Hash(List<StoredRule> rules)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var rule in rules)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(rule.Latest.Text));
            sha.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }

    private static List<RuleSetChange> Changes(RuleSet? before, List<StoredRule> rules)
    {
        var known = (before?.Rules ?? []).ToDictionary(r => r.Id, r => r.Version, StringComparer.Ordinal);
        var changes = new List<RuleSetChange>();
        foreach (var rule in rules.Select(r => r.Rule))
        {
            if (!known.Remove(rule.Id, out var version))
            {
                changes.Add(new RuleSetChange("added", rule.Id, rule.Version));
            }
            else if (version != rule.Version)
            {
                changes.Add(new RuleSetChange("changed", rule.Id, rule.Version));
            }
        }

        changes.AddRange(known.Select(k => new RuleSetChange("removed", k.Key, k.Value)));
        return changes;
    }

    private long NowMs() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record State(IReadOnlyList<RuleEntry> Entries, RuleSet? Set, IReadOnlyList<StoredRule> Rules);
}

/// <summary>What taking in rule files did.</summary>
/// <param name="Set">The rule set in force now; null when there is none yet.</param>
/// <param name="Errors">Mistakes; not empty = nothing has changed.</param>
/// <param name="Notes">What people should know: what was overridden, what is out of force.</param>
/// <param name="Imported">The files that had changed.</param>
public sealed record RuleImport(RuleSet? Set, IReadOnlyList<CatalogueError> Errors, IReadOnlyList<LocalText> Notes, IReadOnlyList<FileImport> Imported);
