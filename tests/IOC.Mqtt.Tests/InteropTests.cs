using System.Diagnostics;
using System.Globalization;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>Clients that others wrote.</summary>
public class InteropTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "interop");

    [NeedsProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task Mosquitto_3_1_1() => await MosquittoAsync("mqttv311");

    [NeedsProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task Mosquitto_5_0() => await MosquittoAsync("mqttv5");

    [NeedsProgramFact("mosquitto_pub")]
    public async Task Mosquitto_is_acknowledged_only_when_durable()
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink { Answer = _ => PublishVerdict.After(durable.Task) };
        await using var server = await TestServer.StartAsync(sink: sink);
        var publish = RunAsync("mosquitto_pub", "-h", "127.0.0.1", "-p", Port(server), "-t", "a", "-m", "x", "-q", "1");
        await Eventually.HoldsAsync(() => sink.All.Count == 1, "the publish");
        Assert.False(publish.IsCompleted);
        durable.SetResult();
        await publish;
    }

    [NeedsProgramFact("mosquitto_pub")]
    public async Task The_will_of_a_killed_mosquitto_client_is_published()
    {
        var sink = new RecordingSink();
        await using var server = await TestServer.StartAsync(sink: sink);
        using var process = Start("mosquitto_sub", "-h", "127.0.0.1", "-p", Port(server), "-i", "m", "-t", "x", "--will-topic", "w",
            "--will-payload", "gone", "--will-retain", "--will-qos", "1");
        await Eventually.HoldsAsync(() => server.Server.SubscriptionCount == 1, "the subscription");
        process.Kill();
        await Eventually.HoldsAsync(() => sink.All.Count == 1, "the will");
        Assert.True(sink.All[0] is { Payload: "gone", IsWill: true, Retain: true });
    }

    [NeedsProgramFact("/usr/bin/python3")]
    public async Task Paho_3_1_1() => await PahoAsync("4");

    [NeedsProgramFact("/usr/bin/python3")]
    public async Task Paho_5_0() => await PahoAsync("5");

    [NeedsProgramFact("node", "npm")]
    public async Task MqttJs_3_1_1_and_5_0()
    {
        if (!Directory.Exists(Path.Combine(s_folder, "node_modules", "mqtt")))
        {
            await RunAsync("npm", "ci", "--prefix", s_folder, "--no-audit", "--no-fund");
        }

        foreach (var version in new[] { "4", "5" })
        {
            await using var server = await TestServer.StartAsync();
            var output = await RunAsync("node", Path.Combine(s_folder, "publish-and-subscribe.mjs"), Port(server), version);
            Assert.Equal("interop/js=q0 interop/js=q1 interop/js=q2", output);
            Assert.Equal(1, server.Server.Counters.PublishesIn(MqttQos.ExactlyOnce));
        }
    }

    private static async Task PahoAsync(string version)
    {
        await using var server = await TestServer.StartAsync();
        var output = await RunAsync("/usr/bin/python3", Path.Combine(s_folder, "publish-and-subscribe.py"), Port(server), version);
        Assert.Equal("interop/py=q0 interop/py=q1 interop/py=q2", output);
    }

    private static async Task MosquittoAsync(string protocol)
    {
        await using var server = await TestServer.StartAsync();
        var subscriber = RunAsync(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", Port(server), "-V", protocol, "-t", "a/#", "-q", "2", "-C", "4", "-W", "20", "-v");
        await Eventually.HoldsAsync(() => server.Server.SubscriptionCount == 1, "the subscription");
        for (var qos = 0; qos <= 2; qos++)
        {
            var q = qos.ToString(CultureInfo.InvariantCulture);
            await RunAsync("mosquitto_pub", "-h", "127.0.0.1", "-p", Port(server), "-V", protocol, "-t", "a/b", "-m", "m" + q, "-q", q);
        }

        // Larger than a pipe segment.
        await RunAsync("mosquitto_pub", "-h", "127.0.0.1", "-p", Port(server), "-V", protocol, "-t", "a/big", "-m", new string('y', 20_000), "-q", "1");
        Assert.Equal($"a/b m0\na/b m1\na/b m2\na/big {new string('y', 20_000)}", await subscriber);
    }

    private static string Port(TestServer server) => server.Port.ToString(CultureInfo.InvariantCulture);

    private static Process Start(string program, params string[] arguments) => Process.Start(
        new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"{program} did not end.", e);
        }

        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await errors}");
        return (await output).TrimEnd();
    }
}
