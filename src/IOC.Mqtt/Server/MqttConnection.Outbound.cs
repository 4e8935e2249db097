using System.Buffers;
using System.IO.Pipelines;
using IOC.Mqtt.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>The part that writes. The pump is not a task of its own: whoever has something to send runs it, unless somebody
/// runs it already, who then goes round once more. So a batch of answers costs one flush and no thread switch.</summary>
internal sealed partial class MqttConnection : IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Running = 1;
    private const int Dirty = 2;
    private const int FlushEvery = 64 * 1024;
    private const int MaxControlBytes = 64 * 1024;

    private readonly PipeWriter _output;
    private readonly AckRing _acks;
    private readonly Action _wake;
    private readonly Lock _controlGate = new();
    private ArrayBufferWriter<byte>? _control;
    private int _pings;
    private int _pumpState;
    private int _flushes;
    private int _controlPackets;
    private volatile int _pendingFlush;
    private volatile bool _outputDead;
    private volatile byte[]? _last;
    private volatile bool _ending;
    private bool _sealed;
    private bool _finishSeen;
    private bool _acksStopped;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _drained;
    private TaskCompletionSource? _finish;

    /// <summary>Payload bytes written since they were counted last; the session's matter, in its lock.</summary>
    public long PayloadSent { get; set; }

    /// <summary>Whether the client must take or the sink must finish something before more is read. Never when the output is dead:
    /// then there will be no room, but what the client had sent before still counts.</summary>
    private bool MustWaitForRoom =>
        !_outputDead && ((Version == MqttVersion.V311 && _acks.IsFull) || ControlBytes > MaxControlBytes);

    private int ControlBytes
    {
        get
        {
            lock (_controlGate)
            {
                return (_control?.WrittenCount ?? 0) + (Volatile.Read(ref _pings) * MqttEncoding.PingResp.Length);
            }
        }
    }

    /// <summary>Has the pump run on the thread pool. Any thread.</summary>
    public void Schedule()
    {
        if (Interlocked.Exchange(ref _pumpState, Dirty) == Idle)
        {
            // Ahead of the global queue, which is full of connections that want to bring in more: what is there leaves first.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    /// <summary>The pump's turn on the thread pool.</summary>
    void IThreadPoolWorkItem.Execute() => RunPump();

    /// <summary>Runs the pump here, unless it runs.</summary>
    private void Kick()
    {
        if (Interlocked.Exchange(ref _pumpState, Dirty) == Idle)
        {
            RunPump();
        }
    }

    /// <summary>Runs the pump here for a few rounds, unless it runs; what is left then goes to the thread pool. For the read loop of
    /// another connection, which must get back to its own client.</summary>
    public void PumpOnce()
    {
        if (Interlocked.Exchange(ref _pumpState, Dirty) == Idle)
        {
            RunPump(rounds: 4);
        }
    }

    private void RunPump(int rounds = int.MaxValue)
    {
        while (true)
        {
            if (rounds-- == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            Interlocked.Exchange(ref _pumpState, Running);
            var more = Drain(out var wrote);
            if (wrote)
            {
                var flush = Flush();
                if (!flush.IsCompletedSuccessfully)
                {
                    _ = AwaitFlushAsync(flush);
                    return;
                }

                NoteFlushed(flush.Result);
            }

            if (!more && Rest())
            {
                return;
            }
        }
    }

    private ValueTask<FlushResult> Flush()
    {
        try
        {
            return _output.FlushAsync();
        }
        catch (Exception e)
        {
            return ValueTask.FromException<FlushResult>(e);
        }
    }

    private async Task AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        _pendingFlush = _flushes = (_flushes % int.MaxValue) + 1;
        try
        {
            NoteFlushed(await flush);
        }
        catch (Exception e)
        {
            // Whatever a transport throws, TLS included: a pump that stopped here would keep its connection for ever.
            _server.Log.LogDebug(e, "Nothing more can be sent to client {ClientId}", Client?.ClientId);
            _outputDead = true;
        }

        _pendingFlush = 0;
        RunPump();
    }

    private void NoteFlushed(FlushResult result)
    {
        if (result.IsCompleted)
        {
            _outputDead = true;
        }
    }

    /// <summary>Nothing is left to write: wakes who waits for that. True when the pump has stopped.</summary>
    private bool Rest()
    {
        if (Volatile.Read(ref _room) is { } room && !MustWaitForRoom)
        {
            room.TrySetResult();
        }

        if (Volatile.Read(ref _drained) is { } drained && (_acks.IsEmpty || _acksStopped || _outputDead))
        {
            drained.TrySetResult();
        }

        if (Volatile.Read(ref _finish) is { } finish)
        {
            // What was left to write before the end may have come after this round had looked for it: one more round.
            if (!_finishSeen)
            {
                _finishSeen = true;
                return false;
            }

            // The state stays Running: nobody runs the pump again, the writer belongs to the end of the connection.
            finish.TrySetResult();
            return true;
        }

        return Interlocked.CompareExchange(ref _pumpState, Idle, Running) == Running;
    }

    /// <summary>Moves what is ready into the pipe; true when a flush is due before more.</summary>
    private bool Drain(out bool wrote)
    {
        wrote = false;
        if (_outputDead || _sealed)
        {
            return false;
        }

        try
        {
            // Read before the rest is drained: a PINGRESP leaves after whatever was there when its PINGREQ came.
            var pings = Volatile.Read(ref _pings);

            // Control first: nothing may leave before the CONNACK (MQTT-3.2.0-1), not even answers to what came with the CONNECT.
            var control = DrainControl();
            var acks = DrainAcks();
            control += DrainLater();
            var bytes = acks.Bytes + control;
            var budget = FlushEvery - bytes;
            var publishes = _connected && !_ending && budget > 0 ? _session.WriteTo(_output, this, budget, _server.NowMs, out var sent) : sent = 0;
            bytes += sent + DrainPings(pings) + DrainLast();
            wrote = bytes > 0;
            _server.Counters.Sent(bytes, acks.Acks, publishes);
            _server.Counters.SentPackets(acks.Acks + publishes + pings + Interlocked.Exchange(ref _controlPackets, 0), PayloadSent);
            PayloadSent = 0;
            return bytes >= FlushEvery;
        }
        catch (Exception e)
        {
            // The pump runs on any thread: an exception that left it would end the process.
            _server.Log.LogError(e, "Writing to client {ClientId} failed", Client?.ClientId);
            _outputDead = true;
            BeginClose(MqttReasonCode.ImplementationSpecificError);
            return false;
        }
    }

    private AckDrain DrainAcks()
    {
        if (_acksStopped || _acks.IsEmpty)
        {
            return default;
        }

        var result = _acks.Drain(_output, Version, _session, _wake);
        if (result.Failed > 0)
        {
            _server.Counters.DurableFailed(result.Failed);
            _server.Log.LogError(result.Failure, "{Count} messages of client {ClientId} were not stored and are not acknowledged",
                result.Failed, Client?.ClientId);
        }

        if (result.MustClose)
        {
            _acksStopped = true;
            BeginClose(MqttReasonCode.ImplementationSpecificError);
        }

        return result;
    }

    private int DrainPings(int count)
    {
        for (var i = 0; i < count; i++)
        {
            MqttEncoding.WriteRaw(_output, MqttEncoding.PingResp);
        }

        Interlocked.Add(ref _pings, -count);
        return count * MqttEncoding.PingResp.Length;
    }

    /// <summary>After a DISCONNECT nothing may be sent (5.0, 3.14.4-1).</summary>
    private int DrainLast()
    {
        if (_last is not { } last)
        {
            return 0;
        }

        MqttEncoding.WriteRaw(_output, last);
        _sealed = true;
        return last.Length;
    }

    private int DrainLater() => _later is { IsEmpty: false } later ? later.Drain(_output, Version, _session, _wake).Bytes : 0;

    private int DrainControl()
    {
        lock (_controlGate)
        {
            if (_control is null or { WrittenCount: 0 })
            {
                return 0;
            }

            var count = _control.WrittenCount;
            _output.Write(_control.WrittenSpan);
            _control.ResetWrittenCount();
            return count;
        }
    }

    private void SendControl(Action<IBufferWriter<byte>> encode)
    {
        lock (_controlGate)
        {
            if (!_outputDead)
            {
                encode(_control ??= new ArrayBufferWriter<byte>(64));
            }
        }
    }

    /// <summary>Sends a packet with a reason string, or without it when there is no room for it in the client's maximum packet size
    /// (5.0, 3.2.2-19 and others). False when not even that fits; then nothing is sent (3.1.2-24).</summary>
    private bool SendExplained(string? text, Action<IBufferWriter<byte>, MqttProperties?> encode)
    {
        var packet = Explain(text, encode);
        SendRaw(packet);
        return packet is not null;
    }

    private byte[]? Explain(string? text, Action<IBufferWriter<byte>, MqttProperties?> encode)
    {
        var packet = new ArrayBufferWriter<byte>(128);
        encode(packet, text is null || Version != MqttVersion.V500 ? null : new MqttProperties { ReasonString = text });
        if (packet.WrittenCount > ClientMaxPacketSize && text is not null)
        {
            packet.ResetWrittenCount();
            encode(packet, null);
        }

        return packet.WrittenCount > ClientMaxPacketSize ? null : packet.WrittenSpan.ToArray();
    }

    private void SendRaw(ReadOnlySpan<byte> packet)
    {
        Interlocked.Increment(ref _controlPackets);
        lock (_controlGate)
        {
            if (!_outputDead)
            {
                (_control ??= new ArrayBufferWriter<byte>(64)).Write(packet);
            }
        }
    }

    private void SendAck(MqttPacketType type, ushort packetId, MqttReasonCode reason)
    {
        Span<byte> packet = stackalloc byte[MqttAck.MaxSize];
        SendRaw(packet[..MqttAck.Write(packet, Version, type, packetId, reason)]);
    }

    private Task WhenRoomAsync() => WaitForPump(ref _room);

    private Task WhenDrainedAsync() => WaitForPump(ref _drained);

    /// <summary>Lets the pump write all that it can and stop for good.</summary>
    private Task FinishPumpAsync() => _finish?.Task ?? WaitForPump(ref _finish);

    private Task WaitForPump(ref TaskCompletionSource? waiter)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref waiter, mine);
        Schedule();
        return mine.Task;
    }
}
