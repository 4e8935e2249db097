using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that handles what the server sends.</summary>
public sealed partial class MqttClient
{
    private readonly InboundWindow _inbound;

    private void OnFrame(ClientLink link, in MqttFrame frame)
    {
        Volatile.Write(ref _lastReceived, _options.Time.GetTimestamp());
        if (frame.Type == MqttPacketType.ConnAck == (link.ConnAck is not null))
        {
            throw new MqttConnectionException($"The server sent {frame.Type} out of turn.", MqttReasonCode.ProtocolError);
        }

        switch (frame.Type)
        {
            case MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp:
                OnAck(link, frame);
                break;
            case MqttPacketType.Publish:
                OnPublish(link, frame);
                break;
            case MqttPacketType.ConnAck:
                Check(MqttConnAck.TryDecode(frame, _options.Version, out var connAck, out var error), error);
                Start(link, connAck!);
                break;
            case MqttPacketType.SubAck or MqttPacketType.UnsubAck:
                OnSubAck(frame);
                break;
            case MqttPacketType.Disconnect when _options.Version == MqttVersion.V500:
                Check(MqttDisconnect.TryDecode(frame, _options.Version, out var disconnect, out error), error);
                link.Farewell = disconnect;
                break;
            case MqttPacketType.PingResp:
                Check(MqttEncoding.IsEmptyPacket(frame, out error), error);
                break;
            default:
                throw new MqttConnectionException($"The server sent {frame.Type}.", MqttReasonCode.ProtocolError);
        }
    }

    private void OnAck(ClientLink link, in MqttFrame frame)
    {
        Check(MqttAck.TryDecode(frame, _options.Version, out var ack, out var error), error);
        if (ack.Type != MqttPacketType.PubRel)
        {
            OnPublishAnswer(link, ack);
            return;
        }

        // A server that goes on with a session of before this process asks for identifiers that are not known any more.
        var known = _inbound.Release(ack.PacketId);
        SendAck(link, MqttPacketType.PubComp, ack.PacketId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
    }

    private void OnPublish(ClientLink link, in MqttFrame frame)
    {
        Check(MqttPublishView.TryDecode(frame, _options.Version, fromServer: true, out var publish, out var error), error);
        var topic = link.Aliases.Resolve(publish);
        if (publish.Qos != MqttQos.AtMostOnce && _inbound.IsKnown(link, publish))
        {
            Interlocked.Increment(ref Counters.RedeliveredCount);
            return;
        }

        Interlocked.Increment(ref Counters.ReceivedCount);
        _inbound.Track(link, publish, Dispatch(publish, topic), OnHandlerFailed);
    }

    /// <summary>Calls the handlers; completed when all have ended well.</summary>
    private Task Dispatch(in MqttPublishView publish, ReadOnlySpan<byte> topic)
    {
        MqttReceivedMessage? message = null;
        var running = Task.CompletedTask;
        foreach (var subscription in _subscriptions)
        {
            if (MqttTopic.Matches(subscription.Match, topic))
            {
                message ??= Copy(publish, topic);
                running = Both(running, Call(subscription.Handler, message));
            }
        }

        if (message is not null)
        {
            return running;
        }

        Interlocked.Increment(ref Counters.UnmatchedCount);
        return UnmatchedHandler is { } handler ? Call(handler, Copy(publish, topic)) : Task.CompletedTask;
    }

    private static Task Call(Func<MqttReceivedMessage, ValueTask> handler, MqttReceivedMessage message)
    {
        try
        {
            return handler(message).AsTask();
        }
        catch (Exception e)
        {
            // Whatever the application's handler throws: it must not end the read loop unseen.
            return Task.FromException(e);
        }
    }

    private static Task Both(Task one, Task other) =>
        one.IsCompletedSuccessfully ? other : other.IsCompletedSuccessfully ? one : Task.WhenAll(one, other);

    private static MqttReceivedMessage Copy(in MqttPublishView publish, ReadOnlySpan<byte> topic) => new(
        Encoding.UTF8.GetString(topic), publish.Payload.ToArray(), publish.Qos, publish.Retain, publish.Dup, publish.ReadProperties());

    private void OnHandlerFailed(ClientLink link, Exception e)
    {
        Interlocked.Increment(ref Counters.FailedHandlersCount);
        _ = link.FailAsync(
            new MqttConnectionException($"A message's handler failed: {e.Message}", MqttReasonCode.ImplementationSpecificError, e),
            MqttReasonCode.ImplementationSpecificError);
    }

    private void SendAck(ClientLink link, MqttPacketType type, ushort packetId, MqttReasonCode reason)
    {
        Span<byte> packet = stackalloc byte[MqttAck.MaxSize];
        link.Send(packet[..MqttAck.Write(packet, _options.Version, type, packetId, reason)]);
    }

    private static void Check(bool decoded, MqttError error)
    {
        if (!decoded)
        {
            throw new MqttConnectionException(error.Text, error.Reason);
        }
    }
}
