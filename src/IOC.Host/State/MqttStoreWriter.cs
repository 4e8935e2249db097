using IOC.Mqtt;
using Microsoft.Data.Sqlite;

namespace IOC.Host.State;

/// <summary>Writes changes with statements that are prepared once.</summary>
internal sealed class MqttStoreWriter : IDisposable
{
    private readonly List<SqliteCommand> _all = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _putSession;
    private readonly SqliteCommand[] _deleteSession;
    private readonly SqliteCommand _putSubscription;
    private readonly SqliteCommand _deleteSubscription;
    private readonly SqliteCommand _putDelivery;
    private readonly SqliteCommand _moveDelivery;
    private readonly SqliteCommand _deleteDelivery;
    private readonly SqliteCommand _putReceipt;
    private readonly SqliteCommand _deleteReceipt;
    private readonly SqliteCommand _putRetained;
    private readonly SqliteCommand _deleteRetained;
    private readonly SqliteCommand _putWill;
    private readonly SqliteCommand _deleteWill;

    public MqttStoreWriter(SqliteConnection connection)
    {
        _connection = connection;
        _putSession = Prepare("INSERT OR REPLACE INTO sessions (id, client, principal, expiry, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)", 5);
        _deleteSession =
        [
            Prepare("DELETE FROM sessions WHERE id = ?1", 1), Prepare("DELETE FROM subscriptions WHERE session = ?1", 1),
            Prepare("DELETE FROM deliveries WHERE session = ?1", 1), Prepare("DELETE FROM receipts WHERE session = ?1", 1),
        ];
        _putSubscription = Prepare("INSERT OR REPLACE INTO subscriptions (session, filter, options, identifier) VALUES (?1, ?2, ?3, ?4)", 4);
        _deleteSubscription = Prepare("DELETE FROM subscriptions WHERE session = ?1 AND filter = ?2", 2);
        _putDelivery = Prepare(
            """
            INSERT OR REPLACE INTO deliveries (session, sequence, state, sent_qos, retain, identifiers, qos, expires_at, topic, properties, payload)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """,
            11);
        _moveDelivery = Prepare("UPDATE deliveries SET state = ?3 WHERE session = ?1 AND sequence = ?2", 3);
        _deleteDelivery = Prepare("DELETE FROM deliveries WHERE session = ?1 AND sequence = ?2", 2);
        _putReceipt = Prepare("INSERT OR REPLACE INTO receipts (session, packet) VALUES (?1, ?2)", 2);
        _deleteReceipt = Prepare("DELETE FROM receipts WHERE session = ?1 AND packet = ?2", 2);
        _putRetained = Prepare("INSERT OR REPLACE INTO retained (topic, qos, expires_at, properties, payload) VALUES (?1, ?2, ?3, ?4, ?5)", 5);
        _deleteRetained = Prepare("DELETE FROM retained WHERE topic = ?1", 1);
        _putWill = Prepare("INSERT OR REPLACE INTO wills (client, principal, due_at, connect) VALUES (?1, ?2, ?3, ?4)", 4);
        _deleteWill = Prepare("DELETE FROM wills WHERE client = ?1", 1);
    }

    public void Write(IReadOnlyList<MqttStoreChange> changes, SqliteTransaction transaction)
    {
        foreach (var command in _all)
        {
            command.Transaction = transaction;
        }

        foreach (var change in changes)
        {
            Write(change);
        }
    }

    public void Dispose() => _all.ForEach(c => c.Dispose());

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    private void Write(MqttStoreChange change)
    {
        switch (change)
        {
            case SessionPut { Session: var s }:
                Run(_putSession, s.Id, s.ClientId, s.Principal, (long)s.ExpirySeconds, s.ExpiresAtMs);
                break;
            case SessionDeleted { SessionId: var id }:
                Array.ForEach(_deleteSession, c => Run(c, id));
                break;
            case SubscriptionPut { Subscription: var s }:
                Run(_putSubscription, s.SessionId, s.Filter, s.Options, (long)s.Identifier);
                break;
            case SubscriptionDeleted s:
                Run(_deleteSubscription, s.SessionId, s.Filter);
                break;
            case DeliveryPut { Delivery: { Message: var m } d }:
                Run(
                    _putDelivery, d.SessionId, d.Sequence, (int)d.State, d.Qos, d.Retain, SqliteMqttStore.Bytes(d.SubscriptionIds),
                    m.Qos, m.ExpiresAtMs, m.Topic, m.Properties, m.Payload);
                break;
            case DeliveryMoved d:
                Run(_moveDelivery, d.SessionId, d.Sequence, (int)d.State);
                break;
            case DeliveryDeleted d:
                Run(_deleteDelivery, d.SessionId, d.Sequence);
                break;
            case ReceiptPut { Receipt: var r }:
                Run(_putReceipt, r.SessionId, (int)r.PacketId);
                break;
            case ReceiptDeleted { Receipt: var r }:
                Run(_deleteReceipt, r.SessionId, (int)r.PacketId);
                break;
            case RetainedPut { Message: var m }:
                Run(_putRetained, m.Topic, m.Qos, m.ExpiresAtMs, m.Properties, m.Payload);
                break;
            case RetainedDeleted r:
                Run(_deleteRetained, r.Topic);
                break;
            case WillPut { Will: var w }:
                Run(_putWill, w.ClientId, w.Principal, w.DueAtMs, w.Connect);
                break;
            case WillDeleted w:
                Run(_deleteWill, w.ClientId);
                break;
            default:
                throw new ArgumentException($"{change.GetType().Name} is no change that this store knows.", nameof(change));
        }
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter($"?{i}", null));
        }

        _all.Add(command);
        return command;
    }
}
