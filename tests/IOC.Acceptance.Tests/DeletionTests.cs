using System.Globalization;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Readings removed through the API and the command line, and by age, on a real host.</summary>
public sealed class DeletionTests : IDisposable
{
    private static readonly long StartMs = DateTimeOffset.Parse("2026-01-05T00:00:00+07:00", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Readings_go_for_good_over_a_kill_and_only_when_asked_for_in_earnest()
    {
        var data = _folder.Combine("data");
        await using (var host = await StartAsync())
        {
            await FillAsync(host, 100);
            var request = new
            {
                sensors = new[] { "s1" },
                from = "2026-01-05T10:00:00+07:00",
                to = "2026-01-05T20:00:00+07:00",
                @operator = "an",
                reason = "thử nghiệm",
                dryRun = true,
            };
            var (status, result) = await host.PostAsync("/api/v1/history/delete", request);
            Assert.Equal((200, 10, false), (status, result.GetProperty("readings").GetInt32(), result.GetProperty("deleted").GetBoolean()));
            Assert.Equal(100, await CountAsync(host));

            var (code, output, error) = await HostProcess.CommandAsync(
                "vi", "history", "delete", "--data", data, "--sensor", "s1", "--property", "pm25", "--from", request.from, "--to", request.to, "--reason", "thử nghiệm", "--yes");
            Assert.Equal((0, "", "Đã xóa 10 số liệu: s1/pm25"), (code, error, output.Trim()));
            Assert.Equal(90, await CountAsync(host));
            await host.KillAsync();
        }

        await using var again = await StartAsync();
        await Eventually.HoldsAsync(async () => await CountAsync(again) >= 90, "history is back");
        Assert.Equal(90, await CountAsync(again));
    }

    [Fact]
    public async Task A_request_that_cannot_be_right_is_refused()
    {
        await using var host = await StartAsync();
        foreach (var (body, hint) in new (object, string)[]
        {
            (new { from = "2026-01-05T00:00:00Z", to = "2026-01-06T00:00:00Z", @operator = "an", reason = "x" }, "sensors"),
            (new { sensors = new[] { "s1" }, properties = new[] { "dust" }, from = "2026-01-05T00:00:00Z", to = "2026-01-06T00:00:00Z", @operator = "an", reason = "x" }, "dust"),
            (new { sensors = new[] { "s1" }, from = "2026-01-06T00:00:00Z", to = "2026-01-05T00:00:00Z", @operator = "an", reason = "x" }, "from"),
            (new { sensors = new[] { "s1" }, from = "2026-01-05T00:00:00Z", to = "2026-01-06T00:00:00Z", @operator = "an" }, "reason"),
        })
        {
            var (status, problem) = await host.PostAsync("/api/v1/history/delete", body);
            Assert.Equal(400, status);
            Assert.Contains(hint, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.NotEqual(problem.GetProperty("detail").GetString(), problem.GetProperty("detailVi").GetString());
        }
    }

    private Task<HostProcess> StartAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").Sensor("d1", "environment", "s1", 3600, "pm25");
        return HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write());
    }

    private static async Task FillAsync(HostProcess host, int hours)
    {
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "device");
        for (var hour = 0; hour < hours; hour++)
        {
            await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", $$$"""{"ts":{{{StartMs + (hour * 3_600_000L)}}},"v":{"pm25":{{{hour}}}}}""");
        }

        await Eventually.HoldsAsync(async () => await CountAsync(host) == hours, "all readings in history");
    }

    private static async Task<int> CountAsync(HostProcess host) =>
        (await host.GetAsync("/api/v1/history/series")).EnumerateArray().Sum(s => s.GetProperty("count").GetInt32());
}
