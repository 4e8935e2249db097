using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>ioc backup and ioc restore, while devices publish and after the host was killed.</summary>
public sealed class BackupTests
{
    private const int Publishers = 4;

    // An alert that comes and goes this often would be told as chattering, its acts summed up: here each of them is counted.
    private static readonly string[] s_settings = ["--Ioc:Alerts:Chattering:Raises=0", "--Ioc:CheckpointSeconds=1", "--Ioc:Log:Level=Warning", "--Ioc:Backup:Keep=2"];

    [Fact]
    public async Task A_backup_made_under_load_holds_all_that_was_acknowledged_before_and_can_be_started_from()
    {
        using var folder = new TempDirectory();
        var (data, settings) = (folder.Combine("data"), Settings(folder));
        var publishers = Enumerable.Range(0, Publishers).Select(i => new AckedPublisher(i)).ToArray();
        string[] backups;
        int[] before;
        await using (var host = await HostProcess.StartAsync(data, settings))
        {
            var running = publishers.Select(p => Task.Run(() => p.RunAsync(host.MqttPort))).ToArray();
            backups = new string[3];
            before = [];
            for (var i = 0; i < backups.Length; i++)
            {
                var goal = publishers.Sum(p => p.Acknowledged) + 3000;
                await Eventually.HoldsAsync(() => publishers.Sum(p => p.Acknowledged) >= goal, $"{goal} acknowledged publishes before backup {i}");
                before = [.. publishers.Select(p => p.Acknowledged)];
                backups[i] = await RunAsync(0, "backup", "--data", data);
            }

            Assert.False(Directory.Exists(backups[0]), "the oldest of three went, two are kept");
            Assert.All(publishers.Zip(before), p => Assert.True(p.First.Acknowledged > p.Second, "publishes went on while the backup was made"));
            await host.KillAsync();
            await Task.WhenAll(running);
        }

        // Elsewhere: what the backup holds is all that there is.
        var restored = folder.Combine("restored");
        await RunAsync(0, "restore", backups[2], "--data", restored);
        await using (var host = await HostProcess.StartAsync(restored, settings))
        {
            foreach (var (publisher, acknowledged) in publishers.Zip(before))
            {
                await publisher.CheckAsync(host, acknowledged);
            }

            string IdentityOf(string folder) => File.ReadAllText(Path.Combine(folder, "run", "identity"));
            Assert.NotEqual(IdentityOf(data), IdentityOf(restored));
            Assert.Equal(0, await host.TerminateAsync());
        }

        // And the host that made it lost nothing, and cuts its log again.
        await using var again = await HostProcess.StartAsync(data, settings);
        foreach (var publisher in publishers)
        {
            await publisher.CheckAsync(again);
        }

        await Eventually.HoldsAsync(
            async () => (await again.GetAsync("/api/v1/status")).GetProperty("log").GetProperty("partitions").EnumerateArray()
                .All(p => p.GetProperty("head").GetInt64() - p.GetProperty("tail").GetInt64() < 60),
            "the log to be cut up to its newest batches");
    }

    [Fact]
    public async Task A_backup_is_checked_before_anything_is_restored_and_data_is_never_written_over()
    {
        using var folder = new TempDirectory();
        var (data, settings) = (folder.Combine("data"), Settings(folder));
        await using (var host = await HostProcess.StartAsync(data, settings))
        {
            Assert.Equal(0, await host.TerminateAsync());
        }

        // The host is stopped: the program makes the backup itself.
        var backup = await RunAsync(0, "backup", "--data", data, "--to", folder.Combine("shelf"));
        Assert.StartsWith(folder.Combine("shelf", "ioc-"), backup, StringComparison.Ordinal);
        await RunAsync(0, "backup", "verify", backup);
        Assert.Contains("is not empty", await RunAsync(2, "restore", backup, "--data", data), StringComparison.Ordinal);

        var victim = Path.Combine(backup, "registry", "registry.db");
        var bytes = await File.ReadAllBytesAsync(victim);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(victim, bytes);
        Assert.Contains("registry.db", await RunAsync(2, "backup", "verify", backup), StringComparison.Ordinal);
        Assert.Contains("registry.db", await RunAsync(2, "restore", backup, "--data", folder.Combine("other")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Combine("other")), "nothing is restored from a damaged backup");

        File.Delete(Path.Combine(backup, "manifest.json"));
        Assert.Contains("no complete backup", await RunAsync(2, "backup", "verify", backup), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_file_of_the_data_folder_is_in_the_backup_and_a_restore_that_stopped_keeps_the_host_from_starting()
    {
        using var folder = new TempDirectory();
        var (data, settings) = (folder.Combine("data"), Settings(folder));
        await using (var host = await HostProcess.StartAsync(data, [.. settings, .. new[] { $"--Ioc:Backup:Directory={folder.Combine("shelf")}" }]))
        {
            await File.WriteAllTextAsync(Path.Combine(data, "state", "made-by-a-later-version.json"), "{}");
            var backup = await RunAsync(0, "backup", "--data", data);
            var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(backup, "manifest.json"))).RootElement;
            var files = manifest.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("path").GetString()!).ToList();
            var expected = Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(data, f))
                .Where(f => !f.StartsWith("run/", StringComparison.Ordinal) && !f.StartsWith("logs/", StringComparison.Ordinal) && Path.GetExtension(f) is not (".lock" or ".db-wal" or ".db-shm"));
            Assert.Equal(expected.Order(StringComparer.Ordinal), files.Where(f => !f.StartsWith("catalogue/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Contains("catalogue/sensors.csv", files);
            Assert.Equal("log/reading-log.db", files[^1]);
            Assert.All(manifest.GetProperty("positions").EnumerateArray(), p => Assert.InRange(p.GetProperty("state").GetInt64(), p.GetProperty("logFirst").GetInt64() - 1, p.GetProperty("logLast").GetInt64()));

            var restored = folder.Combine("restored");
            await RunAsync(0, "restore", backup, "--data", restored, "--catalogue", folder.Combine("city"));
            Assert.True(File.Exists(folder.Combine("city", "sensors.csv")), "the catalogue is put where it was asked for");
            await File.WriteAllTextAsync(Path.Combine(restored, "restore.unfinished"), "x");
            var (code, output) = await HostProcess.RunToEndAsync(restored, settings);
            Assert.Equal(2, code);
            Assert.Contains("ioc restore", output, StringComparison.Ordinal);
            await RunAsync(0, "restore", backup, "--data", restored);
        }

        await using var again = await HostProcess.StartAsync(folder.Combine("restored"), settings);
        Assert.Equal(0, await again.TerminateAsync());
    }

    private static string[] Settings(TempDirectory folder)
    {
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5);
        for (var i = 0; i < Publishers; i++)
        {
            catalogue.District(AckedPublisher.District(i)).Sensor(AckedPublisher.District(i), "environment", AckedPublisher.Sensor(i), 60, "pm25");
        }

        return [catalogue.Write(), .. s_settings];
    }

    // What it printed, or what it complained about.
    private static async Task<string> RunAsync(int code, params string[] arguments)
    {
        var run = await HostProcess.CommandAsync("en", arguments);
        Assert.True(run.ExitCode == code, $"{string.Join(' ', arguments)}: {run.ExitCode} {run.Output} {run.Error}");
        return code == 0 ? run.Output.Trim() : run.Error;
    }
}
