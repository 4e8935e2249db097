using System.Text;
using IOC.Host.State;
using IOC.Mqtt;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Host.Tests;

/// <summary>What every store of MQTT state must do.</summary>
public abstract class MqttStoreContract : IDisposable
{
    protected TempDirectory Folder { get; } = new();

    [Fact]
    public void What_was_put_is_loaded_with_every_field()
    {
        using (var store = Open())
        {
            Assert.Empty(store.Load().Sessions);
            store.Write(
            [
                new SessionPut(new StoredSession(7, "thiết bị", "owner", uint.MaxValue - 1, long.MaxValue)), new SessionPut(new StoredSession(8, "b", null, 1, 5)),
                new SubscriptionPut(new StoredSubscription(7, "a/+/#", 0x2E, 268_435_455)),
                new DeliveryPut(new StoredDelivery(7, 70_000, Message("a", "x"), 2, true, [1, 268_435_455], StoredDeliveryState.Sent)),
                new DeliveryPut(new StoredDelivery(7, 69_999, Message("a", ""), 1, false, null, StoredDeliveryState.Queued)),
                new ReceiptPut(new StoredReceipt(8, 65_535)), new RetainedPut(Message("r", "kept")), new WillPut(new StoredWill("b", "p", [1, 2], 99)),
            ]);
        }

        using var again = Reopen();
        var state = again.Load();
        Assert.Equal([new StoredSession(7, "thiết bị", "owner", uint.MaxValue - 1, long.MaxValue), new StoredSession(8, "b", null, 1, 5)], state.Sessions.OrderBy(s => s.Id));
        Assert.Equal([new StoredSubscription(7, "a/+/#", 0x2E, 268_435_455)], state.Subscriptions);
        Assert.Equal([69_999, 70_000], state.Deliveries.Select(d => d.Sequence));
        Assert.Equivalent(new StoredDelivery(7, 70_000, Message("a", "x"), 2, true, [1, 268_435_455], StoredDeliveryState.Sent), state.Deliveries[1], strict: true);
        Assert.Null(state.Deliveries[0].SubscriptionIds);
        Assert.Equal([new StoredReceipt(8, 65_535)], state.Receipts);
        Assert.Equivalent(Message("r", "kept"), Assert.Single(state.Retained), strict: true);
        Assert.Equivalent(new StoredWill("b", "p", [1, 2], 99), Assert.Single(state.Wills), strict: true);
    }

    [Fact]
    public void Changes_are_made_in_their_order_and_the_last_counts()
    {
        using var store = Open();
        store.Write(
        [
            new RetainedPut(Message("t", "1")), new RetainedPut(Message("t", "2")), new RetainedPut(Message("gone", "1")), new RetainedDeleted("gone"u8.ToArray()),
            new WillPut(new StoredWill("c", null, [1], 1)), new WillDeleted("c"), new WillPut(new StoredWill("c", null, [2], 2)),
            new SubscriptionPut(new StoredSubscription(1, "f", 0, 0)), new SubscriptionPut(new StoredSubscription(1, "f", 2, 3)),
            new ReceiptPut(new StoredReceipt(1, 1)), new ReceiptDeleted(new StoredReceipt(1, 1)),
            new DeliveryPut(new StoredDelivery(1, 1, Message("a", "x"), 2, false, null, StoredDeliveryState.Queued)), new DeliveryMoved(1, 1, StoredDeliveryState.Released),
            new DeliveryPut(new StoredDelivery(1, 2, Message("a", "x"), 2, false, null, StoredDeliveryState.Queued)), new DeliveryDeleted(1, 2),
        ]);
        var state = store.Load();
        Assert.Equal("2", Encoding.UTF8.GetString(Assert.Single(state.Retained).Payload));
        Assert.Equal(2, Assert.Single(state.Wills).DueAtMs);
        Assert.Equal(new StoredSubscription(1, "f", 2, 3), Assert.Single(state.Subscriptions));
        Assert.Empty(state.Receipts);
        Assert.Equal(StoredDeliveryState.Released, Assert.Single(state.Deliveries).State);
    }

