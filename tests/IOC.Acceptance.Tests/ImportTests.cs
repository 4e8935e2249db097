using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Files of the past, loaded into the history of a real host by the command line.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Data => _folder.Combine("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_with_a_row_for_each_time_is_loaded_with_every_wrong_row_told()
    {
        await using var host = await StartAsync();
        var file = Write("years.csv", "when,dust,heat\n2025-01-05 07:00:00,10.5,25\n2025-01-05 08:00:00,,26\nyesterday,1,2\n2025-01-05 09:00:00,n/a,27\n2025-01-05 10:00:00,99999,-3\n");
        string[] arguments = ["history", "import", file, "--data", Data, "--time", "when", "--map", "dust=s1/pm25*2", "heat=s2/temp"];

        var (code, output, error) = await HostProcess.CommandAsync("en", [.. arguments, "--dry-run"]);
        Assert.Equal((1, "6 readings are right, 2 refused."), (code, output.Trim()));
        Assert.Equal(0, await CountAsync(host));

        (code, output, error) = await HostProcess.CommandAsync("vi", arguments);
        Assert.Equal((1, "Đã nhập 6 số liệu, từ chối 2."), (code, output.Trim()));
        Assert.Equal(["dòng 3: không đọc được thời điểm 'yesterday'", "dòng 4: giá trị 'n/a' không phải là số"], error.Trim().Split('\n'));
        var dust = (await host.GetAsync("/api/v1/history?sensor=s1&property=pm25&from=2025-01-05T00:00:00Z&to=2025-01-06T00:00:00Z&quality=all")).GetProperty("points");
        Assert.Equal(
            [(21, "ok"), (199998, "implausible")], dust.EnumerateArray().Select(p => (p[1].GetDouble(), p[2].GetString()!)));
        Assert.Equal(DateTimeOffset.Parse("2025-01-05T07:00:00+07:00", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), dust[0][0].GetInt64());
    }

    [Fact]
    public async Task An_interrupted_import_goes_on_where_it_was_and_doubles_nothing()
    {
        // Several parts of 8 MiB, so that the host can be killed between two of them.
        const int Rows = 900_000;
        var text = new StringBuilder("sensor,property,time,value\n");
        for (var i = 0; i < Rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"s{1 + (i % 2)},pm25,{1_700_000_000 + (i / 2 * 60)},{i % 100}\n");
        }

        var file = Write("large.csv", text.ToString());
        string[] arguments = ["history", "import", file, "--data", Data];
        await using (var host = await StartAsync())
        {
            var import = HostProcess.CommandAsync("en", arguments);
            await Eventually.HoldsAsync(() => File.Exists(file + ".ioc-import"), "the first part is done");
            await host.KillAsync();
            var (code, output, error) = await import;
            Assert.Equal(3, code);
            Assert.Contains("cannot be reached", output + error, StringComparison.Ordinal);
        }

        await using var again = await StartAsync();
        var (refused, _, reason) = await HostProcess.CommandAsync("en", [.. arguments, "--zone", "UTC"]);
        Assert.Equal(2, refused);
        Assert.Contains("--restart", reason, StringComparison.Ordinal);

        var (done, told, problems) = await HostProcess.CommandAsync("en", arguments);
        Assert.Equal((0, ""), (done, problems));
        Assert.Contains("Going on after row", told, StringComparison.Ordinal);
        Assert.Contains($"{Rows} readings imported, 0 refused.", told, StringComparison.Ordinal);
        Assert.Equal(Rows, await CountAsync(again));
        Assert.False(File.Exists(file + ".ioc-import"));
    }

    [Fact]
    public async Task What_was_exported_can_be_imported_again()
    {
        await using var host = await StartAsync();
        var file = Write("a.csv", "sensor,property,time,value,quality\ns1,pm25,2025-01-05T00:00:00Z,-5.25,\ns1,pm25,2025-01-05T00:00:01.5Z,1e3,fault\n");
        Assert.Equal(0, (await HostProcess.CommandAsync("en", "history", "import", file, "--data", Data)).ExitCode);
        const string Readings = "/api/v1/history/readings?from=2025-01-01T00:00:00Z&to=2025-02-01T00:00:00Z&quality=all&format=csv&bom=true";
        var exported = await host.Client.GetStringAsync(new Uri(host.Http, Readings));
        await host.PostAsync("/api/v1/history/delete", new { sensors = new[] { "s1" }, from = "2025-01-01T00:00:00Z", to = "2025-02-01T00:00:00Z", @operator = "an", reason = "x" });
        Assert.Equal(0, await CountAsync(host));

        var (code, output, error) = await HostProcess.CommandAsync("en", "history", "import", Write("b.csv", exported), "--data", Data);
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(exported, await host.Client.GetStringAsync(new Uri(host.Http, Readings)));
        Assert.Contains("2 readings imported", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "--time")]
    [InlineData("time,b\n1,2\n", "--map")]
    [InlineData("time,b\n1,2\n", "no column 'c'", "--map", "c=s1/pm25")]
    [InlineData("time,b\n1,2\n", "SENSOR/PROPERTY", "--map", "b=s1")]
    [InlineData("time,b\n1,2\n", "Mars", "--map", "b=s1/pm25", "--zone", "Mars")]
    [InlineData("", "empty")]
    public async Task A_file_that_cannot_be_read_is_told_why(string text, string hint, params string[] arguments)
    {
        var (code, _, error) = await HostProcess.CommandAsync("en", ["history", "import", Write("x.csv", text), "--server", "http://127.0.0.1:9", .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains(hint, error, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.Combine(name), text);
        return _folder.Combine(name);
    }

    private Task<HostProcess> StartAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", -10, 1000).Property("temp", "Cel", -50, 60).District("d1")
            .Sensor("d1", "environment", "s1", 3600, "pm25").Sensor("d1", "environment", "s2", 3600, "pm25 temp");
        return HostProcess.StartAsync(Data, catalogue.Write());
    }

    private static async Task<int> CountAsync(HostProcess host) =>
        (await host.GetAsync("/api/v1/history/series")).EnumerateArray().Sum(s => s.GetProperty("count").GetInt32());
}
