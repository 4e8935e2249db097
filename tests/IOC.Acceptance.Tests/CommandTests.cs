using System.Text;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Commands from the API to a device and back, through the real host: devices that are there, away, silent, and a
/// host that is killed in between.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private static readonly string[] s_quick = ["--Ioc:Commands:AckTimeout=00:00:01", "--Ioc:Commands:DoneTimeout=00:00:01", "--Ioc:Log:Level=Warning"];
    private readonly TempDirectory _folder = new();
    private string _catalogue = "";
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("dim", "%", 0, 100).Property("power", "W", 0, 5000).Property("temp", "Cel", -50, 60)
            .District("d1").District("d2").Sensor("d1", "environment", "air-1", 60, "temp").Sensor("d1", "lighting", "relay-1", 60, "power");
        for (var i = 1; i <= 3; i++)
        {
            catalogue.Sensor("d1", "lighting", $"lamp-{i}", 60, "power", "dim");
        }

        _catalogue = catalogue.Write();
        _host = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_command_goes_to_its_device_and_its_outcome_to_everyone()
    {
        await using var hub = await HubClient.ConnectAsync(_host.Http);
        await using var lamp = new Lamp("lamp-1");
        await lamp.ConnectAsync(_host.MqttPort);
        var id = await IssueAsync("lamp-1", new { name = "dim", level = 40, forSeconds = 3600, @operator = "vh01" });
        await UntilAsync(id, "done");
        Assert.Equal(["dim 40"], lamp.Did);

        var message = Assert.Single(lamp.Received);
        Assert.Equal("ioc/v1/d1/lighting/lamp-1/cmd/ack", message.Properties!.ResponseTopic);
        Assert.Equal(id, Encoding.ASCII.GetString(message.Properties.CorrelationData!));
        Assert.InRange(message.Properties.MessageExpiryInterval!.Value, 3590u, 3600u);
        var payload = JsonDocument.Parse(message.Payload).RootElement;
        Assert.Equal(3_600_000, payload.GetProperty("expires").GetInt64() - payload.GetProperty("issued").GetInt64());

        var states = new List<string?>();
        await hub.UntilAsync(
            u =>
            {
                states.AddRange(u.GetProperty("commands").EnumerateArray().Select(c => c.GetProperty("state").GetString()));
                return states.Contains("done");
            },
            "the outcome on the live stream");
        var kept = await _host.GetAsync($"/api/v1/commands/{id}");
        Assert.Equal(("vh01", 40, 1, false), (kept.GetProperty("operator").GetString(), kept.GetProperty("level").GetInt32(), kept.GetProperty("attempts").GetInt32(), kept.GetProperty("late").GetBoolean()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_device_that_is_away_gets_it_once_on_its_return_if_it_is_not_too_late(bool keepsSession)
    {
        await using var lamp = new Lamp("lamp-1");
        await lamp.ConnectAsync(_host.MqttPort, keepsSession);
        await lamp.DropAsync();
        await Eventually.HoldsAsync(async () => (await _host.GetAsync("/api/v1/sensors/lamp-1")).GetProperty("state").GetString() == "offline", "the lamp to be offline");

        var late = await IssueAsync("lamp-1", new { name = "dim", level = 10, expiresInSeconds = 1, @operator = "vh01" });
        await UntilAsync(late, "expired");
        var older = await IssueAsync("lamp-1", new { name = "dim", level = 20, @operator = "vh01" });
        var newer = await IssueAsync("lamp-1", new { name = "dim", level = 30, @operator = "vh02" });
        Assert.Equal("superseded", await StateAsync(older));
        Assert.Equal("pending", await StateAsync(newer));

        await lamp.ConnectAsync(_host.MqttPort, keepsSession);
        await UntilAsync(newer, "done");
        Assert.Equal(["dim 30"], lamp.Did);
        Assert.Equal("expired", await StateAsync(late));
    }

    [Fact]
    public async Task A_mute_device_is_asked_again_and_a_killed_host_goes_on_with_what_was_open()
    {
        await using var mute = new Lamp("lamp-1") { Answers = ["accepted"] };
        await mute.ConnectAsync(_host.MqttPort);
        var open = await IssueAsync("lamp-1", new { name = "dim", level = 50, @operator = "vh01" });
        var away = await IssueAsync("lamp-2", new { name = "switch", on = false, @operator = "vh01" });
        await UntilAsync(open, "accepted");
        await Eventually.HoldsAsync(() => mute.Received.Count >= 2, "the lamp to be asked again");
        await _host.KillAsync();
        await mute.DropAsync();
        await _host.DisposeAsync();

        _host = await StartAsync();
        mute.Answers = ["done"];
        await mute.ConnectAsync(_host.MqttPort);
        await UntilAsync(open, "done");
        Assert.Equal(["dim 50"], mute.Did);
        Assert.All(mute.Received, m => Assert.Contains(open, Encoding.UTF8.GetString(m.Payload), StringComparison.Ordinal));

        Assert.Equal("pending", await StateAsync(away));
        await using var second = new Lamp("lamp-2");
        await second.ConnectAsync(_host.MqttPort);
        await UntilAsync(away, "done");
        Assert.Single(second.Did);
    }

    [Fact]
    public async Task A_group_is_one_request_and_its_progress_one_answer()
    {
        await using var lamp = new Lamp("lamp-1") { Answers = ["failed"] };
        await lamp.ConnectAsync(_host.MqttPort);
        var (status, group) = await _host.PostAsync("/api/v1/commands", new { district = "d1", name = "dim", level = 60, @operator = "vh01" });
        Assert.Equal((202, 3), (status, group.GetProperty("total").GetInt32()));
        var id = group.GetProperty("group").GetString();
        await Eventually.HoldsAsync(
            async () => (await _host.GetAsync($"/api/v1/commands/groups/{id}")).GetProperty("byState").TryGetProperty("failed", out var failed) && failed.GetInt32() == 1, "the lamp's failure");
        Assert.Equal(3, (await _host.GetAsync($"/api/v1/commands?group={id}")).GetProperty("items").GetArrayLength());
        using var cancelled = await _host.Client.DeleteAsync(new Uri($"/api/v1/commands/groups/{id}?operator=vh01", UriKind.Relative));
        var summary = JsonDocument.Parse(await cancelled.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((0, 2), (summary.GetProperty("open").GetInt32(), summary.GetProperty("byState").GetProperty("cancelled").GetInt32()));

        (status, group) = await _host.PostAsync("/api/v1/commands", new { sensors = new[] { "lamp-2", "relay-1" }, name = "switch", on = true, @operator = "vh01" });
        Assert.Equal((202, 2), (status, group.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task What_cannot_be_commanded_is_refused_with_a_reason_in_both_languages()
    {
        await RefusesAsync(404, "not_found", "/api/v1/sensors/nobody/commands", new { name = "auto", @operator = "vh01" });
        await RefusesAsync(409, "command_not_taken", "/api/v1/sensors/air-1/commands", new { name = "auto", @operator = "vh01" });
        await RefusesAsync(409, "command_not_taken", "/api/v1/sensors/relay-1/commands", new { name = "dim", level = 5, @operator = "vh01" });
        await RefusesAsync(400, "bad_operator", "/api/v1/sensors/lamp-1/commands", new { name = "auto" });
        await RefusesAsync(400, "bad_command", "/api/v1/sensors/lamp-1/commands", new { name = "explode", @operator = "vh01" });
        await RefusesAsync(400, "bad_command", "/api/v1/sensors/lamp-1/commands", new { name = "dim", level = 101, @operator = "vh01" });
        await RefusesAsync(400, "bad_command", "/api/v1/sensors/lamp-1/commands", new { name = "dim", level = 5, expiresInSeconds = 0, @operator = "vh01" });
        await RefusesAsync(400, "bad_group", "/api/v1/commands", new { name = "auto", @operator = "vh01" });
        await RefusesAsync(400, "bad_group", "/api/v1/commands", new { district = "d2", name = "auto", @operator = "vh01" });
        await RefusesAsync(404, "not_found", "/api/v1/commands", new { district = "d9", name = "auto", @operator = "vh01" });
        await RefusesAsync(409, "command_not_taken", "/api/v1/commands", new { sensors = new[] { "lamp-1", "air-1" }, name = "auto", @operator = "vh01" });
        Assert.Equal(0, (await _host.GetAsync("/api/v1/commands")).GetProperty("items").GetArrayLength());

        var takes = await _host.GetAsync("/api/v1/sensors/lamp-1/commands");
        Assert.Equal(["switch", "dim", "auto"], takes.GetProperty("takes").EnumerateArray().Select(t => t.GetString()));
        using var bad = await _host.Client.GetAsync(new Uri("/api/v1/commands?state=odd", UriKind.Relative));
        Assert.Equal(400, (int)bad.StatusCode);

        var id = await IssueAsync("lamp-1", new { name = "auto", @operator = "vh01" });
        foreach (var (status, path) in new[] { (400, $"{id}"), (200, $"{id}?operator=vh02"), (409, $"{id}?operator=vh02"), (404, "n1-0?operator=vh02") })
        {
            using var answer = await _host.Client.DeleteAsync(new Uri($"/api/v1/commands/{path}", UriKind.Relative));
            Assert.Equal(status, (int)answer.StatusCode);
        }

        var page = await _host.GetAsync("/openapi/v1.json");
        Assert.True(page.GetProperty("paths").TryGetProperty("/api/v1/sensors/{sensor}/commands", out _));
    }

    [Fact]
    public async Task An_answer_to_nothing_is_a_dead_letter_and_changes_nothing()
    {
        var id = await IssueAsync("lamp-1", new { name = "auto", @operator = "vh01" });
        using var stranger = await RawMqtt.ConnectAsync(_host.MqttPort, "stranger");
        await stranger.PublishAsync("ioc/v1/d1/lighting/lamp-2/cmd/ack", $$"""{"id":"{{id}}","status":"done"}""");
        await stranger.PublishAsync("ioc/v1/d1/lighting/lamp-1/cmd/ack", "nonsense");
        await Eventually.HoldsAsync(async () => (await _host.GetAsync("/api/v1/dead-letters")).GetProperty("items").GetArrayLength() == 2, "two dead letters");
        Assert.Equal("pending", await StateAsync(id));
    }

    private Task<HostProcess> StartAsync() => HostProcess.StartAsync(_folder.Combine("data"), [_catalogue, .. s_quick]);

    private async Task<string> IssueAsync(string sensor, object request)
    {
        var (status, body) = await _host.PostAsync($"/api/v1/sensors/{sensor}/commands", request);
        Assert.True(status == 202, $"{status}: {body}");
        return body.GetProperty("id").GetString()!;
    }

    private async Task RefusesAsync(int status, string code, string path, object request)
    {
        var (actual, body) = await _host.PostAsync(path, request);
        Assert.Equal((status, code), (actual, body.GetProperty("title").GetString()));
        Assert.NotEqual(body.GetProperty("detail").GetString(), body.GetProperty("detailVi").GetString());
    }

    private async Task<string?> StateAsync(string id) => (await _host.GetAsync($"/api/v1/commands/{id}")).GetProperty("state").GetString();

    private Task UntilAsync(string id, string state) => Eventually.HoldsAsync(async () => await StateAsync(id) == state, $"command {id} to be {state}");
}
