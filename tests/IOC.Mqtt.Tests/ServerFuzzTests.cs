using System.Buffers;
using System.Collections.Concurrent;
using IOC.Mqtt.Wire;
using IOC.Mqtt.Wire.Tests;
using IOC.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace IOC.Mqtt.Tests;

/// <summary>Tests that measure the process's memory: nothing else may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryTests
{
    public const string Name = "memory";
}

/// <summary>Broken packets against a whole server: they end their own connection and nothing else, and leave nothing behind.</summary>
[Collection(MemoryTests.Name)]
public class ServerFuzzTests
{
    private const int Packets = 120_000;
    private readonly ManualTimeProvider _time = new();
    private readonly ErrorLog _log = new();

    [Theory]
    [InlineData(1, MqttVersion.V311)]
    [InlineData(2, MqttVersion.V500)]
    public async Task Broken_packets_hurt_only_the_connection_that_sends_them(int seed, MqttVersion version)
    {
        var options = new MqttServerOptions { MaxSessions = 100, MaxSubscriptionsPerSession = 20, MaxRetainedMessages = 100, MaxQueuedMessages = 20, MaxQueuedQos0Messages = 20 };
        using var server = new MqttServer(Options.Create(options), new ForwardingSink(), new LoopbackAuthenticator(), _time, _log);
        var good = new InlineTransport(keep: true, "good");
        var goodRun = good.RunAsync(server);
        await good.FeedAsync(Encoded(new MqttConnect { Version = version, ClientId = "good", CleanStart = true }.Encode));

        var mutator = new PacketMutator(seed);
        var buffer = new byte[5000];
        long settled = 0;
        for (var sent = 0; sent < Packets;)
        {
            sent = await AttackAsync(server, version, mutator, buffer, sent, seed);
            if (settled == 0 && sent > Packets / 4)
            {
                settled = await SettleAsync(server, good, version);
            }
        }

        var grown = await SettleAsync(server, good, version) - settled;

        // Pools keep a few megabytes; a kilobyte left behind by each of the connections would be far more.
        Assert.True(grown < 24 * 1024 * 1024, $"memory grew by {grown} bytes over {Packets * 3 / 4} packets");
        await good.FeedAsync(MqttEncoding.PingReq.ToArray());
        await Eventually.HoldsAsync(() => good.Packets.Any(p => p[0] == 0xD0), "the answer to the good client's ping");
        good.Close();
        await goodRun.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, server.Counters.ConnectionsOpen);
        Assert.Empty(_log.Errors);

        _time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(0, server.SessionCount);
        Assert.Equal(0, server.SubscriptionCount);
        Assert.Equal(0, server.QueuedBytes);
    }

    /// <summary>One connection, until the server ends it or 20 packets have gone.</summary>
    private async Task<int> AttackAsync(MqttServer server, MqttVersion version, PacketMutator mutator, byte[] buffer, int sent, int seed)
    {
        var from = sent;
        var client = new InlineTransport(keep: false);
        var run = client.RunAsync(server);
        if (sent % 5 != 0)
        {
            // Else the first broken packet stands in the place of the CONNECT.
            await client.FeedAsync(Encoded(new MqttConnect { Version = version, ClientId = $"fuzz-{sent % 50}", CleanStart = sent % 2 == 0 }.Encode));
        }

        for (var open = true; open && sent < from + 20; sent++)
        {
            open = await client.FeedAsync(buffer.AsMemory(0, mutator.Next(buffer)));
        }

        client.Close();
        try
        {
            await Eventually.HoldsAsync(() => Ended(run), "the end of the connection");
        }
        catch (TimeoutException)
        {
            Assert.Fail($"seed {seed}: the connection that sent packets {from} to {sent} hangs");
        }

        await run;
        return sent;
    }

    /// <summary>A connection that waits for the clock (an answer that cannot leave) gets its time.</summary>
    private bool Ended(Task run)
    {
        if (!run.Wait(TimeSpan.FromMilliseconds(50)))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return run.IsCompleted;
    }

    /// <summary>Memory in use when nothing is pending any more. A change of subscriptions empties the cache of routes, which is bounded
    /// but large.</summary>
    private async Task<long> SettleAsync(MqttServer server, InlineTransport good, MqttVersion version)
    {
        await good.FeedAsync(Encoded(w => new MqttSubscribe { PacketId = 1, Filters = [new("good")] }.Encode(w, version)));
        await good.FeedAsync(Encoded(w => new MqttUnsubscribe { PacketId = 2, Filters = ["good"] }.Encode(w, version)));
        Assert.Equal(1, server.Counters.ConnectionsOpen);
        _time.Advance(TimeSpan.FromSeconds(30));
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static byte[] Encoded(Action<IBufferWriter<byte>> encode)
    {
        var writer = new ArrayBufferWriter<byte>();
        encode(writer);
        return writer.WrittenSpan.ToArray();
    }

    private sealed class ErrorLog : ILogger<MqttServer>
    {
        public ConcurrentQueue<string> Errors { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Errors.Enqueue(formatter(state, exception) + " " + exception);
            }
        }
    }
}
