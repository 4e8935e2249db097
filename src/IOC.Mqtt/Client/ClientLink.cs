using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>Handles a frame that a link received.</summary>
internal delegate void FrameHandler(ClientLink link, in MqttFrame frame);

/// <summary>One network connection of a client. Writers append to a buffer; a pump on the thread pool sends what has gathered
/// meanwhile in one go.</summary>
internal sealed class ClientLink : IThreadPoolWorkItem, IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly int _maxPacketSize;
    private readonly Lock _gate = new();
    private ByteQueue _pending = new();
    private ByteQueue _sending = new();
    private bool _pumping;
    private bool _closing;
    private TaskCompletionSource? _drained;

    private ClientLink(Socket socket, Stream stream, int maxPacketSize)
    {
        _socket = socket;
        _stream = stream;
        _maxPacketSize = maxPacketSize;
    }

    /// <summary>Reason of the server's DISCONNECT, if it sent one.</summary>
    public MqttReasonCode ServerReason { get; set; }

    /// <summary>What the CONNACK said; set before anything else is handled.</summary>
    public MqttConnAck? ConnAck { get; set; }

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

    public static async Task<ClientLink> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is { } tls)
            {
                var ssl = new SslStream(stream);
                tls.TargetHost ??= options.Host;
                await ssl.AuthenticateAsClientAsync(tls, cancellationToken);
                stream = ssl;
            }

            return new ClientLink(socket, stream, options.MaxPacketSize);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads until the connection ends; the caller's handler runs for every packet.</summary>
    public async Task ReadAsync(FrameHandler handler)
    {
        var scratch = new MqttScratch();
        var buffer = new byte[8192];
        var filled = 0;
        while (true)
        {
            var read = await _stream.ReadAsync(buffer.AsMemory(filled));
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
        }
    }

    /// <summary>Appends to what goes out.</summary>
    public void Send(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            _pending.Write(packet);
            Start();
        }
    }

    /// <summary>Appends to what goes out.</summary>
    public void Send(Action<IBufferWriter<byte>> encode)
    {
        lock (_gate)
        {
            encode(_pending);
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
    public async Task FinishAsync()
    {
        await WhenDrainedAsync();
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side was faster.
        }
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

        _stream.Dispose();
    }

    private void Start()
    {
        if (!_pumping && !_closing)
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
                await _stream.WriteAsync(_sending.Written);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                Dispose();
            }

            _sending.Clear();
        }
    }

    private int Handle(ReadOnlySequence<byte> received, MqttScratch scratch, FrameHandler handler)
    {
        var reader = new MqttFrameReader(received, scratch, _maxPacketSize);
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
