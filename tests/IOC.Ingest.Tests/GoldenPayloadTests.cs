using System.Globalization;
using System.Text;
using Google.Protobuf;
using IOC.Ingest.Decoding;
using IOC.Ingest.Formats;
using IOC.Ingest.Sparkplug.Wire;

namespace IOC.Ingest.Tests;

/// <summary>Payloads whose bytes were made by hand from the specifications, none by the code that reads them; and the same readings in
/// every format, which must become the same batch.</summary>
public sealed class GoldenPayloadTests
{
    /// <summary>An NBIRTH, byte by byte from the field numbers: timestamp 1732186800123; bdSeq (Int64) 0; temp, alias 1,
    /// Double, 20.5; hum, alias 2, Float 45.25, timestamp 1732186799123; seq 0.</summary>
    private const string NodeBirth =
        "08" + "FBFF83F3B432" // 1: timestamp
        + "12" + "0B" + "0A05" + "6264536571" + "2004" + "5800" // 2: metric "bdSeq", datatype 4, long_value 0
        + "12" + "13" + "0A04" + "74656D70" + "1001" + "200A" + "69" + "0000000000803440" // "temp", alias 1, datatype 10, double_value 20.5
        + "12" + "15" + "0A03" + "68756D" + "1002" + "18" + "93F883F3B432" + "2009" + "65" + "00003542" // "hum", alias 2, timestamp, datatype 9, float_value 45.25
        + "18" + "00"; // 3: seq

    /// <summary>An NDATA: timestamp 1732186801123; alias 1, double 21; seq 1.</summary>
    private const string NodeData =
        "08" + "E38784F3B432"
        + "12" + "0B" + "1001" + "69" + "0000000000003540"
        + "18" + "01";

    [Fact]
    public async Task Sparkplug_bytes_by_hand()
    {
        await using var bench = new SparkplugBench();
        Assert.Equal(
            ["node-1 -1000 hum=45.25", "node-1 0 temp=20.5", "node-1 online"],
            (await bench.LoggedAsync(bench.Send("spBv1.0/g/NBIRTH/node-1", Convert.FromHexString(NodeBirth)))).Order(StringComparer.Ordinal));
        Assert.Equal(["node-1 1000 temp=21"], await bench.LoggedAsync(bench.Send("spBv1.0/g/NDATA/node-1", Convert.FromHexString(NodeData))));
    }

    /// <summary>The bytes mean to a parser what they mean to the eye: guards the hand.</summary>
    [Fact]
    public void Sparkplug_bytes_are_what_they_say()
    {
        var birth = Payload.Parser.ParseFrom(Convert.FromHexString(NodeBirth));
        Assert.Equal((1732186800123ul, 0ul, 3), (birth.Timestamp, birth.Seq, birth.Metrics.Count));
        Assert.Equal(("hum", 2ul, 1732186799123ul, 9u, 45.25f), (birth.Metrics[2].Name, birth.Metrics[2].Alias, birth.Metrics[2].Timestamp, birth.Metrics[2].Datatype, birth.Metrics[2].FloatValue));
        Assert.Equal(1732186801123ul, Payload.Parser.ParseFrom(Convert.FromHexString(NodeData)).Timestamp);
    }

    /// <summary>In the manner of RFC 8428's examples 5.1.2 and 5.1.3: base name and time, relative times, a unit that changes.</summary>
    [Fact]
    public void SenMl_in_the_manner_of_the_standards_examples() => Assert.Equal(
        [
            "0024befffe804ff1 1732186740000 electric_energy=1.2",
            "0024befffe804ff1 1732186741000 electric_energy=1.3",
            "0024befffe804ff1 1732186745000 temp=20.25 hum=20",
        ],
        new FormatBench().Decode(
            new SenMlDecoder(),
            """
            [
              {"bn":"urn:dev:mac:0024befffe804ff1:","bt":1.732186745e+09,"bu":"kWh","bver":5,"n":"temp","u":"Cel","v":20.25},
              {"n":"electric_energy","t":-5,"v":1.2},
              {"n":"electric_energy","t":-4,"v":1.3},
              {"n":"hum","u":"%RH","v":20}
            ]
            """,
            gateway: true));

    /// <summary>Points as Telegraf writes them.</summary>
    [Fact]
    public void Line_protocol_as_agents_write_it() => Assert.Equal(
        ["aq-001 1732186799000 temp=23.43234543 hum=88", "aq-002 1732186798999 pressure=1013.25"],
        new FormatBench().Decode(
            new LineProtocolDecoder(),
            "weather,host=gw\\ 7,location=us-midwest,sensor=aq-001 temp=23.43234543,hum=88i 1732186799000000000\n"
            + "pressure,host=gw\\ 7,sensor=aq-002 value=1013.25 1732186798999999999\n",
            gateway: true));

