using System.Text;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Telemetry;

namespace IOC.Host.Bridges;

/// <summary>
/// A connection to another broker as its client. What comes is mapped to the product's topics and handed to ingest, and acknowledged
/// only when it is on disk: as readings, or as a dead letter. While it cannot be stored it stays unacknowledged and is tried again,
/// and the broker holds the rest back.
/// </summary>
internal sealed class Bridge : IIngestOutput, IAsyncDisposable
{
    private static readonly TimeSpan LogAgainAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly BridgeSettings _settings;
    private readonly IngestPipeline _ingest;
    private readonly BridgeMemory _memory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TopicMap _map;
    private readonly MqttClient _client;
    private readonly RetryQueue _retries;
    private readonly string _sender;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MqttReasonCode?> _answers;
    private BridgeState _state;
    private long _since;
    private BridgeProblem? _problem;
    private string? _lastLogged;
    private long _lastLoggedAt;
    private long _stored;
    private long _refused;
    private long _unmapped;
    private long _ignored;
    private long _failures;
    private long _lostSessions;
    private int _waiting;
    private volatile bool _stopping;
    private bool _disposed;

    /// <summary>Makes a bridge that is not connected; the settings have been checked.</summary>
    public Bridge(BridgeSettings settings, string node, IngestPipeline ingest, BridgeMemory memory, TimeProvider time, ILogger logger)
    {
        _settings = settings;
        _ingest = ingest;
        _memory = memory;
        _time = time;
        _logger = logger;
        _map = TopicMap.TryCreate(settings, []) ?? throw new ArgumentException("The routes passed the check of settings and are wrong.", nameof(settings));
        _sender = $"bridge:{settings.Name}";
        _retries = new RetryQueue(time, _stop.Token) { Emptied = OnStoring };
        _state = settings.Enabled ? BridgeState.Connecting : BridgeState.Disabled;
        _since = NowMs();
        _answers = settings.Subscriptions.ToDictionary(s => s.FullFilter, _ => (MqttReasonCode?)null, StringComparer.Ordinal);
        _client = new MqttClient(ToOptions(settings, node, time))
        {
            ConnectionChanged = OnConnectionChanged,
            ConnectionFailed = OnConnectionFailed,
            SubscriptionAnswered = OnSubscriptionAnswered,

            // A session of before may hold messages of subscriptions that are configured no more.
            UnmatchedHandler = message => HandleAsync(message, takeRetained: false),
        };
        var overlap = new SubscriptionOverlap(settings.Subscriptions);
        for (var i = 0; i < settings.Subscriptions.Count; i++)
        {
            var index = i;
            _client.Register(
                ToFilter(settings.Subscriptions[i]),
                message => overlap.IsFirst(index, message.Topic, out var takeRetained) ? HandleAsync(message, takeRetained) : ValueTask.CompletedTask);
        }
    }

    /// <summary>How it is doing.</summary>
    public BridgeStatus Status
    {
        get
        {
            lock (_gate)
            {
                var counters = _client.Counters;
                return new BridgeStatus(
                    _settings.Name, _settings.Address, _state, BridgeTexts.Of(_state), _since, _settings.Tls.Enabled,
                    [.. _answers.Select(a => new BridgeSubscriptionStatus(a.Key, a.Value?.ToString()))],
                    new BridgeCounts(
                        counters.Received, Volatile.Read(ref _stored), Volatile.Read(ref _refused), Volatile.Read(ref _unmapped), Volatile.Read(ref _ignored),
                        Volatile.Read(ref _failures), Volatile.Read(ref _waiting), counters.Redelivered, counters.Connections, counters.FailedConnects,
                        Volatile.Read(ref _lostSessions)),
                    _problem);
            }
        }
    }

    /// <summary>Begins to connect, and keeps trying.</summary>
    public void Start()
    {
        if (!_settings.Enabled)
        {
            return;
        }

        if (_settings.Tls.AcceptAnyServerCertificate)
        {
            _logger.LogWarning("Bridge {Bridge} takes any certificate (Tls:AcceptAnyServerCertificate): whoever is in between can read and change everything", _settings.Name);
        }

        if (!_settings.Tls.Enabled && _settings.User.Length > 0)
        {
            _logger.LogWarning("Bridge {Bridge} sends its password to {Address} without TLS", _settings.Name, _settings.Address);
        }

        _client.Start();
    }

