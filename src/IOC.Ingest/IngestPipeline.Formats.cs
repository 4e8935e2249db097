using IOC.Ingest.Decoding;
using IOC.Ingest.Formats;
using IOC.Ingest.Log;
using IOC.Ingest.Sparkplug;
using IOC.Ingest.Topics;

namespace IOC.Ingest;

/// <summary>The ways of the formats in which a payload may speak of several sensors, times and units.</summary>
public sealed partial class IngestPipeline
{
    private static readonly SenMlDecoder SenMl = new();
    private static readonly LineProtocolDecoder Line = new();

    private readonly SparkplugNodes? _sparkplug;

    [ThreadStatic]
    private static ReadingGatherer? t_gatherer;

    /// <summary>Whether a topic is in Sparkplug's namespace.</summary>
    public static bool IsSparkplug(ReadOnlySpan<byte> topic) => SparkplugTopic.IsOurs(topic);

    /// <summary>What was counted of Sparkplug since the start; null when it is switched off.</summary>
    public SparkplugFigures? SparkplugFigures => _sparkplug?.Figures;

    private IngestVerdict AcceptOfAnyFormat(
        TopicTable table, TopicEntry entry, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client,
        ReadOnlySpan<byte> contentType)
    {
        if (!_formats.TryChoose(entry.Rules, payload, contentType, out var choice))
        {
            var name = RefusalReasons.Name(RefusalReason.UnsupportedFormat);
            return Refuse(
                topic, entry.Place?.Sensor, payload, receivedAtMs, client, RefusalReason.UnsupportedFormat,
                $"content type: {name} ({System.Text.Encoding.UTF8.GetString(contentType[..Math.Min(contentType.Length, 100)])})");
        }

        if (choice.Format == PayloadFormat.Json)
        {
            return entry.Place is { } place
                ? AcceptReadings(table, place, topic, payload, receivedAtMs, client)
                : Refuse(
                    topic, null, payload, receivedAtMs, client, RefusalReason.UnknownSensor,
                    $"topic: {RefusalReasons.Name(RefusalReason.UnknownSensor)} (it names none, and this format cannot)");
        }

        var gatherer = t_gatherer ??= new ReadingGatherer();
        gatherer.Reset();
        IPayloadDecoder decoder = choice.Format == PayloadFormat.SenMl ? SenMl : Line;
        decoder.Decode(
            payload, Context(table, receivedAtMs) with { Precision = choice.Precision }, new SensorScope(table, entry.Place, choice.SeveralSensors), gatherer);
        gatherer.Complete();
        return Append(gatherer, entry.Place, topic, payload, receivedAtMs, client);
    }

    private IngestVerdict AcceptSparkplug(
        TopicTable table, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client, IIngestOutput? output)
    {
        if (!SparkplugTopic.TryParse(topic, out var parsed))
        {
            return Refuse(
                topic, null, payload, receivedAtMs, client, RefusalReason.UnknownTopic, RefusalReasons.Name(RefusalReason.UnknownTopic));
        }

        if (parsed.IsOnlyRouted)
        {
            _counters.PassedThrough();
            return IngestVerdict.PassThrough;
        }

        if (payload.Length > _options.MaxPayloadBytes)
        {
            return Refuse(topic, null, payload, receivedAtMs, client, RefusalReason.TooLarge, TooLarge(payload.Length));
        }

        var gatherer = t_gatherer ??= new ReadingGatherer();
        gatherer.Reset();
        return _sparkplug!.Take(
            parsed, payload, Context(table, receivedAtMs), table, gatherer,
            new SparkplugAppend(this, topic, payload, receivedAtMs, client), output);
    }

    /// <summary>Appends what was gathered, wholly and at once.</summary>
    private IngestVerdict Append(
        ReadingGatherer gathered, SensorPlace? own, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client)
    {
        var problems = gathered.Problems;
        var parts = gathered.Parts;
        if (parts.IsEmpty)
        {
            if (problems.Problem is { } refused)
            {
                return Refuse(topic, own?.Sensor, payload, receivedAtMs, client, refused, problems.ProblemDetail);
            }

            // A certificate that concerns none of our sensors.
            _counters.Accepted(1, 0, 0, payload.Length);
            return new IngestVerdict(IngestOutcome.Accepted, null, null, null);
        }

        var sensor = own?.Sensor ?? (parts.Length == 1 ? parts[0].Sensor : null);
        var letter = problems.Problem is { } problem
            ? Letter(topic, sensor, payload, receivedAtMs, client, problem, problems.ProblemDetail)
            : null;
        var append = _log.AppendParts(parts, gathered.Readings, receivedAtMs, letter);
        _counters.Accepted(Math.Max(1, gathered.Readings.MessageCount), gathered.Readings.ValueCount, gathered.Readings.ImplausibleCount, payload.Length);
        if (letter is not null)
        {
            _counters.Refused(letter.Reason, 0);
        }

        return new IngestVerdict(IngestOutcome.Accepted, letter?.Reason, append.Durable, append.BackPressure);
    }

    /// <summary>Appends what a Sparkplug message said while its edge node is held.</summary>
    internal readonly ref struct SparkplugAppend
    {
        private readonly IngestPipeline _pipeline;
        private readonly ReadOnlySpan<byte> _topic;
        private readonly ReadOnlySpan<byte> _payload;
        private readonly long _receivedAtMs;
        private readonly string _client;

        public SparkplugAppend(IngestPipeline pipeline, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client)
        {
            _pipeline = pipeline;
            _topic = topic;
            _payload = payload;
            _receivedAtMs = receivedAtMs;
            _client = client;
        }

        public IngestVerdict Gathered(ReadingGatherer gathered)
        {
            gathered.Complete();
            return _pipeline.Append(gathered, null, _topic, _payload, _receivedAtMs, _client);
        }
    }
}
