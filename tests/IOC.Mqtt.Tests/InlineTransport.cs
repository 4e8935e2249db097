using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using IOC.Mqtt.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace IOC.Mqtt.Tests;

/// <summary>A connection without a socket whose server end runs inside <see cref="FeedAsync"/>: when that returns, the server has read
/// what it was given. What it answers is kept, or dropped.</summary>
internal sealed class InlineTransport : ConnectionContext, IDuplexPipe
{
    private readonly Pipe _in = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));

    private readonly Collector _output;

    public InlineTransport(bool keep, string id = "pipe")
    {
        _output = new Collector(keep);
        ConnectionId = id;
        Transport = this;
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1);
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _in.Reader;

    public PipeWriter Output => _output;

    /// <summary>Whole packets that the server has sent, in order.</summary>
    public IReadOnlyList<byte[]> Packets => _output.Packets();

    /// <summary>Runs the connection without the test's synchronisation context.</summary>
    public Task RunAsync(MqttServer server) => Task.Run(() => server.RunAsync(this));

    /// <summary>Gives the server bytes. False when it reads no more.</summary>
    public async Task<bool> FeedAsync(ReadOnlyMemory<byte> bytes)
    {
        var result = await _in.Writer.WriteAsync(bytes);
        return !result.IsCompleted;
    }

    /// <summary>The client goes away.</summary>
    public void Close() => _in.Writer.Complete();

    public override void Abort(ConnectionAbortedException abortReason) => _in.Writer.Complete(abortReason);

    private sealed class Collector(bool keep) : PipeWriter
    {
        private static readonly byte[] s_dropped = new byte[4096];
        private readonly Lock _gate = new();
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private byte[] _scratch = keep ? new byte[4096] : s_dropped;

        public List<byte[]> Packets()
        {
            lock (_gate)
            {
                var packets = new List<byte[]>();
                var reader = new MqttFrameReader(new ReadOnlySequence<byte>(_bytes.WrittenMemory), new MqttScratch(), int.MaxValue);
                var at = 0;
                while (reader.Read(out _) == DecodeStatus.Complete)
                {
                    var end = (int)new ReadOnlySequence<byte>(_bytes.WrittenMemory).Slice(0, reader.Consumed).Length;
                    packets.Add(_bytes.WrittenSpan[at..end].ToArray());
                    at = end;
                }

                return packets;
            }
        }

        public override void Advance(int bytes)
        {
            if (keep)
            {
                lock (_gate)
                {
                    _bytes.Write(_scratch.AsSpan(0, bytes));
                }
            }
        }

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_scratch.Length < sizeHint)
            {
                _scratch = new byte[sizeHint];
            }

            return _scratch;
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
