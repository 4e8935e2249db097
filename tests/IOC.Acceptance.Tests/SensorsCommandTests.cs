using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>ioc sensors against a real host.</summary>
public sealed class SensorsCommandTests
{
    private const string Heading = "id,district,domain,name_vi,name_en,longitude,latitude,properties,period_s,commune,assets";

    [Fact]
    public async Task Sensors_come_from_a_file_are_known_after_a_restart_and_go_into_one()
    {
        using var folder = new TempDirectory();
        var (data, file) = (folder.Combine("data"), folder.Combine("new.csv"));
        var setting = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d0").Sensor("d0", "environment", "s0", 60, "pm25").Write();
        await using (var host = await HostProcess.StartAsync(data, setting))
        {
            await File.WriteAllLinesAsync(file, [Heading, "s1,d0,environment,Trạm 1,Station 1,106.2,21.3,pm25,60,,", "s2,d9,environment,Trạm 2,Station 2,106.2,21.3,pm52,60,,"]);
            var refused = await RunAsync(1, "vi", "import", file);
            Assert.Contains($"{file}:3 district: Không có huyện 'd9'", refused.Error, StringComparison.Ordinal);
            Assert.Contains($"{file}:3 properties: Không có đại lượng 'pm52'", refused.Error, StringComparison.Ordinal);
            Assert.Contains("2 lỗi; chưa nhập gì.", refused.Output, StringComparison.Ordinal);

            await File.WriteAllLinesAsync(file, [Heading, "s1,d0,environment,Trạm 1,Station 1,106.2,21.3,pm25,60,,"]);
            var dry = await RunAsync(0, "en", "import", file, "--dry-run");
            Assert.Contains("Would be: 1 added, 0 changed, 0 retired, 1 unchanged.", dry.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("s1,", await File.ReadAllTextAsync(folder.Combine("catalogue", "sensors.csv")), StringComparison.Ordinal);
            var done = await RunAsync(0, "en", "import", file);
            Assert.Contains("+ s1", done.Output, StringComparison.Ordinal);
            Assert.Contains("Restart the host", done.Output, StringComparison.Ordinal);
            Assert.Equal(0, await host.TerminateAsync());
        }

        await using var again = await HostProcess.StartAsync(data, setting);
        Assert.True((await again.GetAsync("/api/v1/sensors/s1")).GetProperty("registered").GetBoolean(), "the imported sensor is registered");
        var exported = folder.Combine("all.geojson");
        await RunAsync(0, "en", "export", exported);
        var unchanged = await RunAsync(0, "en", "import", exported, "--replace");
        Assert.Equal("0 added, 0 changed, 0 retired, 2 unchanged.", unchanged.Output.Trim());
        var here = await HostProcess.CommandAsync("en", "sensors", "export", "-", "--catalogue", folder.Combine("catalogue"));
        Assert.Equal(3, here.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        async Task<(string Output, string Error)> RunAsync(int code, string language, params string[] arguments)
        {
            var run = await HostProcess.CommandAsync(language, ["sensors", .. arguments, "--data", data]);
            Assert.True(run.ExitCode == code, $"{string.Join(' ', arguments)}: {run.ExitCode} {run.Output} {run.Error}");
            return (run.Output, run.Error);
        }
    }

    [Fact]
    public async Task The_shipped_catalogue_is_not_written_to()
    {
        using var folder = new TempDirectory();
        var file = folder.Combine("new.csv");
        await File.WriteAllTextAsync(file, Heading + "\n");
        await using var host = await HostProcess.StartAsync(folder.Combine("data"));
        var run = await HostProcess.CommandAsync("en", "sensors", "import", file, "--data", folder.Combine("data"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Ioc:CatalogueDirectory", run.Error, StringComparison.Ordinal);
    }
}