    [Fact]
    public async Task The_same_readings_in_every_format_become_the_same_batch()
    {
        var random = new Random(428);
        await using var bench = new SparkplugBench(new IngestOptions
        {
            Sparkplug = new IOC.Ingest.Sparkplug.SparkplugOptions { Map = [new() { Node = "n", Device = "-", Sensor = "aq-001" }] },
        });
        await bench.LoggedAsync(bench.Send("spBv1.0/g/NBIRTH/n", 0));
        for (var i = 0; i < 300; i++)
        {
            var readings = Readings(random);
            var verdicts = new[]
            {
                bench.Send("ioc/v1/viet-yen/environment/aq-001/telemetry", Encoding.UTF8.GetBytes(Json(readings))),
                bench.Send("ioc/v1/viet-yen/environment/aq-001/telemetry", Encoding.UTF8.GetBytes(SenMl(readings, random))),
                bench.Send("ioc/v1/viet-yen/environment/aq-001/telemetry", Encoding.UTF8.GetBytes(Line(readings))),
                bench.Send("spBv1.0/g/NDATA/n", Sparkplug(readings, (ulong)(i + 1) % 256)),
            };
            foreach (var verdict in verdicts)
            {
                Assert.Equal((IngestOutcome.Accepted, null), (verdict.Outcome, verdict.Reason));
            }

            var lines = await bench.LoggedAsync(verdicts[^1]);
            Assert.Equal(0, lines.Count % 4);
            foreach (var same in lines.GroupBy(l => l, StringComparer.Ordinal))
            {
                Assert.True(same.Count() == 4, $"{same.Key} came of {same.Count()} formats: {Json(readings)}");
            }
        }
    }

    [Theory]
    [InlineData("""{"v":{"temp":1}}""", PayloadFormat.Json)]
    [InlineData(" \n{", PayloadFormat.Json)]
    [InlineData("", PayloadFormat.Json)]
    [InlineData("12", PayloadFormat.Json)]
    [InlineData("hello", PayloadFormat.Json)]
    [InlineData("[]", PayloadFormat.Json)]
    [InlineData("[1]", PayloadFormat.Json)]
    [InlineData("""[{"v":{"temp":1}}]""", PayloadFormat.Json)]
    [InlineData("""[{"u":{"temp":"Cel"},"v":{"temp":1}}]""", PayloadFormat.Json)]
    [InlineData("""[{"ts":1,"n":"temp"}]""", PayloadFormat.Json)]
    [InlineData("""[{"x":1}]""", PayloadFormat.Json)]
    [InlineData("""[{"v":1,"n":"temp"}]""", PayloadFormat.SenMl)]
    [InlineData("""[{"u":"Cel","v":1}]""", PayloadFormat.SenMl)]
    [InlineData("""[{"x":[{}],"bn":"a"}]""", PayloadFormat.SenMl)]
    [InlineData("""[{"bver":5},{"n":"temp"}]""", PayloadFormat.SenMl)]
    [InlineData("temp value=1", PayloadFormat.Line)]
    [InlineData("# x\nair temp=1", PayloadFormat.Line)]
    [InlineData("[air temp=1", PayloadFormat.Json)]
    public void A_format_is_told_by_its_form(string payload, PayloadFormat expected) =>
        Assert.Equal(expected, FormatChooser.ByForm(Encoding.UTF8.GetBytes(payload)));

    [Theory]
    [InlineData("gw/a/data", "", PayloadFormat.Line, TimePrecision.S, true)]
    [InlineData("gw/a/data", "application/senml+json; charset=utf-8", PayloadFormat.SenMl, TimePrecision.S, true)]
    [InlineData("gw/a/data", "Application/X-Acme", PayloadFormat.SenMl, TimePrecision.Ns, true)]
    [InlineData("plain/x", "application/x-acme", PayloadFormat.SenMl, TimePrecision.Ns, false)]
    [InlineData("plain/x", "TEXT/X-Influx-Line-Protocol", PayloadFormat.Line, TimePrecision.Ns, false)]
    [InlineData("plain/x", "application/json", PayloadFormat.Json, TimePrecision.Ns, false)]
    [InlineData("plain/x", "image/png", PayloadFormat.Json, TimePrecision.Ns, false)]
    public void A_content_type_goes_before_a_topic_before_the_form(string topic, string contentType, PayloadFormat format, TimePrecision precision, bool several)
    {
        var chooser = new FormatChooser(
        [
            new FormatOptions { ContentType = "application/x-acme", Format = PayloadFormat.SenMl },
            new FormatOptions { Topic = "gw/+/data", Format = PayloadFormat.Line, Precision = TimePrecision.S, SeveralSensors = true },
        ]);
        var rules = chooser.WithTopic.Where(r => r.Pattern!.Matches(Encoding.UTF8.GetBytes(topic), out _)).ToArray();
        Assert.True(chooser.TryChoose(rules, """{"v":{}}"""u8, Encoding.UTF8.GetBytes(contentType), out var choice));
        Assert.Equal((format, several), (choice.Format, choice.SeveralSensors));
        Assert.Equal(precision, choice.Precision);
    }

