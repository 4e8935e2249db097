using System.Text;
using IOC.Host.Bridges;
using IOC.Host.Settings;
using IOC.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Host.Tests;

public sealed class BridgeMapTests
{
    [Theory]
    [InlineData("city/viet-yen/air/aq-07", "ioc/v1/viet-yen/environment/aq-07/telemetry")]
    [InlineData("city/Việt Yên/AIR/AQ 07", "ioc/v1/viet-yen/environment/aq-07/telemetry")]
    [InlineData("city/Đông  Lỗ/lamp/--X--", "ioc/v1/dong-lo/lighting/x/telemetry")]
    [InlineData("lamps/north/lamp-12/state/on", "ioc/v1/bac-giang/lighting/north-12/status")]
    [InlineData("ioc/v1/d1/environment/s1/telemetry", "ioc/v1/d1/environment/s1/telemetry")]
    public void A_topic_leads_where_its_route_says(string topic, string expected)
    {
        var mapped = Map().Map(topic);
        Assert.Equal("", mapped.Detail);
        Assert.Equal(expected, Encoding.UTF8.GetString(mapped.Topic!));
    }

    [Theory]
    [InlineData("city/viet-yen/weather/1", "kind (weather): not_in_table domains")]
    [InlineData("city/!!!/air/1", "{district|slug} (): not_a_slug")]
    [InlineData("lamps/North/lamp-12/x", "{zone}-{id} (North-12): not_a_slug")]
    [InlineData("lamps/north/lamp-/x", "no_route")]
    [InlineData("city/viet-yen/air", "no_route")]
    [InlineData("city/viet-yen/air/1/2", "no_route")]
    [InlineData("", "no_route")]
    public void A_topic_that_leads_nowhere_says_why(string topic, string detail)
    {
        var mapped = Map().Map(topic);
        Assert.Null(mapped.Topic);
        Assert.Equal(detail, mapped.Detail);
    }

    [Fact]
    public void A_star_in_a_table_stands_for_any_other_value_and_a_route_can_name_the_content_type()
    {
        var settings = new BridgeSettings
        {
            Routes = { new BridgeRoute { Topic = "{kind}/{id}", To = "ioc/v1/d/{kind:t}/{id}/telemetry", ContentType = "application/senml+json" } },
            Tables = { ["T"] = new() { ["air"] = "environment", ["*"] = "other" } },
        };
        var map = TopicMap.TryCreate(settings, [])!;
        Assert.Equal("ioc/v1/d/environment/1/telemetry", Encoding.UTF8.GetString(map.Map("Air/1").Topic!));
        Assert.Equal("ioc/v1/d/other/1/telemetry", Encoding.UTF8.GetString(map.Map("rain/1").Topic!));
        Assert.Equal("application/senml+json", Encoding.UTF8.GetString(map.Map("rain/1").ContentType));
    }

