using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that subscribes.</summary>
public sealed partial class MqttClient
{
    private readonly Dictionary<ushort, TaskCompletionSource<MqttSubAck>> _requests = [];
    private volatile ClientSubscription[] _subscriptions = [];
    private int _nextRequest = PublishWindow.MaxCapacity;

    /// <summary>Called with a server's answer to each subscription that the client makes by itself: those of <see cref="Register"/>,
    /// and those made again after a reconnect. Runs on the read loop: it must not block.</summary>
    public Action<MqttTopicFilter, MqttReasonCode>? SubscriptionAnswered { get; set; }

    /// <summary>Takes messages that no subscription's filter matches, such as those that a stored session still held for a
    /// subscription of before; without it they are acknowledged and counted. As a handler of
    /// <see cref="SubscribeAsync(MqttTopicFilter, Func{MqttReceivedMessage, ValueTask}, uint, CancellationToken)"/>.</summary>
    public Func<MqttReceivedMessage, ValueTask>? UnmatchedHandler { get; set; }

    /// <summary>
    /// Adds a subscription before the client connects: its handler is there for the messages that a stored session has ready, and it
    /// is subscribed to on the first connection. <see cref="SubscriptionAnswered"/> tells the answer.
    /// </summary>
    /// <param name="filter">Filter with options; may begin with $share.</param>
    /// <param name="handler">See <see cref="SubscribeAsync(MqttTopicFilter, Func{MqttReceivedMessage, ValueTask}, uint, CancellationToken)"/>.</param>
    /// <param name="identifier">Subscription identifier from 1, 5.0 only; 0 is none.</param>
    public void Register(MqttTopicFilter filter, Func<MqttReceivedMessage, ValueTask> handler, uint identifier = 0)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(handler);
        Add(new ClientSubscription(filter, identifier, handler));
    }

    /// <summary>Subscribes. The handler begins on the client's read loop, where it must not block; a QoS 1 or 2 message is acknowledged
    /// when its task has ended, in the order in which the messages came. A handler that fails leaves its message unacknowledged and
    /// ends the connection: with <see cref="MqttClientOptions.Reconnect"/> and a stored session it is delivered again.</summary>
    /// <param name="filter">Filter with options; may begin with $share.</param>
    /// <param name="handler">Called for each message that matches.</param>
    /// <param name="identifier">Subscription identifier from 1, 5.0 only; 0 is none. Messages carry it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The granted QoS, or why not: 0x80 or higher. What the server has said that it cannot do is not asked for.</returns>
    /// <exception cref="MqttConnectionException">There is no connection, or it was lost before the SUBACK.</exception>
    public async Task<MqttReasonCode> SubscribeAsync(
        MqttTopicFilter filter, Func<MqttReceivedMessage, ValueTask> handler, uint identifier = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(handler);
        var subscription = new ClientSubscription(filter, identifier, handler);
        var reason = _limits.Check(subscription);
        if (reason != MqttReasonCode.Success)
        {
            return reason;
        }

        // Before the SUBSCRIBE: retained messages may come with the SUBACK.
        Add(subscription);
        try
        {
            var subAck = await RequestAsync((id, link) => link.Send(w => subscription.ToPacket(id, _options.Version).Encode(w, _options.Version)), cancellationToken);
            reason = subAck.Reasons[0];
            subscription.Granted = (int)reason < 0x80;
            return reason;
        }
        finally
        {
            if (!subscription.Granted)
            {
                Remove(s => s == subscription);
            }
        }
    }

    /// <summary>Subscribes with a handler that has done its work when it returns.</summary>
    /// <inheritdoc cref="SubscribeAsync(MqttTopicFilter, Func{MqttReceivedMessage, ValueTask}, uint, CancellationToken)"/>
    public Task<MqttReasonCode> SubscribeAsync(
        MqttTopicFilter filter, Action<MqttReceivedMessage> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return SubscribeAsync(
            filter,
            message =>
            {
                handler(message);
                return ValueTask.CompletedTask;
            },
            identifier: 0,
            cancellationToken);
    }

    /// <summary>Subscribes to <paramref name="filter"/> with a handler that has done its work when it returns.</summary>
    /// <inheritdoc cref="SubscribeAsync(MqttTopicFilter, Func{MqttReceivedMessage, ValueTask}, uint, CancellationToken)"/>
    public Task<MqttReasonCode> SubscribeAsync(
        string filter, MqttQos qos, Action<MqttReceivedMessage> handler, CancellationToken cancellationToken = default) =>
        SubscribeAsync(new MqttTopicFilter(filter, qos), handler, cancellationToken);

    /// <summary>Unsubscribes; the filter's handlers get nothing any more.</summary>
    /// <returns>Success or why not; always Success in 3.1.1.</returns>
    /// <exception cref="MqttConnectionException">There is no connection, or it was lost before the UNSUBACK.</exception>
    public async Task<MqttReasonCode> UnsubscribeAsync(string filter, CancellationToken cancellationToken = default)
    {
        var answer = await RequestAsync(
            (id, link) => link.Send(w => new MqttUnsubscribe { PacketId = id, Filters = [filter] }.Encode(w, _options.Version)),
            cancellationToken);
        Remove(s => s.Filter.Filter == filter);
        return answer.Reasons.Count > 0 ? answer.Reasons[0] : MqttReasonCode.Success;
    }

    private void Add(ClientSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }
    }

    private void Remove(Func<ClientSubscription, bool> which)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions.Where(s => !which(s))];
        }
    }

    private async Task<MqttSubAck> RequestAsync(Action<ushort, ClientLink> send, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<MqttSubAck>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var link = _link ?? throw new MqttConnectionException();
            var id = NextRequestLocked();
            _requests.Add(id, done);
            send(id, link);
        }

        return await done.Task.WaitAsync(cancellationToken);
    }

    private ushort NextRequestLocked()
    {
        do
        {
            _nextRequest = _nextRequest >= ushort.MaxValue ? PublishWindow.MaxCapacity + 1 : _nextRequest + 1;
        }
        while (_requests.ContainsKey((ushort)_nextRequest));
        return (ushort)_nextRequest;
    }

    /// <summary>Subscribes to what the server's session does not have.</summary>
    private void ResubscribeLocked(ClientLink link, bool sessionPresent)
    {
        foreach (var subscription in _subscriptions)
        {
            if (sessionPresent && subscription.Granted)
            {
                continue;
            }

            var reason = link.Limits.Check(subscription);
            if (reason != MqttReasonCode.Success)
            {
                SubscriptionAnswered?.Invoke(subscription.Filter, reason);
                continue;
            }

            var id = NextRequestLocked();
            var done = new TaskCompletionSource<MqttSubAck>();
            _requests.Add(id, done);
            _ = TellAnswerAsync(subscription, done.Task);
            link.Send(w => subscription.ToPacket(id, _options.Version).Encode(w, _options.Version));
        }
    }

    private async Task TellAnswerAsync(ClientSubscription subscription, Task<MqttSubAck> answer)
    {
        try
        {
            var reason = (await answer).Reasons[0];
            subscription.Granted = (int)reason < 0x80;
            SubscriptionAnswered?.Invoke(subscription.Filter, reason);
        }
        catch (MqttConnectionException)
        {
            // Asked again on the next connection.
            subscription.Granted = false;
        }
    }

    private void FailRequests(Exception error)
    {
        TaskCompletionSource<MqttSubAck>[] waiting;
        lock (_gate)
        {
            waiting = [.. _requests.Values];
            _requests.Clear();
        }

        foreach (var request in waiting)
        {
            request.TrySetException(error);
            _ = request.Task.Exception;
        }
    }

    private void OnSubAck(in MqttFrame frame)
    {
        Check(MqttSubAck.TryDecode(frame, _options.Version, out var subAck, out var error), error);
        TaskCompletionSource<MqttSubAck>? request;
        lock (_gate)
        {
            _requests.Remove(subAck!.PacketId, out request);
        }

        request?.TrySetResult(subAck);
    }
}
