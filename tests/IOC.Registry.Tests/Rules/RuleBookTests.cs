using IOC.Telemetry;

namespace IOC.Registry.Tests;

/// <summary>Versions, sets, and what counts when files and people both change a rule.</summary>
public abstract class RuleBookTests(RegistryStoreKind kind) : IDisposable
{
    private const string Dust = """{ "id": "dust", "kind": "limit", "priority": "P2", "name": { "vi": "Bụi", "en": "Dust" }, "scope": { "property": "pm25" }, "raise": { "above": LIMIT } }""";
    private const string Odd = """{ "id": "odd", "kind": "implausible", "priority": "P4", "name": { "vi": "Lạ", "en": "Odd" } }""";
    private readonly CatalogueSample _sample = new(kind);
    private Catalogue _catalogue = null!;

    private RuleBook Book => _sample.Rules;

    [Fact]
    public async Task Files_that_say_the_same_change_nothing_and_a_changed_rule_is_a_new_version_in_a_new_set()
    {
        await LoadAsync(Limit(50), Odd);
        Assert.Equal((1, 2), (Book.Set!.Number, Book.Set.Rules.Count));
        Assert.Equal(["added dust 1", "added odd 1"], Book.Set.Changes.Select(c => $"{c.What} {c.RuleId} {c.Version}"));

        Write("// another comment", Limit(50), Odd);
        Assert.Equal(1, (await ReloadAsync()).Set!.Number);

        Write(Limit(60));
        var import = await ReloadAsync();
        Assert.Equal(["changed dust 2", "removed odd 1"], import.Set!.Changes.Select(c => $"{c.What} {c.RuleId} {c.Version}"));
        Assert.Equal(60, Assert.Single(import.Set.Rules).RaiseAbove);
        Assert.Equal(2, import.Set.Rules[0].Version);
        Assert.True(Book.Find("odd")!.Retired);
        Assert.Equal([(2, 60.0), (1, 50.0)], (await Book.VersionsAsync("dust")).Select(v => (v.Version, Book.Text.Read(v.Text).RaiseAbove!.Value)));
        Assert.Equal([50.0], (await Book.SetAsync(1))!.Rules.Select(r => r.RaiseAbove).OfType<double>());
    }

    [Fact]
    public async Task A_restart_finds_the_same_set()
    {
        await LoadAsync(Limit(50), Odd);
        var before = Book.Set!;
        await _sample.RestartAsync();
        Assert.Equal((before.Number, before.Hash), (Book.Set!.Number, Book.Set.Hash));
        Assert.Equal(before.Rules, Book.Set.Rules);
    }

    [Fact]
    public async Task A_file_with_mistakes_leaves_the_set_in_force_while_running_and_at_a_restart()
    {
        await LoadAsync(Limit(50));
        Write(Limit(5000));
        var import = await ReloadAsync();
        Assert.Contains("never be reached", Assert.Single(import.Errors).Message.En, StringComparison.Ordinal);
        Assert.Equal(50, Book.Set!.Rules[0].RaiseAbove);

        var loaded = await _sample.RestartAsync();
        Assert.Single(loaded.RuleErrors);
        Assert.Equal(50, Assert.Single(loaded.Catalogue.Rules).RaiseAbove);
    }

    [Fact]
    public async Task What_a_person_changed_stays_until_the_files_entry_changes()
    {
        await LoadAsync(Limit(50), Odd);
        var change = await Book.PutAsync("dust", Limit(70), 1, _catalogue, "An", "too many alerts");
        Assert.Equal((RuleOutcome.Ok, 2, true, 2), (change.Outcome, change.Rule!.Rule.Version, change.Rule.Overridden, change.Set!.Number));
        Assert.Equal(("An", "too many alerts"), (change.Rule.Latest.By, change.Rule.Latest.Note));

        // Another rule of the same file changes: this one is as the person left it.
        Write(Limit(50), Odd.Replace("P4", "P3", StringComparison.Ordinal));
        Assert.Empty((await ReloadAsync()).Notes);
        Assert.Equal(70, Book.Find("dust")!.Rule.RaiseAbove);
        await _sample.RestartAsync();
        Assert.Equal((70, true), (Book.Find("dust")!.Rule.RaiseAbove!.Value, Book.Find("dust")!.Overridden));

        Write(Limit(55), Odd);
        Assert.Contains("An", Assert.Single((await ReloadAsync()).Notes).En, StringComparison.Ordinal);
        Assert.Equal((55, false), (Book.Find("dust")!.Rule.RaiseAbove!.Value, Book.Find("dust")!.Overridden));
        Assert.Equal(["rules/a.json", "An", "rules/a.json"], (await Book.VersionsAsync("dust")).Select(v => v.By));
    }

    [Fact]
    public async Task A_change_from_another_version_is_a_conflict_and_changes_nothing()
    {
        await LoadAsync(Limit(50));
        await Book.PutAsync("dust", Limit(60), 1, _catalogue, "An", null);
        var change = await Book.PutAsync("dust", Limit(70), 1, _catalogue, "Bình", null);
        Assert.Equal((RuleOutcome.Conflict, 2, 60), (change.Outcome, change.Rule!.Rule.Version, change.Rule.Rule.RaiseAbove!.Value));
        Assert.Equal(RuleOutcome.Conflict, (await Book.RetireAsync("dust", 1, _catalogue, "Bình", null)).Outcome);
        Assert.Equal(RuleOutcome.Conflict, (await Book.CreateAsync(Limit(80), _catalogue, "Bình", null)).Outcome);
        Assert.Equal(RuleOutcome.NotFound, (await Book.PutAsync("nothing", Limit(80), null, _catalogue, "Bình", null)).Outcome);
        Assert.Equal(2, Book.Set!.Number);
    }

