using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using IOC.Mqtt.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace IOC.Mqtt;

/// <summary>The endpoint: all connections, sessions, subscriptions and retained messages of this node. Kestrel's
/// <see cref="MqttConnectionHandler"/> hands it connections; one timer serves all of them.</summary>
public sealed partial class MqttServer : IHostedService, IDisposable
{
    private static readonly TimeSpan s_sweepPeriod = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<MqttConnection, bool> _connections = new();
    private readonly ConcurrentQueue<(ConnectionContext Transport, long AbortAtMs)> _lingering = new();
    private readonly long _epoch;
    private readonly Lock _timerGate = new();
    private readonly IMqttStore? _store;
    private readonly SysTopics _sys;
    private ITimer? _timer;
    private volatile bool _stopping;

    /// <summary>Made by <c>services.AddMqttServer()</c>.</summary>
    public MqttServer(
        IOptions<MqttServerOptions> options,
        IMqttPublishSink sink,
        IMqttAuthenticator authenticator,
        TimeProvider time,
        ILogger<MqttServer> log,
        IMqttStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        Options = options.Value;
        Sink = sink;
        Authenticator = authenticator;
        Time = time;
        Log = log;
        _epoch = time.GetTimestamp();
        Sessions = new SessionRegistry(this);
        Router = new Router(Counters);
        Retained = new RetainedStore(Options.MaxRetainedMessages, Options.MaxRetainedBytes, Counters);
        Queues = new ByteBudget(Options.MaxQueuedBytesTotal);
        _store = store;
        SysRetained = new RetainedStore(int.MaxValue, long.MaxValue, Counters);
        _sys = new SysTopics(this);
    }

    /// <summary>What the endpoint has done.</summary>
    public MqttServerCounters Counters { get; } = new();

    /// <summary>Sessions, stored ones included.</summary>
    public int SessionCount => Sessions.Count;

    /// <summary>Subscriptions of all sessions.</summary>
    public int SubscriptionCount => Router.Count;

    /// <summary>Retained messages.</summary>
    public int RetainedCount => Retained.Count;

    /// <summary>Bytes of topic, payload and properties of the retained messages.</summary>
    public long RetainedBytes => Retained.Bytes;

    /// <summary>The same of all messages that are queued for a session or wait for a client's answer; a message for several sessions
    /// counts for each.</summary>
    public long QueuedBytes => Queues.Used;

    internal MqttServerOptions Options { get; }

    internal IMqttPublishSink Sink { get; }

    internal IMqttAuthenticator Authenticator { get; }

    internal TimeProvider Time { get; }

    internal ILogger Log { get; }

    internal SessionRegistry Sessions { get; }

    internal Router Router { get; }

    internal RetainedStore Retained { get; }

    /// <summary>The last figures under $SYS: neither counted nor stored.</summary>
    internal RetainedStore SysRetained { get; }

    internal ByteBudget Queues { get; }

    internal bool IsStopping => _stopping;

    /// <summary>Milliseconds since the server was made; never jumps.</summary>
    internal long NowMs => (long)Time.GetElapsedTime(_epoch).TotalMilliseconds;

    /// <summary>Messages dropped for one client because its queue was full; null when it has no session.</summary>
    public long? DroppedFor(string clientId) => Sessions.Find(clientId)?.Dropped;

    /// <summary>Whether a client is connected.</summary>
    public bool IsConnected(string clientId) => Sessions.Find(clientId)?.Connection is not null;

    /// <summary>Whether a client that is connected now subscribes to a topic, by whatever filter.</summary>
    /// <param name="topic">Topic name.</param>
    public bool IsListenedTo(string topic)
    {
        var utf8 = MqttUtf8.GetBytes(topic);
        var route = MqttTopic.IsValidName(utf8) ? Router.Find(utf8) : Route.None;
        return Array.Exists(route.Targets, t => t.Session.Connection is not null) || Array.Exists(route.Groups, g => g.HasConnectedMember);
    }

