using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The part that keeps to what the client may do. Everything here runs on the read loop.</summary>
internal sealed partial class MqttConnection
{
    /// <summary>Topics whose answer is kept: a gateway publishes to some for each of its sensors. Clients choose the topics.</summary>
    private const int MaxKnownTopics = 1024;

    private byte[]? _lastTopic;
    private TopicGrant _lastGrant;
    private Dictionary<byte[], TopicGrant>? _grants;
    private MqttRate?[]? _rates;

    private int MaxPacketSize => Client?.Limits?.MaxPacketSize is { } own ? Math.Min(own, _server.Options.MaxPacketSize) : _server.Options.MaxPacketSize;

    private int ReceiveMaximum => Client?.Limits?.ReceiveMaximum is { } own ? Math.Min(own, _server.Options.ReceiveMaximum) : _server.Options.ReceiveMaximum;

    /// <summary>Whether the client may publish to this topic. A device nearly always publishes to the topic of the message before.</summary>
    private MqttReasonCode MayPublish(ReadOnlySpan<byte> topic, bool retain)
    {
        if (_lastTopic is null || !topic.SequenceEqual(_lastTopic))
        {
            FindGrant(topic);
        }

        return retain ? _lastGrant.Retained : _lastGrant.Plain;
    }

    private void FindGrant(ReadOnlySpan<byte> topic)
    {
        if (_grants is not null && _grants.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(topic, out var key, out var known))
        {
            _lastTopic = key;
            _lastGrant = known;
            return;
        }

        var grant = new TopicGrant(
            _server.MayPublish(Client!, topic, retain: false, isWill: false), _server.MayPublish(Client!, topic, retain: true, isWill: false));
        var copy = topic.ToArray();
        if (_lastTopic is { } before)
        {
            _grants ??= new Dictionary<byte[], TopicGrant>(ByteComparer.Instance);
            if (_grants.Count >= MaxKnownTopics)
            {
                _grants.Clear();
            }

            _grants[before] = _lastGrant;
            _grants[copy] = grant;
        }

        _lastTopic = copy;
        _lastGrant = grant;
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

    /// <summary>Answers of the authenticator for one topic.</summary>
    private readonly record struct TopicGrant(MqttReasonCode Plain, MqttReasonCode Retained);
}
