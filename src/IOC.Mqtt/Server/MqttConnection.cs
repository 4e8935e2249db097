using System.Buffers;
using System.IO.Pipelines;
using IOC.Mqtt.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>One client's connection: this part is its life from CONNECT to end. The read loop is the only reader of the
/// transport and the pump (the other part) its only writer.</summary>
internal sealed partial class MqttConnection
{
    private const int NotClosing = -1;

    private readonly MqttServer _server;
    private readonly ConnectionContext _transport;
    private readonly PipeReader _input;
    private readonly MqttScratch _scratch = new();
    private readonly TaskCompletionSource _closeSignal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttSession _session = null!;
    private MqttWill? _will;
    private int _closeReason = NotClosing;
    private string? _closeText;
    private volatile bool _connected;

    public MqttConnection(MqttServer server, ConnectionContext transport)
    {
        _server = server;
        _transport = transport;
        _input = transport.Transport.Input;
        _output = transport.Transport.Output;
        _acks = new AckRing(server.Options.ReceiveMaximum, server.Sink.ReasonOf);
        _wake = Schedule;
        _lastReceivedMs = server.NowMs;
        _connectDeadlineMs = _lastReceivedMs + (long)server.Options.ConnectTimeout.TotalMilliseconds;
    }

    /// <summary>The server that it is a connection of.</summary>
    public MqttServer Server => _server;

    /// <summary>Protocol level; None before the CONNECT.</summary>
    public MqttVersion Version { get; private set; }

    /// <summary>Largest packet that the client takes.</summary>
    public long ClientMaxPacketSize { get; private set; } = long.MaxValue;

    /// <summary>Topic aliases that may be used towards the client; null when it takes none.</summary>
    public OutboundAliases? OutboundAliases { get; private set; }

    /// <summary>The client, once its CONNECT was accepted.</summary>
    public MqttClientContext? Client { get; private set; }

    /// <summary>The client while it is connected.</summary>
    public MqttClientContext? Admitted => _connected && !IsClosing ? Client : null;

    /// <summary>Completes when the connection has let go of its session and its will is out.</summary>
    public Task Ended => _ended.Task;

    private bool IsClosing => Volatile.Read(ref _closeReason) != NotClosing;

