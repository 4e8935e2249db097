using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Formats;
using IOC.Ingest.Log;
using IOC.Ingest.Topics;
using IOC.Telemetry;

namespace IOC.Ingest.Tests;

/// <summary>A small city with several districts, for the formats that speak of several sensors.</summary>
internal sealed class FormatBench
{
    public const string Own = "viet-yen/environment/aq-001";

    public static readonly string[] Sensors = [Own, "luc-nam/environment/aq-002", "hiep-hoa/water/0024befffe804ff1", "luc-ngan/power/pump-1", "viet-yen/power/node-1"];

    private readonly ReadingGatherer _gatherer = new();

    public FormatBench(params FormatOptions[] formats)
    {
        Catalogue = Samples.Catalogue(Addresses, Sensors) with { Properties = Properties };
        Table = new TopicTable(Catalogue, Addresses, new UnregisteredSensors(10), d => d.Length % 4, new FormatChooser(formats).WithTopic);
    }

    /// <summary>The samples' properties, with those that units and sums need.</summary>
    public static PropertyCatalogue Properties { get; } = new(
    [
        .. Samples.Properties.All, Samples.Property("energy", "kW.h", 0, 1e9), Samples.Property("power", "W", 0, 1e6),
        Samples.Property("power_sum", "W.h", 0, 1e9), Samples.Property("pressure", "hPa", 800, 1200), Samples.Property("rel", "1", -100, 100),
    ]);

    public AddressBook Addresses { get; } = new();

    public Catalogue Catalogue { get; }

    public TopicTable Table { get; }

    public ReadingBuffer Problems => _gatherer.Problems;

    /// <summary>Decodes a payload under the topic of <see cref="Own"/>, or under a gateway's that has no sensor.</summary>
    public List<string> Decode(IPayloadDecoder decoder, string payload, bool gateway = false, TimePrecision precision = TimePrecision.Ns, int maxValues = 1000) =>
        Decode(decoder, Encoding.UTF8.GetBytes(payload), gateway, precision, maxValues);

    /// <inheritdoc cref="Decode(IPayloadDecoder, string, bool, TimePrecision, int)"/>
    public List<string> Decode(IPayloadDecoder decoder, byte[] payload, bool gateway = false, TimePrecision precision = TimePrecision.Ns, int maxValues = 1000)
    {
        _gatherer.Reset();
        var context = new DecodeContext(Table.Properties, Samples.Now, Samples.Now + 300_000, maxValues) { Precision = precision };
        var own = gateway ? null : Table.FindRegistered("aq-001"u8);
        decoder.Decode(payload, in context, new SensorScope(Table, own, gateway), _gatherer);
        _gatherer.Complete();
        return Lines(_gatherer);
    }

    /// <summary>What was gathered as text: one line a message, "sensor time code=value:quality".</summary>
    public static List<string> Lines(ReadingGatherer gatherer)
    {
        var lines = new List<string>();
        foreach (var part in gatherer.Parts)
        {
            if (part.Online is { } online)
            {
                lines.Add($"{part.Sensor.Sensor} {(online ? "online" : "offline")}");
                continue;
            }

            foreach (var message in gatherer.Readings.Messages.Slice(part.FirstMessage, part.MessageCount))
            {
                var values = gatherer.Readings.Values.Slice(message.FirstValue, message.ValueCount).ToArray()
                    .Select(v => FormattableString.Invariant($"{Properties[v.Property].Code}={v.Value:R}{(v.Quality == Quality.Ok ? "" : ":" + v.Quality)}"));
                lines.Add(FormattableString.Invariant($"{part.Sensor.Sensor} {message.MeasuredAtMs} {string.Join(' ', values)}"));
            }
        }

        return lines;
    }
}
