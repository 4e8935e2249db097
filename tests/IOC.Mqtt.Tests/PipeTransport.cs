using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using IOC.Mqtt.Wire;
using IOC.Testing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace IOC.Mqtt.Tests;

/// <summary>A connection without a socket: a test decides when the server's output stalls and how it dies.</summary>
internal sealed class PipeTransport : ConnectionContext, IDuplexPipe
{
    // Takes whatever a test sends at once: only the output is to stall.
    private readonly Pipe _in = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly Pipe _out = new(new PipeOptions(pauseWriterThreshold: 1024, resumeWriterThreshold: 512));
    private readonly PipeWriter _output;

    public PipeTransport(PipeWriter? output = null)
    {
        _output = output ?? _out.Writer;
        Transport = this;
        RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1);
    }

    public override string ConnectionId { get; set; } = "pipe";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _in.Reader;

    public PipeWriter Output => _output;

    public static MqttServer Server(IMqttPublishSink sink, TimeProvider time, Action<MqttServerOptions>? configure = null)
    {
        var options = new MqttServerOptions();
        configure?.Invoke(options);
        return new MqttServer(Options.Create(options), sink, new LoopbackAuthenticator(), time, NullLogger<MqttServer>.Instance);
    }

    /// <summary>Connects with a will and reads the CONNACK, if the output is this transport's own.</summary>
    public async Task ConnectAsync(ushort keepAlive = 0, bool reads = true)
    {
        var will = new MqttWill { Topic = "status/c", Payload = "offline"u8.ToArray() };
        await SendAsync(w => new MqttConnect
        {
            Version = MqttVersion.V311,
            ClientId = "c",
            CleanStart = true,
            KeepAlive = keepAlive,
            Will = will,
        }.Encode(w));
        if (reads)
        {
            _out.Reader.AdvanceTo((await _out.Reader.ReadAtLeastAsync(4)).Buffer.GetPosition(4));
        }
    }

    public async Task SendAsync(Action<PipeWriter> encode)
    {
        encode(_in.Writer);
        await _in.Writer.FlushAsync();
    }

    /// <summary>Sends publishes of QoS 1 whose payload is their packet identifier.</summary>
    public Task PublishAsync(int count) => SendAsync(w =>
    {
        for (var i = 1; i <= count; i++)
        {
            MqttPublishEncoder.Write(w, MqttVersion.V311, new MqttPublishParts
            {
                Topic = "a"u8,
                Payload = [(byte)('0' + i)],
                PacketId = (ushort)i,
                Qos = MqttQos.AtLeastOnce,
            });
        }
    });

    public Task PingAsync(int count) => SendAsync(w =>
    {
        for (var i = 0; i < count; i++)
        {
            w.Write<byte>([0xC0, 0]);
        }
    });

    /// <summary>Reads and forgets what the server sends until a condition holds.</summary>
    public async Task ReadAllAsync(MqttServer server, Func<bool> until) => await Eventually.HoldsAsync(
        () =>
        {
            while (_out.Reader.TryRead(out var result))
            {
                _out.Reader.AdvanceTo(result.Buffer.End);
            }

            return until();
        },
        $"everything to leave; {server.Counters.PublishesOut} publishes have");

    /// <summary>The server can send no more.</summary>
    public void KillOutput(Exception? exception = null) => _out.Reader.Complete(exception);

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _out.Reader.Complete();
        _in.Writer.Complete(abortReason);
    }
}
