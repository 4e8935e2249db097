using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>What is to be done about an alert and what was, similar alerts, and what the pages of a sensor and a district ask for.</summary>
public sealed class ProcedureTests : IAsyncLifetime
{
    private const string Air =
        """
        { "id": "air", "name": { "vi": "Bụi", "en": "Dust" }, "for": { "kinds": ["limit"] },
          "steps": [ { "id": "look", "text": { "vi": "Xem", "en": "Look" } }, { "id": "call", "text": { "vi": "Gọi", "en": "Call" }, "optional": true } ] }
        """;

    private readonly TempDirectory _folder = new();
    private string[] _settings = [];
    private HostProcess _host = null!;

    private string Procedures => _folder.Combine("catalogue", "procedures", "all.json");

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5).District("d1")
            .Sensor("d1", "environment", "s1", 60, "pm25").Sensor("d1", "environment", "s2", 60, "pm25");
        _settings = [catalogue.Write(), "--Ioc:Procedures:PollSeconds=1"];
        Directory.CreateDirectory(Path.GetDirectoryName(Procedures)!);
        await File.WriteAllTextAsync(Procedures, $$"""{ "procedures": [ {{Air}} ] }""");
        await File.WriteAllLinesAsync(_folder.Combine("catalogue", "places.csv"), ["kind,id,priority,reason_vi,reason_en", "sensor,s2,higher,Trước bệnh viện,By a hospital"]);
        _host = await HostProcess.StartAsync(_folder.Combine("data"), _settings);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Steps_that_are_done_are_seen_by_everybody_kept_over_a_kill_and_part_of_history_and_hand_over()
    {
        var id = await RaiseAsync("s1");
        var procedure = await _host.GetAsync($"/api/v1/alerts/{id}/procedure");
        Assert.Equal(("air", 1, "Xem"), (Text(procedure, "procedure", "id"), procedure.GetProperty("procedure").GetProperty("version").GetInt32(), procedure.GetProperty("procedure").GetProperty("steps")[0].GetProperty("text").GetProperty("vi").GetString()));
        Assert.Equal(JsonValueKind.Null, procedure.GetProperty("checklist").ValueKind);

        await using var hub = await HubClient.ConnectAsync(_host.Http);
        Assert.Equal((400, "bad_step"), await StepAsync(id, "none", 1));
        Assert.Equal((400, "bad_step"), await StepAsync(id, "look", 9));
        Assert.Equal((400, "bad_operator"), await StepAsync(id, "look", 1, by: " "));
        Assert.Equal((404, "not_found"), await StepAsync("n1-0-999-0", "look", 1));
        Assert.Equal((409, "step_is_not_done"), await StepAsync(id, "look", 1, done: false));
        Assert.Equal((200, null), await StepAsync(id, "look", 1, note: "tăng thật"));
        await hub.UntilAsync(
            update => update.GetProperty("alerts").EnumerateArray().Any(a => a.GetProperty("checklist") is { ValueKind: JsonValueKind.Object } c && c.GetProperty("done").GetArrayLength() == 1),
            "the step in the live stream");
        Assert.Equal((409, "step_is_done"), await StepAsync(id, "look", 1, by: "vh02"));

        var shown = (await hub.NextAsync()).GetProperty("catalogue");

        // A change of the file counts for others, not for what is under way; open pages hear of it, and of a rule that changed.
        await File.WriteAllTextAsync(Procedures, $$"""{ "procedures": [ {{Air.Replace("Gọi", "Gọi ngay", StringComparison.Ordinal)}} ] }""");
        await Eventually.HoldsAsync(async () => (await _host.GetAsync("/api/v1/procedures/air")).GetProperty("version").GetInt32() == 2, "the changed file is taken in");
        await hub.UntilAsync(
            update => update.GetProperty("catalogue") is var c && c.GetProperty("procedures").GetInt32() > shown.GetProperty("procedures").GetInt32() && c.GetProperty("rules").GetInt32() == shown.GetProperty("rules").GetInt32(),
            "other procedures in the live stream, and the same rules");
        Assert.Equal(201, (await _host.PostAsync("/api/v1/rules", new
        {
            @operator = "An",
            rule = new { id = "more", kind = "limit", priority = "P3", name = new { vi = "a", en = "b" }, scope = new { property = "pm25" }, raise = new { above = 900 }, hysteresis = 1 },
        })).Status);
        await hub.UntilAsync(update => update.GetProperty("catalogue").GetProperty("rules").GetInt32() > shown.GetProperty("rules").GetInt32(), "other rules in the live stream");
        procedure = await _host.GetAsync($"/api/v1/alerts/{id}/procedure");
        Assert.Equal((1, 2), (procedure.GetProperty("procedure").GetProperty("version").GetInt32(), procedure.GetProperty("latest").GetInt32()));
        Assert.Equal((409, "other_checklist"), await StepAsync(id, "call", 2));
        var other = await RaiseAsync("s2");
        Assert.Equal((409, "other_checklist"), await StepAsync(other, "look", 1));
        Assert.Equal((200, null), await StepAsync(other, "look", 2));

        var (_, handover) = await _host.PostAsync("/api/v1/shifts/handovers", new { from = "vh01", to = "vh02", summary = "Bụi" });
        Assert.Equal([(1, 2), (1, 2)], handover.GetProperty("alerts").EnumerateArray().Select(a => (a.GetProperty("stepsDone").GetInt32(), a.GetProperty("stepsOf").GetInt32())));

        await _host.KillAsync();
        await _host.DisposeAsync();
        _host = await HostProcess.StartAsync(_folder.Combine("data"), _settings);
        var step = (await _host.GetAsync($"/api/v1/alerts/{id}")).GetProperty("checklist").GetProperty("done")[0];
        Assert.Equal(("look", "vh01"), (step.GetProperty("id").GetString(), step.GetProperty("by").GetString()));
        Assert.Equal((200, null), await StepAsync(id, "look", 1, by: "vh02", done: false));
        var acts = (await _host.GetAsync($"/api/v1/alerts/{id}/acts")).EnumerateArray().ToList();
        Assert.Equal(["raised", "step_done", "step_undone"], acts.Select(a => a.GetProperty("kind").GetString()));
        Assert.Equal(("air/look", "tăng thật", 1), (acts[1].GetProperty("target").GetString(), acts[1].GetProperty("note").GetString(), acts[1].GetProperty("count").GetInt32()));
        Assert.Equal(2, (await _host.GetAsync($"/api/v1/alerts/{id}/procedure")).GetProperty("procedure").GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Procedures_are_made_changed_and_ended_over_the_api_and_mistakes_leave_them()
    {
        using var own = JsonDocument.Parse(Air.Replace("\"air\"", "\"own\"", StringComparison.Ordinal));
        Assert.Equal(201, (await _host.PostAsync("/api/v1/procedures", new { procedure = own.RootElement, @operator = "An" })).Status);
        var (status, refused) = await _host.PostAsync("/api/v1/procedures", new { procedure = own.RootElement, @operator = "An" });
        Assert.Equal((409, "procedure_conflict"), (status, refused.GetProperty("title").GetString()));
        Assert.Equal(400, (await _host.PostAsync("/api/v1/procedures", new { procedure = own.RootElement })).Status);
        (status, refused) = await _host.PostAsync("/api/v1/procedures/validate", new { procedure = new { id = "x" } });
        Assert.Equal((400, "bad_procedure"), (status, refused.GetProperty("title").GetString()));
        Assert.Contains("steps", refused.GetProperty("errors").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(200, (await _host.PostAsync("/api/v1/procedures/air/revert", new { to = 1, @operator = "An" })).Status);

        await File.WriteAllTextAsync(Procedures, """{ "procedures": [ { "id": "air" } ] }""");
        Assert.Equal(400, (await _host.PostAsync("/api/v1/procedures/reload", new { })).Status);
        Assert.NotEmpty((await _host.GetAsync("/api/v1/procedures/status")).GetProperty("errors").EnumerateArray());
        Assert.Equal(["air", "own"], (await _host.GetAsync("/api/v1/procedures")).EnumerateArray().Select(p => p.GetProperty("id").GetString()));
        Assert.Equal(1, (await _host.GetAsync("/api/v1/procedures/air/versions")).GetArrayLength());
    }

    [Fact]
    public async Task What_happened_before_is_told_with_how_long_it_lasted_and_what_was_done()
    {
        for (var round = 0; round < 2; round++)
        {
            var id = await RaiseAsync("s1");
            Assert.Equal(200, (await _host.PostAsync($"/api/v1/alerts/{id}/acknowledge", new { @operator = "vh01" })).Status);
            Assert.Equal(200, (await _host.PostAsync($"/api/v1/alerts/{id}/note", new { @operator = "vh01", note = $"lần {round}" })).Status);
            await PublishAsync("s1", 10);
            await Eventually.HoldsAsync(async () => (await _host.GetAsync($"/api/v1/alerts/{id}")).GetProperty("state").GetString() == "closed", "the alert closes");
        }

        await RaiseAsync("s2");
        var now = await RaiseAsync("s1");
        var own = await _host.GetAsync($"/api/v1/alerts/{now}/similar?limit=1");
        Assert.Equal((2, 2, 1), (own.GetProperty("count").GetInt32(), own.GetProperty("closed").GetInt32(), own.GetProperty("items").GetArrayLength()));
        Assert.True(own.GetProperty("medianLastedMs").GetInt64() >= 0 && own.GetProperty("medianToAcknowledgeMs").GetInt64() >= 0);
        Assert.Equal("lần 1", own.GetProperty("items")[0].GetProperty("acts")[1].GetProperty("note").GetString());
        var next = await _host.GetAsync($"/api/v1/alerts/{now}/similar?limit=1&before={own.GetProperty("next").GetString()}");
        Assert.Equal("lần 0", next.GetProperty("items")[0].GetProperty("acts")[1].GetProperty("note").GetString());
        Assert.Equal(3, (await _host.GetAsync($"/api/v1/alerts/{now}/similar?within=district")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task The_pages_of_a_sensor_and_of_a_district_have_what_they_ask_for()
    {
        var raised = await RaiseAsync("s1");
        using (var device = await RawMqtt.ConnectAsync(_host.MqttPort, "device-s1"))
        {
            await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", "{ this is no JSON");
        }

        await Eventually.HoldsAsync(async () => (await _host.GetAsync("/api/v1/sensors/s1/details")).GetProperty("deadLetters").GetInt32() == 1, "the refused payload is told");
        var details = await _host.GetAsync("/api/v1/sensors/s1/details");
        Assert.Equal("{ this is no JSON", details.GetProperty("lastDeadLetters")[0].GetProperty("payload").GetString());
        Assert.True(details.GetProperty("registered").GetBoolean());
        Assert.Equal("By a hospital", (await _host.GetAsync("/api/v1/sensors/s2/details")).GetProperty("priority")[0].GetProperty("reason").GetProperty("en").GetString());

        Assert.Equal(201, (await _host.PostAsync("/api/v1/devices", new { name = "s1", sensors = new[] { "s1" }, by = "An" })).Status);
        Assert.Equal("valid", (await _host.GetAsync("/api/v1/sensors/s1/details")).GetProperty("devices")[0].GetProperty("state").GetString());

        var district = await _host.GetAsync("/api/v1/districts/d1/summary");
        var domain = Assert.Single(district.GetProperty("domains").EnumerateArray());
        Assert.Equal(("environment", 2, 1, 2), (
            domain.GetProperty("domain").GetString(), domain.GetProperty("sensors").GetProperty("total").GetInt32(), domain.GetProperty("unacknowledged").GetInt32(), domain.GetProperty("worst").GetInt32()));
        Assert.Equal((1, 1), (domain.GetProperty("alerts").GetProperty("p2").GetInt32(), domain.GetProperty("waiting").GetProperty("p2").GetInt32()));
        Assert.Equal(200, (await _host.PostAsync($"/api/v1/alerts/{raised}/acknowledge", new { @operator = "An" })).Status);
        domain = (await _host.GetAsync("/api/v1/districts/d1/summary")).GetProperty("domains")[0];
        Assert.Equal((1, 0), (domain.GetProperty("alerts").GetProperty("p2").GetInt32(), domain.GetProperty("waiting").GetProperty("p2").GetInt32()));
        var exceedance = Assert.Single(district.GetProperty("exceedances").EnumerateArray());
        Assert.Equal(("pm25-high", 1, true), (exceedance.GetProperty("ruleId").GetString(), exceedance.GetProperty("subjects").GetInt32(), exceedance.GetProperty("now").GetBoolean()));
        using var http = new HttpClient { BaseAddress = _host.Http };
        foreach (var (path, status) in new[] { ("sensors/none/details", 404), ("districts/none/summary", 404), ("sensors/s1/details?letters=99", 400), ("alerts/none/similar", 404) })
        {
            using var answer = await http.GetAsync($"/api/v1/{path}");
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    private static string? Text(JsonElement element, string first, string second) => element.GetProperty(first).GetProperty(second).GetString();

    private async Task<(int, string?)> StepAsync(string id, string step, int version, string by = "vh01", bool done = true, string? note = null)
    {
        var (status, answer) = await _host.PostAsync($"/api/v1/alerts/{id}/steps/{step}", new { @operator = by, procedure = "air", version, done, note });
        return (status, status == 200 ? null : answer.GetProperty("title").GetString());
    }

    private async Task<string> RaiseAsync(string sensor)
    {
        await PublishAsync(sensor, 180);
        string? id = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                var open = (await _host.GetAsync($"/api/v1/alerts?sensor={sensor}")).GetProperty("items");
                id = open.GetArrayLength() > 0 ? open[0].GetProperty("id").GetString() : null;
                return id is not null;
            },
            $"an alert of {sensor}");
        return id!;
    }

    private async Task PublishAsync(string sensor, double value)
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, $"device-{sensor}");
        await device.PublishAsync($"ioc/v1/d1/environment/{sensor}/telemetry", JsonSerializer.Serialize(new { v = new { pm25 = value } }));
    }
}
