using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Acceptance.Tests;

/// <summary>A data folder of a newer version is refused with a sentence, and the backup from before is the way back.</summary>
public sealed class UpgradeTests
{
    [Fact]
    public async Task An_older_program_refuses_what_a_newer_one_has_written_and_the_backup_leads_back()
    {
        using var folder = new TempDirectory();
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").Sensor("d1", "environment", "s1", 60, "pm25").Write();
        await using (var host = await HostProcess.StartAsync(folder.Combine("data"), catalogue))
        {
            using var device = await RawMqtt.ConnectAsync(host.MqttPort, "s1");
            await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", """{"ts":1760000000000,"v":{"pm25":41.5}}""");
            await HasReadingAsync(host);
            Assert.Equal(0, await host.TerminateAsync());
        }

        var backup = await HostProcess.CommandAsync("en", "backup", "--data", folder.Combine("data"), "--to", folder.Combine("backups"));
        Assert.True(backup.ExitCode == 0, backup.Output + backup.Error);

        // A newer version has been here: its registry has a step that this one does not know.
        await using (var registry = new SqliteConnection($"Data Source={folder.Combine("data", "registry", "registry.db")};Pooling=False"))
        {
            await registry.OpenAsync();
            await using var command = registry.CreateCommand();
            command.CommandText = "INSERT INTO __EFMigrationsHistory VALUES ('9999_of_the_future', '99.0.0')";
            await command.ExecuteNonQueryAsync();
        }

        var (code, output) = await HostProcess.RunToEndAsync(folder.Combine("data"), catalogue);
        Assert.Equal(2, code);
        Assert.Contains("9999_of_the_future", output, StringComparison.Ordinal);
        Assert.Contains("phiên bản mới hơn", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);

        var made = Assert.Single(Directory.GetDirectories(folder.Combine("backups")));
        var restore = await HostProcess.CommandAsync("en", "restore", made, "--data", folder.Combine("back"));
        Assert.True(restore.ExitCode == 0, restore.Output + restore.Error);
        await using var again = await HostProcess.StartAsync(folder.Combine("back"), catalogue);
        await HasReadingAsync(again);
    }

    private static Task HasReadingAsync(HostProcess host) => Eventually.HoldsAsync(
        async () => (await host.GetAsync("/api/v1/history?sensor=s1&property=pm25&from=2025-10-09T00:00:00Z&to=2025-10-10T00:00:00Z"))
            .GetProperty("points").EnumerateArray().Any(p => p[0].GetInt64() == 1760000000000 && p[1].GetDouble() == 41.5),
        "the reading to be in history");
}
