using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Ingest.Tests;

public sealed class BatchFormatTests
{
    /// <summary>A batch written by version 1. Never change it: files out there hold such bytes.</summary>
    private const string Version1 =
        "494f43420113f6ff87e6e964159a01001c6261632d6769616e672f656e7669726f6e6d656e742f61712d30303100c801a81400030004706d323501f6"
        + "01010474656d700289050201610f9c7500883ce4377e18630113766965742d79656e2f77617465722f776c2d37020304706d3235009d9c0103040368"
        + "756d00500018ac02000100f8010111c8010112de090700000047da8afb";

    private static readonly string[] Version1Lines =
    [
        "Resumed  1732186800123 1732186800123 False",
        "Status bac-giang/environment/aq-001 1732186800200 1732186800200 True",
        "Readings bac-giang/environment/aq-001 1732186799000 1732186800300 False pm25=12.3:Ok temp=-3.25:Ok a=1E+300:Ok",
        "Readings viet-yen/water/wl-7 1732186800250 1732186800250 False pm25=-9999:Implausible hum=40:Ok",
        "Readings bac-giang/environment/aq-001 1732186800400 1732186800400 False pm25=12.4:Calibrating",
        "Status viet-yen/water/wl-7 1732186800500 1732186800500 False",
        "Tick  1732186801123 1732186801123 False",
    ];

    [Fact]
    public void Bytes_of_version_1_still_load()
    {
        Assert.Equal(Version1Lines, Samples.Lines(Decode(Convert.FromHexString(Version1))));
    }

    [Fact]
    public void What_is_written_today_is_version_1_byte_for_byte() => Assert.Equal(Version1, Convert.ToHexStringLower(Encode()));

    [Fact]
    public void Any_changed_byte_is_noticed()
    {
        var good = Encode();
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 0x10;
            var error = Assert.Throws<CorruptBatchException>(() => Decode(bad));
            Assert.Equal((2, 7), (error.Partition, error.Offset));
        }
    }

    [Fact]
    public void Any_missing_end_is_noticed()
    {
        var good = Encode();
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Throws<CorruptBatchException>(() => Decode(good[..length]));
        }
    }

    [Fact]
    public void Nonsense_with_a_good_checksum_is_noticed()
    {
        var random = new Random(7);
        var noticed = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var good = Encode();
            var body = good.AsSpan(0, good.Length - BatchFormat.TrailerLength).ToArray();
            body[random.Next(BatchFormat.HeaderLength, body.Length)] = (byte)random.Next(256);
            try
            {
                new BatchDecoder().Decode(BatchEncoder.Seal(body, body.Length, 7), new AddressBook(), Samples.Properties, new TelemetryBatch());
            }
            catch (CorruptBatchException)
            {
                noticed++;
            }
        }

        // Some changes only change a value; none may end in another exception.
        Assert.InRange(noticed, 1_000, 20_000);
    }

    [Fact]
    public void A_later_version_is_told_apart()
    {
        var later = Encode();
        later[4] = 2;
        Assert.Contains("format version 2", Assert.Throws<CorruptBatchException>(() => Decode(later)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_checksum_is_crc32c() => Assert.Equal(0xE3069283u, BatchFormat.Checksum("123456789"u8));

    [Fact]
    public void Values_of_a_property_that_is_gone_are_left_out_and_counted()
    {
        var into = new TelemetryBatch();
        into.Reset(2, 7);
        var unknown = new BatchDecoder().Decode(Encode(), new AddressBook(), new PropertyCatalogue([Samples.Property("temp", "Cel", -20, 60)]), into);
        Assert.Equal(5, unknown);
        Assert.Equal(7, into.MessageCount);
        Assert.Equal(new TelemetryValue(0, Quality.Ok, -3.25), Assert.Single(into.Values.ToArray()));
    }

    [Fact]
    public void Many_sensors_and_properties_survive_over_reused_buffers()
    {
        var addresses = new AddressBook();
        var sensors = Enumerable.Range(0, 700).Select(i => addresses.GetOrAdd("d", "environment", $"s-{i}")).ToArray();
        var encoder = new BatchEncoder();
        var random = new Random(3);
        for (var round = 0; round < 4; round++)
        {
            var expected = new List<string>();
            for (var i = 0; i < 3_000; i++)
            {
                var sensor = sensors[random.Next(sensors.Length)];
                var readings = Samples.Readings(
                    Samples.Now - random.Next(-5000, 5000), ("a", random.NextDouble()), ("wind_speed", random.Next(50)), ("a", 1), ("electric_energy", Math.Round(random.NextDouble() * 1e6, 3)));
                encoder.AddReadings(sensor, readings, Samples.Now + i, Samples.Properties);
                expected.Add(ExpectedLine(sensor, readings, Samples.Now + i));
            }

            var (length, messages) = (encoder.Length, encoder.Messages);
            Assert.Equal((Samples.Now, Samples.Now + 2999), encoder.Received);
            var batch = Decode(BatchEncoder.Seal(encoder.Swap(new byte[16]), length, messages), addresses);
            Assert.Equal(expected, Samples.Lines(batch));
            Assert.Same(addresses.GetOrAdd(Encoding.UTF8.GetBytes(batch.Messages[0].Sensor!.Path)), batch.Messages[0].Sensor);
        }
    }

    private static string ExpectedLine(SensorAddress sensor, ReadingBuffer readings, long received)
    {
        var parts = Samples.Lines(readings)[0].Split(' ', 3);
        return FormattableString.Invariant($"Readings {sensor.Path} {parts[0]} {received} False {parts[2]}");
    }

    private static byte[] Encode()
    {
        var addresses = new AddressBook();
        var first = Samples.Address(addresses, "bac-giang/environment/aq-001");
        var second = Samples.Address(addresses, "viet-yen/water/wl-7");
        var encoder = new BatchEncoder();
        encoder.Add(MessageKind.Resumed, null, false, Samples.Now);
        encoder.Add(MessageKind.Status, first, true, 1_732_186_800_200);
        encoder.AddReadings(first, Samples.Readings(1_732_186_799_000, ("pm25", 12.3), ("temp", -3.25), ("a", 1e300)), 1_732_186_800_300, Samples.Properties);
        encoder.AddReadings(second, Samples.Readings(1_732_186_800_250, ("pm25", -9999), ("hum", 40)), 1_732_186_800_250, Samples.Properties);
        var calibrating = new ReadingBuffer();
        Samples.AddTo(calibrating, 1_732_186_800_400, Quality.Calibrating, ("pm25", 12.4));
        encoder.AddReadings(first, calibrating, 1_732_186_800_400, Samples.Properties);
        encoder.Add(MessageKind.Status, second, false, 1_732_186_800_500);
        encoder.Add(MessageKind.Tick, null, false, 1_732_186_801_123);
        var (length, messages) = (encoder.Length, encoder.Messages);
        return BatchEncoder.Seal(encoder.Swap(new byte[16]), length, messages);
    }

    private static TelemetryBatch Decode(byte[] bytes, AddressBook? addresses = null)
    {
        var into = new TelemetryBatch();
        into.Reset(2, 7);
        Assert.Equal(0, new BatchDecoder().Decode(bytes, addresses ?? new AddressBook(), Samples.Properties, into));
        return into;
    }
}
