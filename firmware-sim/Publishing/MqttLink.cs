using System.Text;
using IOC.Mqtt;
using IOC.Mqtt.Wire;

namespace IOC.FirmwareSim.Publishing;

/// <summary>Makes links by IOC's own MQTT client.</summary>
internal sealed class MqttLinkFactory(BrokerConnection broker, TimeProvider time) : ILinkFactory
{
    private string? _lastProblem;

    /// <inheritdoc/>
    public string Address => broker.ToString();

    /// <inheritdoc/>
    public string? LastProblem => Volatile.Read(ref _lastProblem);

    /// <summary>Makes links to a broker.</summary>
    public static MqttLinkFactory For(BrokerConnection broker) => new(broker, TimeProvider.System);

    /// <inheritdoc/>
    public ILink Create(LinkIdentity identity, int inFlight) =>
        new MqttLink(broker, identity, inFlight, time, problem => Volatile.Write(ref _lastProblem, problem));
}

/// <summary>A connection by MQTT 5.0, which alone tells why a broker refused a message. A dropped link makes a new client
/// when it comes back; in between the client reconnects by itself and sends again what was not acknowledged.</summary>
internal sealed class MqttLink(BrokerConnection broker, LinkIdentity identity, int inFlight, TimeProvider time, Action<string?> tellProblem) : ILink
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private readonly Dictionary<string, byte[]> _topics = new(StringComparer.Ordinal);
    private readonly List<(string Topic, Action<byte[]> Handler)> _listening = [];
    private MqttClient? _client;
    private SemaphoreSlim _window = new(inFlight);
    private bool _wasConnected;

    /// <inheritdoc/>
    public bool IsConnected => _client?.IsConnected ?? false;

    /// <inheritdoc/>
    public Action? Reconnected { get; set; }

    /// <inheritdoc/>
    public void Listen(string topic, Action<byte[]> handler) => _listening.Add((topic, handler));

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        for (var wait = ShortestWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            var client = Client();
            try
            {
                var answer = await client.ConnectAsync(cancellationToken);

                // Within what the broker takes at a time, messages never wait inside the client, where they could overtake.
                _window = new SemaphoreSlim(Math.Min(inFlight, answer.Properties?.ReceiveMaximum ?? ushort.MaxValue));
                _client = client;
                tellProblem(null);
                return;
            }
            catch (MqttConnectionException e)
            {
                tellProblem(e.Message);
                await client.DisposeAsync();
            }
            catch (OperationCanceledException)
            {
                await client.DisposeAsync();
                throw;
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Task<PublishOutcome>> PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
    {
        var (client, window) = (_client ?? throw new InvalidOperationException("The link is not connected."), _window);
        await window.WaitAsync(cancellationToken);
        if (!_topics.TryGetValue(topic, out var utf8))
        {
            utf8 = _topics[topic] = MqttClient.ToTopic(topic);
        }

        return OutcomeAsync(client.PublishAsync(utf8, payload, MqttQos.AtLeastOnce, retain, null, CancellationToken.None), window);
    }

    /// <inheritdoc/>
    public async Task DropAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            _wasConnected = false;
            await client.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            await client.DisconnectAsync().WaitAsync(cancellationToken);
            await client.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await DropAsync();

    private static async Task<PublishOutcome> OutcomeAsync(ValueTask<MqttReasonCode> publishing, SemaphoreSlim window)
    {
        try
        {
            return (byte)await publishing < 0x80 ? PublishOutcome.Acknowledged : PublishOutcome.Refused;
        }
        catch (MqttConnectionException)
        {
            return PublishOutcome.Lost;
        }
        finally
        {
            window.Release();
        }
    }

    private MqttClient Client()
    {
        _wasConnected = false;
        var client = new MqttClient(new MqttClientOptions
        {
            Host = broker.Address.Host,
            Port = broker.Address.Port,
            UserName = broker.UserOf(identity.ClientId),
            Password = broker.Password,
            Tls = broker.Tls,
            WebSocketPath = broker.WebSocketPath,
            Version = MqttVersion.V500,
            ClientId = identity.ClientId,
            MaxInFlight = inFlight,
            Reconnect = true,
            ReconnectMax = LongestWait,
            Time = time,
            Will = identity.WillTopic is { } topic
                ? new MqttWill { Topic = topic, Payload = Encoding.ASCII.GetBytes("offline"), Qos = MqttQos.AtLeastOnce, Retain = true }
                : null,
        })
        {
            ConnectionChanged = OnConnectionChanged,
        };
        foreach (var (filter, handler) in _listening)
        {
            client.Register(
                new MqttTopicFilter(filter, MqttQos.AtLeastOnce),
                message =>
                {
                    handler(message.Payload);
                    return ValueTask.CompletedTask;
                });
        }

        return client;
    }

    private void OnConnectionChanged(bool connected)
    {
        if (connected && _wasConnected)
        {
            Reconnected?.Invoke();
        }

        _wasConnected |= connected;
    }
}
