using System.Text.Json;
using System.Text.RegularExpressions;

namespace IOC.History.Tests.Grafana;

/// <summary>The files under dashboards/grafana by themselves.</summary>
public sealed partial class GrafanaBoardTests
{
    private static readonly string[] s_panelTypes = ["stat", "timeseries", "bargauge", "table"];

    [Fact]
    public void There_is_a_board_for_the_city_each_domain_and_the_host() => Assert.Equal(
        ["ioc-city.json", "ioc-environment.json", "ioc-host.json", "ioc-lighting.json", "ioc-traffic.json"], GrafanaBoard.ReadAll().Select(b => b.File));

    [Fact]
    public void Boards_have_ids_of_their_own_a_zone_and_a_refresh()
    {
        var boards = GrafanaBoard.ReadAll();
        Assert.Equal(boards.Count, boards.Select(b => b.Json.GetProperty("uid").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(boards.Count, boards.Select(b => b.Json.GetProperty("title").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(boards, b =>
        {
            Assert.Equal(Path.GetFileNameWithoutExtension(b.File), b.Json.GetProperty("uid").GetString());
            Assert.Equal(JsonValueKind.Null, b.Json.GetProperty("id").ValueKind);
            Assert.Equal(39, b.Json.GetProperty("schemaVersion").GetInt32());
            Assert.Equal("Asia/Ho_Chi_Minh", b.Json.GetProperty("timezone").GetString());
            Assert.Contains(b.Json.GetProperty("refresh").GetString(), b.Json.GetProperty("timepicker").GetProperty("refresh_intervals").EnumerateArray().Select(i => i.GetString()));
            Assert.NotEmpty(b.Panels);
            Assert.Equal(b.Panels.Count, b.Panels.Select(p => p.GetProperty("id").GetInt32()).Distinct().Count());
        });
    }

    [Fact]
    public void Every_text_is_there_in_both_languages()
    {
        foreach (var board in GrafanaBoard.ReadAll())
        {
            BothLanguages(board.File, board.Json.GetProperty("title"), " · ");
            BothLanguages(board.File, board.Json.GetProperty("description"), "\n\n");
            Assert.All(board.Variables, v => BothLanguages(board.File, v.GetProperty("label"), " · "));
            Assert.All(board.Panels, p => BothLanguages(board.File, p.GetProperty("title"), " · "));
            Assert.All(board.Panels, p => BothLanguages(board.File, p.GetProperty("description"), "\n\n"));
        }
    }

    [Fact]
    public void Panels_are_of_types_that_are_built_in_and_lie_side_by_side()
    {
        foreach (var board in GrafanaBoard.ReadAll())
        {
            var taken = new HashSet<(int, int)>();
            foreach (var panel in board.Panels)
            {
                var grid = panel.GetProperty("gridPos");
                var (x, y, w, h) = (grid.GetProperty("x").GetInt32(), grid.GetProperty("y").GetInt32(), grid.GetProperty("w").GetInt32(), grid.GetProperty("h").GetInt32());
                Assert.True(x >= 0 && w > 0 && h > 0 && x + w <= 24, $"{board.File}: {panel.GetProperty("title")}");
                Assert.All(Enumerable.Range(0, w * h), i => Assert.True(taken.Add((x + (i % w), y + (i / w))), $"{board.File}: {panel.GetProperty("title")} lies on another"));
                Assert.Contains(panel.GetProperty("type").GetString(), s_panelTypes);
                Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
                Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("thresholds").GetProperty("steps").EnumerateArray());
            }
        }
    }

    [Fact]
    public void Everything_asks_the_data_source_that_is_provisioned_and_the_addresses_come_from_the_environment()
    {
        var source = File.ReadAllText(Path.Combine(GrafanaBoard.Folder, "datasources", "ioc.yaml"));
        Assert.Contains("uid: ioc-influxdb", source, StringComparison.Ordinal);
        Assert.Contains("type: influxdb", source, StringComparison.Ordinal);
        Assert.Contains("url: ${IOC_INFLUX_URL}", source, StringComparison.Ordinal);
        var provider = File.ReadAllText(Path.Combine(GrafanaBoard.Folder, "dashboards", "provider.yaml"));
        var readme = File.ReadAllText(Path.Combine(GrafanaBoard.Folder, "README.md"));
        Assert.All(Environment().Matches(source + provider), v => Assert.Contains($"`{v.Groups[1].Value}`", readme, StringComparison.Ordinal));
        foreach (var board in GrafanaBoard.ReadAll())
        {
            var targets = board.Panels.SelectMany(p => p.GetProperty("targets").EnumerateArray()).ToList();
            foreach (var asks in board.Panels.Concat(targets).Concat(board.Variables))
            {
                Assert.Equal("influxdb", asks.GetProperty("datasource").GetProperty("type").GetString());
                Assert.Equal("ioc-influxdb", asks.GetProperty("datasource").GetProperty("uid").GetString());
            }

            Assert.All(targets, t => Assert.True(t.GetProperty("rawQuery").GetBoolean()));
            Assert.All(board.Panels, p =>
            {
                var names = p.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("refId").GetString()).ToList();
                Assert.NotEmpty(names);
                Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
            });
        }
    }

    // Vietnamese first. Names such as PM2.5 are the same in both, so a title need only have its two parts.
    private static void BothLanguages(string file, JsonElement text, string between)
    {
        var parts = text.GetString()!.Split(between);
        Assert.True(parts.Length == 2 && parts.All(p => p.Trim().Length > 1), $"{file}: '{text}' is not Vietnamese{between}English");
        Assert.False(VietnameseLetter().IsMatch(parts[1]), $"{file}: the second part of '{text}' is not English");
        Assert.True(between == " · " || VietnameseLetter().IsMatch(parts[0]), $"{file}: the first part of '{text}' is not Vietnamese");
    }

    [GeneratedRegex("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", RegexOptions.IgnoreCase)]
    private static partial Regex VietnameseLetter();

    [GeneratedRegex(@"\$\{?(IOC_\w+|GF_\w+)")]
    private static partial Regex Environment();
}
