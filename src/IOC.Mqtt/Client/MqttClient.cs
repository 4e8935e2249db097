using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>A client of MQTT 3.1.1 and 5.0 with pipelined QoS 1. Thread-safe. This part is the life of its connections.</summary>
public sealed partial class MqttClient : IAsyncDisposable
{
    private static readonly TimeSpan s_disconnectTimeout = TimeSpan.FromSeconds(2);
    private readonly MqttClientOptions _options;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly MqttProperties? _connectProperties;
    private ClientLink? _link;
    private Task _life = Task.CompletedTask;
    private TaskCompletionSource<MqttConnAck>? _connAck;
    private ITimer? _pings;
    private string _clientId;
    private long _lastReceived;
    private bool _firstConnection = true;
    private bool _disconnecting;

    /// <summary>Makes a client that is not connected.</summary>
    public MqttClient(MqttClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxInFlight, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxInFlight, MaxWindow, nameof(options));
        _options = options;
        _clientId = options.ClientId;
        _window = new PublishWindow(options.MaxInFlight);
        _windowRoom = new SemaphoreSlim(options.MaxInFlight);
        _connectProperties = options.Version == MqttVersion.V500
            ? new MqttProperties
            {
                SessionExpiryInterval = options.SessionExpirySeconds > 0 ? options.SessionExpirySeconds : null,
                MaximumPacketSize = (uint)options.MaxPacketSize,
            }
            : null;
    }

    /// <summary>Called on a background thread after the connection was made (true) or lost (false).</summary>
    public Action<bool>? ConnectionChanged { get; set; }

    /// <summary>What the client has done.</summary>
    public MqttClientCounters Counters { get; } = new();

    /// <summary>The identifier in use; the server's own after a connect without one.</summary>
    public string ClientId => Volatile.Read(ref _clientId);

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => Volatile.Read(ref _link) is not null;

    /// <summary>QoS 1 publishes whose PUBACK is pending.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _window.Count;
            }
        }
    }

    /// <summary>Connects. Tries once: <see cref="MqttClientOptions.Reconnect"/> is for connections that were made and lost.</summary>
    /// <exception cref="MqttConnectionException">The server refused, or cannot be reached in time.</exception>
    /// <exception cref="InvalidOperationException">The client is connected or was disconnected.</exception>
    public async Task<MqttConnectResult> ConnectAsync(CancellationToken cancellationToken = default)
    {
        if (IsConnected || !_life.IsCompleted || _stop.IsCancellationRequested)
        {
            throw new InvalidOperationException("A client connects once; it is connected or was disconnected.");
        }

        var (link, reading) = await OpenAsync(cancellationToken);
        _life = LiveAsync(link, reading);
        return new MqttConnectResult(link.ConnAck!.SessionPresent, ClientId, link.ConnAck.Properties);
    }

    /// <summary>Sends DISCONNECT after everything that was handed over before, and ends. Publishes without PUBACK fail.</summary>
    /// <param name="reason">Reason code, 5.0 only; <see cref="MqttReasonCode.DisconnectWithWill"/> asks for the will.</param>
    public async Task DisconnectAsync(MqttReasonCode reason = MqttReasonCode.Success)
    {
        _disconnecting = true;
        if (Volatile.Read(ref _link) is { } link)
        {
            link.Send(w => new MqttDisconnect { Reason = reason }.Encode(w, _options.Version));
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
        _disconnecting = true;
        if (!_stop.IsCancellationRequested)
        {
            await EndAsync();
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

    private async Task<(ClientLink Link, Task Reading)> OpenAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token, _stop.Token);
        ClientLink? link = null;
        try
        {
            link = await ClientLink.OpenAsync(_options, both.Token);
            _connAck = new TaskCompletionSource<MqttConnAck>(TaskCreationOptions.RunContinuationsAsynchronously);
            link.Send(BuildConnect().Encode);
            var reading = ReadAsync(link);
            var connAck = await _connAck.Task.WaitAsync(both.Token);
            if (connAck.Reason != MqttReasonCode.Success)
            {
                throw new MqttConnectionException($"The server refused the connection: {connAck.Reason}.", connAck.Reason);
            }

            return (link, reading);
        }
        catch (Exception e)
        {
            link?.Dispose();
            if (e is MqttConnectionException || (e is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw;
            }

            throw new MqttConnectionException(
                $"{_options.Host}:{_options.Port} cannot be reached: {e.Message}", MqttReasonCode.ServerUnavailable, e);
        }
    }

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

    /// <summary>Reads until the link ends; the exception tells why, null is a plain end.</summary>
    private async Task<Exception?> ReadAsync(ClientLink link)
    {
        Exception? error = null;
        try
        {
            await link.ReadAsync(OnFrame);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
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

        var lost = new MqttConnectionException($"The connection to {_options.Host}:{_options.Port} is lost.", link.ServerReason, error);
        if (_connAck!.TrySetException(lost))
        {
            // The one who waited for it may have given up already.
            _ = _connAck.Task.Exception;
        }

        return lost;
    }

    /// <summary>From connection to connection until the client ends.</summary>
    private async Task LiveAsync(ClientLink link, Task reading)
    {
        while (true)
        {
            Interlocked.Increment(ref Counters.ConnectionsCount);
            _firstConnection = false;
            StartPings(link);
            ConnectionChanged?.Invoke(true);
            await reading;
            ConnectionChanged?.Invoke(false);
            FailRequests(new MqttConnectionException("The connection is lost.", link.ServerReason));
            if (!_options.Reconnect || _disconnecting)
            {
                break;
            }

            if (await ReopenAsync() is not { } next)
            {
                break;
            }

            (link, reading) = next;
        }

        FailPublishes(new MqttConnectionException("The connection is lost.", link.ServerReason));
    }

    private async Task<(ClientLink Link, Task Reading)?> ReopenAsync()
    {
        var wait = _options.ReconnectMin;
        while (true)
        {
            try
            {
                var jittered = wait * (0.8 + (0.4 * Random.Shared.NextDouble()));
                await Task.Delay(jittered, _options.Time, _stop.Token);
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
            catch (MqttConnectionException)
            {
                wait = wait * 2 < _options.ReconnectMax ? wait * 2 : _options.ReconnectMax;
            }
        }
    }

    /// <summary>Runs inside the handling of the CONNACK, so that nothing is sent before what must be sent again.</summary>
    private void Start(ClientLink link, MqttConnAck connAck)
    {
        link.ConnAck = connAck;
        if (connAck.Reason == MqttReasonCode.Success)
        {
            Volatile.Write(ref _clientId, connAck.Properties?.AssignedClientIdentifier ?? ClientId);
            LimitWindow(connAck.Properties?.ReceiveMaximum ?? ushort.MaxValue);
            lock (_gate)
            {
                if (!connAck.SessionPresent)
                {
                    ResubscribeLocked(link);
                }

                Interlocked.Add(ref Counters.ResentCount, _window.Resend(p => link.Send(p.Span)));
                _link = link;
            }
        }

        _connAck!.TrySetResult(connAck);
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
                if (_options.Time.GetElapsedTime(Volatile.Read(ref _lastReceived)) > TimeSpan.FromSeconds(keepAlive * 2))
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