    [Theory]
    [InlineData("Name", "City 1", "Name")]
    [InlineData("Address", "broker", "Address")]
    [InlineData("Address", "::1:1883", "Address")]
    [InlineData("Version", "4", "Version")]
    [InlineData("WebSocketPath", "mqtt", "WebSocketPath")]
    [InlineData("KeepAliveSeconds", "70000", "KeepAliveSeconds")]
    [InlineData("SessionExpiry", "00:00:01", "SessionExpiry")]
    [InlineData("ReceiveMaximum", "0", "ReceiveMaximum")]
    [InlineData("MaxPacketSize", "10", "MaxPacketSize")]
    [InlineData("ReconnectMin", "00:10:00", "ReconnectMin")]
    [InlineData("Password", "secret", "User")]
    [InlineData("PasswordFile", "/nowhere/at/all", "User")]
    [InlineData("Tls:CaFile", "/nowhere/at/all", "Tls:CaFile")]
    [InlineData("Subscriptions:0:Filter", "a/#/b", "Subscriptions:0:Filter")]
    [InlineData("Subscriptions:0:Filter", "$share/g/a", "Subscriptions:0:Filter")]
    [InlineData("Subscriptions:0:Qos", "3", "Subscriptions:0:Qos")]
    [InlineData("Subscriptions:0:Group", "a/b", "Subscriptions:0:Group")]
    [InlineData("Subscriptions:0:Fliter", "a", "Subscriptions:0:Fliter")]
    [InlineData("Routes:0:Topic", "a/{x}{y}", "Routes:0:Topic")]
    [InlineData("Routes:0:Topic", "{x}/{x}", "Routes:0:Topic")]
    [InlineData("Routes:0:Topic", "a/#/b", "Routes:0:Topic")]
    [InlineData("Routes:0:To", "ioc/v1/{x}/d/{y}/telemetry", "Routes:0:To")]
    [InlineData("Routes:0:To", "ioc/v1/d/{id:nowhere}/s/telemetry", "Routes:0:To")]
    [InlineData("Routes:0:To", "ioc/v1/d/D/{id}/telemetry", "Routes:0:To")]
    [InlineData("Routes:0:To", "ioc/v1/d/e/{id/telemetry", "Routes:0:To")]
    [InlineData("Routes:0:To", "ioc/v1/d/e/{id}/cmd", "Routes:0:To")]
    [InlineData("Tables:t:air", "Luft", "Tables:t:air")]
    public void A_bad_setting_is_named_in_full(string setting, string value, string named)
    {
        var error = Assert.Throws<SettingsException>(() => Read($"--Ioc:Bridges:0:{setting}={value}"));
        Assert.Contains($"Ioc:Bridges:0:{named}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Good_settings_are_taken_and_a_password_can_come_from_a_file()
    {
        using var folder = new TempDirectory();
        File.WriteAllText(folder.Combine("password"), "pass word\nsecond line\n");
        var bridge = Assert.Single(Read("--Ioc:Bridges:0:User=u", $"--Ioc:Bridges:0:PasswordFile={folder.Combine("password")}", "--Ioc:Node=n7").Bridges);
        Assert.Equal("pass word", BridgeSettingsValidator.PasswordOf(bridge));
        Assert.Equal("ioc-n7-city", BridgeSettingsValidator.ClientIdOf(bridge, "n7"));
        Assert.True(BridgeSettingsValidator.TryParseAddress("[::1]:8883", out var host, out var port));
        Assert.Equal(("::1", 8883), (host, port));
    }

    [Fact]
    public void Two_bridges_share_neither_name_nor_session()
    {
        string[] second =
        [
            "--Ioc:Bridges:1:Name=city", "--Ioc:Bridges:1:Address=broker:1883", "--Ioc:Bridges:1:Subscriptions:0:Filter=b",
            "--Ioc:Bridges:1:Routes:0:Topic=b", "--Ioc:Bridges:1:Routes:0:To={topic}",
        ];
        var error = Assert.Throws<SettingsException>(() => Read(second));
        Assert.Contains("Ioc:Bridges:1:Name", error.Message, StringComparison.Ordinal);
        Assert.Contains("Ioc:Bridges:1:ClientId", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_subscribed_to_is_remembered_over_a_restart()
    {
        using var folder = new TempDirectory();
        var file = folder.Combine("state", "bridges.json");
        var memory = new BridgeMemory(file, NullLogger.Instance);
        Assert.False(memory.KnowsSession("city"));
        memory.Remember("city", ["a/#", "$share/g/b"]);
        var again = new BridgeMemory(file, NullLogger.Instance);
        Assert.True(again.KnowsSession("city"));
        Assert.Equal(["a/#", "$share/g/b"], again.FiltersOf("city"));
        Assert.Empty(again.FiltersOf("other"));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_begun_anew()
    {
        using var folder = new TempDirectory();
        var file = folder.Combine("bridges.json");
        File.WriteAllText(file, "{\"city\":");
        var memory = new BridgeMemory(file, NullLogger.Instance);
        Assert.False(memory.KnowsSession("city"));
        memory.Remember("city", ["a"]);
        Assert.Equal(["a"], new BridgeMemory(file, NullLogger.Instance).FiltersOf("city"));
    }

    [Fact]
    public void A_message_that_several_subscriptions_match_is_taken_once()
    {
        var overlap = new SubscriptionOverlap(
        [
            new BridgeSubscription { Filter = "city/+/air", Group = "g" },
            new BridgeSubscription { Filter = "city/#", TakeRetained = true },
            new BridgeSubscription { Filter = "lamps/#" },
        ]);
        Assert.Equal((true, true), (overlap.IsFirst(0, "city/a/air", out var retained), retained));
        Assert.False(overlap.IsFirst(1, "city/a/air", out _));
        Assert.Equal((true, true), (overlap.IsFirst(1, "city/a/b", out retained), retained));
        Assert.Equal((true, false), (overlap.IsFirst(2, "lamps/1", out retained), retained));
    }

    private static TopicMap Map() => TopicMap.TryCreate(
        new BridgeSettings
        {
            Routes =
            {
                new BridgeRoute { Topic = "city/{district}/{kind}/{id}", To = "ioc/v1/{district|slug}/{kind:domains}/{id|slug}/telemetry" },
                new BridgeRoute { Topic = "lamps/{zone}/lamp-{id}/#", To = "ioc/v1/bac-giang/lighting/{zone}-{id}/status" },
                new BridgeRoute { Topic = "ioc/v1/+/+/+/+", To = "{topic}" },
            },
            Tables = { ["domains"] = new() { ["air"] = "environment", ["lamp"] = "lighting" } },
        },
        [])!;

    private static IocOptions Read(params string[] args) => SettingsReader.Read(new ConfigurationBuilder().AddCommandLine(
    [
        "--Ioc:Bridges:0:Name=city", "--Ioc:Bridges:0:Address=broker:1883", "--Ioc:Bridges:0:Subscriptions:0:Filter=city/#",
        "--Ioc:Bridges:0:Routes:0:Topic=city/{id}", "--Ioc:Bridges:0:Routes:0:To=ioc/v1/d/e/{id}/telemetry", .. args,
    ]).Build());
}