    [Fact]
    public async Task A_rule_is_made_disabled_enabled_reverted_and_ended_and_every_step_is_kept()
    {
        await LoadAsync(Odd);
        Assert.Equal(RuleOutcome.Ok, (await Book.CreateAsync(Limit(50), _catalogue, "An", "new")).Outcome);
        Assert.Null(Book.Find("dust")!.File);
        await Book.EnableAsync("dust", enabled: false, null, _catalogue, "An", null);
        Assert.DoesNotContain(Book.Set!.Rules, r => r.Id == "dust");
        Assert.False(Book.Find("dust")!.InForce);
        await Book.RevertAsync("dust", 1, null, _catalogue, "An", null);
        Assert.Contains(Book.Set!.Rules, r => r is { Id: "dust", Version: 3 });
        await Book.RetireAsync("dust", null, _catalogue, "An", "no use");
        Assert.DoesNotContain(Book.Rules, r => r.Rule.Id == "dust");
        Assert.Equal(RuleOutcome.NotFound, (await Book.PutAsync("dust", Limit(60), null, _catalogue, "An", null)).Outcome);
        await Book.RevertAsync("dust", 1, null, _catalogue, "An", null);
        Assert.Equal([(5, false), (4, true), (3, false), (2, false), (1, false)], (await Book.VersionsAsync("dust")).Select(v => (v.Version, v.Retired)));
        Assert.Equal([6, 5, 4, 3, 2, 1], (await Book.SetsAsync(10)).Select(s => s.Number));
    }

    [Fact]
    public async Task A_files_rule_goes_back_to_what_its_file_says()
    {
        await LoadAsync(Limit(50));
        await Book.RetireAsync("dust", null, _catalogue, "An", null);
        await _sample.RestartAsync();
        Assert.True(Book.Find("dust")!.Retired);
        var change = await Book.RevertAsync("dust", version: null, null, _catalogue, "An", null);
        Assert.Equal((50, false, 3), (change.Rule!.Rule.RaiseAbove!.Value, change.Rule.Overridden, change.Rule.Rule.Version));
    }

    [Fact]
    public async Task What_others_name_cannot_be_ended_and_mistakes_are_told_without_saving()
    {
        await LoadAsync(Limit(50), """{ "id": "both", "kind": "combination", "priority": "P3", "name": { "vi": "a", "en": "b" }, "when": { "raised": { "rule": "dust" } } }""");
        var refused = await Book.RetireAsync("dust", null, _catalogue, "An", null);
        Assert.Equal(RuleOutcome.Invalid, refused.Outcome);
        Assert.Contains("Rule 'both': There is no rule 'dust'", Assert.Single(refused.Errors).Message.En, StringComparison.Ordinal);

        Assert.Equal(RuleOutcome.Invalid, (await Book.PutAsync("dust", Limit(5000), null, _catalogue, "An", null)).Outcome);
        Assert.Equal(RuleOutcome.Invalid, (await Book.PutAsync("both", Limit(60), null, _catalogue, "An", null)).Outcome);
        Assert.Equal(RuleOutcome.Ok, (await Book.ValidateAsync(Limit(60), _catalogue)).Outcome);
        Assert.Equal(1, Book.Set!.Number);
        Assert.Single(await Book.VersionsAsync("dust"));
    }

    [Fact]
    public async Task A_rule_of_a_person_that_no_longer_fits_is_out_of_force_and_does_not_stop_the_files()
    {
        await LoadAsync(Odd);
        await Book.CreateAsync(Limit(50).Replace("\"property\": \"pm25\"", "\"property\": \"pm25\", \"sensor\": \"air-2\"", StringComparison.Ordinal), _catalogue, "An", null);
        Assert.Equal(2, Book.Set!.Rules.Count);
        var all = File.ReadAllLines(_sample.PathOf("sensors.csv"));
        _sample.Write("sensors.csv", all[..2]);
        var loaded = await _sample.RestartAsync();
        Assert.Contains(loaded.Report.Warnings, w => w.En.Contains("'dust'", StringComparison.Ordinal));
        Assert.DoesNotContain(loaded.Catalogue.Rules, r => r.Id == "dust");
        Assert.NotEmpty(Book.Find("dust")!.Misfits);

        _sample.Write("sensors.csv", all);
        Assert.Contains((await _sample.RestartAsync()).Catalogue.Rules, r => r.Id == "dust");
    }

    [Fact]
    public async Task An_activation_is_stored_once()
    {
        await LoadAsync(Odd);
        Book.Activate(new RuleActivation(0, 2, 17));
        Book.Activate(new RuleActivation(0, 2, 99));
        Book.Activate(new RuleActivation(1, 2, 5));
        Assert.Equal([new RuleActivation(0, 2, 17), new RuleActivation(1, 2, 5)], Book.Activations());
    }

    public void Dispose()
    {
        _sample.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string Limit(double limit) => Dust.Replace("LIMIT", limit.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private void Write(params string[] rules) => _sample.Write(
        "rules/a.json", ["{ \"rules\": [", .. rules.Select(r => r.StartsWith("//", StringComparison.Ordinal) ? r : r + ","), "] }"]);

    private async Task LoadAsync(params string[] rules)
    {
        Write(rules);
        _catalogue = (await _sample.LoadAsync()).Catalogue;
    }

    private Task<RuleImport> ReloadAsync() => Book.ImportAsync(_sample.Folder, _catalogue);
}
