namespace IOC.Registry.Tests;

/// <summary>Each mistake that a person can make in a rule is told with file, line and path, in both languages.</summary>
public sealed class RuleErrorTests : IDisposable
{
    private const string Rest = "\"priority\": \"P2\", \"name\": { \"vi\": \"a\", \"en\": \"b\" }";
    private const string Limit = "\"id\": \"x\", \"kind\": \"limit\", " + Rest + ", \"scope\": { \"property\": \"pm25\" }";
    private readonly CatalogueSample _sample = new();

    [Theory]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"hight\": 3 }", "rules/a.json:3 rules[0].hight", "has no field 'hight'; it takes id,")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"Hysteresis\": 3 }", "rules/a.json:3 rules[0].Hysteresis", "did you mean 'hysteresis'?")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"raise\": { \"above\": 60 } }", "rules/a.json:3 rules[0].raise", "occurs twice")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"missed\": 3 }", "rules/a.json:3 rules[0].missed", "kind limit has no field 'missed'")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": \"50\" } }", "rules/a.json:3 rules[0].raise.above", "must be a number, not a text")]
    [InlineData("{ " + Limit + ", \"raise\": 50 }", "rules/a.json:3 rules[0].raise", "must be an object { ... }, not a number")]
    [InlineData("{ " + Limit + ", \"raise\": {} }", "rules/a.json:3 rules[0].raise", "needs 'above' or 'below'")]
    [InlineData("{ " + Limit + " }", "rules/a.json:3 rules[0].raise", "either 'raise' or 'periods'")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"periods\": [ { \"above\": 50 } ] }", "rules/a.json:3 rules[0].raise", "either 'raise' or 'periods'")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 5000 } }", "rules/a.json:3 rules[0].raise", "never be reached")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50, \"below\": 60 } }", "rules/a.json:3 rules[0].raise", "range is empty")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50, \"below\": 40 }, \"hysteresis\": 10 }", "rules/a.json:3 rules[0].hysteresis", "never clear")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"unit\": \"mg/m3\" }", "rules/a.json:3 rules[0].unit", "is in ug/m3, not in 'mg/m3'")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"for\": \"30\" }", "rules/a.json:3 rules[0].for", "no duration")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"for\": \"P1M\" }", "rules/a.json:3 rules[0].for", "no duration")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"for\": \"P40D\" }", "rules/a.json:3 rules[0].for", "at most P31D")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"average\": { \"length\": \"PT5H\", \"clock\": true } }", "rules/a.json:3 rules[0].average", "divides a day")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"average\": { \"length\": \"PT1H\", \"minimumShare\": 75 } }", "rules/a.json:3 rules[0].average.minimumShare", "out of range (0.01 to 1)")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"validFrom\": \"2026-02-30\" }", "rules/a.json:3 rules[0].validFrom", "no time")]
    [InlineData("{ " + Limit + ", \"raise\": { \"above\": 50 }, \"validFrom\": \"2026-02-01\", \"validTo\": \"2026-01-01\" }", "rules/a.json:3 rules[0].validTo", "never valid")]
    [InlineData("{ " + Limit + ", \"periods\": [ { \"to\": \"2026-01-02\", \"above\": 50 }, { \"from\": \"2026-01-01\", \"above\": 45 } ] }", "rules/a.json:3 rules[0].periods", "overlap")]
    [InlineData("{ " + Limit + ", \"periods\": [ { \"from\": \"2026-01-02\", \"to\": \"2026-01-01\", \"above\": 50 } ] }", "rules/a.json:3 rules[0].periods", "period is empty")]
    [InlineData("{ " + Limit + ", \"periods\": [ { \"from\": \"2026-01-02\" } ] }", "rules/a.json:3 rules[0].periods", "needs 'above' or 'below'")]
    [InlineData("{ " + Limit + ", \"periods\": [] }", "rules/a.json:3 rules[0].periods", "is empty")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"limits\", " + Rest + " }", "rules/a.json:3 rules[0].kind", "use one of limit, rate_of_change")]
    [InlineData("{ \"id\": \"x\", " + Rest + " }", "rules/a.json:3 rules[0].kind", "'kind' is missing")]
    [InlineData("{ \"id\": \"X\", \"kind\": \"implausible\", " + Rest + " }", "rules/a.json:3 rules[0].id", "no slug")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", \"priority\": \"P5\", \"name\": { \"vi\": \"a\", \"en\": \"b\" } }", "rules/a.json:3 rules[0].priority", "use one of P1, P2, P3, P4")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", \"priority\": \"P4\", \"name\": { \"vi\": \"a\" } }", "rules/a.json:3 rules[0].name.en", "'en' is missing")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", \"priority\": \"P4\", \"name\": { \"vi\": \"a\", \"en\": \" \" } }", "rules/a.json:3 rules[0].name.en", "empty")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"limit\", " + Rest + ", \"raise\": { \"above\": 5 } }", "rules/a.json:3 rules[0].scope", "needs a property")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"limit\", " + Rest + ", \"scope\": { \"property\": \"pm99\" }, \"raise\": { \"above\": 5 } }", "rules/a.json:3 rules[0].scope", "no property 'pm99'")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", " + Rest + ", \"scope\": { \"district\": \"nowhere\" } }", "rules/a.json:3 rules[0].scope", "no district 'nowhere'")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", " + Rest + ", \"scope\": { \"sensor\": \"air-9\" } }", "rules/a.json:3 rules[0].scope", "no sensor 'air-9'")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", " + Rest + ", \"scope\": { \"sensor\": \"air-1\", \"district\": \"hiep-hoa\" } }", "rules/a.json:3 rules[0].scope", "covers nothing")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", " + Rest + ", \"scope\": { \"sensor\": \"air-2\", \"property\": \"temp\" } }", "rules/a.json:3 rules[0].scope", "reports no 'temp'")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"spike\", " + Rest + " }", "rules/a.json:3 rules[0].deviations", "'deviations' is missing")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"flatline\", " + Rest + " }", "rules/a.json:3 rules[0].for", "'for' is missing")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"silence\", " + Rest + ", \"missed\": 0 }", "rules/a.json:3 rules[0].missed", "out of range")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"learned\", " + Rest + ", \"score\": 1.5 }", "rules/a.json:3 rules[0].score", "out of range")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"missing_share\", " + Rest + ", \"window\": \"PT1H\", \"raise\": { \"above\": 30 } }", "rules/a.json:3 rules[0].raise", "share of more than 0 to 1")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"aggregate\", " + Rest + ", \"aggregate\": { \"function\": \"share_silent\", \"minimum\": 3 }, \"raise\": { \"above\": 50 } }", "rules/a.json:3 rules[0].raise", "from 0 to 1")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"aggregate\", " + Rest + ", \"aggregate\": { \"function\": \"mean\", \"minimum\": 3 }, \"raise\": { \"above\": 50 } }", "rules/a.json:3 rules[0].scope", "every other one needs a property")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"schedule\", " + Rest + ", \"scope\": { \"property\": \"pm25\" }, \"raise\": { \"above\": 5 }, \"schedule\": { \"windows\": [] } }", "rules/a.json:3 rules[0].schedule.windows", "at least one window")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"schedule\", " + Rest + ", \"scope\": { \"property\": \"pm25\" }, \"raise\": { \"above\": 5 }, \"schedule\": { \"windows\": [ { \"days\": [\"monday\"], \"from\": \"25:00\", \"to\": \"06:00\" } ] } }", "rules/a.json:3 rules[0].schedule.windows[0].from", "no time of day")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"combination\", " + Rest + ", \"when\": { \"raised\": { \"rule\": \"nothing\" } } }", "rules/a.json:3 rules[0].when", "no rule 'nothing'")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"combination\", " + Rest + ", \"when\": { \"raised\": { \"rule\": \"x\" } } }", "rules/a.json:3 rules[0].when", "lead back to itself")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"combination\", " + Rest + ", \"when\": { \"all\": [], \"any\": [] } }", "rules/a.json:3 rules[0].when", "exactly one of")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"combination\", " + Rest + ", \"when\": { \"value\": { \"property\": \"pm25\", \"above\": 50, \"sensor\": \"air-2\" } } }", "rules/a.json:3 rules[0].when", "narrow the scope")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"group\", " + Rest + ", \"group\": { \"assets\": [\"pipe\"], \"minimum\": 2, \"share\": 0.5, \"within\": \"PT5M\" } }", "rules/a.json:3 rules[0].group.assets[0]", "use one of feeder, cabinet")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"group\", " + Rest + ", \"group\": { \"rules\": [\"nothing\"], \"minimum\": 2, \"share\": 0.5, \"within\": \"PT5M\" } }", "rules/a.json:3 rules[0].group", "no rule 'nothing'")]
    [InlineData("{ \"id\": \"x\", \"kind\": \"implausible\", " + Rest + ", \"inhibits\": [ { \"rules\": [\"x\"], \"scope\": \"subject\" } ] }", "rules/a.json:3 rules[0].inhibits", "would inhibit itself")]
    [InlineData("7", "rules/a.json:3 rules[0]", "A rule is an object")]
    [InlineData("{ \"id\": }", "rules/a.json:3", "no JSON")]
    public async Task A_mistake_is_told_with_its_place(string rule, string place, string message)
    {
        _sample.Write("rules/a.json", "// a comment", "{ \"rules\": [", rule + ",", "] }");
        var errors = (await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors;
        Assert.True(
            errors.Any(e => e.ToString().StartsWith(place + ":", StringComparison.Ordinal) && e.Message.En.Contains(message, StringComparison.Ordinal)),
            string.Join("\n", errors));
        Assert.All(errors, e => Assert.False(string.IsNullOrWhiteSpace(e.Message.Vi)));
        Assert.Null(_sample.Rules.Set);
    }

    [Fact]
    public async Task All_mistakes_of_all_files_are_told_at_once()
    {
        _sample.Write("rules/a.json", "{ \"rules\": [", "{ " + Limit + ", \"raise\": { \"above\": 5000 } },", "{ " + Limit.Replace("\"x\"", "\"y\"", StringComparison.Ordinal) + " } ] }");
        _sample.Write("rules/b.json", "{ \"rules\": [ { " + Limit + ", \"raise\": { \"above\": 50 } } ], \"more\": 1 }");
        _sample.Replace("sensors.csv", "pm25,0.5", "pm25,0");
        var errors = (await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors;
        Assert.Equal(
            ["rules/a.json:2 rules[0].raise", "rules/a.json:3 rules[1].raise", "rules/b.json:1 more", "rules/b.json:1 rules[0].id", "sensors.csv:3 period_s"],
            errors.Select(e => $"{e.File}:{e.Line} {e.Column}"));
    }

    [Fact]
    public async Task A_folder_without_rules_and_a_file_without_a_list_are_mistakes()
    {
        File.Delete(_sample.PathOf("rules.csv"));
        Assert.Contains((await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors, e => e.File == "rules/*.json");
        _sample.Write("rules/a.json", "[]");
        Assert.Contains((await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors, e => e.Message.En.Contains("is an object", StringComparison.Ordinal));
        _sample.Write("rules/a.json", "");
        Assert.Contains((await Assert.ThrowsAsync<CatalogueException>(_sample.LoadAsync)).Errors, e => e.Message.En.Contains("no JSON", StringComparison.Ordinal));
    }

    public void Dispose() => _sample.Dispose();
}
