using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Replay;
using IOC.Testing;

namespace IOC.FirmwareSim.Tests;

public class ColumnMapTests
{
    private static readonly string[] Header = ["timestamp", "pm25", "temp"];

    [Theory]
    [InlineData("pm25=hn/environment/a:pm25", "pm25", "a", "pm25", null)]
    [InlineData("PM 2.5 (x=y)=hn/environment/a:pm25:0.001", "PM 2.5 (x=y)", "a", "pm25", 0.001)]
    public void A_target_is_read(string text, string column, string sensor, string property, double? factor)
    {
        var target = ColumnTarget.Parse(text);
        Assert.Equal((column, sensor, property, (decimal?)factor), (target.Column, target.Sensor, target.Property, target.Factor));
    }

    [Theory]
    [InlineData("pm25")]
    [InlineData("pm25=hn/environment:pm25")]
    [InlineData("pm25=hn/environment/a")]
    [InlineData("=hn/environment/a:pm25")]
    [InlineData("pm25=hn/environment/A B:pm25")]
    [InlineData("pm25=hn/environment/a:pm25:zero")]
    [InlineData("pm25=hn/environment/a:pm25:0")]
    [InlineData("pm25=hn/environment/a:pm25:1:2")]
    public void A_wrong_target_is_refused_by_name(string text) =>
        Assert.Contains(text, Assert.Throws<UserErrorException>(() => ColumnTarget.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_column_that_the_file_has_not_is_told_with_those_it_has()
    {
        var error = Assert.Throws<UserErrorException>(() => ColumnMap.Bind(Header, [ColumnTarget.Parse("pm2=a/b/c:d")], []));
        Assert.Contains("'pm2'", error.Message, StringComparison.Ordinal);
        Assert.Contains("pm25, temp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_columns_cannot_be_one_property_of_a_sensor()
    {
        var error = Assert.Throws<UserErrorException>(() => ColumnMap.Bind(Header, [ColumnTarget.Parse("pm25=a/b/c:d"), ColumnTarget.Parse("temp=a/b/c:d")], []));
        Assert.Contains("pm25, temp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_mapped_is_told() => Assert.Throws<UserErrorException>(() => ColumnMap.Bind(Header, [], []));

    [Fact]
    public void One_column_may_go_to_two_sensors()
    {
        var map = ColumnMap.Bind(Header, [ColumnTarget.Parse("temp=a/b/c:t"), ColumnTarget.Parse("temp=a/b/d:t")], []);
        Assert.Equal(["ioc/v1/a/b/c/telemetry", "ioc/v1/a/b/d/telemetry"], map.Sensors.Select(s => s.Topic));
        Assert.Equal(["pm25"], map.Unused);
    }

    [Fact]
    public void A_map_file_may_have_comments_and_its_mistakes_are_told()
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("map.txt");
        File.WriteAllText(path, "# air\n\npm25=a/b/c:pm25\n  temp=a/b/c:temp:1.8\n");
        Assert.Equal(["pm25", "temp"], ColumnMap.ReadFile(path).Select(t => t.Property));
        File.WriteAllText(path, "pm25\n");
        Assert.Throws<UserErrorException>(() => ColumnMap.ReadFile(path));
        Assert.Throws<UserErrorException>(() => ColumnMap.ReadFile(folder.Combine("absent")));
    }

    [Theory]
    [InlineData("12.30", null, "12.30")]
    [InlineData("-0", null, "-0")]
    [InlineData("1E-7", null, "1E-7")]
    [InlineData("123456789012345678901234567890", null, "123456789012345678901234567890")]
    [InlineData("+5", null, "5")]
    [InlineData(".5", null, "0.5")]
    [InlineData("-.5", null, "-0.5")]
    [InlineData("5.", null, "5")]
    [InlineData("007", null, "7")]
    [InlineData("-007.10e3", null, "-7.10e3")]
    [InlineData("64.375", 1.609344, "103.60152")]
    [InlineData("0.1", 3.0, "0.3")]
    [InlineData("200", 0.001, "0.2")]
    public void Numbers_keep_their_digits(string field, double? factor, string json)
    {
        Assert.True(NumberText.TryToJson(field, (decimal?)factor, out var written));
        Assert.Equal(json, written);
        using var parsed = System.Text.Json.JsonDocument.Parse(written);
        Assert.Equal(System.Text.Json.JsonValueKind.Number, parsed.RootElement.ValueKind);
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("nan")]
    [InlineData("Infinity")]
    [InlineData("1,5")]
    [InlineData("0x1F")]
    [InlineData("1e999")]
    [InlineData("--1")]
    [InlineData("+-1")]
    [InlineData("1 2")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("(5)")]
    public void What_is_no_number_is_not_made_one(string field)
    {
        Assert.False(NumberText.TryToJson(field, null, out _));
        Assert.False(NumberText.TryToJson(field, 2, out _));
    }
}
