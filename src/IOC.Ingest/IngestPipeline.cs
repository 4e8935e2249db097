using System.Globalization;
using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Formats;
using IOC.Ingest.Log;
using IOC.Ingest.Sparkplug;
using IOC.Ingest.Topics;
using IOC.Telemetry;

namespace IOC.Ingest;

/// <summary>
/// The way of a publication into the log: topic, payload, validation, append. It knows nothing of the protocol it came by.
/// Safe for use from any thread; <see cref="Accept"/> allocates nothing for a usual payload of a known topic.
/// </summary>
public sealed partial class IngestPipeline
{
    private const int MaxTopicLength = 1024;

    private readonly IngestOptions _options;
    private readonly AddressBook _addresses;
    private readonly IReadingLog _log;
    private readonly FormatChooser _formats;
    private readonly UnregisteredSensors _unregistered;
    private readonly IngestCounters _counters = new();
    private readonly long _maxAheadMs;
    private volatile TopicTable _topics;

    [ThreadStatic]
    private static ReadingBuffer? t_buffer;

    /// <summary>Makes a pipeline.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="catalogue">Registered sensors and properties.</param>
    /// <param name="addresses">The process's sensor addresses: the same that the catalogue and the log use.</param>
    /// <param name="log">Where everything goes.</param>
    /// <param name="output">Where ingest publishes what a format asks of its host; null = nowhere.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public IngestPipeline(IngestOptions options, Catalogue catalogue, AddressBook addresses, IReadingLog log, IIngestOutput? output = null)
    {
        options.Validate();
        _options = options;
        _addresses = addresses;
        _log = log;
        _maxAheadMs = (long)options.MaxClockAhead.TotalMilliseconds;
        _unregistered = new UnregisteredSensors(options.MaxUnregisteredSensors);
        _formats = new FormatChooser(options.Formats);
        _log.UseProperties(catalogue.Properties);
        _topics = new TopicTable(catalogue, addresses, _unregistered, log.PartitionOf, _formats.WithTopic);
        _sparkplug = options.Sparkplug.Enabled ? new SparkplugNodes(options.Sparkplug, output) : null;
    }

    /// <summary>What was counted since the start.</summary>
    public IngestFigures Figures => _counters.Read(_unregistered.Count);

    /// <summary>Makes unregistered sensors known that were seen before this start, so that each stays bound to the place where
    /// it was first seen. Registered ones are passed over.</summary>
    public void KnowUnregistered(IEnumerable<SensorAddress> seen)
    {
        ArgumentNullException.ThrowIfNull(seen);
        foreach (var sensor in seen)
        {
            _topics.Know(sensor);
        }
    }

    /// <summary>Takes in a publication.</summary>
    /// <param name="topic">Topic, UTF-8.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="receivedAtMs">Time of receipt, Unix milliseconds.</param>
    /// <param name="client">Client id of the sender, for dead letters.</param>
    /// <param name="contentType">What the sender says the payload is (MQTT 5 content type), UTF-8; empty when it says
    /// nothing.</param>
    /// <param name="output">Where is published what this message makes ingest ask; null = where everything is. A message of another
    /// broker's device is answered there.</param>
    public IngestVerdict Accept(
        ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client, ReadOnlySpan<byte> contentType = default,
        IIngestOutput? output = null)
    {
        var table = _topics;
        if (payload.IsEmpty)
        {
            _counters.PassedThrough();
            return IngestVerdict.PassThrough;
        }

        var entry = table.Resolve(topic, out var reason);
        if (entry is null)
        {
            if (_sparkplug is not null && SparkplugTopic.IsOurs(topic))
            {
                return AcceptSparkplug(table, topic, payload, receivedAtMs, client, output);
            }

            return Refuse(topic, null, payload, receivedAtMs, client, reason, RefusalReasons.Name(reason));
        }

        if (entry.Kind == TopicKind.Routed)
        {
            _counters.PassedThrough();
            return IngestVerdict.PassThrough;
        }

        if (payload.Length > _options.MaxPayloadBytes)
        {
            return Refuse(
                topic, entry.Place?.Sensor, payload, receivedAtMs, client, RefusalReason.TooLarge, TooLarge(payload.Length));
        }

        if (entry.Kind == TopicKind.Status)
        {
            return AcceptStatus(entry.Place!, topic, payload, receivedAtMs, client);
        }

        // The usual payload is told by its first byte; all else takes the longer way.
        return payload[0] == '{' && contentType.IsEmpty && entry.Rules is null
            ? AcceptReadings(table, entry.Place!, topic, payload, receivedAtMs, client)
            : AcceptOfAnyFormat(table, entry, topic, payload, receivedAtMs, client, contentType);
    }

    /// <summary>Keeps a publication as a dead letter that the one who brings it cannot make a topic of ours for.</summary>
    /// <param name="topic">Topic as it came, UTF-8.</param>
    /// <param name="payload">Payload.</param>
    /// <param name="receivedAtMs">Time of receipt, Unix milliseconds.</param>
    /// <param name="client">Who brings it, for the dead letter.</param>
    /// <param name="reason">Why.</param>
    /// <param name="detail">What was wrong, in names and values only.</param>
    public IngestVerdict Refuse(
        ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client, RefusalReason reason, string detail) =>
        Refuse(topic, sensor: null, payload, receivedAtMs, client, reason, detail);

