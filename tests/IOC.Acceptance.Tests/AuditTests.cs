using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Acceptance.Tests;

/// <summary>Every change and every export is in the audit, without secrets, and a forged audit is told.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5).District("d1").Sensor("d1", "environment", "s1", 60, "pm25");
        _host = await HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write());
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Changes_and_exports_are_recorded_without_secrets_and_the_chain_is_checked_from_outside()
    {
        using var device = await RawMqtt.ConnectAsync(_host.MqttPort, "s1");
        await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", "{\"v\":{\"pm25\":80}}");
        await Eventually.HoldsAsync(async () => (await _host.GetAsync("/api/v1/alerts?state=open")).GetProperty("items").GetArrayLength() == 1, "an alert");
        var alert = (await _host.GetAsync("/api/v1/alerts?state=open")).GetProperty("items")[0].GetProperty("id").GetString();
        Assert.Equal(200, (await _host.PostAsync($"/api/v1/alerts/{alert}/acknowledge", new { @operator = "vh01", note = "đã gọi trạm" })).Status);
        Assert.Equal(404, (await _host.PostAsync("/api/v1/alerts/none/acknowledge", new { @operator = "vh01" })).Status);
        using (var made = await _host.Client.PostAsJsonAsync(new Uri("/api/v1/devices", UriKind.Relative), new { name = "dev-1", secret = "not-to-be-told-anywhere" }))
        {
            Assert.DoesNotContain("not-to-be-told-anywhere", await _host.Client.GetStringAsync(new Uri("/api/v1/audit?limit=1000", UriKind.Relative)), StringComparison.Ordinal);
        }

        await _host.PostAsync("/api/v1/rules/validate", new { });
        await _host.GetAsync("/api/v1/sensors");
        using (var file = await _host.Client.GetAsync(new Uri("/api/v1/history/query?sensors=s1&properties=pm25&window=PT1H&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&format=csv", UriKind.Relative)))
        {
            Assert.True(file.IsSuccessStatusCode, await file.Content.ReadAsStringAsync());
        }

        // Looked at; then taken away.
        await _host.GetAsync("/api/v1/shifts/report");
        await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", "{\"v\":{\"pm25\":81}}");
        const string page = "/api/v1/history/readings?properties=pm25&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&limit=1";
        string? next = null;
        await Eventually.HoldsAsync(async () => (next = (await _host.GetAsync(page)).GetProperty("next").GetString()) is not null, "a second page of readings");
        await _host.GetAsync($"{page}&cursor={Uri.EscapeDataString(next!)}");
        await _host.GetAsync("/api/v1/shifts/report?file=true");
        await _host.GetAsync("/api/v1/history/at?at=2026-01-01T00:00:00Z");

        var items = (await _host.GetAsync("/api/v1/audit?limit=1000")).GetProperty("items").EnumerateArray().Reverse().ToList();
        var told = items.Select(i => $"{i.GetProperty("action").GetString()} {i.GetProperty("status").GetInt32()} {i.GetProperty("who").GetString()}").ToList();
        Assert.Equal("host started 0 ", told[0]);
        Assert.Contains("POST /api/v1/alerts/{id}/acknowledge 200 vh01", told);
        Assert.Contains("POST /api/v1/alerts/{id}/acknowledge 404 vh01", told);
        Assert.Contains(told, t => t.StartsWith("POST /api/v1/devices", StringComparison.Ordinal));
        Assert.Contains(told, t => t.StartsWith("GET /api/v1/history/query 200", StringComparison.Ordinal));
        string[] taken = ["/api/v1/shifts/report", "/api/v1/history/readings", "/api/v1/history/at"];
        Assert.All(taken, path => Assert.Single(told, t => t.StartsWith($"GET {path} 200", StringComparison.Ordinal)));
        Assert.DoesNotContain(told, t => t.Contains("validate", StringComparison.Ordinal) || t.Contains("sensors", StringComparison.Ordinal));
        var acknowledged = items.First(i => i.GetProperty("action").GetString()!.EndsWith("/acknowledge", StringComparison.Ordinal));
        Assert.Equal($"/api/v1/alerts/{alert}/acknowledge", acknowledged.GetProperty("target").GetString());
        Assert.Contains("đã gọi trạm", JsonDocument.Parse(acknowledged.GetProperty("detail").GetString()!).RootElement.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", acknowledged.GetProperty("address").GetString());
        Assert.Equal("anybody", acknowledged.GetProperty("by").GetString());

        // The export is recorded too, and can be checked without the host.
        var export = _folder.Combine("audit.ndjson");
        await File.WriteAllBytesAsync(export, await _host.Client.GetByteArrayAsync(new Uri("/api/v1/audit/export", UriKind.Relative)));
        Assert.Contains("GET /api/v1/audit/export", (await _host.GetAsync("/api/v1/audit?limit=1")).GetProperty("items")[0].GetProperty("action").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("number,at,who", await _host.Client.GetStringAsync(new Uri("/api/v1/audit/export?format=csv", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(0, (await HostProcess.CommandAsync("en", "audit", "verify", export)).ExitCode);
        Assert.True((await _host.PostAsync("/api/v1/audit/verify", new { })).Body.GetProperty("whole").GetBoolean());
        await File.WriteAllTextAsync(export, (await File.ReadAllTextAsync(export)).Replace("vh01", "vh02", StringComparison.Ordinal), Encoding.UTF8);
        var (code, _, error) = await HostProcess.CommandAsync("en", "audit", "verify", export);
        Assert.Equal(1, code);
        Assert.Contains("is not what was written", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_with_the_file_in_hand_cannot_change_the_audit_unseen()
    {
        for (var i = 0; i < 3; i++)
        {
            await _host.PostAsync("/api/v1/shifts/log", new { @operator = "vh01", text = $"Mục {i}" });
        }

        // While the host runs, and after it has stopped.
        var data = _host.DataDirectory;
        var (code, output, _) = await HostProcess.CommandAsync("en", "audit", "verify", "--data", data);
        Assert.Equal(0, code);
        var kept = output.Trim().Split(' ')[^1];
        Assert.Equal(0, await _host.TerminateAsync());
        Assert.Equal(0, (await HostProcess.CommandAsync("vi", "audit", "verify", "--data", data, "--expect", kept)).ExitCode);

        Execute(data, "DROP TRIGGER tr_audit_no_update; DROP TRIGGER tr_audit_no_delete; UPDATE audit SET who = 'vh09' WHERE number = 3");
        var (forged, _, told) = await HostProcess.CommandAsync("en", "audit", "verify", "--data", data);
        Assert.Equal((1, "Entry 3 is not what was written, or the one before it is not."), (forged, told.Trim()));

        // The end cut off is a whole chain: only a hash that was kept elsewhere tells.
        var number = long.Parse(kept.Split(':')[0], CultureInfo.InvariantCulture);
        Execute(data, string.Create(CultureInfo.InvariantCulture, $"UPDATE audit SET who = 'vh01' WHERE number = 3; DELETE FROM audit WHERE number >= {number}"));
        Assert.Equal(0, (await HostProcess.CommandAsync("en", "audit", "verify", "--data", data)).ExitCode);
        var (cut, _, why) = await HostProcess.CommandAsync("en", "audit", "verify", "--data", data, "--expect", kept);
        Assert.Equal(1, cut);
        Assert.Contains("the end has been cut off", why, StringComparison.Ordinal);
    }

    private static void Execute(string data, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(data, "registry", "registry.db"), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
