using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>ioc history export against a real host.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task Readings_go_into_a_file_and_an_interrupted_export_goes_on()
    {
        using var folder = new TempDirectory();
        var (data, file) = (folder.Combine("data"), folder.Combine("out.csv"));
        var setting = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d0").Sensor("d0", "environment", "s0", 60, "pm25").Write();
        await using var host = await HostProcess.StartAsync(data, setting);
        var rows = folder.Combine("in.csv");
        var first = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await File.WriteAllLinesAsync(rows, ["sensor,property,time,value", .. Enumerable.Range(0, 72).Select(h => $"s0,pm25,{first.AddHours(h):O},{h}")]);
        await RunAsync(0, "import", rows);
        string[] what = ["export", file, "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-04T00:00:00Z", "--sensor", "s0"];
        await RunAsync(0, what);
        var whole = await File.ReadAllLinesAsync(file);
        Assert.Equal(73, whole.Length);
        Assert.StartsWith("sensor,district,domain,property", whole[0], StringComparison.Ordinal);
        Assert.False(File.Exists(file + ".ioc-export"), "nothing is left beside a finished export");

        // It is not written over, unless asked to.
        Assert.Contains("--restart", await RunAsync(2, what), StringComparison.Ordinal);

        // As an interruption in the second day leaves it: the first day whole, half a line more.
        var text = await File.ReadAllTextAsync(file);
        var day = text[..(text.IndexOf("s0,d0,environment,pm25,ug/m3,2026-01-02 07:00", StringComparison.Ordinal) is > 0 and var at ? at : throw new InvalidOperationException(text))];
        var state = $$"""{"What":"{{Hash("format=csv&sensors=s0 2026-01-01T00:00:00.0000000+00:00 2026-01-04T00:00:00.0000000+00:00")}}","Next":"2026-01-02T00:00:00+00:00","Bytes":{{System.Text.Encoding.UTF8.GetByteCount(day)}}}""";
        await File.WriteAllTextAsync(file, day + "s0,d0,envir");
        await File.WriteAllTextAsync(file + ".ioc-export", state);
        await RunAsync(0, what);
        Assert.Equal(whole, await File.ReadAllLinesAsync(file));

        var lines = folder.Combine("out.ndjson");
        await RunAsync(0, "export", lines, "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-01T12:00:00Z");
        Assert.Equal(12, (await File.ReadAllLinesAsync(lines)).Length);

        async Task<string> RunAsync(int code, params string[] arguments)
        {
            var run = await HostProcess.CommandAsync("en", ["history", .. arguments, "--data", data]);
            Assert.True(run.ExitCode == code, $"{string.Join(' ', arguments)}: {run.ExitCode} {run.Output} {run.Error}");
            return run.Output + run.Error;
        }
    }

    private static string Hash(string text) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