    [Fact]
    public void A_session_goes_with_all_that_it_has_and_nothing_else_goes()
    {
        using var store = Open();
        foreach (var id in new long[] { 1, 2 })
        {
            store.Write(
            [
                new SessionPut(new StoredSession(id, $"c{id}", null, 1, 1)), new SubscriptionPut(new StoredSubscription(id, "f", 0, 0)),
                new DeliveryPut(new StoredDelivery(id, 1, Message("a", "x"), 1, false, null, StoredDeliveryState.Queued)), new ReceiptPut(new StoredReceipt(id, 1)),
            ]);
        }

        store.Write([new SessionDeleted(1)]);
        var state = store.Load();
        Assert.Equal(2, Assert.Single(state.Sessions).Id);
        Assert.Equal((2, 2, 2), (Assert.Single(state.Subscriptions).SessionId, Assert.Single(state.Deliveries).SessionId, Assert.Single(state.Receipts).SessionId));
    }

    [Fact]
    public void What_is_not_there_can_be_deleted_and_moved()
    {
        using var store = Open();
        store.Write(
        [
            new SessionDeleted(1), new SubscriptionDeleted(1, "f"), new DeliveryMoved(1, 1, StoredDeliveryState.Sent), new DeliveryDeleted(1, 1),
            new ReceiptDeleted(new StoredReceipt(1, 1)), new RetainedDeleted([1]), new WillDeleted("c"),
        ]);
        Assert.Empty(store.Load().Deliveries);
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract IMqttStore Open();

    /// <summary>The same store after its former user has ended.</summary>
    protected abstract IMqttStore Reopen();

    protected static StoredMessage Message(string topic, string payload) =>
        new(Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(payload), [1, 2, 3], 1, 1234);
}

public sealed class MemoryMqttStoreTests : MqttStoreContract
{
    private readonly MemoryMqttStore _store = new();

    protected override IMqttStore Open() => _store;

    protected override IMqttStore Reopen() => _store.Copy();
}

public sealed class SqliteMqttStoreTests : MqttStoreContract
{
    private string File => Folder.Combine("mqtt", "mqtt.db");

    [Fact]
    public void A_file_without_room_changes_nothing_and_says_so()
    {
        using var store = new SqliteMqttStore(File, maxPages: 20);
        store.Write([new RetainedPut(Message("first", "x"))]);
        var big = Enumerable.Range(0, 100).Select(i => new RetainedPut(Message($"t{i}", new string('x', 4000)))).ToList();
        var error = Assert.Throws<MqttStoreException>(() => store.Write(big));
        Assert.True(error.IsFull);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.Single(store.Load().Retained);
        store.Write([new RetainedPut(Message("second", "x"))]);
        Assert.Equal(2, store.Load().Retained.Count);
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("newer")]
    [InlineData("foreign")]
    public void A_file_that_cannot_be_used_is_named(string what)
    {
        new SqliteMqttStore(File).Dispose();
        SqliteConnection.ClearAllPools();
        if (what == "damaged")
        {
            System.IO.File.Delete(File + "-wal");
            System.IO.File.WriteAllBytes(File, new byte[10_000]);
        }
        else
        {
            using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = what == "newer" ? "PRAGMA user_version = 2" : "PRAGMA application_id = 1";
            command.ExecuteNonQuery();
        }

        var error = Assert.Throws<MqttStoreException>(() => new SqliteMqttStore(File));
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_sessions_can_be_written_and_read()
    {
        const int Count = 100_000;
        using (var store = Open())
        {
            store.Write([.. Enumerable.Range(1, Count).SelectMany(i => new MqttStoreChange[]
            {
                new SessionPut(new StoredSession(i, $"device-{i}", null, 3600, long.MaxValue)), new SubscriptionPut(new StoredSubscription(i, $"ioc/v1/d/{i}/cmd", 1, 0)),
            })]);
        }

        using var again = Reopen();
        var state = again.Load();
        Assert.Equal((Count, Count), (state.Sessions.Count, state.Subscriptions.Count));
    }

    protected override IMqttStore Open() => new SqliteMqttStore(File);

    protected override IMqttStore Reopen() => new SqliteMqttStore(File);
}
