using System.Text.Json;
using System.Text.RegularExpressions;
using IOC.Access.Accounts;
using IOC.Host.Security;
using IOC.Testing;
using Microsoft.AspNetCore.Routing;

namespace IOC.Acceptance.Tests.Access;

/// <summary>Every endpoint × every role × inside and outside its districts and domains, by real requests to a real host.</summary>
public sealed partial class AccessMatrixTests(AccessHost host) : IClassFixture<AccessHost>
{
    private static readonly string s_file = Path.Combine(Repository.Root, "tests", "IOC.Acceptance.Tests", "Access", "access-matrix.txt");

    private static readonly IReadOnlyDictionary<string, (string Need, string How)> s_table = File.ReadLines(s_file)
        .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('|', StringSplitOptions.TrimEntries)).ToDictionary(l => l[0], l => (l[1], l[2]), StringComparer.Ordinal);

    // Refusals that come behind the door: that somebody is let in, but not with a token or not so.
    private static readonly string[] s_ofHandlers = ["session_needed", "not_allowed_there", "wrong_password", "not_yours_to_give"];

    // Why there is nothing to try: what is told or done has no place.
    private static readonly string[] s_placeless = ["reference", "about oneself", "who is on shift", "the host as a whole", "tells nothing"];

    private static readonly string[] s_tests =
        [nameof(AccountTests), nameof(LiveAccessTests), .. typeof(AccessMatrixTests).GetMethods().Where(m => m.IsDefined(typeof(FactAttribute), inherit: false)).Select(m => m.Name)];

    [Fact]
    public void Every_endpoint_stands_in_the_table_with_what_it_declares()
    {
        var found = host.Endpoints.ToDictionary(e => e.Key, e => Describe(e.Endpoint.Metadata.GetMetadata<AccessNeed>()), StringComparer.Ordinal);
        var missing = found.Where(f => !s_table.ContainsKey(f.Key)).Select(f => $"{f.Key,-62}| {f.Value}").ToList();
        Assert.True(missing.Count == 0, $"These endpoints are missing in {s_file}; say there what each needs, and how it is limited:\n{string.Join('\n', missing)}");
        Assert.Equal([], s_table.Keys.Except(found.Keys, StringComparer.Ordinal));
        Assert.All(found, f => Assert.Equal((f.Key, s_table[f.Key].Need), (f.Key, f.Value)));
    }

    [Fact]
    public void Every_endpoint_that_can_be_limited_is_tried_inside_and_outside()
    {
        var tried = AccessProbes.Objects.Select(p => p.Key).Concat(AccessProbes.Lists.Select(p => p.Key)).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, (need, how)) in s_table)
        {
            var limited = PermissionNames.TryParse(need, out _);
            Assert.True(!limited || (how == "probe" ? tried.Contains(key) : s_placeless.Contains(how) || (how.Length > 0 && s_tests.Any(t => t.StartsWith(how, StringComparison.Ordinal)))),
                $"{key} needs {need}: '{how}' is no probe, no test, and no reason why it has no place");
        }

        Assert.Equal([], tried.Where(t => s_table[t].How != "probe"));
    }

    [Fact]
    public async Task The_door_lets_in_whom_the_table_says()
    {
        var wrong = new List<string>();
        foreach (var (key, (need, _)) in s_table.Where(t => !t.Key.StartsWith("ANY /hub/live", StringComparison.Ordinal) && t.Key != "POST /api/v1/backups"))
        {
            var (method, path) = (key.Split(' ')[0] is "ANY" ? "GET" : key.Split(' ')[0], Filled(key.Split(' ')[1]));
            foreach (var caller in TestCaller.All)
            {
                var (status, code, _) = await host.SendAsync(caller, method, path, body: path is "/api/v1/history/import" or "/api/v1/catalogue/sensors" && method == "POST" ? "sensor" : null);
                var letIn = status is not (401 or 403) || (status == 403 && s_ofHandlers.Contains(code)) || (status == 401 && code is "wrong_sign_in")
                    || (status == 403 && code == "not_allowed" && key.EndsWith("/notifications/deliveries", StringComparison.Ordinal) && caller.Rights.May(Permission.Operate));
                var expected = Expected(need, caller);
                if (expected == 0 ? !letIn : status != expected)
                {
                    wrong.Add($"{key} as {caller}: {status} {code}, expected {(expected == 0 ? "to be let in" : expected)}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task One_thing_is_there_for_those_who_see_its_place_only()
    {
        var wrong = new List<string>();
        foreach (var probe in AccessProbes.Objects)
        {
            foreach (var about in probe.Places)
            {
                foreach (var caller in TestCaller.All)
                {
                    var (path, body) = await probe.Make(host, about);
                    var (status, code, _) = await host.SendAsync(caller, probe.Key.Split(' ')[0], path, body);
                    var sees = probe.Key.EndsWith("/summary", StringComparison.Ordinal) ? caller.Rights.MaySomewhereIn(Permission.View, about.District) : caller.Rights.May(Permission.View, about.District, about.Domain);
                    var acts = probe.Permission == Permission.View || caller.Rights.May(probe.Permission, about.District, about.Domain);
                    var expected = !caller.IsSomebody ? 401 : !caller.Rights.May(probe.Permission) ? 403 : !sees ? 404 : !acts ? 403 : 0;
                    if (expected == 0 ? status is 400 or 401 or 403 or 404 or >= 500 : status != expected)
                    {
                        wrong.Add($"{probe.Key} about {about} as {caller}: {status} {code}, expected {(expected == 0 ? "an answer" : expected)}");
                    }
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_list_has_what_lies_inside_and_nothing_from_outside()
    {
        var administrator = new TestCaller(Role.Administrator, Scope.Everywhere).Known();
        foreach (var place in (Place[])[new("d1", "environment"), new("d1", "traffic"), new("d1", "lighting"), new("d2", "environment"), new("d2", "traffic"), new("d2", "lighting")])
        {
            await host.SendAsync(administrator, "POST", "/api/v1/alerts/out-of-service", new { kind = "sensor", id = place.Sensor, reason = "sửa", from = DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeMilliseconds() });
            await host.SendAsync(administrator, "POST", $"/api/v1/sensors/{place.Sensor}/commands", new { name = "auto" });
        }

        var wrong = new List<string>();
        foreach (var probe in AccessProbes.Lists)
        {
            foreach (var caller in TestCaller.All.Where(c => c.Rights.May(probe.Permission)))
            {
                var text = (await host.GetAsync(probe.Path, caller)).GetRawText();
                foreach (var place in (Place[])[new("d1", "environment"), new("d1", "traffic"), new("d1", "lighting"), new("d2", "environment"), new("d2", "traffic"), new("d2", "lighting")])
                {
                    var sees = caller.Rights.May(probe.Permission, place.District, place.Domain);
                    var named = text.Contains($"\"{place.Sensor}\"", StringComparison.Ordinal) || text.Contains($"\"{place.Asset}\"", StringComparison.Ordinal);
                    if ((named && !sees) || (!named && sees && probe.Places.Contains(place)))
                    {
                        wrong.Add($"{probe.Key} as {caller}: {place.Sensor} is {(named ? "" : "not ")}told of");
                    }
                }

                if (!caller.Rights.MaySomewhereIn(probe.Permission, "d2") && ForeignDistrict().IsMatch(text))
                {
                    wrong.Add($"{probe.Key} as {caller}: tells of d2");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("assign")]
    [InlineData("acknowledge")]
    [InlineData("shelve")]
    [InlineData("unshelve")]
    public async Task A_list_of_ids_does_what_lies_inside(string verb)
    {
        var local = new TestCaller(Role.Operator, new Scope(["d1"], ["environment"])).Known();
        var looksOn = TestCaller.All.First(c => c.ToString() == "operator of d1 environment and viewer of everything");
        var mine = await AccessProbes.AlertAsync(host, new Place("d1", "environment"));
        string[] foreign = [await AccessProbes.AlertAsync(host, new Place("d2", "environment")), await AccessProbes.AlertAsync(host, new Place("d1", "traffic"))];
        foreach (var (caller, reason) in new[] { (local, "not_found"), (looksOn, "not_allowed_there") })
        {
            var name = host.AccountOf(caller).DisplayName;
            var (status, _, body) = await host.SendAsync(caller, "POST", $"/api/v1/alerts/{verb}", new { ids = foreign.Append(mine), reason = "đang sửa", minutes = 30 });
            Assert.Equal(200, status);

            // The one inside may have been in that state before; those outside are refused before anybody looks.
            var refused = body.GetProperty("refused").EnumerateArray().Select(r => (Id: r.GetProperty("id").GetString()!, Reason: r.GetProperty("reason").GetString()!)).ToList();
            Assert.Equal(foreign.Select(id => (id, reason)).Order(), refused.Where(r => r.Id != mine).Order());
            Assert.DoesNotContain((mine, reason), refused);
            foreach (var id in foreign)
            {
                Assert.DoesNotContain((await host.GetAsync($"/api/v1/alerts/{id}/acts")).EnumerateArray(), a => a.GetProperty("operator").GetString() == name);
            }
        }
    }

    [Fact]
    public async Task A_hand_over_is_withdrawn_by_whoever_wrote_it_or_by_an_administrator()
    {
        var (giver, other) = (new TestCaller(Role.Operator, Scope.Everywhere).Known(), new TestCaller(Role.Engineer, Scope.Everywhere).Known());
        var taker = host.AccountOf(other).DisplayName;
        foreach (var (by, expected) in new[] { (giver, 200), (new TestCaller(Role.Administrator, Scope.Everywhere).Known(), 200), (other, 409), (new TestCaller(Role.Administrator, new Scope(["d1"], [])).Known(), 404) })
        {
            // Typed in capitals: it goes to the one whom the account's name says.
            var (status, _, made) = await host.SendAsync(giver, "POST", "/api/v1/shifts/handovers", new { to = taker.ToUpperInvariant(), summary = "yên" });
            Assert.Equal((201, taker), (status, made.GetProperty("to").GetString()));
            (status, var code, var answer) = await host.SendAsync(by, "POST", $"/api/v1/shifts/handovers/{made.GetProperty("id").GetString()}/withdraw", new { });
            Assert.True(status == expected, $"{by}: {status} {code}");
            Assert.Equal(status == 200 ? host.AccountOf(by).DisplayName : null, status == 200 ? answer.GetProperty("withdrawnBy").GetString() : null);
        }

        Assert.Contains(taker, (await host.GetAsync("/api/v1/shifts/operators", giver)).EnumerateArray().Select(n => n.GetString()));
    }

    [Fact]
    public async Task An_import_takes_rows_of_ones_own_sensors()
    {
        const string Rows = "sensor,property,time,value,quality\nair-d1,pm25,2026-01-05T00:00:00Z,5,\nair-d2,pm25,2026-01-05T00:00:00Z,5,\n";
        var (status, _, body) = await host.SendAsync(new TestCaller(Role.Engineer, new Scope(["d1"], [])).Known(), "POST", "/api/v1/history/import?dryRun=true", Rows);
        Assert.Equal((200, 1, 1), (status, body.GetProperty("accepted").GetInt32(), body.GetProperty("refused").GetInt32()));
        Assert.Equal(2, body.GetProperty("rows")[0].GetProperty("row").GetInt32());
        (_, _, body) = await host.SendAsync(new TestCaller(Role.Engineer, Scope.Everywhere).Known(), "POST", "/api/v1/history/import?dryRun=true", Rows);
        Assert.Equal(2, body.GetProperty("accepted").GetInt32());
    }

    [Fact]
    public async Task A_rule_is_changed_by_those_whose_work_it_covers()
    {
        var local = new TestCaller(Role.Engineer, new Scope(["d1"], [])).Known();
        var all = new TestCaller(Role.Engineer, Scope.Everywhere).Known();
        Assert.Equal((403, "not_allowed_there"), await PostAsync(local, "/api/v1/rules", Rule("everywhere", "{}")));
        Assert.Equal((403, "not_allowed_there"), await PostAsync(local, "/api/v1/rules", Rule("abroad", """{ "district": "d2" }""")));
        Assert.Equal((201, ""), await PostAsync(local, "/api/v1/rules", Rule("at-home", """{ "district": "d1" }""")));
        Assert.Equal((201, ""), await PostAsync(local, "/api/v1/rules", Rule("at-home-sensor", """{ "sensor": "air-d1" }""")));
        Assert.Equal((201, ""), await PostAsync(all, "/api/v1/rules", Rule("abroad", """{ "district": "d2" }""")));
        Assert.Equal((403, "not_allowed_there"), await PostAsync(local, "/api/v1/rules/abroad/disable", new { }));
        Assert.Equal((403, "not_allowed_there"), await PostAsync(local, "/api/v1/rules/pm25-high/disable", new { }));
        Assert.Equal((403, "not_allowed_there"), await PostAsync(local, "/api/v1/rules/abroad/enable", new { }));
        Assert.Equal((403, "not_allowed_there"), await PostAsync(local, "/api/v1/rules/abroad/revert", new { version = 1 }));
        Assert.Equal((403, "not_allowed_there"), await PostAsync(local, "/api/v1/rules/test", Rule("everywhere", "{}")));
        Assert.Equal(403, (await host.SendAsync(local, "DELETE", "/api/v1/rules/abroad")).Status);
        Assert.Equal((200, ""), await PostAsync(local, "/api/v1/rules/at-home/disable", new { }));
        Assert.Equal((400, "not_you"), await PostAsync(local, "/api/v1/rules/at-home/enable", new { @operator = "Somebody else" }));
        var (status, _, _) = await host.SendAsync(local, "PUT", "/api/v1/rules/at-home", Rule("at-home", """{ "district": "d2" }"""));
        Assert.Equal(403, status);
        Assert.Equal(host.AccountOf(local).DisplayName, (await host.GetAsync("/api/v1/rules/at-home")).GetProperty("changedBy").GetString());

        async Task<(int, string)> PostAsync(TestCaller caller, string path, object body)
        {
            var (code, problem, _) = await host.SendAsync(caller, "POST", path, body);
            return (code, problem);
        }

        static object Rule(string id, string scope) => new
        {
            rule = JsonDocument.Parse($$"""{ "id": "{{id}}", "kind": "limit", "priority": "P2", "name": { "vi": "a", "en": "b" }, "scope": {{scope.Replace("{", "{ \"property\": \"pm25\"" + (scope == "{}" ? "" : ","), StringComparison.Ordinal)}}, "raise": { "above": 900 }, "hysteresis": 1 }""").RootElement,
        };
    }

    [Fact]
    public async Task A_districts_history_is_a_planners_question()
    {
        var from = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(-1).ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        var to = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(1).ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (caller, district, domain, expected) in new[]
        {
            (new TestCaller(Role.Viewer, Scope.Everywhere), "d1", "", 403),
            (new TestCaller(Role.Planner, Scope.Everywhere), "d2", "", 200),
            (new TestCaller(Role.Planner, new Scope(["d1"], [])), "d1", "", 200),
            (new TestCaller(Role.Planner, new Scope(["d1"], [])), "d2", "", 404),
            (new TestCaller(Role.Planner, new Scope(["d1"], ["environment"])), "d1", "", 403),
            (new TestCaller(Role.Planner, new Scope(["d1"], ["environment"])), "d1", "&domain=environment", 200),
        })
        {
            var (status, _, _) = await host.SendAsync(caller.Known(), "GET", $"/api/v1/history?district={district}{domain}&property=pm25&from={from}&to={to}");
            Assert.Equal((caller.ToString(), district, domain, expected), (caller.ToString(), district, domain, status));
        }
    }

    private static int Expected(string need, TestCaller caller)
    {
        if (need == "open")
        {
            return 0;
        }

        if (!caller.IsSomebody)
        {
            return 401;
        }

        var everywhere = need.EndsWith(" everywhere", StringComparison.Ordinal);
        return need == "somebody" ? 0
            : PermissionNames.TryParse(need.Split(' ')[0], out var permission) && (everywhere ? caller.Rights.MayEverywhere(permission) : caller.Rights.May(permission)) ? 0 : 403;
    }

    private static string Describe(AccessNeed? need) => need switch
    {
        null => "(declares nothing)",
        { Open: true } => "open",
        { Permission: null } => "somebody",
        { Permission: { } permission } => permission.Name() + (need.Everywhere ? " everywhere" : ""),
    };

    private static string Filled(string pattern) => Placeholder().Replace(pattern, m => m.Value.Contains(":long", StringComparison.Ordinal) ? "999999" : "nothing-of-that-name");

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex("(?<![0-9A-Za-z])d2(?![0-9A-Za-z])", RegexOptions.None, 1000)]
    private static partial Regex ForeignDistrict();
}