    /// <summary>Takes no more, waits a little for what is on its way to the disk, so that the broker hears of it, and leaves; the broker
    /// keeps the session.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        var began = _time.GetTimestamp();
        while (_client.IsConnected && Volatile.Read(ref _waiting) > 0 && _time.GetElapsedTime(began) < DrainTimeout)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time);
        }

        await _client.DisconnectAsync();
        await _stop.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await _client.DisposeAsync();
            await _stop.CancelAsync();
            _stop.Dispose();
        }
    }

    private static MqttClientOptions ToOptions(BridgeSettings settings, string node, TimeProvider time)
    {
        if (!BridgeSettingsValidator.TryParseAddress(settings.Address, out var host, out var port))
        {
            throw new ArgumentException($"'{settings.Address}' passed the check of settings and is no address.", nameof(settings));
        }

        return new MqttClientOptions
        {
            Host = host,
            Port = port,
            WebSocketPath = settings.WebSocketPath.Length > 0 ? settings.WebSocketPath : null,
            Version = settings.Version == "5" ? MqttVersion.V500 : MqttVersion.V311,
            ClientId = BridgeSettingsValidator.ClientIdOf(settings, node),
            CleanStart = false,
            SessionExpirySeconds = (uint)settings.SessionExpiry.TotalSeconds,
            KeepAliveSeconds = (ushort)settings.KeepAliveSeconds,
            UserName = settings.User.Length > 0 ? settings.User : null,
            Password = BridgeSettingsValidator.PasswordOf(settings),
            TlsSource = settings.Tls.Enabled ? () => settings.Tls.ToClientSettings().Create(host) : null,
            ReceiveMaximum = settings.ReceiveMaximum,
            EnforceReceiveMaximum = false,
            MaxPacketSize = settings.MaxPacketSize,
            TopicAliasMaximum = 256,
            Reconnect = true,
            ReconnectMin = settings.ReconnectMin,
            ReconnectMax = settings.ReconnectMax,
            Time = time,
        };
    }

    private static MqttTopicFilter ToFilter(BridgeSubscription subscription) => new(
        subscription.FullFilter,
        (MqttQos)subscription.Qos,
        RetainHandling: subscription.TakeRetained ? MqttRetainHandling.Send : MqttRetainHandling.DoNotSend);

    private async ValueTask HandleAsync(MqttReceivedMessage message, bool takeRetained)
    {
        if (_stopping)
        {
            // It stays unacknowledged, and comes again.
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, _stop.Token);
        }

        if ((message.Retain && !takeRetained) || message.Payload.Length == 0)
        {
            Interlocked.Increment(ref _ignored);
            return;
        }

        Interlocked.Increment(ref _waiting);
        try
        {
            await StoreAsync(message, NowMs());
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Asks an edge node at the other broker for its births: there it listens. What cannot be sent is asked again.</summary>
    public void Publish(string topic, byte[] payload) => _ = PublishAsync(topic, payload);

    private async Task PublishAsync(string topic, byte[] payload)
    {
        try
        {
            var answer = await _client.PublishAsync(topic, payload, MqttQos.AtMostOnce);
            _logger.LogInformation("Bridge {Bridge}: asked for births on {Topic}: {Answer}", _settings.Name, topic, answer);
        }
        catch (Exception e) when (e is MqttConnectionException or ArgumentException)
        {
            _logger.LogWarning("Bridge {Bridge}: births could not be asked for on {Topic}: {Reason}", _settings.Name, topic, e.Message);
        }
    }

    // The time of receipt stays that of the first attempt, so that a reading without a time of its own is one reading.
    private async Task StoreAsync(MqttReceivedMessage message, long receivedAtMs)
    {
        var mapped = _map.Map(message.Topic);
        var verdict = await _retries.StoreAsync(() => Take(message, mapped, receivedAtMs), OnNotStored);
        Count(verdict, mapped);
    }

    private IngestVerdict Take(MqttReceivedMessage message, MappedTopic mapped, long receivedAtMs)
    {
        if (mapped.Topic is null)
        {
            return _ingest.Refuse(Encoding.UTF8.GetBytes(message.Topic), message.Payload, receivedAtMs, _sender, RefusalReason.Unmapped, mapped.Detail);
        }

        var contentType = message.Properties?.ContentType is { Length: > 0 } given ? Encoding.UTF8.GetBytes(given) : mapped.ContentType;
        return _ingest.Accept(mapped.Topic, message.Payload, receivedAtMs, _sender, contentType, this);
    }

    private void Count(IngestVerdict verdict, MappedTopic mapped)
    {
        switch (verdict.Outcome)
        {
            case IngestOutcome.Accepted: Interlocked.Increment(ref _stored); break;
            case IngestOutcome.PassThrough: Interlocked.Increment(ref _ignored); break;
            case IngestOutcome.Refused when mapped.Topic is null: Interlocked.Increment(ref _unmapped); break;
            default: Interlocked.Increment(ref _refused); break;
        }
    }

    private void OnNotStored(LogCommitException e, bool isFirst)
    {
        Interlocked.Increment(ref _failures);
        if (isFirst)
        {
            _logger.LogError("Bridge {Bridge}: messages cannot be stored and are not acknowledged; trying again: {Reason}", _settings.Name, e.Message);
            Tell("not_stored", BridgeTexts.NotStored, e.Message);
            UpdateState();
        }
    }

    private void OnStoring()
    {
        _logger.LogInformation("Bridge {Bridge}: storing goes on", _settings.Name);
        UpdateState();
    }

    private void OnConnectionChanged(bool connected)
    {
        if (connected)
        {
            _logger.LogInformation("Bridge {Bridge} is connected to {Address}", _settings.Name, _settings.Address);
            if (_memory.KnowsSession(_settings.Name) && !_client.SessionPresent)
            {
                Interlocked.Increment(ref _lostSessions);
                Tell("session_lost", BridgeTexts.SessionLost, $"{_settings.Address} has no session of {_client.ClientId}");
                _logger.LogWarning("Bridge {Bridge}: {Address} has lost the session; what it had queued is gone", _settings.Name, _settings.Address);
            }

            _ = ForgetOldSubscriptionsAsync();
        }

        UpdateState();
    }

    private void OnConnectionFailed(MqttConnectionException e)
    {
        if (_stopping)
        {
            return;
        }

        Tell(BridgeTexts.Code(e.Reason), BridgeTexts.Of(e.Reason), e.Message);

        // Once in a while for each failure, not at every attempt.
        if (_lastLogged != e.Message || _time.GetElapsedTime(_lastLoggedAt) > LogAgainAfter)
        {
            (_lastLogged, _lastLoggedAt) = (e.Message, _time.GetTimestamp());
            _logger.LogWarning("Bridge {Bridge}: {Reason} Trying again", _settings.Name, e.Message);
        }
    }

    private void OnSubscriptionAnswered(MqttTopicFilter filter, MqttReasonCode answer)
    {
        lock (_gate)
        {
            _answers[filter.Filter] = answer;
        }

        if ((int)answer >= 0x80)
        {
            Tell("subscription_refused", BridgeTexts.SubscriptionRefused, $"{filter.Filter}: {answer}");
            _logger.LogError("Bridge {Bridge}: {Address} refused the subscription to {Filter}: {Reason}", _settings.Name, _settings.Address, filter.Filter, answer);
        }

        UpdateState();
    }

    /// <summary>A stored session keeps subscriptions that were taken out of the settings.</summary>
    private async Task ForgetOldSubscriptionsAsync()
    {
        try
        {
            foreach (var filter in _memory.FiltersOf(_settings.Name).Except(_answers.Keys, StringComparer.Ordinal))
            {
                await _client.UnsubscribeAsync(filter, _stop.Token);
                _logger.LogInformation("Bridge {Bridge}: subscription to {Filter} is configured no more and was ended", _settings.Name, filter);
            }

            _memory.Remember(_settings.Name, _answers.Keys);
        }
        catch (Exception e) when (e is MqttConnectionException or OperationCanceledException)
        {
            // Done with the next connection.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogError(e, "Bridge {Bridge}: its subscriptions could not be written down", _settings.Name);
        }
    }

    private void Tell(string code, LocalText text, string detail)
    {
        lock (_gate)
        {
            _problem = new BridgeProblem(NowMs(), code, text, detail);
        }
    }

    private void UpdateState()
    {
        lock (_gate)
        {
            var state = !_settings.Enabled ? BridgeState.Disabled
                : !_client.IsConnected ? BridgeState.Connecting
                : _retries.IsRetrying || _answers.Values.Any(a => a is { } answer && (int)answer >= 0x80) ? BridgeState.Impaired
                : BridgeState.Connected;
            if (state != _state)
            {
                _state = state;
                _since = NowMs();
            }
        }
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
