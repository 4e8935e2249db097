using System.Text;
using Google.Protobuf;
using IOC.Ingest.Log;
using IOC.Ingest.Sparkplug;
using IOC.Ingest.Sparkplug.Wire;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Ingest.Tests;

/// <summary>A pipeline with a real log, and an edge node that talks to it.</summary>
internal sealed class SparkplugBench : IAsyncDisposable, IIngestOutput
{
    private readonly TempDirectory _folder = new();
    private readonly FormatBench _city = new();
    private readonly long[] _read;
    private readonly List<string> _published = [];

    public SparkplugBench(IngestOptions? options = null)
    {
        Log = new SqliteReadingLog(new ReadingLogOptions { Directory = _folder.Path }, _city.Addresses, FormatBench.Properties, new ManualTimeProvider());
        Pipeline = new IngestPipeline(options ?? new IngestOptions(), _city.Catalogue, _city.Addresses, Log, this);
        _read = new long[Log.PartitionCount];
    }

    public SqliteReadingLog Log { get; }

    public IngestPipeline Pipeline { get; }

    /// <summary>Topics published by ingest.</summary>
    public IReadOnlyList<string> Published => _published;

    public long Now { get; set; } = Samples.Now;

    public static Metric Named(string name, double value, ulong? alias = null)
    {
        var metric = new Metric { Name = name, Datatype = 10, DoubleValue = value };
        if (alias is { } number)
        {
            metric.Alias = number;
        }

        return metric;
    }

    public static Metric Aliased(ulong alias, double value) => new() { Alias = alias, DoubleValue = value };

    public static Metric Session(ulong number) => new() { Name = "bdSeq", Datatype = 8, LongValue = number };

    public IngestVerdict Send(string topic, ulong? sequence, params Metric[] metrics)
    {
        var payload = new Payload { Timestamp = (ulong)Now, Metrics = { metrics } };
        if (sequence is { } number)
        {
            payload.Seq = number;
        }

        return Send(topic, payload.ToByteArray());
    }

    public IngestVerdict Send(string topic, byte[] payload, string contentType = "") =>
        Pipeline.Accept(Encoding.UTF8.GetBytes(topic), payload, Now, "edge-1", Encoding.UTF8.GetBytes(contentType));

    public void Publish(string topic, byte[] payload)
    {
        var command = Assert.Single(Payload.Parser.ParseFrom(payload).Metrics);
        Assert.Equal(("Node Control/Rebirth", 11u, true), (command.Name, command.Datatype, command.BooleanValue));
        _published.Add(topic);
    }

    /// <summary>What the log has got since the last call: "sensor time code=value" or "sensor online", in the order of sensors.</summary>
    public async Task<List<string>> LoggedAsync(IngestVerdict verdict)
    {
        if (verdict.Durable is not null)
        {
            await verdict.Durable;
        }

        var batch = new TelemetryBatch();
        var lines = new List<string>();
        for (var p = 0; p < _read.Length; p++)
        {
            while (Log.TryRead(p, _read[p], batch))
            {
                _read[p] = batch.Offset;
                foreach (var message in batch.Messages)
                {
                    var values = batch.ValuesOf(in message).ToArray()
                        .Select(v => FormattableString.Invariant($" {FormatBench.Properties[v.Property].Code}={v.Value:R}{(v.Quality == Quality.Ok ? "" : ":" + v.Quality)}"));
                    lines.Add(message.Kind == MessageKind.Status
                        ? $"{message.Sensor!.Sensor} {(message.Online ? "online" : "offline")}"
                        : FormattableString.Invariant($"{message.Sensor!.Sensor} {message.MeasuredAtMs - Samples.Now}{string.Concat(values)}"));
                }
            }
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    public DeadLetter LastLetter() => Log.DeadLetters.List(new DeadLetterQuery(Limit: 1))[0];

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        _folder.Dispose();
    }
}
