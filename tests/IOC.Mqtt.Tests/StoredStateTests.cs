using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Mqtt.Tests;

/// <summary>What survives the endpoint. "Killed" takes what the store held at that moment, as a power cut would leave it.</summary>
public class StoredStateTests
{
    private readonly MemoryMqttStore _store = new();
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V500)]
    public async Task Subscriptions_and_queued_messages_survive_a_kill_in_order(MqttVersion version)
    {
        MemoryMqttStore left;
        await using (var server = await StartAsync(_store))
        {
            await SubscribeAndLeaveAsync(server, version);
            await using var publisher = await server.ConnectAsync("publisher");
            for (var i = 0; i < 20; i++)
            {
                await publisher.PublishAsync("a/b", Encoding.UTF8.GetBytes($"{i}"), i % 2 == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce);
            }

            // Acknowledged, so it must be there.
            left = _store.Copy();
        }

        await using var second = await StartAsync(left);
        Assert.Equal(1, second.Server.SessionCount);
        await using var client = new MqttClient(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = second.Port,
            ClientId = "stored",
            Version = version,
            CleanStart = false,
            SessionExpirySeconds = 1000,
            Reconnect = false,
        });
        var inbox = new Inbox();
        client.Register(new MqttTopicFilter("a/#", MqttQos.ExactlyOnce), m =>
        {
            inbox.Add(m);
            return ValueTask.CompletedTask;
        });
        Assert.True((await client.ConnectAsync()).SessionPresent);
        await using var again = await second.ConnectAsync("publisher");
        await again.PublishAsync("a/b", "last"u8.ToArray(), MqttQos.AtLeastOnce);
        await inbox.WaitAsync(21);
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"{i}"), "last"], inbox.Texts);
        Assert.All(inbox.All, m => Assert.False(m.Dup));
    }

    [Fact]
    public async Task Unanswered_messages_come_again_with_dup_and_their_identifiers()
    {
        MemoryMqttStore left;
        byte[] first;
        byte[] second;
        await using (var server = await StartAsync(_store))
        {
            using var raw = await server.RawAsync();
            await raw.ConnectAsync("stored", clean: false);
            await SubscribeAsync(raw, "a", MqttQos.ExactlyOnce);
            await using var publisher = await server.ConnectAsync("publisher");
            await publisher.PublishAsync("a", "one"u8.ToArray(), MqttQos.AtLeastOnce);
            await publisher.PublishAsync("a", "two"u8.ToArray(), MqttQos.ExactlyOnce);
            await publisher.PublishAsync("a", "three"u8.ToArray(), MqttQos.ExactlyOnce);
            first = (await raw.ReadAsync())!;
            second = (await raw.ReadAsync())!;
            await raw.ReadAsync();

            // "two" gets as far as its PUBREL, which goes out only when that is on disk.
            await raw.SendAsync(0x50, 2, 0, Identifier(second));
            Assert.Equal([0x62, 2, 0, Identifier(second)], await raw.ReadAsync());
            await Eventually.HoldsAsync(() => _store.Load().Deliveries.All(d => d.State != StoredDeliveryState.Queued), "all to be known as sent");
            left = _store.Copy();
        }

        await using var restarted = await StartAsync(left);
        using var back = await restarted.RawAsync();
        await back.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "stored" }.Encode);
        Assert.Equal("20020100", Convert.ToHexString((await back.ReadAsync())!));
        first[0] |= 8;
        Assert.Equal(Convert.ToHexString(first), Convert.ToHexString((await back.ReadAsync())!));
        Assert.Equal([0x62, 2, 0, Identifier(second)], await back.ReadAsync());
        var third = (await back.ReadAsync())!;
        Assert.Equal(0x3C, third[0]);
        Assert.EndsWith("three", Encoding.UTF8.GetString(third), StringComparison.Ordinal);
        await back.SendAsync(0x40, 2, 0, Identifier(first));
        await back.SendAsync(0x70, 2, 0, Identifier(second));
        await back.SendAsync(0x50, 2, 0, Identifier(third));
        Assert.Equal([0x62, 2, 0, Identifier(third)], await back.ReadAsync());
        await back.SendAsync(0x70, 2, 0, Identifier(third));
        await Eventually.HoldsAsync(() => left.Load().Deliveries.Count == 0, "the answered messages to leave the store");
    }

    [Fact]
    public async Task A_message_of_qos_2_that_is_sent_again_after_a_kill_is_taken_once()
    {
        var sink = new RecordingSink();
        MemoryMqttStore left;
        await using (var server = await StartAsync(_store, sink))
        {
            using var raw = await server.RawAsync();
            await raw.ConnectAsync("stored", clean: false);
            await raw.PublishAsync("a", "x", 7, qos: MqttQos.ExactlyOnce);
            Assert.Equal([0x50, 2, 0, 7], await raw.ReadAsync());
            left = _store.Copy();
        }

        await using var restarted = await StartAsync(left, sink);
        using var back = await restarted.RawAsync();
        await back.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "stored" }.Encode);
        await back.ReadAsync();
        await back.PublishAsync("a", "x", 7, qos: MqttQos.ExactlyOnce, dup: true);
        Assert.Equal([0x50, 2, 0, 7], await back.ReadAsync());
        await back.SendAsync(0x62, 2, 0, 7);
        Assert.Equal([0x70, 2, 0, 7], await back.ReadAsync());
        Assert.Single(sink.All);

        // The PUBCOMP went out, so the identifier is free in what a kill would leave now.
        await using var third = await StartAsync(left.Copy(), sink);
        using var next = await third.RawAsync();
        await next.SendAsync(new MqttConnect { Version = MqttVersion.V311, ClientId = "stored" }.Encode);
        await next.ReadAsync();
        await next.PublishAsync("a", "another", 7, qos: MqttQos.ExactlyOnce, dup: true);
        Assert.Equal([0x50, 2, 0, 7], await next.ReadAsync());
        Assert.Equal(["x", "another"], sink.All.Select(m => m.Payload));
    }

    [Fact]
    public async Task A_receipt_is_stored_only_after_the_sink_has_stored_the_message()
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = new RecordingSink { Answer = _ => PublishVerdict.After(durable.Task) };
        await using var server = await StartAsync(_store, sink);
        using var raw = await server.RawAsync();
        await raw.ConnectAsync("stored", clean: false);
        await raw.PublishAsync("a", "x", 7, qos: MqttQos.ExactlyOnce);
        await raw.PublishAsync("a", "y", 8, qos: MqttQos.ExactlyOnce);
        Assert.Empty(await raw.PingAsync());
        await Eventually.HoldsAsync(() => _store.Load().Sessions.Count == 1, "the session to be stored");
        Assert.Empty(_store.Load().Receipts);
        durable.SetResult();
        Assert.Equal([0x50, 2, 0, 7], await raw.ReadAsync());
        Assert.Equal([0x50, 2, 0, 8], await raw.ReadAsync());
        Assert.Equal(2, _store.Load().Receipts.Count);
    }

    [Fact]
    public async Task Retained_messages_survive_and_their_removal_does()
    {
        MemoryMqttStore left;
        await using (var server = await StartAsync(_store))
        {
            await using var publisher = await server.ConnectAsync("p", MqttVersion.V500);
            await publisher.PublishAsync("keep", "k"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
            await publisher.PublishAsync("drop", "d"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
            await publisher.PublishAsync("drop", default, MqttQos.AtLeastOnce, retain: true);
            await publisher.PublishAsync("short", "s"u8.ToArray(), MqttQos.AtLeastOnce, retain: true, new MqttProperties { MessageExpiryInterval = 10 });
            await publisher.PublishAsync("long", "l"u8.ToArray(), MqttQos.AtLeastOnce, retain: true, new MqttProperties { MessageExpiryInterval = 100, ContentType = "text/plain" });
            left = _store.Copy();
        }

        _time.Advance(TimeSpan.FromSeconds(40));
        await using var second = await StartAsync(left);
        await using var client = await second.ConnectAsync("s", MqttVersion.V500);
        var inbox = new Inbox();
        await client.SubscribeAsync("#", MqttQos.AtLeastOnce, inbox.Add);
        await inbox.WaitAsync(2);
        var messages = inbox.All.ToDictionary(m => m.Topic);
        Assert.Equal(["keep", "long"], messages.Keys.Order());
        Assert.Equal(60u, messages["long"].Properties!.MessageExpiryInterval);
        Assert.Equal("text/plain", messages["long"].Properties!.ContentType);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => left.Load().Retained.Count == 2, "the expired message to leave the store");
    }

    [Fact]
    public async Task A_session_that_expires_while_the_endpoint_is_down_is_gone()
    {
        await using (var server = await StartAsync(_store))
        {
            await SubscribeAndLeaveAsync(server, MqttVersion.V500, expiry: 60);
            Assert.Single(_store.Load().Sessions);
        }

        _time.Advance(TimeSpan.FromSeconds(61));
        await using var second = await StartAsync(_store);
        await using var client = await second.ConnectAsync("stored", MqttVersion.V500, clean: false, sessionExpiry: 60);
        Assert.False(second.LastConnect!.SessionPresent);
        Assert.Equal(0, second.Server.SubscriptionCount);
        await Eventually.HoldsAsync(() => _store.Load().Subscriptions.Count == 0, "the subscriptions to leave the store");
    }

    [Fact]
    public async Task A_clean_start_and_an_unsubscribe_reach_the_store()
    {
        await using var server = await StartAsync(_store);
        var first = await server.ConnectAsync("c", MqttVersion.V500, sessionExpiry: 100);
        await first.SubscribeAsync("a", MqttQos.AtLeastOnce, _ => { });
        await first.SubscribeAsync("b", MqttQos.AtLeastOnce, _ => { });
        await first.UnsubscribeAsync("a");
        Assert.Equal(["b"], _store.Load().Subscriptions.Select(s => s.Filter));
        await first.DisconnectAsync();
        await using var second = await server.ConnectAsync("c", MqttVersion.V500, clean: true, sessionExpiry: 0);
        await Eventually.HoldsAsync(() => _store.Load() is { Sessions.Count: 0, Subscriptions.Count: 0 }, "the session to leave the store");
    }

    [Fact]
    public async Task Subscription_options_and_identifiers_survive()
    {
        await using (var server = await StartAsync(_store))
        {
            using var raw = await server.RawAsync();
            await raw.ConnectAsync("stored", MqttVersion.V500, clean: false, new MqttProperties { SessionExpiryInterval = 100 });
            await raw.SendAsync(w => new MqttSubscribe
            {
                PacketId = 1,
                Filters = [new MqttTopicFilter("own", MqttQos.AtLeastOnce, NoLocal: true), new MqttTopicFilter("flag", MqttQos.AtLeastOnce, RetainAsPublished: true, RetainHandling: MqttRetainHandling.DoNotSend)],
                Properties = new MqttProperties { SubscriptionIdentifiers = [300] },
            }.Encode(w, MqttVersion.V500));
            Assert.Equal(0x90, (await raw.ReadAsync())![0]);
        }

        await using var second = await StartAsync(_store.Copy());
        await using var client = await second.ConnectAsync("stored", MqttVersion.V500, clean: false, sessionExpiry: 100);
        var inbox = new Inbox();
        foreach (var filter in new[] { "own", "flag" })
        {
            client.Register(new MqttTopicFilter(filter, MqttQos.AtLeastOnce), m =>
            {
                inbox.Add(m);
                return ValueTask.CompletedTask;
            });
        }

        await client.PublishAsync("own", "mine"u8.ToArray(), MqttQos.AtLeastOnce);
        await client.PublishAsync("flag", "f"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
        var message = Assert.Single(await inbox.WaitAsync(1));
        Assert.Equal(("flag", true, 300u), (message.Topic, message.Retain, Assert.Single(message.Properties!.SubscriptionIdentifiers!)));
    }

    [Fact]
    public async Task The_wills_of_clients_that_do_not_come_back_after_a_kill_are_published_after_the_grace()
    {
        var will = new MqttWill { Topic = "status", Payload = "gone"u8.ToArray(), Qos = MqttQos.AtLeastOnce };
        MemoryMqttStore left;
        await using (var server = await StartAsync(_store))
        {
            var stays = await server.ConnectAsync("stays away", MqttVersion.V500, will: will);
            var returns = await server.ConnectAsync("returns", will: will);
            var says = await server.ConnectAsync("says goodbye", will: will);
            await says.DisconnectAsync();
            await Eventually.HoldsAsync(() => _store.Load().Wills.Count == 2, "the wills in the store");
            left = _store.Copy();
            await stays.DisposeAsync();
            await returns.DisposeAsync();
        }

        var sink = new RecordingSink();
        await using var second = await StartAsync(left, sink);
        await using var back = await second.ConnectAsync("returns");
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(sink.All);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => sink.All.Count == 1, "the will");
        Assert.Equal(("stays away", "gone", true), (sink.All[0].Client, sink.All[0].Payload, sink.All[0].IsWill));
        await Eventually.HoldsAsync(() => left.Load().Wills.Count == 0, "the wills to leave the store");
    }

    [Fact]
    public async Task A_delayed_will_keeps_its_time_over_a_restart()
    {
        var will = new MqttWill { Topic = "status", Payload = "gone"u8.ToArray(), Properties = new MqttProperties { WillDelayInterval = 100 } };
        MemoryMqttStore left;
        await using (var server = await StartAsync(_store))
        {
            var lost = await server.ConnectAsync("lost", MqttVersion.V500, clean: false, sessionExpiry: 1000, will: will);
            lost.Abort();
            await Eventually.HoldsAsync(() => _store.Load().Wills is [{ DueAtMs: < long.MaxValue }], "the will to wait in the store");
            left = _store.Copy();
            await lost.DisposeAsync();
        }

        _time.Advance(TimeSpan.FromSeconds(20));
        var sink = new RecordingSink();
        await using var second = await StartAsync(left, sink);
        _time.Advance(TimeSpan.FromSeconds(78));
        Assert.Empty(sink.All);
        _time.Advance(TimeSpan.FromSeconds(4));
        await Eventually.HoldsAsync(() => sink.All.Count == 1, "the will");
    }

    [Fact]
    public async Task What_is_done_before_the_next_commit_never_reaches_the_store()
    {
        using var store = new SlowStore();
        await using var server = await StartAsync(store);
        await using var client = await server.ConnectAsync("stored", MqttVersion.V500, clean: false, sessionExpiry: 100);
        var inbox = new Inbox();
        await client.SubscribeAsync("a", MqttQos.AtLeastOnce, inbox.Add);
        await using var publisher = await server.ConnectAsync("p", maxInFlight: 1000);
        store.Hold.Reset();
        var holding = publisher.PublishAsync("kept", "0"u8.ToArray(), MqttQos.AtLeastOnce, retain: true).AsTask();
        Assert.True(await store.Writing.WaitAsync(TimeSpan.FromSeconds(30)), "the store is not being written");
        var rest = Enumerable.Range(1, 500).Select(i => publisher.PublishAsync("a", "x"u8.ToArray(), MqttQos.AtLeastOnce).AsTask()).ToList();
        await inbox.WaitAsync(500);
        await Eventually.HoldsAsync(() => server.Server.QueuedBytes == 0, "the answers");
        Assert.All(rest, r => Assert.False(r.IsCompleted));
        store.Hold.Set();
        await Task.WhenAll([holding, .. rest]);
        Assert.Empty(store.Changes.OfType<DeliveryPut>());
        Assert.Single(store.Changes.OfType<RetainedPut>());
    }

    [Fact]
    public async Task A_publish_that_nobody_stores_does_not_wait_for_the_store()
    {
        using var store = new SlowStore();
        await using var server = await StartAsync(store);
        await using var client = await server.ConnectAsync("c");
        var inbox = new Inbox();
        await client.SubscribeAsync("a", MqttQos.AtLeastOnce, inbox.Add);
        store.Hold.Reset();
        await client.PublishAsync("a", "x"u8.ToArray(), MqttQos.ExactlyOnce);
        await inbox.WaitAsync(1);
        store.Hold.Set();
        Assert.Empty(store.Changes);
    }

    [Fact]
    public async Task While_the_store_is_full_what_must_be_stored_is_refused_and_the_rest_goes_on()
    {
        using var store = new SlowStore();
        await using var server = await StartAsync(store);
        server.ErrorsExpected = true;
        await SubscribeAndLeaveAsync(server, MqttVersion.V500);
        await using var publisher = await server.ConnectAsync("p5", MqttVersion.V500);
        await publisher.PublishAsync("a/b", "before"u8.ToArray(), MqttQos.AtLeastOnce);
        store.IsFull = true;
        Assert.Equal(MqttReasonCode.QuotaExceeded, await publisher.PublishAsync("a/b", "first"u8.ToArray(), MqttQos.AtLeastOnce));
        Assert.True(server.Server.StoreHealth is { IsFailing: true, IsFull: true });
        Assert.Equal(MqttReasonCode.QuotaExceeded, await publisher.PublishAsync("a/b", "refused"u8.ToArray(), MqttQos.AtLeastOnce));
        Assert.Equal(MqttReasonCode.QuotaExceeded, await publisher.PublishAsync("r", "refused"u8.ToArray(), MqttQos.AtLeastOnce, retain: true));
        Assert.Equal(MqttReasonCode.Success, await publisher.PublishAsync("elsewhere", "x"u8.ToArray(), MqttQos.AtLeastOnce));
        using (var old = await server.RawAsync())
        {
            await old.ConnectAsync("p3");
            await old.PublishAsync("a/b", "refused", 1);
            Assert.Null(await old.ReadAsync());
        }

        store.IsFull = false;
        await Eventually.HoldsAsync(() => !server.Server.StoreHealth.IsFailing, "the store to be written again");
        Assert.Equal(MqttReasonCode.Success, await publisher.PublishAsync("a/b", "after"u8.ToArray(), MqttQos.AtLeastOnce));
        Assert.Equal(["before", "first", "after"], store.Load().Deliveries.Select(d => Encoding.UTF8.GetString(d.Message.Payload)));
    }

    private static byte Identifier(byte[] packet) => packet[0] >> 4 == 3 ? packet[4 + packet[3] + 1] : packet[3];

    private static async Task SubscribeAsync(RawClient raw, string filter, MqttQos qos)
    {
        await raw.SendAsync(w => new MqttSubscribe { PacketId = 1, Filters = [new MqttTopicFilter(filter, qos)] }.Encode(w, MqttVersion.V311));
        Assert.Equal(0x90, (await raw.ReadAsync())![0]);
    }

    private static async Task SubscribeAndLeaveAsync(TestServer server, MqttVersion version, uint expiry = 1000)
    {
        var client = await server.ConnectAsync("stored", version, clean: false, sessionExpiry: expiry);
        await client.SubscribeAsync("a/#", MqttQos.ExactlyOnce, _ => { });
        await client.DisconnectAsync();
        await Eventually.HoldsAsync(() => !server.Server.IsConnected("stored"), "the client to be away");
        await client.DisposeAsync();
    }

    private Task<TestServer> StartAsync(IMqttStore store, IMqttPublishSink? sink = null) =>
        TestServer.StartAsync(sink: sink, time: _time, services: s => s.AddSingleton(_ => store));

    /// <summary>A store whose commits a test can hold up or make fail.</summary>
    private sealed class SlowStore : IMqttStore
    {
        private readonly MemoryMqttStore _inner = new();
        private readonly System.Collections.Concurrent.ConcurrentQueue<MqttStoreChange> _changes = new();

        public ManualResetEventSlim Hold { get; } = new(true);

        public SemaphoreSlim Writing { get; } = new(0);

        public bool IsFull { get; set; }

        public IEnumerable<MqttStoreChange> Changes => _changes;

        public MqttStoredState Load() => _inner.Load();

        public void Write(IReadOnlyList<MqttStoreChange> changes)
        {
            if (!Hold.IsSet)
            {
                Writing.Release();
            }

            Hold.Wait();
            if (IsFull)
            {
                throw new MqttStoreException("full", isFull: true);
            }

            _inner.Write(changes);
            foreach (var change in changes)
            {
                _changes.Enqueue(change);
            }
        }

        public void Dispose() => Hold.Set();
    }
}
