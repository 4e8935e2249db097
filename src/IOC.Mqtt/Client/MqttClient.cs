using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>
/// A client of MQTT 3.1.1 and 5.0 on TCP, TLS or WebSocket: pipelined publishes of every QoS, received messages that are acknowledged
/// when their handlers have ended, the limits of the server respected, sessions that go on after a reconnect. Thread-safe. This part
/// is the life of its connections.
/// </summary>
public sealed partial class MqttClient : IAsyncDisposable
{
    private static readonly TimeSpan s_disconnectTimeout = TimeSpan.FromSeconds(2);
    private readonly MqttClientOptions _options;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly MqttProperties? _connectProperties;
    private readonly TimeSpan _quickLoss;
    private ClientLink? _link;
    private volatile ServerLimits _limits = ServerLimits.None;
    private Task _life = Task.CompletedTask;
    private ITimer? _pings;
    private string _clientId;
    private long _lastReceived;
    private TimeSpan _wait;
    private bool _firstConnection = true;
    private bool _started;
    private volatile bool _ended;

    /// <summary>Makes a client that is not connected.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public MqttClient(MqttClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindProblems().ToArray() is { Length: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        _options = options;
        _clientId = options.ClientId;
        _window = new PublishWindow(options.MaxInFlight);
        _windowRoom = new SemaphoreSlim(options.MaxInFlight);
        _inbound = new InboundWindow(options);
        _wait = options.ReconnectMin;
        _quickLoss = options.ReconnectMax;
        _connectProperties = options.Version == MqttVersion.V500
            ? new MqttProperties
            {
                SessionExpiryInterval = options.SessionExpirySeconds > 0 ? options.SessionExpirySeconds : null,
                ReceiveMaximum = options.ReceiveMaximum < ushort.MaxValue ? (ushort)options.ReceiveMaximum : null,
                TopicAliasMaximum = options.TopicAliasMaximum > 0 ? (ushort)options.TopicAliasMaximum : null,
                MaximumPacketSize = (uint)options.MaxPacketSize,
                UserProperties = options.UserProperties.Count > 0 ? [.. options.UserProperties] : null,
            }
            : null;
    }

    /// <summary>Called on a background thread after the connection was made (true) or lost (false).</summary>
    public Action<bool>? ConnectionChanged { get; set; }

    /// <summary>Called on a background thread when an attempt to connect failed (it is repeated), or a connection was lost.</summary>
    public Action<MqttConnectionException>? ConnectionFailed { get; set; }

    /// <summary>What the client has done.</summary>
    public MqttClientCounters Counters { get; } = new();

    /// <summary>The identifier in use; the server's own after a connect without one.</summary>
    public string ClientId => Volatile.Read(ref _clientId);

    /// <summary>Whether the server had the session when the last connection was made.</summary>
    public bool SessionPresent { get; private set; }

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => Volatile.Read(ref _link) is not null;

    /// <summary>Whether reading waits for handlers.</summary>
    internal bool IsReadingPaused => Volatile.Read(ref _link) is { IsReadingPaused: true };

    // Between two connections, and before the first one if the client looks for it by itself.
    private bool KeepsPublishes => _options.Reconnect && !_ended && (_started || !_firstConnection);

    /// <summary>Connects. Tries once: <see cref="MqttClientOptions.Reconnect"/> is for connections that were made and lost.</summary>
    /// <exception cref="MqttConnectionException">The server refused, or cannot be reached in time.</exception>
    /// <exception cref="InvalidOperationException">The client is connected or was disconnected.</exception>
    public async Task<MqttConnectResult> ConnectAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfInUse();
        var (link, reading) = await OpenAsync(cancellationToken);
        _life = LiveAsync(link, reading);
        return new MqttConnectResult(link.ConnAck!.SessionPresent, ClientId, link.ConnAck.Properties);
    }

    /// <summary>Begins to connect in the background and keeps trying, until the client is disconnected. The options must say
    /// <see cref="MqttClientOptions.Reconnect"/>.</summary>
    /// <exception cref="InvalidOperationException">The client is connected or was disconnected, or does not reconnect.</exception>
    public void Start()
    {
        ThrowIfInUse();
        if (!_options.Reconnect)
        {
            throw new InvalidOperationException("A client that is started must reconnect.");
        }

        _started = true;
        _life = Task.Run(async () =>
        {
            if (await ReopenAsync(TimeSpan.Zero) is { } first)
            {
                await LiveAsync(first.Link, first.Reading);
            }
        });
    }

    /// <summary>Sends DISCONNECT after everything that was handed over before, and ends. Publishes without an answer fail.</summary>
    /// <param name="reason">Reason code, 5.0 only; <see cref="MqttReasonCode.DisconnectWithWill"/> asks for the will.</param>
    /// <param name="properties">Properties, 5.0 only, such as another life of the session.</param>
    public async Task DisconnectAsync(MqttReasonCode reason = MqttReasonCode.Success, MqttProperties? properties = null)
    {
        _ended = true;
        if (Volatile.Read(ref _link) is { } link)
        {
            link.Send(w => new MqttDisconnect { Reason = reason, Properties = properties }.Encode(w, _options.Version));
            try
            {
                // The server closes after a DISCONNECT. Closing first, with a PUBACK unread, would reset the connection, and
                // the server might never see the DISCONNECT and publish the will.
                await Task.WhenAll(link.FinishAsync(), _life).WaitAsync(s_disconnectTimeout, _options.Time);
            }
            catch (TimeoutException)
            {
                // It does not; cut it.
            }
        }

        await EndAsync();
    }

    /// <summary>Cuts the network connection as a failing network would; with <see cref="MqttClientOptions.Reconnect"/> the client
    /// comes back.</summary>
    public void Abort() => Volatile.Read(ref _link)?.Dispose();

    /// <summary>Ends without DISCONNECT, unless <see cref="DisconnectAsync"/> was called.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended = true;
        if (!_stop.IsCancellationRequested)
        {
            await EndAsync();
        }
    }

    private void ThrowIfInUse()
    {
        if (IsConnected || !_life.IsCompleted || _stop.IsCancellationRequested)
        {
            throw new InvalidOperationException("A client connects once; it is connected or was disconnected.");
        }
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        // A server closes after DISCONNECT; do not depend on it.
        Volatile.Read(ref _link)?.Dispose();
        await _life;
        if (_pings is not null)
        {
            await _pings.DisposeAsync();
        }
    }

    private async Task<(ClientLink Link, Task<MqttConnectionException> Reading)> OpenAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token, _stop.Token);
        ClientLink? link = null;
        try
        {
            link = await ClientLink.OpenAsync(_options, both.Token);
            link.Send(BuildConnect().Encode);
            var reading = ReadAsync(link);
            var connAck = await link.Admission.Task.WaitAsync(both.Token);
            return connAck.Reason == MqttReasonCode.Success
                ? (link, reading)
                : throw new MqttConnectionException(Tell($"{Address} refused the connection: {connAck.Reason}", connAck.Properties), connAck.Reason);
        }
        catch (Exception e)
        {
            link?.Dispose();
            Interlocked.Increment(ref Counters.FailedConnectsCount);
            if (e is MqttConnectionException || (e is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw;
            }

            throw new MqttConnectionException($"{Address} cannot be reached: {Why(e)}", MqttReasonCode.ServerUnavailable, e);
        }
    }

    private string Address => $"{_options.Host}:{_options.Port}";

    private string Why(Exception e) => e switch
    {
        OperationCanceledException => $"no answer within {_options.ConnectTimeout.TotalSeconds:0.#} s",
        AuthenticationException => $"TLS: {e.Message}{(e.InnerException is { } inner ? $" ({inner.Message})" : "")}",
        CryptographicException => $"TLS: {e.Message}",
        _ => e.InnerException is AuthenticationException tls ? $"TLS: {tls.Message}" : e.Message,
    };

    private static string Tell(string what, MqttProperties? properties) =>
        properties?.ReasonString is { } text ? $"{what} ({text})." : $"{what}.";

    private MqttConnect BuildConnect() => new()
    {
        Version = _options.Version,
        ClientId = ClientId,
        CleanStart = _options.CleanStart && (_firstConnection || _options.Version == MqttVersion.V311),
        KeepAlive = _options.KeepAliveSeconds,
        UserName = _options.UserName,
        Password = _options.Password is null ? null : Encoding.UTF8.GetBytes(_options.Password),
        Will = _options.Will,
        Properties = _connectProperties,
    };

    /// <summary>Reads until the link ends; the result tells why.</summary>
    private async Task<MqttConnectionException> ReadAsync(ClientLink link)
    {
        Exception? error = null;
        try
        {
            await link.ReadAsync(OnFrame, _inbound.WhenRoom);
        }
        catch (MqttConnectionException e)
        {
            // The server broke the protocol: it is told, and the connection ends [MQTT-4.13.1-1].
            error = e;
            await link.FailAsync(e, e.Reason);
        }
        catch (Exception e) when (ClientTransport.IsLoss(e))
        {
            error = e;
        }

        link.Dispose();
        lock (_gate)
        {
            if (_link == link)
            {
                _link = null;
            }
        }

        var lost = Loss(link, link.Fault ?? error);
        if (link.Admission.TrySetException(lost))
        {
            // The one who waited for it may have given up already.
            _ = link.Admission.Task.Exception;
        }

        return lost;
    }

    private MqttConnectionException Loss(ClientLink link, Exception? error)
    {
        if (link.Farewell is { } farewell)
        {
            return new MqttConnectionException(Tell($"{Address} ended the connection: {farewell.Reason}", farewell.Properties), farewell.Reason, error);
        }

        var why = error is null ? "it was closed" : error.Message;
        return new MqttConnectionException(
            $"The connection to {Address} is lost: {why}", (error as MqttConnectionException)?.Reason ?? MqttReasonCode.UnspecifiedError, error);
    }

    /// <summary>From connection to connection until the client ends.</summary>
    private async Task LiveAsync(ClientLink link, Task<MqttConnectionException> reading)
    {
        MqttConnectionException lost;
        while (true)
        {
            Interlocked.Increment(ref Counters.ConnectionsCount);
            _firstConnection = false;
            var began = _options.Time.GetTimestamp();
            StartPings(link);
            ConnectionChanged?.Invoke(true);
            lost = await reading;
            ConnectionChanged?.Invoke(false);
            FailRequests(lost);
            if (!_options.Reconnect || _ended)
            {
                break;
            }

            ConnectionFailed?.Invoke(lost);
            if (await ReopenAsync(NextWait(lost, _options.Time.GetElapsedTime(began))) is not { } next)
            {
                break;
            }

            (link, reading) = next;
        }

        FailPublishes(lost);
    }

    /// <summary>A connection that lasts starts the back-off anew; one that another client took over waits longest, because the two
    /// would throw each other out for ever.</summary>
    private TimeSpan NextWait(MqttConnectionException lost, TimeSpan lasted)
    {
        if (lost.Reason == MqttReasonCode.SessionTakenOver)
        {
            _wait = _options.ReconnectMax;
        }
        else if (lasted >= _quickLoss)
        {
            _wait = _options.ReconnectMin;
        }

        return TakeWait();
    }

    private TimeSpan TakeWait()
    {
        var wait = _wait;
        _wait = wait * 2 < _options.ReconnectMax ? wait * 2 : _options.ReconnectMax;
        return wait * (0.5 + (0.5 * _options.Random.NextDouble()));
    }

    private async Task<(ClientLink Link, Task<MqttConnectionException> Reading)?> ReopenAsync(TimeSpan wait)
    {
        while (true)
        {
            try
            {
                await Task.Delay(wait, _options.Time, _stop.Token);
                return await OpenAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (MqttConnectionException) when (_stop.IsCancellationRequested)
            {
                return null;
            }
            catch (MqttConnectionException e)
            {
                ConnectionFailed?.Invoke(e);
                wait = TakeWait();
            }
        }
    }

    /// <summary>Runs inside the handling of the CONNACK, so that nothing is sent before what must be sent again.</summary>
    private void Start(ClientLink link, MqttConnAck connAck)
    {
        link.Admit(connAck);
        if (connAck.Reason == MqttReasonCode.Success)
        {
            Volatile.Write(ref _clientId, connAck.Properties?.AssignedClientIdentifier ?? ClientId);
            lock (_gate)
            {
                _limits = link.Limits;
                SessionPresent = connAck.SessionPresent;
                _inbound.Begin(link, connAck.SessionPresent);
                RestartPublishesLocked(link, connAck.SessionPresent);
                ResubscribeLocked(link, connAck.SessionPresent);
                _link = link;
            }
        }

        link.Admission.TrySetResult(connAck);
    }

    private void StartPings(ClientLink link)
    {
        _pings?.Dispose();
        int keepAlive = link.ConnAck!.Properties?.ServerKeepAlive ?? _options.KeepAliveSeconds;
        if (keepAlive == 0)
        {
            return;
        }

        var period = TimeSpan.FromSeconds(keepAlive * 0.75);
        Volatile.Write(ref _lastReceived, _options.Time.GetTimestamp());
        _pings = _options.Time.CreateTimer(
            _ =>
            {
                if (!link.IsReadingPaused && _options.Time.GetElapsedTime(Math.Max(Volatile.Read(ref _lastReceived), link.ResumedAt)) > TimeSpan.FromSeconds(keepAlive * 2))
                {
                    link.Dispose();
                }
                else
                {
                    link.Send(MqttEncoding.PingReq);
                }
            },
            state: null,
            period,
            period);
    }
}
