using System.Globalization;
using System.Text;
using System.Text.Json;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Acceptance.Tests;

/// <summary>A real host bridged to a real mosquitto.</summary>
public sealed class BridgeTests(ITestOutputHelper output)
{
    private const string Property = "pm25";

    /// <summary>
    /// The broker is stopped and killed and the host is killed, over and over, in mid-stream. What mosquitto has acknowledged is on
    /// its disk only once it has saved: after a SIGTERM that is everything, after a SIGKILL it is what was acknowledged before the last
    /// save. The publisher sends the rest again, as it must with such a broker; nothing else is ever sent twice.
    /// </summary>
    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task No_qos_1_message_is_lost_when_broker_and_host_are_killed_in_mid_stream()
    {
        using var folder = new TempDirectory();
        await using var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous true");
        var settings = Settings(folder, broker.Port, "--Ioc:CheckpointSeconds=1", "--Ioc:Log:Level=Warning");
        var host = await HostProcess.StartAsync(folder.Combine("data"), settings);
        try
        {
            await StateAsync(host, "Connected");

            // From now on mosquitto has a session that a SIGKILL leaves it.
            await broker.SaveAsync();
            var publisher = new Publisher("city/Bắc Giang/air/S_1");
            string[] incidents = ["kill broker", "stop broker", "kill host", "kill broker", "stop broker", "kill broker", "kill host"];
            var random = new Random(20261122);
            foreach (var incident in incidents)
            {
                var running = Task.Run(() => publisher.RunAsync(broker.Port));
                await publisher.ReachAsync(random.Next(500, 4000));
                if (incident == "kill host")
                {
                    await host.KillAsync();

                    // The broker queues meanwhile.
                    await publisher.ReachAsync(500);
                    host = await HostProcess.StartAsync(folder.Combine("data"), settings);
                    publisher.Stop();
                    await running;
                    continue;
                }

                if (incident == "kill broker")
                {
                    var certain = publisher.Acknowledged;
                    await broker.SaveAsync();
                    await publisher.ReachAsync(200);
                    await broker.KillAsync();
                    await running;
                    publisher.Forget(certain);
                }
                else
                {
                    await broker.TerminateAsync();
                    await running;
                }

                await StateAsync(host, "Connecting");
                await broker.StartAsync();
            }

            var last = Task.Run(() => publisher.RunAsync(broker.Port));
            await publisher.ReachAsync(500);
            publisher.Stop();
            await last;
            output.WriteLine($"{publisher.Acknowledged} acknowledged by mosquitto, {publisher.SentAgain} sent again");
            var stored = await StoredAsync(host, "s_1", publisher.Acknowledged);
            if (stored.Length < publisher.Acknowledged)
            {
                output.WriteLine($"{await BridgeAsync(host)}");
                output.WriteLine(broker.Output);
                output.WriteLine(host.Output);
            }

            Assert.Empty(Enumerable.Range(0, publisher.Acknowledged).Select(n => (long)n).Except(stored));
            Assert.Equal(Enumerable.Range(0, stored.Length).Select(n => (long)n), stored);
            Assert.InRange(stored.Length, publisher.Acknowledged, publisher.Sent);
            Assert.Equal(0, await host.TerminateAsync());
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task What_has_no_route_is_a_dead_letter_and_a_broker_that_is_down_only_degrades_the_host()
    {
        using var folder = new TempDirectory();
        var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous true");
        await using var stopped = broker;
        await broker.TerminateAsync();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), Settings(folder, broker.Port));
        await Eventually.HoldsAsync(async () => (await BridgeAsync(host)).GetProperty("lastProblem").ValueKind == JsonValueKind.Object, "the failed connection to be told");
        var problem = (await BridgeAsync(host)).GetProperty("lastProblem");
        Assert.Equal("server_unavailable", problem.GetProperty("code").GetString());
        Assert.NotEqual(problem.GetProperty("text").GetProperty("vi").GetString(), problem.GetProperty("text").GetProperty("en").GetString());
        var health = await host.GetAsync("/health/dependencies");
        Assert.Equal("Degraded", health.GetProperty("checks").GetProperty("bridges").GetProperty("status").GetString());

        await broker.StartAsync();
        await StateAsync(host, "Connected");
        Assert.Equal("Healthy", (await host.GetAsync("/health/dependencies")).GetProperty("checks").GetProperty("bridges").GetProperty("status").GetString());
        using (var client = await RawMqtt.ConnectAsync(broker.Port, "p"))
        {
            await client.PublishAsync("city/Bắc Giang/air/S_1", Payload(0));
            await client.PublishAsync("city/Bắc Giang/weather/S_1", Payload(1));
            await client.PublishAsync("city/status", "on");
            await client.PublishAsync("city/Bắc Giang/air/S_1", "no json");
        }

        await Eventually.HoldsAsync(async () => Count(await BridgeAsync(host), "stored", "refused", "unmapped") == 4, "four messages to be taken");
        var counts = (await BridgeAsync(host)).GetProperty("counts");
        Assert.Equal((1, 1, 2), (counts.GetProperty("stored").GetInt32(), counts.GetProperty("refused").GetInt32(), counts.GetProperty("unmapped").GetInt32()));
        var letters = (await host.GetAsync("/api/v1/dead-letters?reason=unmapped")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(
            ["city/status: no_route", "city/Bắc Giang/weather/S_1: kind (weather): not_in_table kinds"],
            letters.Select(l => $"{l.GetProperty("topic").GetString()}: {l.GetProperty("detail").GetString()}"));
        Assert.All(letters, l => Assert.Equal("bridge:city", l.GetProperty("client").GetString()));
        await Eventually.HoldsAsync(async () => (await StoredAsync(host, "s_1")).Length == 1, "the reading in history");
        Assert.Equal(0, await host.TerminateAsync());
    }

    [NeedsProgramFact(MosquittoBroker.Program)]
    public async Task A_sparkplug_node_of_the_other_broker_is_asked_for_its_births_there()
    {
        using var folder = new TempDirectory();
        await using var broker = await MosquittoBroker.StartAsync(folder.Combine("broker"), "allow_anonymous true");
        await using var host = await HostProcess.StartAsync(
            folder.Combine("data"),
            Settings(folder, broker.Port, "--Ioc:Bridges:0:Subscriptions:1:Filter=spBv1.0/#", "--Ioc:Bridges:0:Routes:1:Topic=spBv1.0/#", "--Ioc:Bridges:0:Routes:1:To={topic}"));
        await Eventually.HoldsAsync(
            async () => (await BridgeAsync(host)).GetProperty("subscriptions").EnumerateArray().All(s => s.GetProperty("answer").ValueKind == JsonValueKind.String),
            "both subscriptions");
        using var node = await RawMqtt.ConnectAsync(broker.Port, "edge");
        const string command = "spBv1.0/g/NCMD/n";
        await node.SendRawAsync((byte[])[0x82, (byte)(5 + command.Length), 0, 1, 0, (byte)command.Length, .. Encoding.UTF8.GetBytes(command), 0]);
        Assert.Equal(0x90, (await node.ReceiveAsync())![0]);

        // Sequence number 9 and one metric, by an alias that no birth has told.
        await node.SendRawAsync(RawMqtt.Publish("spBv1.0/g/NDATA/n", [0x12, 11, 0x10, 1, 0x69, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x18, 9], 7));
        Assert.Equal(0x40, (await node.ReceiveAsync())![0]);
        var asked = Encoding.Latin1.GetString((await node.ReceiveAsync())!);
        Assert.Contains(command, asked, StringComparison.Ordinal);
        Assert.Contains("Node Control/Rebirth", asked, StringComparison.Ordinal);
        Assert.Equal(0, await host.TerminateAsync());
    }

    private static string[] Settings(TempDirectory folder, int port, params string[] more)
    {
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property(Property, "ug/m3", 0, 1000)
            .District("bac-giang").Sensor("bac-giang", "environment", "s_1", 60, Property);
        return
        [
            catalogue.Write(), "--Ioc:Bridges:0:Name=city", $"--Ioc:Bridges:0:Address=127.0.0.1:{port}", "--Ioc:Bridges:0:ReconnectMin=00:00:00.1",
            "--Ioc:Bridges:0:ReconnectMax=00:00:00.5", "--Ioc:Bridges:0:Subscriptions:0:Filter=city/#",
            "--Ioc:Bridges:0:Routes:0:Topic=city/{district}/{kind}/{id}", "--Ioc:Bridges:0:Routes:0:To=ioc/v1/{district|slug}/{kind:kinds}/{id|slug}/telemetry",
            "--Ioc:Bridges:0:Tables:kinds:air=environment", .. more,
        ];
    }

    private static string Payload(int n) => string.Create(CultureInfo.InvariantCulture, $"{{\"ts\":{Publisher.FirstMs + n},\"v\":{{\"{Property}\":{n % 900}}}}}");

    private static async Task<JsonElement> BridgeAsync(HostProcess host) => (await host.GetAsync("/api/v1/bridges"))[0];

    private static long Count(JsonElement bridge, params string[] names) => names.Sum(n => bridge.GetProperty("counts").GetProperty(n).GetInt64());

    private static Task StateAsync(HostProcess host, string state) =>
        Eventually.HoldsAsync(async () => (await BridgeAsync(host)).GetProperty("state").GetString() == state, $"the bridge to be {state}");

    /// <summary>What is in history when there is as much as there should be, or no more has come for a while.</summary>
    private static async Task<long[]> StoredAsync(HostProcess host, string sensor, int least)
    {
        long[] stored = [];
        try
        {
            await Eventually.HoldsAsync(
                async () =>
                {
                    stored = await StoredAsync(host, sensor);
                    return stored.Length >= least;
                },
                "all readings in history");
        }
        catch (TimeoutException)
        {
            // The caller tells which are missing.
        }

        return stored;
    }

    private static async Task<long[]> StoredAsync(HostProcess host, string sensor)
    {
        var stored = new List<long>();
        var next = "";
        do
        {
            var page = await host.GetAsync(
                $"/api/v1/history?sensor={sensor}&property={Property}&from=2025-10-01T00:00:00Z&to=2025-12-01T00:00:00Z&limit=5000&cursor={Uri.EscapeDataString(next)}");
            foreach (var point in page.GetProperty("points").EnumerateArray())
            {
                var n = point[0].GetInt64() - Publisher.FirstMs;
                Assert.Equal(n % 900, point[1].GetDouble());
                stored.Add(n);
            }

            next = page.GetProperty("next").GetString() ?? "";
        }
        while (next.Length > 0);
        return [.. stored];
    }

    /// <summary>Publishes reading after reading to mosquitto, and after a lost connection sends again what was not acknowledged.</summary>
    private sealed class Publisher(string topic)
    {
        public const long FirstMs = 1_760_000_000_000;
        private const int InFlight = 20;

        /// <summary>How far it goes on beyond what was waited for, so that whatever happens then happens in mid-stream.</summary>
        private const int Beyond = 3000;
        private volatile int _acknowledged;
        private volatile int _limit;
        private volatile bool _stop;

        /// <summary>Readings 0 to this less one are acknowledged.</summary>
        public int Acknowledged => _acknowledged;

        public int Sent { get; private set; }

        public int SentAgain { get; private set; }

        public void Stop() => _stop = true;

        /// <summary>What the broker acknowledged beyond this may have gone with it.</summary>
        public void Forget(int certain)
        {
            SentAgain += _acknowledged - certain;
            _acknowledged = certain;
        }

        public Task ReachAsync(int more)
        {
            var goal = _acknowledged + more;
            _limit = goal + Beyond;
            return Eventually.HoldsAsync(() => _acknowledged >= goal, $"{goal} publishes acknowledged by mosquitto");
        }

        public async Task RunAsync(int port)
        {
            _stop = false;
            try
            {
                using var client = await RawMqtt.ConnectAsync(port, "publisher");
                var next = _acknowledged;
                while (!_stop || next > _acknowledged)
                {
                    if (!_stop && _acknowledged >= _limit)
                    {
                        await Task.Delay(5);
                        continue;
                    }

                    while (!_stop && next < Math.Min(_acknowledged + InFlight, _limit))
                    {
                        await client.SendRawAsync(RawMqtt.Publish(topic, Encoding.UTF8.GetBytes(Payload(next)), PacketId(next)));
                        Sent = Math.Max(Sent, ++next);
                    }

                    if (await client.ReceiveAsync() is not { } ack)
                    {
                        return;
                    }

                    Assert.Equal([0x40, 2, (byte)(PacketId(_acknowledged) >> 8), (byte)PacketId(_acknowledged)], ack);
                    _acknowledged++;
                }
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException)
            {
                // The broker was killed: whatever is unacknowledged is sent again.
            }
        }

        private static ushort PacketId(int n) => (ushort)((n % 60_000) + 1);
    }
}