    /// <inheritdoc cref="PublishAsync(MqttHostMessage)"/>
    public ValueTask<int> PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, MqttQos qos = MqttQos.AtMostOnce, bool retain = false) =>
        PublishAsync(new MqttHostMessage(topic, payload) { Qos = qos, Retain = retain });

    /// <summary>Publishes a message of the host: it is retained and goes to subscribers as one of a client does, but not through the
    /// sink. Completes when it is in the subscribers' queues, and on disk for stored sessions and as a retained message; when the store
    /// cannot be written (<see cref="StoreHealth"/>), it is stored as soon as it can be.</summary>
    /// <returns>How many sessions took it: connected ones, and from QoS 1 on stored ones as well. 0 when nobody subscribes.</returns>
    /// <exception cref="ArgumentException">The topic or response topic is not a topic name, or a text is too long for MQTT.</exception>
    public ValueTask<int> PublishAsync(MqttHostMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!message.HasValidTopics)
        {
            throw new ArgumentException($"'{message.Topic}' or the response topic '{message.ResponseTopic}' is empty or has wildcards.", nameof(message));
        }

        return PublishStoredAsync(message);
    }

    /// <summary>Takes up what is stored, and starts the timer that closes silent connections.</summary>
    /// <exception cref="MqttStoreException">The store cannot be read.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        OpenStore();
        EnsureTimer();
        return Task.CompletedTask;
    }

    /// <summary>Admits nobody any more, waits for pending durable answers (<see cref="MqttServerOptions.StopTimeout"/>), tells
    /// MQTT 5 clients that the server shuts down and closes every connection.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        foreach (var connection in _connections.Keys)
        {
            connection.BeginClose(MqttReasonCode.ServerShuttingDown);
        }

        await Task.WhenAll(_connections.Keys.Select(c => c.Ended)).WaitAsync(cancellationToken);
        CloseStore();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_timerGate)
        {
            _timer?.Dispose();
        }

        CloseStore();
    }

    internal async Task RunAsync(ConnectionContext transport)
    {
        EnsureTimer();
        var connection = new MqttConnection(this, transport);
        _connections[connection] = true;
        Counters.Opened();
        try
        {
            var stop = transport.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
            await using var registration = stop.Register(() => connection.BeginClose(MqttReasonCode.ServerShuttingDown));
            if (_stopping)
            {
                connection.BeginClose(MqttReasonCode.ServerShuttingDown);
            }

            await connection.RunAsync();
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            Counters.Ended();
        }
    }

    /// <summary>A transport is given back to Kestrel; should the client not take its last bytes, it is aborted later.</summary>
    internal void Linger(ConnectionContext transport) =>
        _lingering.Enqueue((transport, NowMs + (long)Options.LingerTimeout.TotalMilliseconds));

    internal bool IsTopicWithinLimits(ReadOnlySpan<byte> topic) =>
        topic.Length <= Options.MaxTopicLength && MqttTopic.CountLevels(topic) <= Options.MaxTopicLevels;

    /// <summary>Sends a received message to its subscribers. The hot path when nobody subscribes: one lookup, no allocation.</summary>
    /// <param name="from">Whose message.</param>
    /// <param name="publish">The message.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="isTold">Whether its receipt is to be stored with what it brings about.</param>
    /// <param name="outbox">Of the connection that it came by.</param>
    /// <returns>Completes when what must survive is on disk.</returns>
    internal Task Forward(MqttSession from, in MqttPublishView publish, ReadOnlySpan<byte> topic, bool isTold, Outbox outbox)
    {
        var route = Router.Find(topic);
        if (route.IsNone && !publish.Retain && !isTold)
        {
            return Task.CompletedTask;
        }

        var durable = Task.CompletedTask;
        var journal = Journal;
        journal?.BeginUnit();
        try
        {
            if (isTold)
            {
                from.TellReceivedInUnit(publish.PacketId);
            }

            if (!route.IsNone || publish.Retain)
            {
                Distribute(MqttMessage.From(publish, route.Topic ?? topic.ToArray(), NowMs), publish.Retain, from, route, outbox);
            }
        }
        finally
        {
            durable = journal?.EndUnit() ?? durable;
        }

        return durable;
    }

    internal MqttReasonCode Subscribe(MqttSession session, MqttClientContext client, MqttTopicFilter filter, uint identifier)
    {
        var reason = CheckFilter(session, client, filter.Filter);
        if (reason != MqttReasonCode.Success)
        {
            return reason;
        }

        var subscription = new Subscription(session, filter, identifier);
        session.Remember(subscription);
        var isNew = Router.Subscribe(subscription);

        // A shared subscription gets no retained messages (5.0, 3.8.4): every new member would get what another had.
        var wantsRetained = filter.RetainHandling == MqttRetainHandling.Send || (filter.RetainHandling == MqttRetainHandling.SendIfNew && isNew);
        if (wantsRetained && !MqttTopic.IsShared(Encoding.UTF8.GetBytes(filter.Filter)))
        {
            var isSys = SysTopics.IsSys(Encoding.UTF8.GetBytes(filter.Filter));
            session.Feed((isSys ? SysRetained : Retained).Match(filter.Filter, NowMs), subscription);
        }

        return (MqttReasonCode)(int)filter.Qos;
    }

    internal MqttReasonCode Unsubscribe(MqttSession session, string filter)
    {
        session.Forget(filter);
        return Router.Unsubscribe(session, filter) ? MqttReasonCode.Success : MqttReasonCode.NoSubscriptionExisted;
    }

    /// <summary>Publishes a will through the sink, like any message of its client.</summary>
    internal void PublishWill(MqttClientContext client, MqttWill will)
    {
        var topic = Encoding.UTF8.GetBytes(will.Topic);
        var verdict = AskSink(client, will, topic);
        if ((int)verdict.Reason >= 0x80)
        {
            Counters.Refuse(verdict.Reason);
            return;
        }

        Counters.WillPublished();
        if (verdict.Durable is { IsCompletedSuccessfully: true } or null)
        {
            DistributeWill(client, will, topic, verdict.Forward);
            return;
        }

        _ = ObserveWillAsync(verdict.Durable, client.ClientId);
        DistributeWill(client, will, topic, verdict.Forward);
    }

    private PublishVerdict AskSink(MqttClientContext client, MqttWill will, byte[] topic)
    {
        try
        {
            return Sink.OnPublish(client, topic, will.Payload, new MqttPublishFlags
            {
                Qos = will.Qos,
                Retain = will.Retain,
                IsWill = true,
                ContentType = Encoding.UTF8.GetBytes(will.Properties?.ContentType ?? ""),
            });
        }
        catch (Exception e)
        {
            Log.LogError(e, "The publish sink failed for the will of client {ClientId}", client.ClientId);
            return PublishVerdict.Refused(MqttReasonCode.ImplementationSpecificError);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the sink's task failed with is logged and counted.")]
    private async Task ObserveWillAsync(Task durable, string clientId)
    {
        try
        {
            await durable;
        }
        catch (Exception e)
        {
            Counters.DurableFailed(1);
            Log.LogError(e, "The will of client {ClientId} was not stored", clientId);
        }
    }

    private void DistributeWill(MqttClientContext client, MqttWill will, byte[] topic, bool forward)
    {
        if (!forward)
        {
            return;
        }

        var expiry = will.Properties?.MessageExpiryInterval;
        Distribute(
            new MqttMessage
            {
                Topic = topic,
                Payload = will.Payload,
                Qos = will.Qos,
                ExpiresAtMs = expiry is { } seconds ? NowMs + (seconds * 1000L) : long.MaxValue,
                PropertyBlock = MqttMessage.Forwardable(will.Properties),
            },
            will.Retain,
            Sessions.Find(client.ClientId));
    }

    /// <summary>Publishes a figure of the server itself.</summary>
    internal void PublishSys(MqttMessage message)
    {
        SysRetained.Set(message);
        Deliver(message, retain: true, from: null, Router.Find(message.Topic), outbox: null);
    }

    private int Distribute(MqttMessage message, bool retain, MqttSession? from) =>
        Distribute(message, retain, from, Router.Find(message.Topic), outbox: null);

    private int Distribute(MqttMessage message, bool retain, MqttSession? from, Route route, Outbox? outbox)
    {
        if (retain)
        {
            Retained.Set(message);
        }

        return Deliver(message, retain, from, route, outbox);
    }

    private static int Deliver(MqttMessage message, bool retain, MqttSession? from, Route route, Outbox? outbox)
    {
        var taken = 0;
        foreach (var any in route.Targets)
        {
            if ((any.Session == from ? any.ForOwn : any) is { } target)
            {
                var qos = (MqttQos)Math.Min((int)message.Qos, (int)target.Qos);
                var delivery = new Delivery(message, qos, retain && target.RetainAsPublished, target.Identifiers);
                taken += target.Session.Deliver(delivery, outbox) == DeliveryResult.Queued ? 1 : 0;
            }
        }

        foreach (var group in route.Groups)
        {
            taken += group.Deliver(message, retain, outbox) ? 1 : 0;
        }

        return taken;
    }

    internal MqttReasonCode CheckFilter(MqttSession session, MqttClientContext client, string filter)
    {
        var utf8 = Encoding.UTF8.GetBytes(filter);
        ReadOnlySpan<byte> plain = utf8;
        if ((MqttTopic.IsShared(utf8) && !MqttTopic.TrySplitShared(utf8, out _, out plain))
            || !MqttTopic.IsValidFilter(plain) || !IsTopicWithinLimits(plain))
        {
            return MqttReasonCode.TopicFilterInvalid;
        }

        var most = Math.Min(client.Limits?.MaxSubscriptions ?? int.MaxValue, Options.MaxSubscriptionsPerSession);
        return session.SubscriptionCount >= most && !session.HasSubscription(filter)
            ? MqttReasonCode.QuotaExceeded
            : MaySubscribe(client, filter);
    }

    private void EnsureTimer()
    {
        if (_timer is null)
        {
            lock (_timerGate)
            {
                _timer ??= Time.CreateTimer(static s => ((MqttServer)s!).Sweep(), this, s_sweepPeriod, s_sweepPeriod);
            }
        }
    }

    private void Sweep()
    {
        var now = NowMs;
        foreach (var (connection, _) in _connections)
        {
            connection.Sweep(now);
        }

        Sessions.Sweep(now);
        _sys.Sweep(now);
        Retained.DropExpired(now);
        while (_lingering.TryPeek(out var oldest) && oldest.AbortAtMs <= now && _lingering.TryDequeue(out oldest))
        {
            oldest.Transport.Abort();
        }
    }
}
