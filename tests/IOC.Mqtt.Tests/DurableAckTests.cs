using System.Buffers.Binary;
using IOC.Mqtt.Wire;
using IOC.Testing;
using Xunit;

namespace IOC.Mqtt.Tests;

/// <summary>No PUBACK before the message is durable, and never one after a failure.</summary>
public class DurableAckTests
{
    [Fact]
    public async Task No_puback_before_the_task_completes()
    {
        var durable = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(sink: new RecordingSink { Answer = _ => PublishVerdict.After(durable.Task) });
        using var client = await server.RawAsync();
        await client.ConnectAsync();

        await client.PublishAsync("a", "1", 1);
        Assert.Empty(await client.PingAsync());
        Assert.Empty(await client.PingAsync());
        durable.SetResult();

        Assert.Equal([0x40, 2, 0, 1], await client.ReadAsync());
        Assert.Equal(1, server.Server.Counters.AcksOut);
    }

    [Fact]
    public async Task Acks_keep_the_order_of_the_publishes()
    {
        var tasks = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource()).ToArray();
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = s => PublishVerdict.After(tasks[s.Payload[0] - '0'].Task) });
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        for (ushort i = 0; i < 4; i++)
        {
            await client.PublishAsync("a", $"{i}", (ushort)(i + 10));
        }

        await client.PingAsync();
        tasks[3].SetResult();
        tasks[1].SetResult();
        tasks[2].SetResult();
        Assert.Empty(await client.PingAsync());
        tasks[0].SetResult();

        for (var i = 10; i < 14; i++)
        {
            Assert.Equal(i, PacketId(await client.ReadAsync()));
        }
    }

    [Fact]
    public async Task Many_messages_of_one_task_are_acknowledged_together()
    {
        var group = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(sink: new RecordingSink { Answer = _ => PublishVerdict.After(group.Task) });
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        for (ushort i = 1; i <= 1000; i++)
        {
            await client.PublishAsync("a", "x", i);
        }

        Assert.Empty(await client.PingAsync());
        group.SetResult();
        for (var i = 1; i <= 1000; i++)
        {
            Assert.Equal(i, PacketId(await client.ReadAsync()));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_closes_a_client_of_3_1_1_without_puback(bool cancelled)
    {
        var good = new TaskCompletionSource();
        var bad = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = s => PublishVerdict.After(s.Payload == "bad" ? bad.Task : good.Task) });
        server.ErrorsExpected = true;
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        await client.PublishAsync("a", "good", 1);
        await client.PublishAsync("a", "bad", 2);
        await client.PublishAsync("a", "good", 3);
        await client.PingAsync();
        if (cancelled)
        {
            bad.SetCanceled();
        }
        else
        {
            bad.SetException(new IOException("disk full"));
        }

        good.SetResult();

        Assert.Equal([0x40, 2, 0, 1], await client.ReadAsync());
        Assert.Null(await client.ReadAsync());
        Assert.Equal(1, server.Server.Counters.DurableFailures);
        Assert.Equal(1, server.Server.Counters.AcksOut);
    }

    [Fact]
    public async Task A_failure_gives_a_client_of_5_0_an_error_and_leaves_it_connected()
    {
        var bad = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = s => s.Payload == "bad" ? PublishVerdict.After(bad.Task) : PublishVerdict.Accepted });
        server.ErrorsExpected = true;
        using var client = await server.RawAsync();
        await client.ConnectAsync(version: MqttVersion.V500);
        await client.PublishAsync("a", "bad", 1, MqttVersion.V500);
        await client.PublishAsync("a", "good", 2, MqttVersion.V500);
        await client.PingAsync();
        bad.SetException(new IOException("disk full"));

        Assert.Equal([0x40, 3, 0, 1, 0x83], await client.ReadAsync());
        Assert.Equal([0x40, 2, 0, 2], await client.ReadAsync());
        Assert.Empty(await client.PingAsync());
    }

    [Fact]
    public async Task A_sink_that_throws_never_leads_to_a_puback()
    {
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = _ => throw new InvalidOperationException("broken") });
        server.ErrorsExpected = true;
        using var old = await server.RawAsync();
        await old.ConnectAsync("old");
        await old.PublishAsync("a", "x", 1);
        Assert.Null(await old.ReadAsync());

        using var fresh = await server.RawAsync();
        await fresh.ConnectAsync("fresh", MqttVersion.V500);
        await fresh.PublishAsync("a", "x", 1, MqttVersion.V500);
        Assert.Equal([0x40, 3, 0, 1, 0x83], await fresh.ReadAsync());
    }

    [Fact]
    public async Task A_refusal_tells_5_0_and_acknowledges_3_1_1_when_it_is_final()
    {
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = _ => PublishVerdict.Refused(MqttReasonCode.PayloadFormatInvalid) });
        using var fresh = await server.RawAsync();
        await fresh.ConnectAsync("fresh", MqttVersion.V500);
        await fresh.PublishAsync("a", "x", 1, MqttVersion.V500);
        Assert.Equal([0x40, 3, 0, 1, 0x99], await fresh.ReadAsync());
        using var old = await server.RawAsync();
        await old.ConnectAsync("old");
        await old.PublishAsync("a", "x", 7);
        Assert.Equal([0x40, 2, 0, 7], await old.ReadAsync());
        Assert.Equal(2, server.Server.Counters.RefusedPublishes[MqttReasonCode.PayloadFormatInvalid]);
    }

    [Fact]
    public async Task A_refusal_for_now_closes_3_1_1_without_puback()
    {
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = _ => PublishVerdict.Refused(MqttReasonCode.QuotaExceeded) });
        using var old = await server.RawAsync();
        await old.ConnectAsync("old");
        await old.PublishAsync("a", "x", 7);
        Assert.Null(await old.ReadAsync());
        Assert.Equal(1, server.Server.Counters.ClosedByServer[MqttReasonCode.QuotaExceeded]);
    }

    [Fact]
    public async Task Back_pressure_stops_the_reading_of_that_connection_only()
    {
        var pressure = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink
        {
            Answer = s => s.Payload == "stop" ? new PublishVerdict { BackPressure = pressure.Task } : PublishVerdict.Accepted,
        };
        await using var server = await TestServer.StartAsync(sink: sink);
        using var held = await server.RawAsync();
        await held.ConnectAsync("held");
        using var free = await server.RawAsync();
        await free.ConnectAsync("free");

        await held.PublishAsync("a", "stop", 1);
        await held.PublishAsync("a", "after", 2);
        Assert.Equal([0x40, 2, 0, 1], await held.ReadAsync());
        await free.PublishAsync("a", "free", 1);
        Assert.Equal([0x40, 2, 0, 1], await free.ReadAsync());
        Assert.DoesNotContain(sink.All, s => s.Payload == "after");
        pressure.SetResult();

        Assert.Equal([0x40, 2, 0, 2], await held.ReadAsync());
    }

    [Fact]
    public async Task A_full_window_pauses_3_1_1_and_disconnects_5_0()
    {
        var durable = new TaskCompletionSource();
        var sink = new RecordingSink { Answer = _ => PublishVerdict.After(durable.Task) };
        await using var server = await TestServer.StartAsync(o => o.ReceiveMaximum = 3, sink);
        using var old = await server.RawAsync();
        await old.ConnectAsync("old");
        using var fresh = await server.RawAsync();
        await fresh.ConnectAsync("fresh", MqttVersion.V500);
        for (ushort i = 1; i <= 5; i++)
        {
            await old.PublishAsync("a", "x", i);
            if (i <= 4)
            {
                await fresh.PublishAsync("a", "x", i, MqttVersion.V500);
            }
        }

        Assert.Equal(0x93, await fresh.ReadDisconnectAsync());
        Assert.Null(await fresh.ReadAsync());
        await Eventually.HoldsAsync(() => sink.All.Count(s => s.Client == "old") == 3, "three publishes taken");
        durable.SetResult();
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i, PacketId(await old.ReadAsync()));
        }
    }

    [Fact]
    public async Task A_stop_sends_pending_answers_before_it_closes()
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(sink: new RecordingSink { Answer = _ => PublishVerdict.After(durable.Task) });
        using var client = await server.RawAsync();
        await client.ConnectAsync(version: MqttVersion.V500);
        await client.PublishAsync("a", "x", 1, MqttVersion.V500);
        await client.PingAsync();

        var stopping = server.Server.StopAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => server.Server.Counters.ClosedByServer.ContainsKey(MqttReasonCode.ServerShuttingDown), "the stop to begin");
        durable.SetResult();
        Assert.Equal([0x40, 2, 0, 1], await client.ReadAsync());
        Assert.Equal(0x8B, await client.ReadDisconnectAsync());
        Assert.Null(await client.ReadAsync());
        await stopping;
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_ever_and_never_acknowledges_early()
    {
        var time = new ManualTimeProvider();
        var never = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(
            sink: new RecordingSink { Answer = _ => PublishVerdict.After(never.Task) }, time: time);
        using var client = await server.RawAsync();
        await client.ConnectAsync();
        await client.PublishAsync("a", "x", 1);
        await client.PingAsync();

        var stopping = server.Server.StopAsync(CancellationToken.None);
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return stopping.IsCompleted;
            },
            "the stop to give up waiting");
        Assert.Null(await client.ReadAsync());
        Assert.Equal(0, server.Server.Counters.AcksOut);
    }

    private static int PacketId(byte[]? packet) => BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
}
