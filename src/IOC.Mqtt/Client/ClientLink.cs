using System.Buffers;
using System.Buffers.Binary;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Handles a frame that a link received.</summary>
internal delegate void FrameHandler(ClientLink link, in MqttFrame frame);

/// <summary>One network connection of a client. Writers append to a buffer; a pump on the thread pool sends what has gathered
/// meanwhile in one go.</summary>
internal sealed class ClientLink : IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan s_finishTimeout = TimeSpan.FromSeconds(2);
    private readonly ClientTransport _transport;
    private readonly MqttClientOptions _options;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ByteQueue _pending = new();
    private ByteQueue _sending = new();
    private bool _isReadingPaused;
    private long _resumedAt;
    private bool _pumping;
    private bool _closing;
    private TaskCompletionSource? _drained;

    private ClientLink(ClientTransport transport, MqttClientOptions options)
    {
        _transport = transport;
        _options = options;
        Aliases = new TopicAliases(options.TopicAliasMaximum, 0);
    }

    /// <summary>Completes with the CONNACK.</summary>
    public TaskCompletionSource<MqttConnAck> Admission { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The server's DISCONNECT, if it sent one.</summary>
    public MqttDisconnect? Farewell { get; set; }

    /// <summary>What the client itself ended the connection for.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>What the server takes; from its CONNACK.</summary>
    public ServerLimits Limits { get; private set; } = ServerLimits.None;

    /// <summary>The server's CONNACK; null before it.</summary>
    public MqttConnAck? ConnAck { get; private set; }

    /// <summary>Topic aliases of the connection. The outbound ones are guarded by this link's lock.</summary>
    public TopicAliases Aliases { get; private set; }

    /// <summary>Whether reading waits for handlers, so that silence is the client's own doing.</summary>
    public bool IsReadingPaused => Volatile.Read(ref _isReadingPaused);

    /// <summary>When reading went on after the last pause; the server's silence counts from there. 0 = there was none.</summary>
    public long ResumedAt => Volatile.Read(ref _resumedAt);

    public int Buffered
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    public static async Task<ClientLink> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken) =>
        new(await ClientTransport.OpenAsync(options, cancellationToken), options);

    /// <summary>Takes over what the CONNACK says, before anything else is handled.</summary>
    public void Admit(MqttConnAck connAck)
    {
        ConnAck = connAck;
        Limits = new ServerLimits(connAck.Properties);
        Aliases = new TopicAliases(_options.TopicAliasMaximum, Math.Min(_options.OutboundTopicAliases, Limits.TopicAliasMaximum));
    }

    /// <summary>Reads until the connection ends.</summary>
    /// <param name="handler">Called for every packet.</param>
    /// <param name="room">What reading must wait for before it goes on.</param>
    public async Task ReadAsync(FrameHandler handler, Func<Task> room)
    {
        var scratch = new MqttScratch();
        var buffer = new byte[8192];
        var filled = 0;
        while (true)
        {
            var read = await _transport.Stream.ReadAsync(buffer.AsMemory(filled));
            if (read == 0)
            {
                return;
            }

            filled += read;
            var used = Handle(new ReadOnlySequence<byte>(buffer, 0, filled), scratch, handler);
            buffer.AsSpan(used, filled - used).CopyTo(buffer);
            filled -= used;
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            while (room() is { IsCompleted: false } task)
            {
                Volatile.Write(ref _isReadingPaused, true);
                await Task.WhenAny(task, _closed.Task);
                Volatile.Write(ref _resumedAt, _options.Time.GetTimestamp());
                Volatile.Write(ref _isReadingPaused, false);
                if (_closed.Task.IsCompleted)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Appends to what goes out; false when the connection is closing and nothing more will.</summary>
    public bool Send(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            if (_closing)
            {
                return false;
            }

            _pending.Write(packet);
            Start();
            return true;
        }
    }

    /// <summary>Appends to what goes out; false when the connection is closing and nothing more will.</summary>
    public bool Send(Action<IBufferWriter<byte>> encode)
    {
        lock (_gate)
        {
            if (_closing)
            {
                return false;
            }

            encode(_pending);
            Start();
            return true;
        }
    }

    /// <summary>Appends a publish, with a topic alias if there is one for it.</summary>
    public void Send(in MqttPublishParts parts)
    {
        lock (_gate)
        {
            if (_closing)
            {
                return;
            }

            if (Aliases.SendsAliases && Aliases.AliasOf(parts.Topic, out var isNew) is > 0 and var alias)
            {
                WriteAliased(parts, alias, isNew);
            }
            else
            {
                MqttPublishEncoder.Write(_pending, _options.Version, parts);
            }

            Start();
        }
    }

    /// <summary>Completes when everything appended so far has gone to the network or cannot any more.</summary>
    public Task WhenDrainedAsync()
    {
        lock (_gate)
        {
            return _pumping
                ? (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    /// <summary>Half-closes after the last bytes, so that they arrive.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken = default)
    {
        await WhenDrainedAsync().WaitAsync(cancellationToken);
        await _transport.FinishAsync(cancellationToken);
    }

    /// <summary>Ends the connection for a fault; a 5.0 server is told.</summary>
    public async Task FailAsync(Exception fault, MqttReasonCode reason)
    {
        Fault ??= fault;
        if (_options.Version == MqttVersion.V500)
        {
            Send(w => new MqttDisconnect { Reason = reason }.Encode(w, MqttVersion.V500));
            try
            {
                await WhenDrainedAsync().WaitAsync(s_finishTimeout, _options.Time);
            }
            catch (TimeoutException)
            {
                // It does not read; cut it.
            }
        }

        Dispose();
    }

    /// <summary>Sends what has gathered.</summary>
    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    /// <summary>Cuts the connection; the read ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
        }

        _closed.TrySetResult();
        _transport.Dispose();
    }

    private void WriteAliased(in MqttPublishParts parts, ushort alias, bool isNew)
    {
        var length = 3 + parts.PropertyBlock.Length;
        var rented = length > 256 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var block = rented is null ? stackalloc byte[length] : rented.AsSpan(0, length);
        block[0] = (byte)MqttPropertyId.TopicAlias;
        BinaryPrimitives.WriteUInt16BigEndian(block[1..], alias);
        parts.PropertyBlock.CopyTo(block[3..]);
        MqttPublishEncoder.Write(_pending, _options.Version, new MqttPublishParts
        {
            Topic = isNew ? parts.Topic : default,
            Payload = parts.Payload,
            PropertyBlock = block,
            PacketId = parts.PacketId,
            Qos = parts.Qos,
            Retain = parts.Retain,
        });
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Start()
    {
        if (!_pumping)
        {
            _pumping = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_pending.Count == 0 || _closing)
                {
                    _pumping = false;
                    _drained?.TrySetResult();
                    _drained = null;
                    return;
                }

                (_pending, _sending) = (_sending, _pending);
            }

            try
            {
                await _transport.Stream.WriteAsync(_sending.Written);
            }
            catch (Exception e) when (ClientTransport.IsLoss(e))
            {
                Dispose();
            }

            _sending.Clear();
        }
    }

    private int Handle(ReadOnlySequence<byte> received, MqttScratch scratch, FrameHandler handler)
    {
        var reader = new MqttFrameReader(received, scratch, _options.MaxPacketSize);
        while (true)
        {
            switch (reader.Read(out var frame))
            {
                case DecodeStatus.Complete:
                    handler(this, frame);
                    break;
                case DecodeStatus.Malformed:
                    throw new MqttConnectionException(reader.Error.Text, reader.Error.Reason);
                default:
                    return (int)received.Slice(0, reader.Consumed).Length;
            }
        }
    }
}
