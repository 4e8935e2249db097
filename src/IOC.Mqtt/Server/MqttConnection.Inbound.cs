using System.Buffers;
using IOC.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>The part that handles received packets. Everything here runs on the read loop.</summary>
internal sealed partial class MqttConnection
{
    /// <summary>Answers to pings wait for the end of the batch, and must not fill the memory until then.</summary>
    private const int MaxPingsInBatch = MaxControlBytes / 2;

    private byte[]?[]? _topicAliases;
    private QosCounts _publishes;
    private long _bytesIn;
    private int _packetsIn = 1;
    private long _payloadIn;
    private bool _needsPump;
    private int _pingsInBatch;
    private Task? _backPressure;
    private Outbox? _outbox;

    private enum Step
    {
        /// <summary>On to the next packet.</summary>
        Next,

        /// <summary>Read no further for now.</summary>
        Pause,

        /// <summary>The connection ends.</summary>
        Close,
    }

    /// <summary>Handles every whole packet of the buffer: no async state machine per packet, answers leave together.</summary>
    private Step Process(ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        var reader = new MqttFrameReader(buffer, _scratch, MaxPacketSize);
        var step = Step.Next;
        while (step == Step.Next)
        {
            if (MustWaitForRoom || _pingsInBatch > MaxPingsInBatch || MustNap())
            {
                step = Step.Pause;
                break;
            }

            var status = reader.Read(out var frame);
            if (status == DecodeStatus.Incomplete)
            {
                break;
            }

            _packetsIn++;
            step = status == DecodeStatus.Complete ? Handle(frame) : Fail(reader.Error);
        }

        consumed = reader.Consumed;
        _bytesIn += buffer.Slice(0, consumed).Length;
        return step;
    }

    private void FinishBatch()
    {
        _server.Counters.Received(_bytesIn, _publishes);
        _server.Counters.ReceivedPackets(_packetsIn, _payloadIn);
        _packetsIn = 0;
        _payloadIn = 0;
        Client!.Received(_bytesIn, _publishes);
        _bytesIn = 0;
        _publishes = default;
        _later?.Publish();
        if (_acks.Publish() || _needsPump)
        {
            // After the answers to what came before the pings.
            Interlocked.Add(ref _pings, _pingsInBatch);
            _pingsInBatch = 0;
            _needsPump = false;
            Kick();
        }

        _outbox?.Flush();
    }

    private Step Handle(in MqttFrame frame) => frame.Type switch
    {
        MqttPacketType.Publish => OnPublish(frame),
        MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp => OnAck(frame),
        MqttPacketType.Subscribe => OnSubscribe(frame),
        MqttPacketType.Unsubscribe => OnUnsubscribe(frame),
        MqttPacketType.PingReq => OnPing(frame),
        MqttPacketType.Disconnect => OnDisconnect(frame),
        MqttPacketType.Auth => OnAuth(frame),
        MqttPacketType.None => Fail(new MqttError(MqttReasonCode.MalformedPacket, "The packet type is 0.")),
        _ => Fail(new MqttError(MqttReasonCode.ProtocolError, "A client may not send this packet here.")),
    };

    private Step OnPublish(in MqttFrame frame)
    {
        if (!MqttPublishView.TryDecode(frame, Version, fromServer: false, out var publish, out var error))
        {
            return Fail(error);
        }

        Spend((int)frame.Body.Length);
        _payloadIn += publish.Payload.Length;
        var topic = publish.Topic;
        if (publish.TopicAlias != 0)
        {
            if (_topicAliases is null || publish.TopicAlias > _server.Options.TopicAliasMaximum)
            {
                return Fail(new MqttError(MqttReasonCode.TopicAliasInvalid, "The topic alias is above the maximum."));
            }

            var known = ResolveAlias(publish, _topicAliases);
            if (known is null)
            {
                return Fail(new MqttError(MqttReasonCode.ProtocolError, "The topic alias was not set on this connection."));
            }

            topic = known;
        }

        switch (publish.Qos)
        {
            case MqttQos.AtMostOnce:
                _publishes.Qos0++;
                break;
            case MqttQos.AtLeastOnce:
                _publishes.Qos1++;
                break;
            default:
                _publishes.Qos2++;
                if (_session.WasReceived(publish.PacketId, out var durable))
                {
                    // Sent again before its PUBREL: it was taken already (4.3.3).
                    _acks.Add(MqttPacketType.PubRec, publish.PacketId, MqttReasonCode.Success, durable, isCopy: true);
                    return Step.Next;
                }

                break;
        }

        // A 3.1.1 client is paused instead, and read to the end without answers when its output is dead.
        return Version == MqttVersion.V500 && publish.Qos != MqttQos.AtMostOnce && _acks.IsQuotaUsed
            ? Fail(new MqttError(MqttReasonCode.ReceiveMaximumExceeded, "More publishes in flight than the receive maximum."))
            : Take(publish, topic);
    }

