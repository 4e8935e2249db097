using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

/// <summary>A connection whose answers cannot leave must end: it holds a place, a session and a will.</summary>
public class DeadOutputTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource[] _durable = [.. Enumerable.Range(0, 10).Select(_ => new TaskCompletionSource())];
    private readonly RecordingSink _sink = new();

    public DeadOutputTests() => _sink.Answer = s => s.IsWill
        ? PublishVerdict.Accepted
        : PublishVerdict.After(_durable[int.Parse(s.Payload, CultureInfo.InvariantCulture)].Task);

    public static TheoryData<string> Deaths => ["closed", "reset", "tls"];

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Dead_output_with_full_window_does_not_stop_the_reading_of_what_came(string death)
    {
        using var server = PipeTransport.Server(_sink, _time, o => o.ReceiveMaximum = 3);
        var client = new PipeTransport();
        var run = server.RunAsync(client);
        await FillWindowAsync(client, 5);
        await client.SendAsync(w => w.Write<byte>([0xE0, 0]));

        client.KillOutput(Death(death));
        _durable[1].SetResult();

        await Eventually.HoldsAsync(() => run.IsCompleted, "the end of the connection", TimeSpan.FromSeconds(5));
        Assert.Equal(["1", "2", "3", "4", "5"], _sink.All.Select(s => s.Payload));
        Assert.Equal(0, server.Counters.ConnectionsOpen);
    }

    [Fact]
    public async Task Dead_output_ends_the_connection_and_publishes_the_will_when_nothing_more_comes()
    {
        using var server = PipeTransport.Server(_sink, _time, o => o.ReceiveMaximum = 3);
        var client = new PipeTransport();
        var run = server.RunAsync(client);
        await FillWindowAsync(client, 5);

        client.KillOutput();
        _durable[1].SetResult();

        await AdvanceUntilAsync(() => run.IsCompleted, TimeSpan.FromSeconds(10));
        Assert.True(_sink.All[^1].IsWill);
        Assert.Equal(1, server.Counters.ClosedByServer[MqttReasonCode.UnspecifiedError]);
        Assert.Equal(0, server.SessionCount);
    }

    [Fact]
    public async Task Dead_output_with_too_many_answers_unsent_ends_the_connection()
    {
        using var server = PipeTransport.Server(_sink, _time);
        var client = new PipeTransport();
        var run = server.RunAsync(client);
        await HoldUpAsync(server, client);

        client.KillOutput();

        await AdvanceUntilAsync(() => run.IsCompleted, TimeSpan.FromSeconds(10));
        Assert.True(Assert.Single(_sink.All).IsWill);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(20, 30)]
    public async Task A_client_that_never_reads_is_closed_and_its_will_published(ushort keepAlive, int seconds)
    {
        using var server = PipeTransport.Server(_sink, _time);
        var client = new PipeTransport();
        var run = server.RunAsync(client);
        await HoldUpAsync(server, client, keepAlive);

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.Empty(server.Counters.ClosedByServer);

        // The socket's linger time comes on top.
        await AdvanceUntilAsync(() => run.IsCompleted, TimeSpan.FromSeconds(seconds + 10));
        Assert.True(Assert.Single(_sink.All).IsWill);
        Assert.Equal(1, server.Counters.ClosedByServer[keepAlive > 0 ? MqttReasonCode.KeepAliveTimeout : MqttReasonCode.QuotaExceeded]);
    }

    [Fact]
    public async Task The_time_that_the_sink_takes_never_counts_against_the_client()
    {
        using var server = PipeTransport.Server(_sink, _time, o => o.ReceiveMaximum = 3);
        var client = new PipeTransport();
        var run = server.RunAsync(client);
        await FillWindowAsync(client, 5, keepAlive: 10);

        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(server.Counters.ClosedByServer);
        foreach (var durable in _durable)
        {
            durable.SetResult();
        }

        await Eventually.HoldsAsync(() => server.Counters.AcksOut == 5, "the answers");
        client.Abort(new Microsoft.AspNetCore.Connections.ConnectionAbortedException());
        await run;
    }

    [Fact]
    public async Task A_transport_that_throws_at_its_end_still_lets_go_of_session_and_will()
    {
        using var server = PipeTransport.Server(_sink, _time);
        using var stream = new FailingStream();
        var client = new PipeTransport(PipeWriter.Create(stream));
        var run = server.RunAsync(client);
        await client.ConnectAsync(reads: false);
        await client.SendAsync(w => w.Write<byte>([0x00, 0]));

        await AdvanceUntilAsync(() => run.IsCompleted, TimeSpan.FromSeconds(10));
        await run;
        Assert.True(Assert.Single(_sink.All).IsWill);
        Assert.Equal(0, server.SessionCount);
    }

    private static Exception? Death(string kind) => kind switch
    {
        "closed" => null,
        "reset" => new IOException("reset"),
        _ => new CryptographicException("a transport's own kind of failure"),
    };

    /// <summary>A full window whose answers all wait, and unread publishes behind it.</summary>
    private async Task FillWindowAsync(PipeTransport client, int publishes, ushort keepAlive = 0)
    {
        await client.ConnectAsync(keepAlive);
        await client.PublishAsync(publishes);
        await Eventually.HoldsAsync(() => _sink.All.Count == 3, "three publishes taken");
    }

    /// <summary>More answers than are kept for a client that does not read.</summary>
    private static async Task HoldUpAsync(MqttServer server, PipeTransport client, ushort keepAlive = 0)
    {
        await client.ConnectAsync(keepAlive);
        await client.PingAsync(1000);
        await Eventually.HoldsAsync(() => server.Counters.BytesOut >= 2000, "the output to be stalled");
        await client.PingAsync(100_000);
        await Eventually.HoldsAsync(() => server.Counters.BytesIn > 64 * 1024, "the reading to pause");
    }

    private async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan atMost)
    {
        // Both limits: the condition is reached by steps of the clock and of the thread pool.
        var end = _time.GetUtcNow() + atMost;
        await Eventually.HoldsAsync(
            () =>
            {
                if (!condition() && _time.GetUtcNow() < end)
                {
                    _time.Advance(TimeSpan.FromSeconds(1));
                }

                return condition();
            },
            "the end of the connection",
            TimeSpan.FromSeconds(8));
    }

    /// <summary>Like a TLS stream whose socket is gone.</summary>
    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new IOException("broken"));

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromException(new IOException("broken"));

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.FromException(new IOException("broken"));
    }
}
