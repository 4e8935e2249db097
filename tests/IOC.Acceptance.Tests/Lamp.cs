using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using IOC.Mqtt;
using IOC.Mqtt.Wire;

namespace IOC.Acceptance.Tests;

/// <summary>A street light that keeps to docs/commands.md: it does each command once and acknowledges repetitions again.</summary>
internal sealed class Lamp(string id) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private MqttClient? _client;

    /// <summary>What it says; nothing is a lamp that is mute.</summary>
    public string[] Answers { get; set; } = ["accepted", "done"];

    /// <summary>Commands that it did, in order: "dim 40".</summary>
    public ConcurrentQueue<string> Did { get; } = new();

    /// <summary>All that came, repetitions included.</summary>
    public ConcurrentQueue<MqttReceivedMessage> Received { get; } = new();

    private string Topic => $"ioc/v1/d1/lighting/{id}";

    /// <summary>Comes online.</summary>
    /// <param name="port">Port of the endpoint.</param>
    /// <param name="keepsSession">Whether its session survives its absence.</param>
    /// <param name="subscribes">Whether it subscribes (again).</param>
    public async Task ConnectAsync(int port, bool keepsSession = false, bool subscribes = true)
    {
        _client = new MqttClient(new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = port,
            Version = MqttVersion.V500,
            ClientId = id,
            CleanStart = !keepsSession,
            SessionExpirySeconds = keepsSession ? 3600u : 0,
            Will = new MqttWill { Topic = $"{Topic}/status", Payload = "offline"u8.ToArray(), Qos = MqttQos.AtLeastOnce, Retain = true },
        });
        await _client.ConnectAsync();
        if (subscribes)
        {
            Assert.Equal(MqttReasonCode.GrantedQos1, await _client.SubscribeAsync($"{Topic}/cmd", MqttQos.AtLeastOnce, Obey));
        }

        await _client.PublishAsync($"{Topic}/status", "online"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
    }

    /// <summary>Is cut off, so that its will is published.</summary>
    public async Task DropAsync()
    {
        await _client!.DisposeAsync();
        _client = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is { } client)
        {
            await client.DisposeAsync();
        }
    }

    private void Obey(MqttReceivedMessage message)
    {
        Received.Enqueue(message);
        using var json = JsonDocument.Parse(message.Payload);
        var command = json.RootElement;
        var commandId = command.GetProperty("id").GetString()!;
        if (_seen.TryAdd(commandId, true))
        {
            Did.Enqueue($"{command.GetProperty("name").GetString()} {(command.GetProperty("args").TryGetProperty("level", out var level) ? level : default)}");
        }

        foreach (var status in Answers)
        {
            var client = _client;
            _ = client?.PublishAsync(
                message.Properties?.ResponseTopic ?? $"{Topic}/cmd/ack", Encoding.UTF8.GetBytes($$"""{"id":"{{commandId}}","status":"{{status}}"}"""), MqttQos.AtLeastOnce).AsTask();
        }
    }
}