    private Step Take(in MqttPublishView publish, ReadOnlySpan<byte> topic)
    {
        var allowed = _server.IsTopicWithinLimits(topic) ? MayPublish(topic, publish.Retain) : MqttReasonCode.TopicNameInvalid;
        if (allowed == MqttReasonCode.Success && _server.StoreHealth is { IsFailing: true } health && _server.MustStore(_session, publish, topic))
        {
            allowed = health.IsFull ? MqttReasonCode.QuotaExceeded : MqttReasonCode.ImplementationSpecificError;
        }

        var verdict = allowed == MqttReasonCode.Success ? AskSink(publish, topic) : PublishVerdict.Refused(allowed);
        var durable = verdict.Durable;
        var isTold = false;
        if ((int)verdict.Reason >= 0x80)
        {
            _server.Counters.Refuse(verdict.Reason);
            Client!.Refuse();
            if (Version == MqttVersion.V311 && publish.Qos != MqttQos.AtMostOnce && !IsFinal(verdict.Reason))
            {
                return Fail(new MqttError(verdict.Reason, "A message was refused for now; 3.1.1 has no other way to say so."));
            }
        }
        else if (verdict.Forward)
        {
            isTold = publish.Qos == MqttQos.ExactlyOnce && _session.StoreId != 0 && durable is null or { IsCompletedSuccessfully: true };
            durable = Join(durable, _server.Forward(_session, publish, topic, isTold, _outbox ??= new Outbox(this)));
        }

        if (publish.Qos != MqttQos.AtMostOnce)
        {
            var type = publish.Qos == MqttQos.AtLeastOnce ? MqttPacketType.PubAck : MqttPacketType.PubRec;
            if (type == MqttPacketType.PubRec && (int)verdict.Reason < 0x80)
            {
                _session.BeginReceive(publish.PacketId, durable);
            }

            _acks.Add(type, publish.PacketId, verdict.Reason, durable, isTold: isTold);
        }

        return MustPause(verdict.BackPressure) ? Step.Pause : Step.Next;
    }

    /// <summary>Whether the sink or a subscriber wants no more for now.</summary>
    private bool MustPause(Task? sink)
    {
        var hold = _outbox?.Hold;
        if (hold is null && sink is null or { IsCompleted: true })
        {
            return false;
        }

        _backPressure = hold is null ? sink : sink is null ? hold : Task.WhenAll(sink, hold);
        if (_outbox is not null)
        {
            _outbox.Hold = null;
        }

        return !_backPressure!.IsCompleted;
    }

    private PublishVerdict AskSink(in MqttPublishView publish, ReadOnlySpan<byte> topic)
    {
        try
        {
            return _server.Sink.OnPublish(Client!, topic, publish.Payload, new MqttPublishFlags
            {
                Qos = publish.Qos,
                Retain = publish.Retain,
                Dup = publish.Dup,
                ContentType = publish.ContentType,
            });
        }
        catch (Exception e)
        {
            // One message's failure must not end other clients' connections, and it must never be acknowledged as taken.
            _server.Log.LogError(e, "The publish sink failed for client {ClientId}", Client!.ClientId);
            return PublishVerdict.Refused(MqttReasonCode.ImplementationSpecificError);
        }
    }

    private byte[]? ResolveAlias(in MqttPublishView publish, byte[]?[] aliases)
    {
        if (aliases.Length == 0)
        {
            _topicAliases = aliases = new byte[_server.Options.TopicAliasMaximum + 1][];
        }

        ref var known = ref aliases[publish.TopicAlias];
        if (!publish.Topic.IsEmpty && !publish.Topic.SequenceEqual(known))
        {
            known = publish.Topic.ToArray();
        }

        return known;
    }