    /// <summary>Runs the connection to its end. Never throws for what a client or the network does.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await ConnectAsync())
            {
                await ReadAsync();
            }
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or OperationCanceledException)
        {
            // The network ended the connection; ConnectionResetException is an IOException.
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>Makes the server end the connection. The first reason stands. Any thread.</summary>
    public void BeginClose(MqttReasonCode reason)
    {
        if (Interlocked.CompareExchange(ref _closeReason, (int)reason, NotClosing) != NotClosing)
        {
            return;
        }

        _server.Counters.Close(reason);
        _closeSignal.TrySetResult();
        _input.CancelPendingRead();
    }

    private async Task<bool> ConnectAsync()
    {
        while (true)
        {
            var result = await _input.ReadAsync();
            var status = ReadConnect(result.Buffer, out var consumed, out var connect, out var error, out var answer);
            _input.AdvanceTo(consumed, status == DecodeStatus.Incomplete ? result.Buffer.End : consumed);
            if (status == DecodeStatus.Complete)
            {
                return await AdmitAsync(connect!);
            }

            if (status == DecodeStatus.Malformed)
            {
                RefuseConnect(error, answer);
                return false;
            }

            if (result.IsCompleted || result.IsCanceled)
            {
                return false;
            }
        }
    }

    private DecodeStatus ReadConnect(
        ReadOnlySequence<byte> buffer,
        out SequencePosition consumed,
        out MqttConnect? connect,
        out MqttError error,
        out MqttVersion answer)
    {
        connect = null;
        answer = MqttVersion.None;
        var reader = new MqttFrameReader(buffer, _scratch, _server.Options.MaxPacketSize);
        var status = reader.Read(out var frame);
        consumed = reader.Consumed;
        error = reader.Error;
        if (status != DecodeStatus.Complete)
        {
            return status;
        }

        if (frame.Type != MqttPacketType.Connect)
        {
            error = new MqttError(MqttReasonCode.ProtocolError, "The first packet is not a CONNECT.");
            return DecodeStatus.Malformed;
        }

        if (MqttConnect.TryDecode(frame, out connect, out error))
        {
            return DecodeStatus.Complete;
        }

        answer = MqttConnect.AnswerVersion(frame);
        return DecodeStatus.Malformed;
    }

    /// <summary>3.1.1 wants an unknown level to be answered (3.1.2-2) and everything else that is wrong not to be (3.1.4-1); to 5.0 every
    /// reason can be told.</summary>
    private void RefuseConnect(MqttError error, MqttVersion answer)
    {
        _server.Counters.RefuseConnect(error.Reason);
        _server.Log.LogDebug("CONNECT from {Remote} refused: {Reason} {Text}", _transport.RemoteEndPoint, error.Reason, error.Text);
        if (answer == MqttVersion.V500 || (answer == MqttVersion.V311 && error.Reason == MqttReasonCode.UnsupportedProtocolVersion))
        {
            Version = answer;
            SendExplained(error.Text, (w, properties) => new MqttConnAck { Reason = error.Reason, Properties = properties }.Encode(w, answer));
        }
    }

    private async Task ReadAsync()
    {
        while (!IsClosing)
        {
            var result = await _input.ReadAsync();
            if (result.IsCanceled && IsClosing)
            {
                _input.AdvanceTo(result.Buffer.Start);
                return;
            }

            var before = _lastReceivedMs;
            Volatile.Write(ref _lastReceivedMs, _server.NowMs);
            var step = Process(result.Buffer, out var consumed);
            if (step == Step.Next && consumed.Equals(result.Buffer.Start))
            {
                // Keep-alive asks for whole packets (3.1.2.10): one byte now and then does not keep a connection.
                Volatile.Write(ref _lastReceivedMs, before);
            }

            _input.AdvanceTo(consumed, step == Step.Next ? result.Buffer.End : consumed);
            FinishBatch();
            switch (step)
            {
                case Step.Close:
                    return;
                case Step.Pause:
                    await PauseAsync();
                    if (GoOn() == Step.Close)
                    {
                        return;
                    }

                    break;
                default:
                    if (result.IsCompleted)
                    {
                        return;
                    }

                    break;
            }
        }
    }

    /// <summary>Reads no further until the sink or the client has caught up; TCP holds the client back meanwhile.</summary>
    private async Task PauseAsync()
    {
        _pause = _backPressure is null ? Pause.ForRoom : Pause.ForSink;
        var until = _backPressure ?? WhenRoomAsync();
        _backPressure = null;
        await Task.WhenAny(until, _closeSignal.Task);
        Volatile.Write(ref _lastReceivedMs, _server.NowMs);
        _pause = Pause.None;
    }

    private async Task EndAsync()
    {
        _ending = true;
        _acks.Publish();
        _outbox?.Flush();
        Schedule();
        var reason = (MqttReasonCode)Volatile.Read(ref _closeReason);
        if (_connected && reason == MqttReasonCode.ServerShuttingDown)
        {
            await WaitAsync(WhenDrainedAsync(), _server.Options.StopTimeout);
        }

        if (_connected && Version == MqttVersion.V500 && IsClosing)
        {
            _last = Explain(_closeText ?? ReasonTexts.Of(reason), (w, properties) =>
                new MqttDisconnect { Reason = reason, Properties = properties }.Encode(w, MqttVersion.V500));
        }

        if (!await WaitAsync(FinishPumpAsync(), _server.Options.LingerTimeout))
        {
            // The client does not read: what it has not taken is lost.
            _transport.Abort();
            await FinishPumpAsync();
        }

        await CompleteTransportAsync();
        if (Client is not null)
        {
            var dropWill = reason == MqttReasonCode.ServerShuttingDown && !_server.Options.PublishWillsOnStop;
            _server.Sessions.Release(_session, this, dropWill ? null : _will, keepsStoredWill: dropWill && _will is not null);
            Client.Limits?.Shared?.Leave();
        }

        _server.Linger(_transport);
        _ended.TrySetResult();
    }

    /// <summary>A pipe over a broken TLS stream throws when it ends, and the session must be let go all the same.</summary>
    private async Task CompleteTransportAsync()
    {
        try
        {
            await _output.CompleteAsync(_outputDead ? new IOException("The client takes nothing any more.") : null);
            await _input.CompleteAsync();
        }
        catch (Exception e)
        {
            _server.Log.LogDebug(e, "The transport of client {ClientId} did not end cleanly", Client?.ClientId);
            _transport.Abort();
        }
    }

    private async Task<bool> WaitAsync(Task task, TimeSpan atMost)
    {
        try
        {
            await task.WaitAsync(atMost, _server.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
