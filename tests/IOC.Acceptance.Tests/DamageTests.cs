using System.Globalization;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Pages of the databases are overwritten, of a stopped host and of a running one: it is told which file, and what to do; and the backup goes on.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Readings = 300;
    private readonly TempDirectory _folder = new();
    private readonly long _first = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds();

    private string Data => _folder.Combine("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_whose_file_is_damaged_does_not_start_says_which_and_how_and_the_backup_holds_everything()
    {
        var settings = Settings();
        string backup;
        await using (var host = await HostProcess.StartAsync(Data, settings))
        {
            await PublishAsync(host, 0);
            var run = await HostProcess.CommandAsync("en", "backup", "--data", Data);
            Assert.Equal(0, run.ExitCode);
            backup = run.Output.Trim();
            Assert.Equal(0, await host.TerminateAsync());
        }

        string[] files = ["log/reading-log.db", "registry/registry.db", HistoryFile()];
        foreach (var file in files)
        {
            var path = Path.Combine(Data, file);
            var sound = await File.ReadAllBytesAsync(path);
            Overwrite(path);
            var (code, said) = await HostProcess.RunToEndAsync(Data, settings);
            Assert.True(code == 2, $"{file}: {code} {said}");
            Assert.Contains($"A data file is damaged: {file} (", said, StringComparison.Ordinal);
            Assert.Contains($"Tệp dữ liệu bị hỏng: {file} (", said, StringComparison.Ordinal);
            Assert.Contains($"ioc restore {backup} --data", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            await File.WriteAllBytesAsync(path, sound);
        }

        var restored = _folder.Combine("restored");
        Assert.Equal(0, (await HostProcess.CommandAsync("en", "restore", backup, "--data", restored)).ExitCode);
        await using var again = await HostProcess.StartAsync(restored, settings);
        await Eventually.HoldsAsync(async () => (await StoredAsync(again)).Count == Readings, "every reading of before the backup, some of them out of the log");
        Assert.Single((await again.GetAsync("/api/v1/alerts?state=open")).GetProperty("items").EnumerateArray());
        await PublishAsync(again, Readings);
        Assert.Equal(0, await again.TerminateAsync());
    }

    [Fact]
    public async Task Damage_under_a_running_host_is_told_in_both_languages_and_readings_are_taken_all_the_same()
    {
        var settings = Settings();
        await using (var first = await HostProcess.StartAsync(Data, settings))
        {
            await PublishAsync(first, 0);
            await Eventually.HoldsAsync(async () => (await StoredAsync(first)).Count == Readings, "the readings");
            Assert.Equal(0, await first.TerminateAsync());
        }

        // Every two seconds instead of every day.
        await using var host = await HostProcess.StartAsync(Data, [.. settings, "--Ioc:Storage:CheckHours=0.0005"]);
        await using var page = await HubClient.ConnectAsync(host.Http);
        Overwrite(Path.Combine(Data, HistoryFile()));
        var update = await page.UntilAsync(
            u => u.GetProperty("fleet").TryGetProperty("machineWarning", out var warning) && warning.ValueKind == System.Text.Json.JsonValueKind.Object, "the page to be told");
        var said = update.GetProperty("fleet").GetProperty("machineWarning");
        Assert.Contains($"A data file is damaged: {HistoryFile()} (", said.GetProperty("en").GetString(), StringComparison.Ordinal);
        Assert.Contains($"Tệp dữ liệu bị hỏng: {HistoryFile()} (", said.GetProperty("vi").GetString(), StringComparison.Ordinal);
        using (var health = await host.Client.GetAsync(new Uri("/health/dependencies", UriKind.Relative)))
        {
            Assert.Equal(503, (int)health.StatusCode);
            Assert.Contains("ioc restore", await health.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Contains("ioc_storage_damaged_files 1", await host.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);

        // An answer is whole, or there is none.
        using (var answer = await host.Client.GetAsync(Question()))
        {
            if (answer.IsSuccessStatusCode)
            {
                Assert.Equal(Readings, (await StoredAsync(host)).Count);
            }
            else
            {
                Assert.Equal(503, (int)answer.StatusCode);
                Assert.Contains("history_unreadable", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        await PublishAsync(host, Readings);
        Assert.Equal("ok", (await page.NextAsync()).GetProperty("fleet").GetProperty("storage").GetString());
    }

    private static void Overwrite(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var rubbish = new byte[8192];
        Array.Fill(rubbish, (byte)0xA5);

        // All but the first page, which says that it is a database.
        for (file.Position = rubbish.Length; file.Position < file.Length;)
        {
            file.Write(rubbish, 0, (int)Math.Min(rubbish.Length, file.Length - file.Position));
        }
    }

    private string[] Settings() =>
    [
        new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5).District("d1").Sensor("d1", "environment", "s1", 60, "pm25").Write(),
        "--Ioc:CheckpointSeconds=1", "--Ioc:Log:Level=Warning",
    ];

    // The partition of the district is the one with something in it.
    private string HistoryFile() => "history/" + new DirectoryInfo(Path.Combine(Data, "history")).EnumerateFiles("history-p*.db").MaxBy(f => f.Length)!.Name;

    private Uri Question() => new(
        string.Create(CultureInfo.InvariantCulture, $"/api/v1/history?sensor=s1&property=pm25&from={At(0)}&to={At(Readings)}&limit=5000"), UriKind.Relative);

    private string At(int n) => Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(_first + n).ToString("O"));

    private async Task<List<long>> StoredAsync(HostProcess host) =>
        [.. (await host.GetAsync(Question().OriginalString)).GetProperty("points").EnumerateArray().Select(p => p[0].GetInt64())];

    private async Task PublishAsync(HostProcess host, int from)
    {
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "device");
        for (var i = from; i < from + Readings; i++)
        {
            await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", string.Create(CultureInfo.InvariantCulture, $$$"""{"ts":{{{_first + i}}},"v":{"pm25":{{{100 + (i % 7)}}}}}"""));
        }
    }
}
