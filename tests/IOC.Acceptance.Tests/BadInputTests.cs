using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>What is refused is a dead letter with its own reason, counted and listed; nothing else suffers.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const string Topic = "ioc/v1/d1/environment/s1/telemetry";
    private readonly TempDirectory _folder = new();
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue"))
            .Property("pm25", "ug/m3", 0, 1000).Property("temp", "Cel", -30, 60)
            .District("d1").District("d2").Sensor("d1", "environment", "s1", 60, "pm25", "temp");
        _host = await HostProcess.StartAsync(_folder.Combine("data"), catalogue.Write(), "--Ioc:Mqtt:MaxPacketSize=65536");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_bad_publish_becomes_a_dead_letter_with_its_own_reason()
    {
        var ahead = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        (string Topic, string Payload, string Reason)[] cases =
        [
            (Topic, "this is no JSON", "malformed_payload"),
            (Topic, """{"v":{"pm25":1}""", "malformed_payload"),
            (Topic, """{"v":{"radon":4}}""", "unknown_property"),
            (Topic, """{"v":{"pm25":12},"u":{"pm25":"mg/m3"}}""", "wrong_unit"),
            (Topic, """{"v":{"pm25":"12"}}""", "wrong_type"),
            (Topic, """{"v":{"pm25":NaN}}""", "not_finite"),
            (Topic, "{\"ts\":" + ahead + ",\"v\":{\"pm25\":1}}", "clock_ahead"),
            (Topic, """{"ts":"yesterday","v":{"pm25":1}}""", "time_invalid"),
            (Topic, """{"v":{}}""", "empty"),
            ("somewhere/else", "1", "unknown_topic"),
            ("ioc/v1/d2/environment/s1/telemetry", """{"v":{"pm25":1}}""", "topic_mismatch"),
        ];

        using var client = await RawMqtt.ConnectAsync(_host.MqttPort, "bad-input");
        foreach (var (topic, payload, _) in cases)
        {
            await client.PublishAsync(topic, payload);
        }

        var counts = (await _host.GetAsync("/api/v1/dead-letters/counts")).GetProperty("byReason");
        foreach (var group in cases.GroupBy(c => c.Reason))
        {
            Assert.Equal(group.Count(), counts.GetProperty(group.Key).GetInt32());
        }

        var letters = (await _host.GetAsync("/api/v1/dead-letters?limit=100")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(cases.Length, letters.Length);
        foreach (var (topic, payload, reason) in cases)
        {
            Assert.Contains(letters, l =>
                l.GetProperty("topic").GetString() == topic && l.GetProperty("payload").GetString() == payload && l.GetProperty("reason").GetString() == reason);
        }
    }

    [Fact]
    public async Task Good_values_beside_bad_ones_are_kept()
    {
        using var client = await RawMqtt.ConnectAsync(_host.MqttPort, "half-bad");
        await client.PublishAsync(Topic, """{"ts":1760000000000,"v":{"pm25":12.5,"radon":4}}""");
        await Eventually.HoldsAsync(
            async () =>
            {
                var history = await _host.GetAsync("/api/v1/history?sensor=s1&property=pm25&from=2025-10-09T00:00:00Z&to=2025-10-10T00:00:00Z");
                return history.GetProperty("points").EnumerateArray().Any(p => p[0].GetInt64() == 1760000000000 && p[1].GetDouble() == 12.5);
            },
            "the good value to be in history");
    }

    [Theory]
    [InlineData("F000")] // reserved packet type 15
    [InlineData("320500")] // publish whose topic never comes, then too short
    [InlineData("3604000161300001")] // QoS 3
    [InlineData("82020001")] // subscribe without a filter
    [InlineData("32FFFFFFFF7F")] // remaining length of five bytes
    public async Task A_malformed_packet_closes_that_connection_only(string hex)
    {
        using var good = await RawMqtt.ConnectAsync(_host.MqttPort, "good");
        using var bad = await RawMqtt.ConnectAsync(_host.MqttPort, "bad");
        await bad.SendRawAsync(Convert.FromHexString(hex));
        if (hex == "320500")
        {
            await bad.SendRawAsync(Convert.FromHexString("0561626300"));
        }

        Assert.Null(await bad.ReceiveAsync());
        await good.PublishAsync(Topic, """{"v":{"temp":20}}""");
    }

    [Fact]
    public async Task Too_large_a_packet_is_refused_and_others_go_on()
    {
        using var good = await RawMqtt.ConnectAsync(_host.MqttPort, "good-2");
        using var bad = await RawMqtt.ConnectAsync(_host.MqttPort, "large");
        await bad.SendRawAsync(RawMqtt.Publish(Topic, Encoding.ASCII.GetBytes(new string(' ', 70_000)), 1));
        Assert.Null(await bad.ReceiveAsync());
        await good.PublishAsync(Topic, """{"v":{"temp":20}}""");
    }

    [Fact]
    public async Task An_unregistered_sensor_shows_up_and_its_readings_are_kept()
    {
        using var client = await RawMqtt.ConnectAsync(_host.MqttPort, "stranger");
        await client.PublishAsync("ioc/v1/d2/water/well-7/telemetry", """{"ts":1760000000000,"v":{"temp":7.5}}""");
        await Eventually.HoldsAsync(
            async () => (await _host.GetAsync("/api/v1/sensors?district=d2")).EnumerateArray()
                .Any(s => s.GetProperty("id").GetString() == "well-7" && !s.GetProperty("registered").GetBoolean()),
            "the sensor to be listed as unregistered");
        await Eventually.HoldsAsync(
            async () => (await _host.GetAsync("/api/v1/history?sensor=well-7&property=temp&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"))
                .GetProperty("points").GetArrayLength() == 1,
            "its reading to be in history");
    }
}
