using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>The alert life cycle from a device's reading through the API and over a kill of the host.</summary>
public abstract class AlertLifeTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private string[] _settings = [];
    private HostProcess _host = null!;

    /// <summary>Settings of the registry's store.</summary>
    protected abstract Task<string[]> StoreAsync();

    /// <summary>After the host has ended.</summary>
    protected abstract Task CloseAsync();

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5).District("d1")
            .Sensor("d1", "environment", "s1", 60, "pm25").Sensor("d1", "environment", "s2", 60, "pm25");
        _settings = [catalogue.Write(), .. await StoreAsync()];
        await File.WriteAllLinesAsync(_folder.Combine("catalogue", "places.csv"), ["kind,id,priority,reason_vi,reason_en", "sensor,s2,higher,Trước bệnh viện,By a hospital"]);
        _host = await HostProcess.StartAsync(_folder.Combine("data"), _settings);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await CloseAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_shift_works_with_alerts_and_a_kill_forgets_nothing()
    {
        await PublishAsync("s1");
        await PublishAsync("s2");
        await Eventually.HoldsAsync(async () => (await ListAsync("alerts")).Count == 2, "two alerts");
        var alerts = (await ListAsync("alerts")).ToDictionary(a => a.GetProperty("sensor").GetString()!, StringComparer.Ordinal);
        var (s1, s2) = (alerts["s1"].GetProperty("id").GetString()!, alerts["s2"].GetProperty("id").GetString()!);
        Assert.Equal((2, 1), (alerts["s1"].GetProperty("severity").GetInt32(), alerts["s2"].GetProperty("severity").GetInt32()));
        Assert.Equal("P1 instead of P2: By a hospital", alerts["s2"].GetProperty("priorityReason").GetProperty("en").GetString());

        // Shelved by one, assigned by the group form, noted.
        Assert.Equal((400, "bad_end"), await TryAsync($"alerts/{s1}/shelve", new { @operator = "vh01", reason = "đang sửa", minutes = 100_000 }));
        Assert.Equal((400, "bad_reason"), await TryAsync($"alerts/{s1}/shelve", new { @operator = "vh01", minutes = 30 }));
        var (status, shelved) = await _host.PostAsync($"/api/v1/alerts/{s1}/shelve", new { @operator = "vh01", reason = "đang sửa", minutes = 30 });
        Assert.Equal((200, "shelved", "unacknowledged"), (status, shelved.GetProperty("hold").GetProperty("kind").GetString(), shelved.GetProperty("state").GetString()));
        Assert.Equal([s2], (await ListAsync("alerts")).Select(Id));
        Assert.Equal([s1], (await ListAsync("alerts/held?kind=shelved")).Select(Id));
        Assert.Equal(2, (await ListAsync("alerts?held=include")).Count);
        (_, var assigned) = await _host.PostAsync("/api/v1/alerts/assign", new { ids = new[] { s1, s2, "n1-0-999-0" }, @operator = "vh01" });
        Assert.Equal((2, "not_found"), (assigned.GetProperty("done").GetArrayLength(), assigned.GetProperty("refused")[0].GetProperty("reason").GetString()));
        Assert.Equal((409, "not_latched"), await TryAsync($"alerts/{s2}/reset", new { @operator = "vh01" }));
        Assert.Equal((200, null), await TryAsync($"alerts/{s2}/note", new { @operator = "vh01", note = "đã gọi trạm" }));

        // Out of service, and the hand-over to the next shift.
        (status, var outage) = await _host.PostAsync("/api/v1/alerts/out-of-service", new { @operator = "vh01", kind = "sensor", id = "s2", reason = "hiệu chuẩn" });
        Assert.Equal((201, true), (status, outage.GetProperty("started").GetBoolean()));
        Assert.Empty(await ListAsync("alerts"));
        (status, var handover) = await _host.PostAsync("/api/v1/shifts/handovers", new { from = "vh01", to = "vh02", summary = "Hai trạm bụi đang xử lý" });
        Assert.Equal((201, 2), (status, handover.GetProperty("alerts").GetArrayLength()));
        var accept = $"shifts/handovers/{handover.GetProperty("id").GetString()}/accept";
        Assert.Equal((409, "not_addressed"), await TryAsync(accept, new { @operator = "vh03" }));
        Assert.Equal((200, null), await TryAsync(accept, new { @operator = "vh02" }));
        Assert.Equal((409, "already_accepted"), await TryAsync(accept, new { @operator = "vh02" }));

        await _host.KillAsync();
        await _host.DisposeAsync();
        _host = await HostProcess.StartAsync(_folder.Combine("data"), _settings);
        var held = (await ListAsync("alerts/held")).ToDictionary(Id, StringComparer.Ordinal);
        Assert.Equal(("shelved", "vh02"), (held[s1].GetProperty("hold").GetProperty("kind").GetString(), held[s1].GetProperty("assignee").GetString()));
        Assert.Equal("out_of_service", held[s2].GetProperty("hold").GetProperty("kind").GetString());
        Assert.Equal((200, null), await TryAsync($"alerts/out-of-service/{outage.GetProperty("id").GetString()}/end", new { @operator = "vh02" }));
        Assert.Equal((404, "not_found"), await TryAsync($"alerts/out-of-service/{outage.GetProperty("id").GetString()}/end", new { @operator = "vh02" }));
        Assert.Equal((200, null), await TryAsync($"alerts/{s1}/unshelve", new { @operator = "vh02" }));
        Assert.Equal(2, (await ListAsync("alerts")).Count);
        var acts = (await _host.GetAsync($"/api/v1/alerts/{s2}/acts")).EnumerateArray().Select(a => a.GetProperty("kind").GetString());
        Assert.Equal(["raised", "assigned", "noted", "taken_out_of_service", "handed_over", "returned_to_service"], acts);
    }

    private static string Id(JsonElement alert) => alert.GetProperty("id").GetString()!;

    private async Task<List<JsonElement>> ListAsync(string path) => [.. (await _host.GetAsync($"/api/v1/{path}")).GetProperty("items").EnumerateArray()];

    private async Task<(int, string?)> TryAsync(string path, object body)
    {
        var (status, answer) = await _host.PostAsync($"/api/v1/{path}", body);
        if (status is 400 or 404 or 409)
        {
            Assert.False(string.IsNullOrEmpty(answer.GetProperty("detailVi").GetString()));
        }

        return (status, status == 200 ? null : answer.GetProperty("title").GetString());
    }

    private async Task PublishAsync(string sensor)
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, $"device-{sensor}");
        await device.PublishAsync($"ioc/v1/d1/environment/{sensor}/telemetry", JsonSerializer.Serialize(new { v = new { pm25 = 180 } }));
    }
}

public sealed class EmbeddedAlertLifeTests : AlertLifeTests
{
    protected override Task<string[]> StoreAsync() => Task.FromResult<string[]>([]);

    protected override Task CloseAsync() => Task.CompletedTask;
}

[Trait("Server", "postgresql")]
public sealed class PostgreSqlAlertLifeTests : AlertLifeTests
{
    private PostgresServer _server = null!;

    protected override async Task<string[]> StoreAsync()
    {
        _server = await PostgresServer.StartAsync();
        return PostgreSqlTests.SettingsFor(_server);
    }

    protected override Task CloseAsync() => _server.DisposeAsync().AsTask();
}
