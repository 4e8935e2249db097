using IOC.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>The part that finds out that a connection is dead. Only the server's one timer calls it.</summary>
internal sealed partial class MqttConnection
{
    /// <summary>Stands for a flush that will never be: the output is dead.</summary>
    private const int DeadFlush = -1;

    private readonly long _connectDeadlineMs;
    private long _lastReceivedMs;
    private long _keepAliveMs;
    private volatile Pause _pause;
    private int _watchedFlush;
    private long _watchedSinceMs;

    private enum Pause
    {
        /// <summary>The connection is read from.</summary>
        None,

        /// <summary>The sink asked for it: the client cannot help how long it takes.</summary>
        ForSink,

        /// <summary>Answers must leave first: they wait for the sink, or for the client to read.</summary>
        ForRoom,
    }

    /// <summary>Time that a client gets to read, ms: what it gets to send a packet, if it has chosen that.</summary>
    private long SlowClientMs => _keepAliveMs > 0 ? _keepAliveMs * 3 / 2 : (long)_server.Options.SlowClientTimeout.TotalMilliseconds;

    /// <summary>Closes when the connect time-out or 1.5 times the keep-alive is over (3.1.2.10), when the client has not read for
    /// so long although nothing more can be taken from it before, and when nothing can be sent to it any more.</summary>
    public void Sweep(long nowMs)
    {
        if (!_connected)
        {
            if (nowMs >= _connectDeadlineMs)
            {
                BeginClose(MqttReasonCode.MaximumConnectTime);
            }

            return;
        }

        if (_keepAliveMs > 0 && _pause == Pause.None && nowMs - Volatile.Read(ref _lastReceivedMs) > _keepAliveMs * 3 / 2)
        {
            BeginClose(MqttReasonCode.KeepAliveTimeout);
        }

        WatchOutput(nowMs);
    }

    /// <summary>The time runs from the first sweep that sees a flush waited for; any progress starts it anew.</summary>
    private void WatchOutput(long nowMs)
    {
        var flush = WaitedFor();
        if (flush != _watchedFlush)
        {
            _watchedFlush = flush;
            _watchedSinceMs = nowMs;
        }
        else if (flush == DeadFlush && nowMs - _watchedSinceMs >= (long)_server.Options.LingerTimeout.TotalMilliseconds)
        {
            // Not at once: what the client had sent before, its DISCONNECT perhaps, is still read.
            BeginClose(MqttReasonCode.UnspecifiedError);
        }
        else if (flush > 0 && nowMs - _watchedSinceMs > SlowClientMs && !IsClosing)
        {
            _server.Log.LogInformation("Client {ClientId} from {Remote} is disconnected: it does not read what is sent to it",
                Client!.ClientId, _transport.RemoteEndPoint);
            BeginClose(_keepAliveMs > 0 ? MqttReasonCode.KeepAliveTimeout : MqttReasonCode.QuotaExceeded);
        }
    }

    /// <summary>The flush that only the client holds up while the connection is paused for it; 0 when there is none.</summary>
    private int WaitedFor()
    {
        if (_outputDead)
        {
            return DeadFlush;
        }

        return _pause == Pause.ForRoom && !_acks.WaitsForTask ? _pendingFlush : 0;
    }
}
