using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that keeps to what the client may do. Everything here runs on the read loop.</summary>
internal sealed partial class MqttConnection
{
    /// <summary>Topics whose answer is kept: a gateway publishes to some for each of its sensors. Clients choose the topics.</summary>
    private const int MaxKnownTopics = 1024;

    /// <summary>Longest topic, bytes, whose answer is kept beyond the next message.</summary>
    private const int MaxKnownTopicLength = 512;

    // Answers for plain and for retained publishes are kept apart: what is not asked for is not asked about.
    private readonly Dictionary<byte[], MqttReasonCode>?[] _grants = new Dictionary<byte[], MqttReasonCode>?[2];
    private byte[]? _lastTopic;
    private bool _lastRetain;
    private MqttReasonCode _lastGrant;
    private MqttRate?[]? _rates;

    private int MaxPacketSize => Client?.Limits?.MaxPacketSize is { } own ? Math.Min(own, _server.Options.MaxPacketSize) : _server.Options.MaxPacketSize;

    private int ReceiveMaximum => Client?.Limits?.ReceiveMaximum is { } own ? Math.Min(own, _server.Options.ReceiveMaximum) : _server.Options.ReceiveMaximum;

    /// <summary>Whether the client may publish to this topic. A device nearly always publishes to the topic of the message before.</summary>
    private MqttReasonCode MayPublish(ReadOnlySpan<byte> topic, bool retain)
    {
        if (_lastTopic is null || retain != _lastRetain || !topic.SequenceEqual(_lastTopic))
        {
            FindGrant(topic, retain);
        }

        return _lastGrant;
    }

    private void FindGrant(ReadOnlySpan<byte> topic, bool retain)
    {
        ref var grants = ref _grants[retain ? 1 : 0];
        if (grants is null || !grants.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(topic, out var key, out var grant))
        {
            key = topic.ToArray();
            grant = _server.MayPublish(Client!, topic, retain, isWill: false);
            if (_lastTopic is not null && key.Length <= MaxKnownTopicLength)
            {
                Remember(ref grants, key, grant);
            }
        }

        _lastTopic = key;
        _lastRetain = retain;
        _lastGrant = grant;
    }

    /// <summary>Most clients publish to one topic and never get here.</summary>
    private static void Remember(ref Dictionary<byte[], MqttReasonCode>? grants, byte[] topic, MqttReasonCode grant)
    {
        grants ??= new Dictionary<byte[], MqttReasonCode>(ByteComparer.Instance);
        if (grants.Count >= MaxKnownTopics)
        {
            grants.Clear();
        }

        grants[topic] = grant;
    }

    private void UseLimits(MqttClientLimits? limits)
    {
        MqttRate?[] rates = [limits?.Publishes, limits?.Bytes, limits?.Shared?.Publishes, limits?.Shared?.Bytes];
        _rates = Array.Exists(rates, r => r is not null) ? rates : null;
        _acks.Limit = ReceiveMaximum;
    }

    /// <summary>Counts a PUBLISH against the rates; most clients have none.</summary>
    private void Spend(int bytes)
    {
        if (_rates is not { } rates)
        {
            return;
        }

        var now = Volatile.Read(ref _lastReceivedMs);
        rates[0]?.Take(now, 1);
        rates[1]?.Take(now, bytes);
        rates[2]?.Take(now, 1);
        rates[3]?.Take(now, bytes);
    }

    /// <summary>Whether a rate is used up; then the connection is read no further until it is paid for, and TCP holds the client back.</summary>
    private bool MustNap()
    {
        if (_rates is not { } rates)
        {
            return false;
        }

        var now = Volatile.Read(ref _lastReceivedMs);
        var nap = 0L;
        foreach (var rate in rates)
        {
            nap = Math.Max(nap, rate?.NapMs(now) ?? 0);
        }

        if (nap == 0)
        {
            return false;
        }

        _server.Counters.Throttled();
        _backPressure = Task.Delay(TimeSpan.FromMilliseconds(nap), _server.Time);
        return true;
    }
}
