using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>A shift from coming to handing over: who is there, what the log says, and the report.</summary>
public sealed class ShiftTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5).District("d1")
            .Sensor("d1", "environment", "s1", 60, "pm25").Sensor("d1", "environment", "s2", 60, "pm25");
        _host = await HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write());
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_shift_is_logged_handed_over_and_reported()
    {
        var begin = DateTimeOffset.UtcNow.AddMinutes(-30).ToUnixTimeMilliseconds();
        await using var hub = await HubClient.ConnectAsync(_host.Http);
        Assert.Equal(201, (await _host.PostAsync("/api/v1/shifts/duties", new { @operator = "vh01" })).Item1);
        Assert.Equal((409, "on_duty"), await TryAsync("shifts/duties", new { @operator = "vh01" }));
        await hub.UntilAsync(u => u.GetProperty("shift").GetProperty("onDuty").EnumerateArray().Any(d => d.GetProperty("operator").GetString() == "vh01"), "vh01 on shift in the live stream");

        await PublishAsync("s1");
        await PublishAsync("s2");
        await Eventually.HoldsAsync(async () => (await LogAsync("categories=alert")).Count == 2, "two alerts in the log");
        var alerts = (await _host.GetAsync("/api/v1/alerts")).GetProperty("items").EnumerateArray().ToDictionary(a => a.GetProperty("sensor").GetString()!, a => a.GetProperty("id").GetString()!, StringComparer.Ordinal);
        Assert.Equal(200, (await _host.PostAsync($"/api/v1/alerts/{alerts["s1"]}/acknowledge", new { @operator = "vh01", note = "đã gọi trạm" })).Item1);
        Assert.Equal(200, (await _host.PostAsync($"/api/v1/alerts/{alerts["s2"]}/shelve", new { @operator = "vh01", reason = "đang sửa", minutes = 30 })).Item1);

        // What operators write, and how it is corrected.
        var (status, entry) = await _host.PostAsync("/api/v1/shifts/log", new { @operator = "vh01", category = "contact", text = "Gọi trạm, hẹn 15 giờ", alert = alerts["s1"] });
        Assert.Equal((201, "d1", 2), (status, entry.GetProperty("district").GetString(), entry.GetProperty("severity").GetInt32()));
        var number = entry.GetProperty("number").GetInt64();
        Assert.Equal(201, (await _host.PostAsync("/api/v1/shifts/log", new { @operator = "vh01", text = "Hẹn 16 giờ", corrects = number })).Item1);
        Assert.Equal((404, "not_found"), await TryAsync("shifts/log", new { @operator = "vh01", text = "x", corrects = 9999 }));
        Assert.Equal((400, "bad_text"), await TryAsync("shifts/log", new { @operator = "vh01", text = " " }));
        Assert.Equal((400, "bad_category"), await TryAsync("shifts/log", new { @operator = "vh01", text = "x", category = "alert" }));
        Assert.Equal((400, "bad_about"), await TryAsync("shifts/log", new { @operator = "vh01", text = "x", about = begin + 10_000_000 }));
        Assert.Equal(["Hẹn 16 giờ", "Gọi trạm, hẹn 15 giờ"], (await LogAsync("search=hen")).Select(e => e.GetProperty("text").GetProperty("vi").GetString()));
        var page = await _host.GetAsync("/api/v1/shifts/log?limit=1");
        Assert.Equal(page.GetProperty("items")[0].GetProperty("number").GetInt64(), page.GetProperty("next").GetInt64());
        Assert.Contains("Gọi trạm", await _host.Client.GetStringAsync(new Uri("/api/v1/shifts/log?format=csv", UriKind.Relative)), StringComparison.Ordinal);

        // To the wrong one, and taken back; everybody's page hears of it.
        (_, var wrong) = await _host.PostAsync("/api/v1/shifts/handovers", new { from = "vh01", to = "vh-2", summary = "Một trạm bụi đang sửa" });
        var withdraw = $"shifts/handovers/{wrong.GetProperty("id").GetString()}/withdraw";
        Assert.Equal((409, "not_yours"), await TryAsync(withdraw, new { @operator = "vh02" }));
        (status, var withdrawn) = await _host.PostAsync($"/api/v1/{withdraw}", new { @operator = " VH01" });
        Assert.Equal((200, "vh01", JsonValueKind.Null), (status, withdrawn.GetProperty("withdrawnBy").GetString(), withdrawn.GetProperty("acceptedAt").ValueKind));
        Assert.Equal((409, "withdrawn"), await TryAsync(withdraw, new { @operator = "vh01" }));
        Assert.Equal((409, "withdrawn"), await TryAsync($"shifts/handovers/{wrong.GetProperty("id").GetString()}/accept", new { @operator = "vh-2" }));
        await hub.UntilAsync(u => u.GetProperty("shift").GetProperty("handovers").GetInt64() == 2, "a hand-over and its withdrawal in the live stream");
        Assert.Equal(["vh01 rút lại bàn giao ca cho vh-2"], (await LogAsync("categories=handover&search=rut")).Select(e => e.GetProperty("text").GetProperty("vi").GetString()));
        var named = wrong.GetProperty("alerts")[0];
        Assert.Equal(("s", "d1"), (named.GetProperty("name").GetProperty("vi").GetString()![..1], named.GetProperty("district").GetProperty("vi").GetString()));

        // The next one takes over, and is on shift by that.
        (_, var handover) = await _host.PostAsync("/api/v1/shifts/handovers", new { from = "vh01", to = "vh02", summary = "Một trạm bụi đang sửa" });
        Assert.Equal(200, (await _host.PostAsync($"/api/v1/shifts/handovers/{handover.GetProperty("id").GetString()}/accept", new { @operator = "Vh02 " })).Item1);
        Assert.Equal(["vh02"], (await _host.GetAsync("/api/v1/shifts/duties")).EnumerateArray().Select(d => d.GetProperty("operator").GetString()));
        Assert.Equal((409, "not_on_duty"), await TryAsync("shifts/duties/end", new { @operator = "vh01" }));
        Assert.Equal(["vh02", "vh01"], (await _host.GetAsync("/api/v1/shifts/operators")).EnumerateArray().Select(o => o.GetString()));
        (_, var assigned) = await _host.PostAsync($"/api/v1/alerts/{alerts["s1"]}/assign", new { @operator = "vh02", to = "VH02" });
        Assert.Equal("vh02", assigned.GetProperty("assignee").GetString());
        Assert.Equal((409, "already_assigned"), await TryAsync($"alerts/{alerts["s1"]}/assign", new { @operator = "vh02", to = "Vh02" }));

        await Eventually.HoldsAsync(async () => (await LogAsync("categories=alert,handover")).Count == 7, "the acknowledgement and the hand-over in the log");
        var report = await _host.GetAsync($"/api/v1/shifts/report?from={begin}");
        Assert.Equal(["vh01:handover", "vh02:"], report.GetProperty("duties").EnumerateArray().Select(d => $"{d.GetProperty("operator").GetString()}:{d.GetProperty("ended").GetString()}"));
        var open = Assert.Single(report.GetProperty("open").EnumerateArray());
        Assert.Equal(("acknowledged", "vh01", "đã gọi trạm"), (open.GetProperty("state").GetString(), open.GetProperty("acknowledgedBy").GetString(), open.GetProperty("notes")[0].GetProperty("text").GetString()));
        var held = Assert.Single(report.GetProperty("held").EnumerateArray());
        Assert.Equal(("shelved", "vh01", "đang sửa"), (held.GetProperty("hold").GetString(), held.GetProperty("holdBy").GetString(), held.GetProperty("holdReason").GetString()));
        Assert.Equal(3, report.GetProperty("acts").GetArrayLength());
        Assert.Equal(2, report.GetProperty("handovers").GetArrayLength());
        // What is held back within seconds was heard by nobody.
        Assert.Equal(1, Figure(report.GetProperty("figures"), "annunciated"));
        Assert.Contains("đang sửa", await _host.Client.GetStringAsync(new Uri($"/api/v1/shifts/report?from={begin}&format=csv", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(400, (int)(await _host.Client.GetAsync(new Uri("/api/v1/shifts/report?from=0", UriKind.Relative))).StatusCode);

        var figures = await _host.GetAsync($"/api/v1/alerts/figures?from={begin}&district=d1&domain=environment");
        Assert.Equal(1, Figure(figures, "annunciated"));
        Assert.InRange(figures.GetProperty("staffed").GetDouble(), double.Epsilon, 1);
        Assert.Equal(1, figures.GetProperty("places")[0].GetProperty("annunciated").GetInt32());
        Assert.Equal(0, Figure(await _host.GetAsync($"/api/v1/alerts/figures?from={begin}&domain=water"), "annunciated"));
    }

    private static double Figure(JsonElement figures, string id) =>
        figures.GetProperty("figures").EnumerateArray().First(f => f.GetProperty("id").GetString() == id).GetProperty("value").GetDouble();

    private async Task<List<JsonElement>> LogAsync(string query) => [.. (await _host.GetAsync($"/api/v1/shifts/log?{query}")).GetProperty("items").EnumerateArray()];

    private async Task<(int, string?)> TryAsync(string path, object body)
    {
        var (status, answer) = await _host.PostAsync($"/api/v1/{path}", body);
        Assert.False(string.IsNullOrEmpty(answer.GetProperty("detailVi").GetString()));
        return (status, answer.GetProperty("title").GetString());
    }

    private async Task PublishAsync(string sensor)
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, $"device-{sensor}");
        await device.PublishAsync($"ioc/v1/d1/environment/{sensor}/telemetry", JsonSerializer.Serialize(new { v = new { pm25 = 180 } }));
    }
}