    /// <summary>Whether a publication is none of ingest's business, and needs no room in the log.</summary>
    public bool IsOnlyRouted(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        payload.IsEmpty || _topics.Resolve(topic, out _) is { Kind: TopicKind.Routed }
        || (_sparkplug is not null && IsSparkplug(topic) && SparkplugTopic.TryParse(topic, out var parsed) && parsed.IsOnlyRouted);

    /// <summary>Appends the passing of time to every partition.</summary>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <returns>Completes when it is on disk; need not be awaited.</returns>
    public Task Tick(long nowMs) => _log.AppendTick(MessageKind.Tick, nowMs).Durable;

    /// <summary>Appends the first tick after a start to every partition.</summary>
    /// <inheritdoc cref="Tick"/>
    public Task Resume(long nowMs) => _log.AppendTick(MessageKind.Resumed, nowMs).Durable;

    /// <summary>Changes the registered sensors and the properties, between two messages.</summary>
    /// <exception cref="ArgumentException">A property of the catalogue before has another index or none.</exception>
    public void ReplaceCatalogue(Catalogue catalogue)
    {
        // The log first: a message decoded with the new table may hold a property that only the new catalogue has.
        _log.UseProperties(catalogue.Properties);
        _topics = new TopicTable(catalogue, _addresses, _unregistered, _log.PartitionOf, _formats.WithTopic);
    }

    private IngestVerdict AcceptReadings(
        TopicTable table, SensorPlace place, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client)
    {
        var buffer = t_buffer ??= new ReadingBuffer();
        buffer.Reset();
        JsonPayloadDecoder.Decode(payload, Context(table, receivedAtMs), buffer);
        if (buffer.MessageCount == 0)
        {
            return Refuse(topic, place.Sensor, payload, receivedAtMs, client, buffer.Problem ?? RefusalReason.Empty, buffer.ProblemDetail);
        }

        var letter = buffer.Problem is { } problem
            ? Letter(topic, place.Sensor, payload, receivedAtMs, client, problem, buffer.ProblemDetail)
            : null;
        var append = _log.AppendReadings(place.Partition, place.Sensor, buffer, receivedAtMs, letter);
        _counters.Accepted(buffer.MessageCount, buffer.ValueCount, buffer.ImplausibleCount, payload.Length);
        if (letter is not null)
        {
            _counters.Refused(letter.Reason, 0);
        }

        return new IngestVerdict(IngestOutcome.Accepted, letter?.Reason, append.Durable, append.BackPressure);
    }

    private IngestVerdict AcceptStatus(SensorPlace place, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, long receivedAtMs, string client)
    {
        if (StatusDecoder.Decode(payload) is not { } online)
        {
            return Refuse(
                topic, place.Sensor, payload, receivedAtMs, client, RefusalReason.MalformedPayload,
                $"status: {RefusalReasons.Name(RefusalReason.MalformedPayload)}");
        }

        var append = _log.AppendStatus(place.Partition, place.Sensor, online, receivedAtMs);
        _counters.Accepted(1, 0, 0, payload.Length);
        return new IngestVerdict(IngestOutcome.Accepted, null, append.Durable, append.BackPressure);
    }

    private IngestVerdict Refuse(
        ReadOnlySpan<byte> topic, SensorAddress? sensor, ReadOnlySpan<byte> payload, long receivedAtMs, string client, RefusalReason reason, string detail)
    {
        var append = _log.AppendDeadLetter(Letter(topic, sensor, payload, receivedAtMs, client, reason, detail));
        _counters.Refused(reason, payload.Length);
        return new IngestVerdict(IngestOutcome.Refused, reason, append.Durable, append.BackPressure);
    }

    private DecodeContext Context(TopicTable table, long receivedAtMs) =>
        new(table.Properties, receivedAtMs, receivedAtMs + _maxAheadMs, _options.MaxValues);

    private static string TooLarge(int bytes) =>
        $"{RefusalReasons.Name(RefusalReason.TooLarge)} ({bytes.ToString(CultureInfo.InvariantCulture)} bytes)";

    private DeadLetter Letter(
        ReadOnlySpan<byte> topic, SensorAddress? sensor, ReadOnlySpan<byte> payload, long receivedAtMs, string client, RefusalReason reason, string detail)
    {
        var name = Encoding.UTF8.GetString(topic.Length <= MaxTopicLength ? topic : topic[..MaxTopicLength]);
        return new DeadLetter
        {
            AtMs = receivedAtMs,
            Topic = name,
            Sensor = sensor?.Sensor ?? TopicTable.SensorOf(name),
            Reason = reason,
            Detail = detail,
            Client = client,
            Payload = payload[..Math.Min(payload.Length, _options.DeadLetterPayloadBytes)].ToArray(),
            PayloadBytes = payload.Length,
        };
    }
}