    private Step OnAck(in MqttFrame frame)
    {
        if (!MqttAck.TryDecode(frame, Version, out var ack, out var error))
        {
            return Fail(error);
        }

        _needsPump = true;
        if (ack.Type == MqttPacketType.PubRel)
        {
            var reason = MqttReasonCode.PacketIdentifierNotFound;
            if (_session.ReleaseReceived(ack.PacketId, out var forgotten))
            {
                _acks.Release();
                reason = MqttReasonCode.Success;
            }

            SendAfter(forgotten, MqttPacketType.PubComp, ack.PacketId, reason);
            return Step.Next;
        }

        var known = _session.Acknowledge(ack, out var durable);
        if (ack.Type == MqttPacketType.PubRec && (int)ack.Reason < 0x80)
        {
            SendAfter(durable, MqttPacketType.PubRel, ack.PacketId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
        }

        return Step.Next;
    }

    private Step OnSubscribe(in MqttFrame frame)
    {
        if (!MqttSubscribe.TryDecode(frame, Version, out var subscribe, out var error))
        {
            return Fail(error);
        }

        return _session.Journal is { } journal ? SubscribeStored(subscribe!, journal) : Subscribe(subscribe!);
    }

    private Step Subscribe(MqttSubscribe subscribe)
    {
        var identifier = subscribe.Properties?.SubscriptionIdentifiers?[0] ?? 0;
        var reasons = subscribe.Filters.Select(f => _server.Subscribe(_session, Client!, f, identifier)).ToList();
        return Acknowledge(MqttPacketType.SubAck, subscribe.PacketId, reasons);
    }

    private Step OnUnsubscribe(in MqttFrame frame)
    {
        if (!MqttUnsubscribe.TryDecode(frame, Version, out var unsubscribe, out var error))
        {
            return Fail(error);
        }

        var reasons = unsubscribe!.Filters.Select(f => _server.Unsubscribe(_session, f)).ToList();
        return AfterStored(() => Acknowledge(MqttPacketType.UnsubAck, unsubscribe.PacketId, reasons));
    }

    private Step Acknowledge(MqttPacketType type, ushort packetId, List<MqttReasonCode> reasons)
    {
        _needsPump = true;
        var text = _problemInformation ? ReasonTexts.OfFirstFailure(reasons) : null;
        var sent = SendExplained(text, (w, properties) =>
            new MqttSubAck { PacketId = packetId, Reasons = reasons, Properties = properties }.Encode(w, Version, type));
        return sent ? Step.Next : Fail(new MqttError(MqttReasonCode.PacketTooLarge, "The answer is larger than the client's maximum packet size."));
    }

    private Step OnPing(in MqttFrame frame)
    {
        if (!MqttEncoding.IsEmptyPacket(frame, out var error))
        {
            return Fail(error);
        }

        _pingsInBatch++;
        _needsPump = true;
        return Step.Next;
    }

    private Step OnDisconnect(in MqttFrame frame)
    {
        if (!MqttDisconnect.TryDecode(frame, Version, out var disconnect, out var error))
        {
            return Fail(error);
        }

        if (disconnect!.Properties?.SessionExpiryInterval is { } expiry)
        {
            if (_session.ExpirySeconds == 0 && expiry != 0)
            {
                return Fail(new MqttError(MqttReasonCode.ProtocolError, "A session that was to end cannot be stored at the end."));
            }

            _session.ExpirySeconds = Math.Min(expiry, (uint)Math.Min(uint.MaxValue - 1, _server.Options.MaxSessionExpiry.TotalSeconds));
        }

        if (disconnect.Reason == MqttReasonCode.Success)
        {
            _will = null;
        }

        return Step.Close;
    }

    /// <summary>Nobody gets this far with an authentication method, so that there is nothing to go on with (5.0, 4.12.0-7).</summary>
    private Step OnAuth(in MqttFrame frame) => Fail(MqttDisconnect.TryDecode(frame, Version, out _, out var error)
        ? new MqttError(MqttReasonCode.ProtocolError, "The client did not connect with an authentication method.")
        : error);

    private Step Fail(MqttError error)
    {
        _server.Log.LogInformation("Client {ClientId} from {Remote} is disconnected: {Reason} {Text}",
            Client!.ClientId, _transport.RemoteEndPoint, error.Reason, error.Text);
        _closeText ??= error.Text;
        BeginClose(error.Reason);
        return Step.Close;
    }

    /// <summary>Refusals that would be the same next time.</summary>
    private static bool IsFinal(MqttReasonCode reason) => reason is MqttReasonCode.NotAuthorized or MqttReasonCode.TopicNameInvalid
        or MqttReasonCode.PayloadFormatInvalid or MqttReasonCode.PacketTooLarge or MqttReasonCode.RetainNotSupported;
}