    [Theory]
    [InlineData("application/senml+cbor")]
    [InlineData("application/senml-exi")]
    [InlineData("application/sensml+xml;x=y")]
    public void What_is_not_read_is_said_so(string contentType) =>
        Assert.False(new FormatChooser([]).TryChoose(null, "[]"u8, Encoding.UTF8.GetBytes(contentType), out _));

    [Theory]
    [InlineData("a/+/c", "a/b/c", true, "")]
    [InlineData("a/+/c", "a//c", true, "")]
    [InlineData("a/+/c", "a/b/c/d", false, "")]
    [InlineData("a/#", "a", true, "")]
    [InlineData("a/#", "a/b/c", true, "")]
    [InlineData("a/#", "ab", false, "")]
    [InlineData("#", "x/y", true, "")]
    [InlineData("#", "$SYS/x", false, "")]
    [InlineData("+/x", "$SYS/x", false, "")]
    [InlineData("z/{sensor}", "z/aq-001", true, "aq-001")]
    [InlineData("z/{sensor}/+/#", "z/aq-001/p/q/r", true, "aq-001")]
    [InlineData("{sensor}", "aq-001", true, "aq-001")]
    [InlineData("a/b", "a/b", true, "")]
    [InlineData("a/b", "a", false, "")]
    public void Patterns_match_as_topic_filters_do(string pattern, string topic, bool matches, string sensor)
    {
        Assert.True(TopicPattern.TryParse(pattern, out var parsed));
        Assert.Equal(matches, parsed.Matches(Encoding.UTF8.GetBytes(topic), out var named));
        if (matches)
        {
            Assert.Equal(sensor, Encoding.UTF8.GetString(named));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/#/b")]
    [InlineData("a+/b")]
    [InlineData("{sensor}/{sensor}")]
    [InlineData("a/{device}")]
    public void What_is_no_pattern_is_refused(string pattern) => Assert.False(TopicPattern.TryParse(pattern, out _));

    private static List<(long Time, string Code, double Value)> Readings(Random random)
    {
        string[] codes = ["pm25", "temp", "hum", "no2", "a"];
        var readings = new List<(long, string, double)>();
        for (var t = 0; t < random.Next(1, 4); t++)
        {
            foreach (var code in codes.Where(_ => random.Next(2) == 0).DefaultIfEmpty("temp"))
            {
                var value = random.Next(10) == 0 ? (random.NextDouble() - 0.5) * 1e12 : Math.Round((random.NextDouble() - 0.2) * 200, random.Next(0, 5));
                readings.Add((Samples.Now - 10_000 + (t * 1001), code, value));
            }
        }

        return readings;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Json(List<(long Time, string Code, double Value)> readings) => "[" + string.Join(
        ',', readings.GroupBy(r => r.Time).Select(g => FormattableString.Invariant($"{{\"ts\":{g.Key},\"v\":{{{string.Join(',', g.Select(r => $"\"{r.Code}\":{Text(r.Value)}"))}}}}}"))) + "]";

    private static string SenMl(List<(long Time, string Code, double Value)> readings, Random random)
    {
        var relative = random.Next(2) == 0;
        return "[{\"bn\":\"aq-001:\"}," + string.Join(
            ',', readings.Select(r => $"{{\"n\":\"{r.Code}\",\"v\":{Text(r.Value)},\"t\":{Text((relative ? r.Time - Samples.Now : r.Time) / 1000.0)}}}")) + "]";
    }

    private static string Line(List<(long Time, string Code, double Value)> readings) => string.Join(
        '\n', readings.GroupBy(r => r.Time).Select(g => FormattableString.Invariant($"air,sensor=aq-001 {string.Join(',', g.Select(r => $"{r.Code}={Text(r.Value)}"))} {g.Key}000000")));

    private static byte[] Sparkplug(List<(long Time, string Code, double Value)> readings, ulong sequence)
    {
        var payload = new Payload { Timestamp = (ulong)Samples.Now, Seq = sequence };
        payload.Metrics.AddRange(readings.Select(r => new Metric { Name = r.Code, Timestamp = (ulong)r.Time, Datatype = 10, DoubleValue = r.Value }));
        return payload.ToByteArray();
    }
}
