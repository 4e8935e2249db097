using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>A bad setting stops the start, with the setting's full name and what is wrong.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("--Ioc:Partitions=0", "Ioc:Partitions")]
    [InlineData("--Ioc:Partitions=many", "Ioc:Partitions")]
    [InlineData("--Ioc:Htp:Listen=127.0.0.1:1", "Ioc:Htp")]
    [InlineData("--Ioc:TimeZone=Mars/Olympus", "Ioc:TimeZone")]
    [InlineData("--http=127.0.0.1", "Ioc:Http:Listen")]
    [InlineData("--http=0.0.0.0:0", "Ioc:Http:Listen")]
    [InlineData("--mqtt=[::]:0", "Ioc:Mqtt:Listen")]
    [InlineData("--Ioc:Mqtt:MaxPacketSize=1", "Ioc:Mqtt:MaxPacketSize")]
    [InlineData("--Ioc:Ingest:MaxClockAhead=-00:01:00", "Ioc:Ingest:MaxClockAhead")]
    [InlineData("--Ioc:CatalogueDirectory=/nowhere/at/all", "Ioc:CatalogueDirectory")]
    [InlineData("--Ioc:History:Retention:dust=P1Y", "Ioc:History:Retention:dust")]
    [InlineData("--Ioc:History:Retention:pm25=1 year", "Ioc:History:Retention:pm25")]
    [InlineData("--Ioc:History:UpkeepMinutes=0", "Ioc:History:UpkeepMinutes")]
    [InlineData("--nonsense", "--nonsense")]
    public async Task A_bad_setting_stops_the_start(string argument, string named)
    {
        using var folder = new TempDirectory();
        var (code, output) = await HostProcess.RunToEndAsync(folder.Combine("data"), argument);
        Assert.Equal(2, code);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_catalogue_stops_the_start_with_file_and_line()
    {
        using var folder = new TempDirectory();
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1")
            .Sensor("d1", "environment", "s1", 60, "pm52");
        var (code, output) = await HostProcess.RunToEndAsync(folder.Combine("data"), catalogue.Write());
        Assert.Equal(2, code);
        Assert.Contains("sensors.csv", output, StringComparison.Ordinal);
        Assert.Contains("pm52", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_number_of_partitions_than_the_data_folder_has_is_refused()
    {
        using var folder = new TempDirectory();
        await using (var first = await HostProcess.StartAsync(folder.Combine("data"), "--Ioc:Partitions=2"))
        {
            Assert.Equal(0, await first.TerminateAsync());
        }

        var (code, output) = await HostProcess.RunToEndAsync(folder.Combine("data"), "--Ioc:Partitions=3");
        Assert.Equal(2, code);
        Assert.Contains("Ioc:Partitions", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_older_than_what_was_read_from_it_is_refused()
    {
        using var folder = new TempDirectory();
        await using (var first = await HostProcess.StartAsync(folder.Combine("data")))
        {
            Assert.Equal(0, await first.TerminateAsync());
        }

        Directory.Delete(folder.Combine("data", "log"), recursive: true);
        var (code, output) = await HostProcess.RunToEndAsync(folder.Combine("data"));
        Assert.Equal(2, code);
        Assert.Contains("the reading log ends at 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_was_lost_is_told_before_it_starts_anew()
    {
        using var folder = new TempDirectory();
        await using (var first = await HostProcess.StartAsync(folder.Combine("data"), "--Ioc:CheckpointSeconds=1"))
        {
            // What the readers have is cut from the log after a checkpoint.
            await Eventually.HoldsAsync(
                async () => (await first.GetAsync("/api/v1/status")).GetProperty("log").GetProperty("partitions").EnumerateArray().All(p => p.GetProperty("tail").GetInt64() > 2),
                "the log to be cut");
            Assert.Equal(0, await first.TerminateAsync());
        }

        Directory.Delete(folder.Combine("data", "history"), recursive: true);
        var (code, output) = await HostProcess.RunToEndAsync(folder.Combine("data"));
        Assert.Equal(2, code);
        Assert.Contains("Ioc:AcceptMissingBatches", output, StringComparison.Ordinal);
        await using var accepted = await HostProcess.StartAsync(folder.Combine("data"), "--Ioc:AcceptMissingBatches=true");
        Assert.Equal(0, await accepted.TerminateAsync());
    }
}
