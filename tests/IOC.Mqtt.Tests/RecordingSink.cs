using System.Collections.Concurrent;
using System.Text;

namespace IOC.Mqtt.Tests;

/// <summary>A sink that a test controls: it records and answers what the test says.</summary>
public sealed class RecordingSink : IMqttPublishSink
{
    private readonly ConcurrentQueue<Seen> _seen = new();

    public Func<Seen, PublishVerdict> Answer { get; set; } = _ => PublishVerdict.Accepted;

    public IReadOnlyList<Seen> All => [.. _seen];

    public PublishVerdict OnPublish(
        MqttClientContext client, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttPublishFlags flags)
    {
        var seen = new Seen(
            client.ClientId, Encoding.UTF8.GetString(topic), Encoding.UTF8.GetString(payload), (int)flags.Qos, flags.Retain,
            flags.Dup, flags.IsWill, Encoding.UTF8.GetString(flags.ContentType));
        _seen.Enqueue(seen);
        return Answer(seen);
    }

    public sealed record Seen(
        string Client, string Topic, string Payload, int Qos, bool Retain, bool Dup, bool IsWill, string ContentType);
}
