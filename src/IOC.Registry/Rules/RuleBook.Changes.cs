using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>What people change over the API.</summary>
public sealed partial class RuleBook
{
    /// <summary>Says what is wrong with a rule, without saving it.</summary>
    /// <param name="json">The rule (docs/rules.md).</param>
    /// <param name="catalogue">What it is checked against.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<RuleChange> ValidateAsync(string json, Catalogue catalogue, CancellationToken cancel = default)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await RecoverAsync(catalogue, cancel);
            return Try(json, id: null, catalogue, "", null, out _, out _);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Makes a rule. <see cref="RuleOutcome.Conflict"/> when there is one of that id.</summary>
    /// <param name="json">The rule (docs/rules.md).</param>
    /// <param name="catalogue">What it is checked against.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public Task<RuleChange> CreateAsync(string json, Catalogue catalogue, string by, string? note, CancellationToken cancel = default) =>
        ChangeAsync(json, id: null, expectedVersion: null, create: true, catalogue, by, note, cancel);

    /// <summary>Changes a rule.</summary>
    /// <param name="id">Its id; the document must name the same.</param>
    /// <param name="json">The rule (docs/rules.md).</param>
    /// <param name="expectedVersion">Version that the change is made from; another one is a conflict. Null = whatever it is.</param>
    /// <param name="catalogue">What it is checked against.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public Task<RuleChange> PutAsync(string id, string json, int? expectedVersion, Catalogue catalogue, string by, string? note, CancellationToken cancel = default) =>
        ChangeAsync(json, id, expectedVersion, create: false, catalogue, by, note, cancel);

