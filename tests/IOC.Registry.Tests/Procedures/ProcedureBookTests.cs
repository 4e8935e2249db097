using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Registry.Tests.Procedures;

/// <summary>Procedures: their files, what counts when files and people both change one, and which is for which alert.</summary>
public abstract class ProcedureBookTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly TestRegistry _home;
    private readonly RegistryDatabase _database;
    private readonly ManualTimeProvider _time = new();
    private readonly Catalogue _catalogue = new(
        new PropertyCatalogue([new PropertyDefinition("pm25", "ug/m3", new LocalText("Bụi", "Dust"), 0, 1000, 1, "µg/m³")]), [], [],
        [new DetectionRule { Id = "dust", Kind = FindingKind.Limit, Name = new LocalText("Bụi", "Dust"), Severity = Severity.P2 }]);

    private ProcedureBook _book;

    protected ProcedureBookTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        _book = new ProcedureBook(_database, _time);
    }

    [Fact]
    public async Task The_procedure_that_says_most_is_the_one_and_of_equal_ones_the_first()
    {
        await TakeAsync(
            One("any"), One("p1", """ "priorities": ["P1"] """), One("air", """ "domains": ["environment"] """), One("b-air", """ "domains": ["environment", "water"] """),
            One("pm", """ "properties": ["pm25"] """), One("limit", """ "kinds": ["limit"] """), One("rule", """ "rules": ["dust"] """));
        string? Of(string rule, FindingKind kind, string? property, string? domain, Severity priority) => _book.For(rule, kind, property, domain, priority)?.Id;
        Assert.Equal("rule", Of("dust", FindingKind.Limit, "pm25", "environment", Severity.P1));
        Assert.Equal("limit", Of("other", FindingKind.Limit, "pm25", "environment", Severity.P1));
        Assert.Equal("pm", Of("other", FindingKind.Spike, "pm25", "environment", Severity.P1));
        Assert.Equal("air", Of("other", FindingKind.Silence, null, "environment", Severity.P1));
        Assert.Equal("p1", Of("other", FindingKind.Silence, null, "traffic", Severity.P1));
        Assert.Equal("any", Of("other", FindingKind.Group, null, null, Severity.P2));
    }

    [Fact]
    public async Task Files_that_say_the_same_change_nothing_a_change_is_a_version_and_a_restart_finds_all()
    {
        Assert.Equal(2, (await TakeAsync(One("air"), One("water"))).Changed);
        Assert.Equal(0, (await TakeAsync("// a comment", One("air"), One("water"))).Changed);
        Assert.Equal(2, (await TakeAsync(One("air", text: "Gọi ngay"))).Changed);
        Assert.True(_book.Find("water")!.Retired);
        _book.Dispose();
        _book = new ProcedureBook(_database, _time);
        await _book.LoadAsync();
        Assert.Equal(("air", 2, "Gọi ngay"), (_book.Procedures[0].Latest.ProcedureId, _book.Procedures[0].Procedure.Version, _book.Procedures[0].Procedure.Steps[0].Text.Vi));
        Assert.Equal("Xem", (await _book.VersionAsync("air", 1))!.Steps[0].Text.Vi);
        Assert.Null(await _book.VersionAsync("air", 3));
        Assert.Equal([2, 1], (await _book.VersionsAsync("air")).Select(v => v.Version));
        Assert.Single(_book.Procedures);
    }

    [Fact]
    public async Task What_a_person_changed_stays_until_the_files_entry_changes()
    {
        await TakeAsync(One("air"), One("water"));
        Assert.Equal(RuleOutcome.Conflict, (await _book.PutAsync("air", One("air", text: "Sửa"), 7, _catalogue, "An", null)).Outcome);
        var changed = await _book.PutAsync("air", One("air", text: "Sửa"), 1, _catalogue, "An", "ngắn hơn");
        Assert.Equal((RuleOutcome.Ok, 2, true, "An"), (changed.Outcome, changed.Procedure!.Procedure.Version, changed.Procedure.Overridden, changed.Procedure.Latest.By));
        Assert.Empty((await TakeAsync(One("air"), One("water", text: "Khác"))).Notes);
        Assert.Equal("Sửa", _book.Find("air")!.Procedure.Steps[0].Text.Vi);
        Assert.Contains("An", Assert.Single((await TakeAsync(One("air", text: "Mới"), One("water", text: "Khác"))).Notes).En, StringComparison.Ordinal);
        Assert.Equal(("Mới", 3), (_book.Find("air")!.Procedure.Steps[0].Text.Vi, _book.Find("air")!.Procedure.Version));
        Assert.Equal("Sửa", (await _book.RevertAsync("air", 2, null, _catalogue, "An", null)).Procedure!.Procedure.Steps[0].Text.Vi);
        Assert.Equal("Mới", (await _book.RevertAsync("air", null, null, _catalogue, "An", null)).Procedure!.Procedure.Steps[0].Text.Vi);
    }

    [Fact]
    public async Task People_make_end_and_bring_back_procedures()
    {
        Assert.Equal(RuleOutcome.Ok, (await _book.CreateAsync(One("own"), _catalogue, "An", null)).Outcome);
        Assert.Equal(RuleOutcome.Conflict, (await _book.CreateAsync(One("own"), _catalogue, "An", null)).Outcome);
        Assert.Equal(RuleOutcome.NotFound, (await _book.PutAsync("none", One("none"), null, _catalogue, "An", null)).Outcome);
        Assert.Equal(RuleOutcome.Invalid, (await _book.PutAsync("own", One("other"), null, _catalogue, "An", null)).Outcome);
        Assert.Equal(1, (await _book.PutAsync("own", One("own"), null, _catalogue, "An", null)).Procedure!.Procedure.Version);
        Assert.Equal(RuleOutcome.Ok, (await _book.RetireAsync("own", 1, "An", "thừa")).Outcome);
        Assert.Null(_book.For("dust", FindingKind.Limit, null, null, Severity.P1));
        Assert.Equal(RuleOutcome.NotFound, (await _book.RetireAsync("own", null, "An", null)).Outcome);
        Assert.Equal(3, (await _book.RevertAsync("own", 1, null, _catalogue, "An", null)).Procedure!.Procedure.Version);

        // Files know nothing of it, and leave it.
        await TakeAsync(One("air"));
        Assert.Equal(["air", "own"], _book.Procedures.Select(p => p.Latest.ProcedureId));
    }

    [Theory]
    [InlineData("""{ "procedures": [ { "id": "a b", "name": { "vi": "x", "en": "x" }, "steps": [ { "id": "s", "text": { "vi": "x", "en": "x" } } ] } ] }""", "no slug")]
    [InlineData("""{ "procedures": [ { "id": "a", "name": { "vi": "x", "en": "x" }, "steps": [ ] } ] }""", "1 to 40 steps")]
    [InlineData("""{ "procedures": [ { "id": "a", "name": { "vi": "x" }, "steps": [ { "id": "s", "text": { "vi": "x", "en": "x" } } ] } ] }""", "'en' is missing")]
    [InlineData("""{ "procedures": [ { "id": "a", "name": { "vi": "x", "en": "x" }, "for": { "kind": "limit" }, "steps": [ { "id": "s", "text": { "vi": "x", "en": "x" } } ] } ] }""", "no field 'kind'")]
    [InlineData("""{ "procedures": [ { "id": "a", "name": { "vi": "x", "en": "x" }, "for": { "kinds": ["limits"] }, "steps": [ { "id": "s", "text": { "vi": "x", "en": "x" } } ] } ] }""", "'limits' is unknown")]
    [InlineData("""{ "procedures": [ { "id": "a", "name": { "vi": "x", "en": "x" }, "for": { "properties": ["pm1"] }, "steps": [ { "id": "s", "text": { "vi": "x", "en": "x" } } ] } ] }""", "no property 'pm1'")]
    [InlineData("""{ "procedures": [ { "id": "a", "name": { "vi": "x", "en": "x" }, "steps": [ { "id": "s", "text": { "vi": "x", "en": "x" } }, { "id": "s", "text": { "vi": "y", "en": "y" } } ] } ] }""", "two steps 's'")]
    [InlineData("""{ "procedures": [ """, "no JSON")]
    [InlineData("[]", "an object")]
    public async Task A_mistake_is_told_with_its_place_and_nothing_changes(string file, string what)
    {
        await TakeAsync(One("air"));
        await File.WriteAllTextAsync(_folder.Combine("procedures", "wrong.json"), file);
        var import = await _book.ImportAsync(_folder.Path, _catalogue);
        Assert.Contains(import.Errors, e => e.File == "procedures/wrong.json" && e.Line > 0 && e.Message.En.Contains(what, StringComparison.Ordinal) && e.Message.Vi.Length > 0);
        Assert.Equal("air", Assert.Single(_book.Procedures).Latest.ProcedureId);
    }

    [Fact]
    public async Task A_rule_that_there_is_not_is_told_but_allowed_and_one_id_is_one_procedure()
    {
        Assert.Contains("'gone'", Assert.Single((await TakeAsync(One("air", """ "rules": ["gone", "dust"] """))).Notes).En, StringComparison.Ordinal);
        Assert.Contains("already", Assert.Single((await TakeAsync(One("air"), One("air"))).Errors).Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_rule_that_is_shipped_has_a_procedure_and_one_that_is_more_than_the_general_one()
    {
        var shipped = Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");
        using var rules = new RuleBook(_database, CatalogueSample.Zone, _time);
        var catalogue = (await new RegistryLoader(_database, new AddressBook(), _time, rules, CatalogueSample.Zone).LoadAsync(shipped)).Catalogue;
        var import = await _book.ImportAsync(shipped, catalogue);
        Assert.Empty(import.Errors);
        Assert.Empty(import.Notes);
        Assert.True(import.Changed >= 20);
        Assert.All(catalogue.Rules, r => Assert.NotEqual("general", _book.For(r.Id, r.Kind, r.Property, r.Domain, r.Severity)!.Id));
        Assert.Equal("air-hazard", _book.For("own", FindingKind.Limit, "pm25", "environment", Severity.P1)!.Id);
        Assert.Equal("air-exceedance", _book.For("own", FindingKind.Limit, "pm25", "environment", Severity.P2)!.Id);
        Assert.All(_book.Procedures, p => Assert.True(p.Procedure.Summary is not null && p.Procedure.Steps.Count >= 3, $"{p.Procedure.Id} says little"));
    }

    public void Dispose()
    {
        _book.Dispose();
        _database.Dispose();
        _home.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string One(string id, string scope = "", string text = "Xem") =>
        $$"""{ "id": "{{id}}", "name": { "vi": "{{id}} vi", "en": "{{id}} en" }, "for": { {{scope}} }, "steps": [ { "id": "look", "text": { "vi": "{{text}}", "en": "Look" } } ] }""";

    private async Task<ProcedureImport> TakeAsync(params string[] procedures)
    {
        Directory.CreateDirectory(_folder.Combine("procedures"));
        bool IsComment(string line) => line.StartsWith("//", StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            _folder.Combine("procedures", "all.json"),
            $"{string.Join('\n', procedures.Where(IsComment))}\n{{ \"procedures\": [\n{string.Join(",\n", procedures.Where(p => !IsComment(p)))}\n] }}");
        return await _book.ImportAsync(_folder.Path, _catalogue);
    }
}
