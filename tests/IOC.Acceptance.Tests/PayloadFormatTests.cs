using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>Every payload format goes over MQTT into history; Sparkplug's conversation is held.</summary>
public sealed class PayloadFormatTests : IAsyncLifetime
{
    /// <summary>2025-10-09 08:53:20 UTC.</summary>
    private const long At = 1_760_000_000_000;

    private readonly TempDirectory _folder = new();
    private HostProcess _host = null!;

    public async Task InitializeAsync()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue"))
            .Property("pm25", "ug/m3", 0, 1000).Property("temp", "Cel", -30, 60)
            .District("d1").District("d2")
            .Sensor("d1", "environment", "s1", 60, "pm25", "temp").Sensor("d2", "environment", "s2", 60, "pm25", "temp").Sensor("d2", "power", "s3", 60, "temp");
        _host = await HostProcess.StartAsync(
            _folder.Combine("data"), catalogue.Write(), "--Ioc:Ingest:Formats:0:Topic=gw/+", "--Ioc:Ingest:Formats:0:SeveralSensors=true",
            "--Ioc:Ingest:Formats:0:Precision=Ms", "--Ioc:Ingest:Sparkplug:HostId=ioc");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_format_is_found_in_history()
    {
        using var client = await RawMqtt.ConnectAsync(_host.MqttPort, "formats");
        const string own = "ioc/v1/d1/environment/s1/telemetry";
        await client.PublishAsync(own, """[{"ts":1760000000000,"v":{"temp":1}},{"ts":1760000001000,"v":{"temp":2}}]""");
        await client.PublishAsync(own, """[{"bt":1760000002,"n":"temp","u":"K","v":276.15},{"n":"urn:dev:ow:1f_temp","t":1,"v":4}]""");
        await client.PublishAsync(own, "air temp=5 1760000004000000000\nair temp=6 1760000005000000000");
        await client.PublishAsync("gw/1", """[{"bt":1760000000,"bn":"s1:","n":"pm25","v":11},{"bn":"s2:","n":"pm25","v":12}]""");
        await client.PublishAsync("gw/1", "air,sensor=s1 pm25=21 1760000001000\nair,sensor=s2 pm25=22 1760000001000");
        await PublishAsync(client, 101, "spBv1.0/g/NBIRTH/n", Sparkplug(0));
        await PublishAsync(client, 102, "spBv1.0/g/DBIRTH/n/S3", Sparkplug(1, Metric("temp", 1, At, 31)));
        await PublishAsync(client, 103, "spBv1.0/g/DDATA/n/S3", Sparkplug(2, Metric(null, 1, At + 1000, 32)));

        await ExpectAsync("s1", "temp", [1, 2, 3, 4, 5, 6]);
        await ExpectAsync("s1", "pm25", [11, 21]);
        await ExpectAsync("s2", "pm25", [12, 22]);
        await ExpectAsync("s3", "temp", [31, 32]);
        Assert.Empty((await _host.GetAsync("/api/v1/dead-letters?limit=10")).GetProperty("items").EnumerateArray());
        var status = await _host.GetAsync("/api/v1/status");
        var sparkplug = status.GetProperty("sparkplug");
        Assert.Equal(
            (1, 1, 2, 2),
            (sparkplug.GetProperty("nodes").GetInt32(), sparkplug.GetProperty("nodesOnline").GetInt32(), sparkplug.GetProperty("metrics").GetInt32(), sparkplug.GetProperty("births").GetInt32()));
        Assert.Equal(0, status.GetProperty("commands").GetProperty("open").GetInt32());
        var schema = (await _host.GetAsync("/openapi/v1.json")).GetProperty("components").GetProperty("schemas").GetProperty("StatusDto").GetProperty("properties");
        Assert.Contains("edge nodes", schema.GetProperty("sparkplug").ToString(), StringComparison.Ordinal);
        Assert.Contains("Commands to devices", schema.GetProperty("commands").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribers_get_sparkplug_messages_that_mean_nothing_here_and_no_broken_ones()
    {
        using var other = await RawMqtt.ConnectAsync(_host.MqttPort, "other-host");
        await other.SendRawAsync(Subscribe(1, "spBv1.0/+/+/+/#"));
        Assert.Equal(0x90, (await other.ReceiveAsync())![0]);
        using var node = await RawMqtt.ConnectAsync(_host.MqttPort, "foreign-node");
        await PublishAsync(node, 101, "spBv1.0/x/NBIRTH/n", [0xFF, 0xFF]);
        await PublishAsync(node, 102, "spBv1.0/x/NBIRTH/n", Sparkplug(0, Metric("unknown", 1, At, 1)));
        await PublishAsync(node, 103, "spBv1.0/x/DBIRTH/n/s9", Sparkplug(1, Metric("temp", 2, At, 31)));
        Assert.Contains("unknown", await ReceivePublishAsync(other), StringComparison.Ordinal);
        Assert.Contains("spBv1.0/x/DBIRTH/n/s9", await ReceivePublishAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateways_topic_gives_rights_a_sensors_topic_does_not()
    {
        using var client = await RawMqtt.ConnectAsync(_host.MqttPort, "rights");
        await client.PublishAsync("ioc/v1/d1/environment/s1/telemetry", """[{"n":"s2:temp","v":1}]""");
        await client.PublishAsync("gw/1", """[{"n":"s9:temp","v":1}]""");
        await PublishAsync(client, 101, "spBv1.0/g/NBIRTH/n", Sparkplug(0));
        await PublishAsync(client, 102, "spBv1.0/g/DBIRTH/n/s9", Sparkplug(1, Metric("temp", 1, At, 31)));
        var reasons = (await _host.GetAsync("/api/v1/dead-letters?limit=10")).GetProperty("items").EnumerateArray()
            .Select(l => l.GetProperty("reason").GetString()).Order(StringComparer.Ordinal);
        Assert.Equal(["topic_mismatch", "unknown_sensor", "unknown_sensor"], reasons);
    }

    [Fact]
    public async Task A_node_that_is_not_known_is_asked_for_its_births_and_sees_the_hosts_state()
    {
        using var node = await RawMqtt.ConnectAsync(_host.MqttPort, "node");
        await node.SendRawAsync(Subscribe(1, "spBv1.0/STATE/ioc"));
        await node.SendRawAsync(Subscribe(2, "spBv1.0/g/NCMD/n"));
        var state = await ReceivePublishAsync(node);
        Assert.Contains("spBv1.0/STATE/ioc{\"online\":true,\"timestamp\":", state, StringComparison.Ordinal);
        await node.SendRawAsync(RawMqtt.Publish("spBv1.0/g/DDATA/n/s3", Sparkplug(9, Metric(null, 1, At, 1)), 103));
        var command = await ReceivePublishAsync(node);
        Assert.Contains("spBv1.0/g/NCMD/n", command, StringComparison.Ordinal);
        Assert.Contains("Node Control/Rebirth", command, StringComparison.Ordinal);
    }

    private async Task ExpectAsync(string sensor, string property, double[] values) => await Eventually.HoldsAsync(
        async () => (await _host.GetAsync($"/api/v1/history?sensor={sensor}&property={property}&from=2025-10-09T00:00:00Z&to=2025-10-10T00:00:00Z"))
            .GetProperty("points").EnumerateArray().Select(p => p[1].GetDouble()).SequenceEqual(values),
        $"{property} of {sensor} to be {string.Join(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture)))}");

    private static async Task PublishAsync(RawMqtt client, ushort id, string topic, byte[] payload)
    {
        await client.SendRawAsync(RawMqtt.Publish(topic, payload, id));
        Assert.Equal([0x40, 2, 0, (byte)id], await client.ReceiveAsync());
    }

    private static async Task<string> ReceivePublishAsync(RawMqtt client)
    {
        while (true)
        {
            var packet = await client.ReceiveAsync() ?? throw new IOException("closed in place of a PUBLISH");
            if (packet[0] >> 4 == 3)
            {
                return Encoding.Latin1.GetString(packet);
            }
        }
    }

    private static byte[] Subscribe(byte id, string filter)
    {
        var name = Encoding.UTF8.GetBytes(filter);
        return [0x82, (byte)(5 + name.Length), 0, id, 0, (byte)name.Length, .. name, 0];
    }

    /// <summary>A Sparkplug payload by the field numbers: metrics (2), then the sequence number (3).</summary>
    private static byte[] Sparkplug(byte sequence, params byte[][] metrics) => [.. metrics.SelectMany(m => (byte[])[0x12, (byte)m.Length, .. m]), 0x18, sequence];

    /// <summary>Name (1), alias (2), timestamp (3), datatype (4) Double, value (13).</summary>
    private static byte[] Metric(string? name, byte alias, long timestamp, double value)
    {
        var named = name is null ? [] : Encoding.UTF8.GetBytes(name);
        var stamp = new List<byte>();
        for (; timestamp > 0x7F; timestamp >>= 7)
        {
            stamp.Add((byte)(timestamp | 0x80));
        }

        byte[] head = name is null ? [] : [0x0A, (byte)named.Length, .. named];
        return [.. head, 0x10, alias, 0x18, .. stamp, (byte)timestamp, 0x20, 10, 0x69, .. BitConverter.GetBytes(value)];
    }
}
