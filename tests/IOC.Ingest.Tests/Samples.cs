using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Ingest.Tests;

/// <summary>A small city for the tests.</summary>
internal static class Samples
{
    /// <summary>2024-11-21 11:00:00.123 UTC.</summary>
    public const long Now = 1_732_186_800_123;

    public const string Payload = """{"ts":1732186800123,"v":{"pm25":19.9,"pm10":51.9,"no2":79.3,"so2":68,"co":0.489,"temp":23.8,"hum":95}}""";

    public static readonly PropertyCatalogue Properties = new(
    [
        Property("pm25", "ug/m3", 0, 1000), Property("pm10", "ug/m3", 0, 2000), Property("no2", "ug/m3", 0, 2000),
        Property("so2", "ug/m3", 0, 2000), Property("co", "mg/m3", 0, 100), Property("temp", "Cel", -20, 60),
        Property("hum", "%", 0, 100), Property("noise", "dB", 0, 150), Property("wind_speed", "m/s", 0, 80),
        Property("electric_energy", "kW.h", 0, 1e9), Property("a", "1", -1e300, 1e300),
    ]);

    public static PropertyDefinition Property(string code, string unit, double min, double max) =>
        new(code, unit, new LocalText(code, code), min, max, 1, unit);

    public static Catalogue Catalogue(AddressBook addresses, params string[] paths) => new(
        Properties, [],
        [.. paths.Select(p => new SensorDefinition(Address(addresses, p), new LocalText(p, p), 106.2, 21.3, ["pm25"], TimeSpan.FromMinutes(1), null))],
        []);

    public static SensorAddress Address(AddressBook addresses, string path) => addresses.GetOrAdd(Encoding.UTF8.GetBytes(path));

    public static DecodeContext Context(int maxValues = 1000) => new(new PropertyTable(Properties), Now, Now + 300_000, maxValues);

    public static ReadingBuffer Readings(long measuredAt, params (string Code, double Value)[] values)
    {
        var buffer = new ReadingBuffer();
        AddTo(buffer, measuredAt, Quality.Ok, values);
        return buffer;
    }

    public static void AddTo(ReadingBuffer buffer, long measuredAt, Quality quality, params (string Code, double Value)[] values)
    {
        buffer.Begin();
        foreach (var (code, value) in values)
        {
            Properties.TryGetIndex(code, out var index);
            var (mantissa, scale) = DecimalNumber.FromDouble(value);
            buffer.Add(index, mantissa, scale, Properties[index].IsPlausible(value));
        }

        buffer.End(measuredAt, quality);
    }

    public static DeadLetter Letter(long at = Now, RefusalReason reason = RefusalReason.Empty, string sensor = "s-1", string payload = "{}") => new()
    {
        AtMs = at,
        Topic = $"ioc/v1/viet-yen/environment/{sensor}/telemetry",
        Sensor = sensor,
        Reason = reason,
        Detail = "v: empty",
        Client = "c-1",
        Payload = Encoding.UTF8.GetBytes(payload),
        PayloadBytes = payload.Length,
    };

    /// <summary>A batch as text, for comparison: one line a message.</summary>
    public static List<string> Lines(TelemetryBatch batch)
    {
        var lines = new List<string>();
        foreach (var message in batch.Messages)
        {
            var values = batch.ValuesOf(in message).ToArray().Select(v => FormattableString.Invariant($"{Properties[v.Property].Code}={v.Value:R}:{v.Quality}"));
            lines.Add(FormattableString.Invariant($"{message.Kind} {message.Sensor?.Path} {message.MeasuredAtMs} {message.ReceivedAtMs} {message.Online} {string.Join(' ', values)}").TrimEnd());
        }

        return lines;
    }

    public static List<string> Lines(ReadingBuffer buffer)
    {
        var lines = new List<string>();
        foreach (var message in buffer.Messages)
        {
            var values = buffer.Values.Slice(message.FirstValue, message.ValueCount).ToArray().Select(v => FormattableString.Invariant($"{Properties[v.Property].Code}={v.Value:R}:{v.Quality}"));
            lines.Add(FormattableString.Invariant($"{message.MeasuredAtMs} {message.HasQualities} {string.Join(' ', values)}"));
        }

        return lines;
    }
}