    /// <summary>Goes back to an earlier version, as a new version.</summary>
    /// <param name="id">The rule; a retired one comes back.</param>
    /// <param name="version">The version to go back to; null = what its file says.</param>
    /// <param name="expectedVersion">As in <see cref="PutAsync"/>.</param>
    /// <param name="catalogue">What it is checked against.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<RuleChange> RevertAsync(
        string id, int? version, int? expectedVersion, Catalogue catalogue, string by, string? note, CancellationToken cancel = default)
    {
        var text = version is null
            ? _state.Entries.FirstOrDefault(e => e.Id == id)?.FileText
            : (await _store.VersionsAsync(id, cancel)).FirstOrDefault(v => v.Version == version)?.Text;
        return text is null
            ? new RuleChange(RuleOutcome.NotFound, Find(id), Set, [], [])
            : await ChangeAsync(text, id, expectedVersion, create: false, catalogue, by, note, cancel, orRetired: true);
    }

    /// <summary>Enables or disables a rule, as a new version.</summary>
    /// <inheritdoc cref="RetireAsync"/>
    public Task<RuleChange> EnableAsync(string id, bool enabled, int? expectedVersion, Catalogue catalogue, string by, string? note, CancellationToken cancel = default) =>
        Find(id) is { Retired: false } stored
            ? ChangeAsync(Text.Write(stored.Rule with { Enabled = enabled }), id, expectedVersion, create: false, catalogue, by, note, cancel)
            : Task.FromResult(new RuleChange(RuleOutcome.NotFound, null, Set, [], []));

    /// <summary>Ends a rule. Refused while another rule names it.</summary>
    /// <param name="id">The rule.</param>
    /// <param name="expectedVersion">As in <see cref="PutAsync"/>.</param>
    /// <param name="catalogue">What the others are checked against.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<RuleChange> RetireAsync(string id, int? expectedVersion, Catalogue catalogue, string by, string? note, CancellationToken cancel = default)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await RecoverAsync(catalogue, cancel);
            var entry = _state.Entries.FirstOrDefault(e => e.Id == id);
            if (Refusal(entry, id, expectedVersion, create: false, orRetired: false) is { } refusal)
            {
                return refusal;
            }

            var retired = entry! with { IsNew = true, Latest = Next(entry, id, entry.Latest.Text, RuleOrigin.Api, by, note, retired: true) };
            List<RuleEntry> entries = [.. _state.Entries.Select(e => e.Id == id ? retired : e)];
            var rules = Evaluate(entries, new Dictionary<string, PlacedRule>(StringComparer.Ordinal), RuleChecks.For(catalogue));
            return Broken(rules) is { Count: > 0 } broken
                ? new RuleChange(RuleOutcome.Invalid, Find(id), Set, broken, [])
                : await DoneAsync(entries, rules, id, by, note, cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<RuleChange> ChangeAsync(
        string json, string? id, int? expectedVersion, bool create, Catalogue catalogue, string by, string? note, CancellationToken cancel, bool orRetired = false)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            await RecoverAsync(catalogue, cancel);
            var checkedRule = Try(json, id, catalogue, by, note, out var entries, out var rules);
            var known = id ?? checkedRule.Rule?.Latest.RuleId;
            if (known is not null && Refusal(_state.Entries.FirstOrDefault(e => e.Id == known), known, expectedVersion, create, orRetired) is { } refusal)
            {
                return refusal;
            }

            return checkedRule.Outcome != RuleOutcome.Ok ? checkedRule : await DoneAsync(entries, rules, checkedRule.Rule!.Latest.RuleId, by, note, cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    private RuleChange? Refusal(RuleEntry? entry, string id, int? expectedVersion, bool create, bool orRetired)
    {
        var there = entry is { Latest.Retired: false };
        return create
            ? there ? new RuleChange(RuleOutcome.Conflict, Find(id), Set, [], []) : null
            : entry is null || (!there && !orRetired) ? new RuleChange(RuleOutcome.NotFound, Find(id), Set, [], [])
            : expectedVersion is { } expected && expected != entry.Latest.Version ? new RuleChange(RuleOutcome.Conflict, Find(id), Set, [], [])
            : null;
    }

    private RuleChange Try(string json, string? id, Catalogue catalogue, string by, string? note, out List<RuleEntry> entries, out List<StoredRule> rules)
    {
        var errors = new CatalogueErrors();
        (entries, rules) = ([], []);
        var placed = Text.Read(json, "", errors);
        var checks = RuleChecks.For(catalogue);
        if (placed is not null)
        {
            checks.Check(placed);
            if (id is not null && placed.Rule.Id.Length > 0 && placed.Rule.Id != id)
            {
                placed.Error("id", $"The rule is '{id}', not '{placed.Rule.Id}': an id cannot be changed.", $"Luật này là '{id}', không phải '{placed.Rule.Id}': không đổi được mã.");
            }
        }

        if (placed is null || errors.Count > 0)
        {
            return new RuleChange(RuleOutcome.Invalid, null, Set, errors.Sorted(), []);
        }

        var before = _state.Entries.FirstOrDefault(e => e.Id == placed.Rule.Id);
        var text = Text.Write(placed.Rule);
        var same = before is { Latest: { Retired: false } } && before.Latest.Text == text;
        var changed = same ? before! : (before ?? new RuleEntry(placed.Rule.Id, FirstApiPosition, null, null, null!)) with
        {
            IsNew = true,
            Latest = Next(before, placed.Rule.Id, text, RuleOrigin.Api, by, note, retired: false),
        };
        entries = before is null ? [.. _state.Entries, changed] : [.. _state.Entries.Select(e => e.Id == before.Id ? changed : e)];
        rules = Evaluate(entries, new Dictionary<string, PlacedRule>(StringComparer.Ordinal) { [placed.Rule.Id] = placed }, checks);
        errors.AddRange(Broken(rules));
        return errors.Count > 0
            ? new RuleChange(RuleOutcome.Invalid, null, Set, errors.Sorted(), [])
            : new RuleChange(RuleOutcome.Ok, rules.Find(r => r.Latest.RuleId == placed.Rule.Id), Set, [], []);
    }

    /// <summary>Mistakes of other rules that fitted before.</summary>
    private List<CatalogueError> Broken(List<StoredRule> rules) =>
    [
        .. rules.Where(r => r.Misfits.Count > 0 && Find(r.Latest.RuleId) is { Misfits.Count: 0 })
            .SelectMany(r => r.Misfits.Select(m => new CatalogueError("", 0, null, new LocalText($"Luật '{r.Latest.RuleId}': {m.Vi}", $"Rule '{r.Latest.RuleId}': {m.En}")))),
    ];

    private async Task<RuleChange> DoneAsync(List<RuleEntry> entries, List<StoredRule> rules, string id, string by, string? note, CancellationToken cancel)
    {
        if (entries.Exists(e => e.IsNew))
        {
            await CommitAsync(entries, rules, by, note, [], cancel);
        }

        return new RuleChange(RuleOutcome.Ok, Find(id), Set, [], []);
    }
}
