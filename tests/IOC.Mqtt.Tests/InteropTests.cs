using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using IOC.Mqtt.Wire;
using IOC.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Mqtt.Tests;

/// <summary>Clients that others wrote.</summary>
public sealed class InteropTests : IDisposable
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "interop");

    private readonly TempDirectory _files = new();
    private readonly TestAuthority _authority = new("interop");
    private readonly MqttTlsIdentity _tls;
    private readonly string _authorityFile;

    public InteropTests()
    {
        using var leaf = _authority.Issue("localhost", names: ["localhost"]);
        _authorityFile = _files.Combine("authority.crt");
        File.WriteAllText(_authorityFile, _authority.Certificate.ExportCertificatePem());
        var options = new MqttTlsOptions { Certificate = _files.Combine("server.crt"), Key = _files.Combine("server.key") };
        File.WriteAllText(options.Certificate, leaf.ExportCertificatePem());
        File.WriteAllText(options.Key, leaf.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _tls = new MqttTlsIdentity(options, TimeProvider.System, NullLogger.Instance);
    }

    public void Dispose()
    {
        _tls.Dispose();
        _authority.Dispose();
        _files.Dispose();
    }

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
    public Task Paho_over_tcp() => ScenariosAsync("/usr/bin/python3", "scenarios.py", "tcp");

    [NeedsProgramFact("/usr/bin/python3")]
    public Task Paho_over_tls() => ScenariosAsync("/usr/bin/python3", "scenarios.py", "tls");

    [NeedsProgramFact("/usr/bin/python3")]
    public Task Paho_over_websocket() => ScenariosAsync("/usr/bin/python3", "scenarios.py", "ws");

    [NeedsProgramFact("/usr/bin/python3")]
    public Task Paho_over_websocket_and_tls() => ScenariosAsync("/usr/bin/python3", "scenarios.py", "wss");

    [NeedsProgramFact("node", "npm")]
    public Task MqttJs_over_tcp() => ScenariosAsync("node", "scenarios.mjs", "tcp");

    [NeedsProgramFact("node", "npm")]
    public Task MqttJs_over_tls() => ScenariosAsync("node", "scenarios.mjs", "tls");

    [NeedsProgramFact("node", "npm")]
    public Task MqttJs_over_websocket() => ScenariosAsync("node", "scenarios.mjs", "ws");

    [NeedsProgramFact("node", "npm")]
    public Task MqttJs_over_websocket_and_tls() => ScenariosAsync("node", "scenarios.mjs", "wss");

    [NeedsProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task Mosquitto_retained_stored_session_and_will_over_tcp() => await MosquittoLifeAsync("tcp");

    [NeedsProgramFact("mosquitto_pub", "mosquitto_sub")]
    public async Task Mosquitto_retained_stored_session_and_will_over_tls() => await MosquittoLifeAsync("tls");

    /// <summary>Each QoS, retained messages, wills and stored sessions with both versions of the protocol.</summary>
    private async Task ScenariosAsync(string program, string script, string transport)
    {
        if (program == "node" && !Directory.Exists(Path.Combine(s_folder, "node_modules", "mqtt")))
        {
            await RunAsync("npm", "ci", "--prefix", s_folder, "--no-audit", "--no-fund");
        }

        await using var server = await StartAsync(transport);
        foreach (var version in new[] { "4", "5" })
        {
            var output = await RunAsync(program, Path.Combine(s_folder, script), transport, Port(server), version, _authorityFile);
            Assert.Equal(4, output.Split('\n').Length);
        }
    }

    private async Task MosquittoLifeAsync(string transport)
    {
        await using var server = await StartAsync(transport);
        string[] to = ["-h", "localhost", "-p", Port(server), .. transport == "tls" ? new[] { "--cafile", _authorityFile } : []];
        foreach (var protocol in new[] { "mqttv311", "mqttv5" })
        {
            string[] common = [.. to, "-V", protocol];
            string[] stored = [.. common, "-i", "m-" + protocol, "-c", "-q", "2", "-t", protocol, .. protocol == "mqttv5" ? new[] { "-x", "600" } : []];
            await RunAsync("mosquitto_pub", [.. common, "-t", protocol, "-m", "kept", "-q", "1", "-r"]);
            Assert.Equal("1 kept", await RunAsync("mosquitto_sub", [.. stored, "-C", "1", "-W", "20", "-F", "%r %p"]));
            for (var qos = 0; qos <= 2; qos++)
            {
                var q = qos.ToString(CultureInfo.InvariantCulture);
                await RunAsync("mosquitto_pub", [.. common, "-t", protocol, "-m", "away" + q, "-q", q]);
            }

            // What is retained is sent again on subscribing, and -R leaves it out; what waited comes with its own QoS.
            var waited = await RunAsync("mosquitto_sub", [.. stored, "-C", "2", "-W", "20", "-F", "%q %p", "-R"]);
            Assert.Equal("1 away1\n2 away2", waited);

            // The stored sessions of the protocols before count as well.
            var before = server.Server.SubscriptionCount;
            var watcher = RunAsync("mosquitto_sub", [.. common, "-t", "w/" + protocol, "-C", "1", "-W", "20", "-q", "1"]);
            await Eventually.HoldsAsync(() => server.Server.SubscriptionCount > before, "the watcher");
            using var lost = Start("mosquitto_sub", [.. common, "-t", "x", "--will-topic", "w/" + protocol, "--will-payload", "gone", "--will-qos", "1"]);
            await Eventually.HoldsAsync(() => server.Server.SubscriptionCount > before + 1, "the client that is lost");
            lost.Kill();
            Assert.Equal("gone", await watcher);
        }
    }

    private Task<TestServer> StartAsync(string transport)
    {
        switch (transport)
        {
            case "tls":
                return TestServer.StartAsync(listen: l => l.UseMqtt(_tls));
            case "wss":
                return TestServer.StartAsync(listen: l => l.UseMqttWebSocket(_tls));
            case "ws":
                return TestServer.StartAsync(listen: l => l.UseMqttWebSocket());
            default:
                return TestServer.StartAsync();
        }
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
