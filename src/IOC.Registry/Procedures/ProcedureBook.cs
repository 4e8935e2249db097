using System.Collections.Concurrent;
using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>
/// All procedures of an installation with all their versions. They come from files and from people over the API; of a procedure the
/// last change counts, and a file changes one when what it says of it changes. Thread-safe.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="clock">Clock for the times of changes.</param>
public sealed class ProcedureBook(RegistryDatabase database, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ProcedureStore _store = new(database);
    private bool _unsure;
    private readonly ConcurrentDictionary<(string, int), Procedure> _versions = new();
    private volatile State _state = new([], []);
    private int _revision;

    /// <summary>How often the procedures have changed since the book was opened: what is shown of them is out of date when this has grown.</summary>
    public int Revision => Volatile.Read(ref _revision);

    /// <summary>All procedures that are there, by id.</summary>
    public IReadOnlyList<StoredProcedure> Procedures => [.. _state.Procedures.Where(p => !p.Retired)];

    /// <summary>A procedure, a retired one too; null when there never was one.</summary>
    public StoredProcedure? Find(string id) => _state.Procedures.FirstOrDefault(p => p.Latest.ProcedureId == id);

    /// <summary>The procedure for an alert: of those that cover it the one that says most, of equal ones the first by id. Null when none does.</summary>
    public Procedure? For(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return For(alert.RuleId, alert.Kind, alert.Property, alert.Subject.Domain, alert.Severity);
    }

    /// <summary>The procedure for alerts of a rule, see <see cref="For(Alert)"/>.</summary>
    /// <inheritdoc cref="ProcedureScope.Covers"/>
    public Procedure? For(string ruleId, FindingKind kind, string? property, string? domain, Severity priority) => _state.Procedures
        .Where(p => !p.Retired && p.Procedure.For.Covers(ruleId, kind, property, domain, priority))
        .MaxBy(p => p.Procedure.For.Weight)?.Procedure;

    /// <summary>A version of a procedure; null when there is none, or when it cannot be read by this version of the product.</summary>
    public async Task<Procedure?> VersionAsync(string id, int version, CancellationToken cancel = default)
    {
        if (Find(id) is { Procedure: { } latest } && latest.Version == version)
        {
            return latest;
        }

        if (_versions.TryGetValue((id, version), out var known))
        {
            return known;
        }

        if (await _store.VersionAsync(id, version, cancel) is not { } stored)
        {
            return null;
        }

        try
        {
            return _versions.GetOrAdd((id, version), ProcedureText.Read(stored.Text, stored.Version));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>All versions of a procedure, the latest first; empty when there never was one.</summary>
    public Task<IReadOnlyList<ProcedureVersion>> VersionsAsync(string id, CancellationToken cancel = default) => _store.VersionsAsync(id, cancel);

    /// <summary>Takes what is stored.</summary>
    public async Task LoadAsync(CancellationToken cancel = default) => Take(await _store.EntriesAsync(cancel));

    /// <summary>Reads the procedure files of a catalogue folder and takes them in. With mistakes nothing changes.</summary>
    /// <param name="folder">The catalogue's folder.</param>
    /// <param name="catalogue">What properties and rules are looked up in.</param>
    /// <param name="note">Why, for the records.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<ProcedureImport> ImportAsync(string folder, Catalogue catalogue, string? note = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        await _changing.WaitAsync(cancel);
        try
        {
            await RecoverAsync(cancel);
            var errors = new CatalogueErrors();
            var read = await ProcedureFiles.ReadAsync(folder, catalogue, errors, cancel);
            if (errors.Count > 0)
            {
                return new ProcedureImport(errors.Sorted(), [], 0);
            }

            var rules = catalogue.Rules.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
            List<LocalText> notes =
            [
                .. read.SelectMany(p => p.Procedure.For.Rules.Where(r => !rules.Contains(r)).Select(r => new LocalText(
                    $"{p.File}: quy trình '{p.Procedure.Id}' nêu luật '{r}' không có trong danh mục.",
                    $"{p.File}: procedure '{p.Procedure.Id}' names the rule '{r}', which there is not."))),
            ];
            var entries = Merge(read, note, notes);
            if (entries.Exists(e => e.IsNew) || !entries.SequenceEqual(_state.Entries))
            {
                await SaveAsync(entries, cancel);
                Take(entries);
            }

            return new ProcedureImport([], notes, entries.Count(e => e.IsNew));
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Says what is wrong with a procedure, without saving it.</summary>
    public static IReadOnlyList<CatalogueError> Validate(string json, Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var errors = new CatalogueErrors();
        new ProcedureReader(catalogue, errors).Read(json);
        return errors.Sorted();
    }

    /// <summary>Makes a procedure. <see cref="RuleOutcome.Conflict"/> when there is one of that id.</summary>
    /// <param name="json">The procedure (docs/procedures.md).</param>
    /// <param name="catalogue">What properties are looked up in.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public Task<ProcedureChange> CreateAsync(string json, Catalogue catalogue, string by, string? note, CancellationToken cancel = default) =>
        ChangeAsync(json, null, null, Must.NotBeThere, catalogue, by, note, cancel);

    /// <summary>Changes a procedure.</summary>
    /// <param name="id">Its id; the document must name the same.</param>
    /// <param name="json">The procedure (docs/procedures.md).</param>
    /// <param name="expectedVersion">Version that the change is made from; another one is a conflict. Null = whatever it is.</param>
    /// <param name="catalogue">What properties are looked up in.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public Task<ProcedureChange> PutAsync(string id, string json, int? expectedVersion, Catalogue catalogue, string by, string? note, CancellationToken cancel = default) =>
        ChangeAsync(json, id, expectedVersion, Must.BeThere, catalogue, by, note, cancel);

    /// <summary>Goes back to an earlier version, as a new version; a retired procedure comes back.</summary>
    /// <param name="id">The procedure.</param>
    /// <param name="version">The version to go back to; null = what its file says.</param>
    /// <param name="expectedVersion">As in <see cref="PutAsync"/>.</param>
    /// <param name="catalogue">What properties are looked up in.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<ProcedureChange> RevertAsync(
        string id, int? version, int? expectedVersion, Catalogue catalogue, string by, string? note, CancellationToken cancel = default)
    {
        var text = version is { } wanted
            ? (await _store.VersionAsync(id, wanted, cancel))?.Text
            : _state.Entries.FirstOrDefault(e => e.Id == id)?.FileText;
        return text is null
            ? new ProcedureChange(RuleOutcome.NotFound, Find(id), [])
            : await ChangeAsync(text, id, expectedVersion, Must.HaveBeen, catalogue, by, note, cancel);
    }

    /// <summary>Ends a procedure; alerts whose steps were done keep it.</summary>
    /// <param name="id">The procedure.</param>
    /// <param name="expectedVersion">As in <see cref="PutAsync"/>.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<ProcedureChange> RetireAsync(string id, int? expectedVersion, string by, string? note, CancellationToken cancel = default)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await RecoverAsync(cancel);
            var entry = _state.Entries.FirstOrDefault(e => e.Id == id);
            return Refusal(entry, id, expectedVersion, Must.BeThere)
                ?? await DoneAsync(entry! with { IsNew = true, Latest = Next(entry, id, entry.Latest.Text, RuleOrigin.Api, by, note, retired: true) }, cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    private async Task<ProcedureChange> ChangeAsync(
        string json, string? id, int? expectedVersion, Must must, Catalogue catalogue, string by, string? note, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await RecoverAsync(cancel);
            var errors = new CatalogueErrors();
            var procedure = new ProcedureReader(catalogue, errors).Read(json);
            var known = id ?? procedure?.Id ?? "";
            if (procedure is not null && id is not null && procedure.Id.Length > 0 && procedure.Id != id)
            {
                errors.Add("", 1, "id", $"The procedure is '{id}', not '{procedure.Id}': an id cannot be changed.", $"Quy trình này là '{id}', không phải '{procedure.Id}': không đổi được mã.");
            }

            var entry = _state.Entries.FirstOrDefault(e => e.Id == known);
            if (Refusal(entry, known, expectedVersion, must) is { } refusal)
            {
                return refusal;
            }

            if (errors.Count > 0)
            {
                return new ProcedureChange(RuleOutcome.Invalid, Find(known), errors.Sorted());
            }

            var text = ProcedureText.Write(procedure!);
            return entry is { Latest: { Retired: false } latest } && latest.Text == text
                ? new ProcedureChange(RuleOutcome.Ok, Find(known), [])
                : await DoneAsync((entry ?? new ProcedureEntry(known, null, null, null!)) with { IsNew = true, Latest = Next(entry, known, text, RuleOrigin.Api, by, note, retired: false) }, cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    private ProcedureChange? Refusal(ProcedureEntry? entry, string id, int? expectedVersion, Must must)
    {
        var there = entry is { Latest.Retired: false };
        return must switch
        {
            Must.NotBeThere => there ? new ProcedureChange(RuleOutcome.Conflict, Find(id), []) : null,
            _ when entry is null || (!there && must == Must.BeThere) => new ProcedureChange(RuleOutcome.NotFound, Find(id), []),
            _ => expectedVersion is { } expected && expected != entry.Latest.Version ? new ProcedureChange(RuleOutcome.Conflict, Find(id), []) : null,
        };
    }

    private async Task SaveAsync(IReadOnlyList<ProcedureEntry> entries, CancellationToken cancel)
    {
        try
        {
            await _store.SaveAsync(entries, cancel);
        }
        catch (Exception e) when (e is not INothingStored)
        {
            _unsure = true;
            throw;
        }
    }

    // When a connection breaks while a server commits, only the server knows what came of it: it is asked before the next change.
    private async Task RecoverAsync(CancellationToken cancel)
    {
        if (_unsure)
        {
            await LoadAsync(cancel);
            _unsure = false;
        }
    }

    private async Task<ProcedureChange> DoneAsync(ProcedureEntry entry, CancellationToken cancel)
    {
        await SaveAsync([entry], cancel);
        Take([.. _state.Entries.Where(e => e.Id != entry.Id), entry]);
        return new ProcedureChange(RuleOutcome.Ok, Find(entry.Id), []);
    }

    /// <summary>What the files change.</summary>
    private List<ProcedureEntry> Merge(IReadOnlyList<(Procedure Procedure, string File)> read, string? note, List<LocalText> notes)
    {
        var known = _state.Entries.ToDictionary(e => e.Id, StringComparer.Ordinal);
        var entries = new List<ProcedureEntry>();
        foreach (var (procedure, file) in read)
        {
            var text = ProcedureText.Write(procedure);
            known.Remove(procedure.Id, out var before);
            if (before is { File: not null } && before.FileText == text)
            {
                // The file says what it said: what was changed over the API stays.
                entries.Add(before with { File = file });
                continue;
            }

            if (before is { Latest: { Origin: RuleOrigin.Api, Text: var present } latest } && (present != text || latest.Retired))
            {
                notes.Add(new LocalText(
                    $"{file}: quy trình '{before.Id}' trong tệp đã thay phiên bản {latest.Version} mà {latest.By} đặt qua API.",
                    $"{file}: the file's procedure '{before.Id}' has replaced version {latest.Version}, which {latest.By} had made over the API."));
            }

            var same = before is { Latest: { Retired: false } } && before.Latest.Text == text;
            entries.Add(new ProcedureEntry(procedure.Id, file, text, same ? before!.Latest : Next(before, procedure.Id, text, RuleOrigin.File, file, note, retired: false))
            {
                IsNew = !same,
            });
        }

        entries.AddRange(known.Values.Select(left => left.File is null ? left : Leave(left, note)));
        return [.. entries.OrderBy(e => e.Id, StringComparer.Ordinal)];
    }

    /// <summary>A file's procedure that is in no file any more.</summary>
    private ProcedureEntry Leave(ProcedureEntry entry, string? note) => entry.Latest.Retired
        ? entry with { File = null, FileText = null }
        : entry with { File = null, FileText = null, IsNew = true, Latest = Next(entry, entry.Id, entry.Latest.Text, RuleOrigin.File, entry.File!, note, retired: true) };

    private ProcedureVersion Next(ProcedureEntry? before, string id, string text, RuleOrigin origin, string by, string? note, bool retired) =>
        new(id, (before?.Latest.Version ?? 0) + 1, text, origin, by, clock.GetUtcNow().ToUnixTimeMilliseconds(), note, retired);

    private void Take(IEnumerable<ProcedureEntry> entries)
    {
        List<ProcedureEntry> all = [.. entries.OrderBy(e => e.Id, StringComparer.Ordinal).Select(e => e with { IsNew = false })];
        _state = new State(all, [.. all.Select(e => new StoredProcedure(ProcedureText.Read(e.Latest.Text, e.Latest.Version), e.Latest, e.File, e.Overridden))]);

        // Afterwards: who sees the new number finds what it stands for.
        Interlocked.Increment(ref _revision);
    }

    private enum Must
    {
        NotBeThere,
        BeThere,
        HaveBeen,
    }

    private sealed record State(IReadOnlyList<ProcedureEntry> Entries, IReadOnlyList<StoredProcedure> Procedures);
}
