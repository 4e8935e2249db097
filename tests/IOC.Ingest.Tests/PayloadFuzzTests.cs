using System.Text;
using Google.Protobuf;
using IOC.Ingest.Formats;
using IOC.Ingest.Sparkplug.Wire;

namespace IOC.Ingest.Tests;

/// <summary>A million and more broken payloads of every format: none throws, none costs more memory than its size allows, and none
/// is lost (each is accepted, or refused with a dead letter).</summary>
public sealed class PayloadFuzzTests
{
    private const string Own = "ioc/v1/viet-yen/environment/aq-001/telemetry";
    private const int MutantsPerFormat = 260_000;

    /// <summary>Most bytes that a payload may cost, beside a few for each of its own: a dead letter with its detail, or the
    /// objects of a small Sparkplug payload.</summary>
    private const long FixedCost = 24 * 1024;
    private const long CostPerByte = 64;

    private static readonly byte[] Alphabet =
    [
        .. "{}[]:,\"\\.-+eE0159 \n\r\ttnvqusbi=#_/"u8, 0x00, 0x01, 0x08, 0x0A, 0x12, 0x18, 0x22, 0x4A, 0x7F, 0x80, 0xC3, 0xFF,
    ];

    [Fact]
    public void Json() => Run(
        8259, Own, "",
        Samples.Payload,
        """[{"ts":1732186800123,"v":{"pm25":19.9}},{"ts":"2024-11-21T10:00:00Z","q":"fault","v":{"temp":-1e1,"hum":null},"u":{"temp":"Cel"}}]""");

    [Fact]
    public void SenMl() => Run(
        8428, "gw/1", "application/senml+json",
        """[{"bn":"urn:dev:mac:0024befffe804ff1:","bt":1732186790,"bu":"Cel","bver":10,"n":"temp","v":23.8,"t":-1.5},{"n":"hum","u":"%RH","v":45}]""",
        """[{"n":"aq-001/power","u":"W","v":12e1,"s":7200,"bs":1},{"bn":"aq-002:","n":"temp","u":"K","v":296.95,"x_":0},{"n":"a","vs":"text"}]""");

    [Fact]
    public void Line() => Run(
        1086, "gw/1", "text/x-influx-line-protocol",
        "air,sensor=aq-001,q=ok temp=23.8,hum=45i,no2=7u 1732186799000000000\nair,sensor=aq-002 note=\"a \\\" b\",temp=1e1\n# comment\n",
        "a\\,ir,sensor=pump-1,x=y\\ z temp=-5.25,hum=t 1732186799123456789\r\ntemp,sensor=aq-001 value=1");

    [Fact]
    public void Sparkplug()
    {
        var birth = new Payload { Timestamp = (ulong)Samples.Now, Seq = 0 };
        birth.Metrics.Add(SparkplugBench.Session(1));
        birth.Metrics.Add(SparkplugBench.Named("Inputs/temp", 20.5, 1));
        birth.Metrics.Add(new Metric { Name = "hum", Alias = 2, Datatype = 9, FloatValue = 12.3f, Timestamp = (ulong)Samples.Now - 5 });
        var data = new Payload { Timestamp = (ulong)Samples.Now, Seq = 1 };
        data.Metrics.Add(SparkplugBench.Aliased(1, 21));
        var set = new PropertySet { Keys = { "Quality" }, Values = { new PropertyValue { Type = 3, IntValue = 192 } } };
        data.Metrics.Add(new Metric { Name = "a", Datatype = 2, IntValue = 0xFFFE, IsHistorical = true, Properties = set.ToByteString() });
        Run(
            33, ["spBv1.0/g/NBIRTH/node-1", "spBv1.0/g/NDATA/node-1", "spBv1.0/g/DBIRTH/node-1/pump-1", "spBv1.0/g/DDATA/node-1/pump-1", "spBv1.0/g/NDEATH/node-1"], "",
            [birth.ToByteArray(), data.ToByteArray()]);
    }

    /// <summary>Large payloads made to cost much: many tiny things.</summary>
    [Theory]
    [InlineData(Own, "", "[1,", "1]")]
    [InlineData(Own, "", "[{},", "{}]")]
    [InlineData(Own, "", "{\"v\":{\"a\":\"x\",", "\"b\":1}}")]
    [InlineData(Own, "application/senml+json", "[1,", "1]")]
    [InlineData(Own, "application/senml+json", "[{\"n\":\"a\",\"v\":\"\"},", "{}]")]
    [InlineData(Own, "application/senml+json", "[{\"v\":1},", "{}]")]
    [InlineData(Own, "text/x-influx-line-protocol", "a\n", "a\n")]
    [InlineData(Own, "text/x-influx-line-protocol", "a b=\"\n", "a\n")]
    [InlineData(Own, "text/x-influx-line-protocol", "a b=1,", "c=1\n")]
    [InlineData("spBv1.0/g/NDATA/n", "", "\u0012\0", "\u0018\u0001")]
    [InlineData("spBv1.0/g/NBIRTH/n", "", "\u0012\u0002\n\0", "\u0018\u0001")]
    public void Many_tiny_things_cost_bounded_memory(string topic, string contentType, string unit, string end)
    {
        // All but the last unit, whose closing belongs to the end.
        var opening = unit[..^1].Contains('[', StringComparison.Ordinal) ? "[" : unit.StartsWith("{\"v\"", StringComparison.Ordinal) ? "{\"v\":{" : "";
        var repeated = unit[opening.Length..];
        var text = new StringBuilder(opening);
        while (text.Length < 200_000)
        {
            text.Append(repeated);
        }

        var payload = Encoding.Latin1.GetBytes(text.Append(end).ToString());
        var fuzz = new Target(topic, contentType);
        fuzz.Send(payload, 0);
        var cost = fuzz.Send(payload, 0);
        Assert.True(cost < FixedCost + (CostPerByte * payload.Length), $"{cost} bytes for {payload.Length}");
    }

    private static void Run(int seed, string topic, string contentType, params string[] seeds) =>
        Run(seed, [topic], contentType, [.. seeds.Select(Encoding.UTF8.GetBytes)]);

    private static void Run(int seed, string[] topics, string contentType, byte[][] seeds)
    {
        var random = new Random(seed);
        var fuzz = new Target(topics, contentType);
        var buffer = new byte[4096];
        for (var i = 0; i < MutantsPerFormat; i++)
        {
            var length = Mutate(random, seeds, buffer);
            var topic = i % topics.Length;
            var cost = fuzz.Send(buffer.AsSpan(0, length), topic);
            if (cost > FixedCost + (CostPerByte * length))
            {
                Assert.Fail($"mutant {i} cost {cost} bytes: {Convert.ToHexString(buffer.AsSpan(0, length))}");
            }
        }

        // A fuzz that only ever meets one answer tests little.
        var figures = fuzz.Figures;
        Assert.InRange(figures.Accepted, MutantsPerFormat / 100, long.MaxValue);
        Assert.InRange(figures.Refused.Values.Sum(), MutantsPerFormat / 100, long.MaxValue);
    }

    private static int Mutate(Random random, byte[][] seeds, byte[] into)
    {
        var seed = seeds[random.Next(seeds.Length)];
        seed.CopyTo(into, 0);
        var length = seed.Length;
        for (var edits = random.Next(1, 6); edits > 0 && length > 1; edits--)
        {
            var at = random.Next(length);
            switch (random.Next(7))
            {
                case 0:
                    into[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    into[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    into.AsSpan(at, length - at).CopyTo(into.AsSpan(at + 1));
                    into[at] = Alphabet[random.Next(Alphabet.Length)];
                    length++;
                    break;
                case 3:
                    into.AsSpan(at + 1, length - at - 1).CopyTo(into.AsSpan(at));
                    length--;
                    break;
                case 4:
                    length = Math.Max(1, at);
                    break;
                case 5:
                    // A piece of a seed in another place.
                    var other = seeds[random.Next(seeds.Length)];
                    var from = random.Next(other.Length);
                    var size = Math.Min(random.Next(1, 24), other.Length - from);
                    into.AsSpan(at, length - at).CopyTo(into.AsSpan(at + size));
                    other.AsSpan(from, size).CopyTo(into.AsSpan(at));
                    length += size;
                    break;
                default:
                    into[at] = (byte)random.Next(256);
                    break;
            }
        }

        return length;
    }

    /// <summary>A pipeline whose log keeps nothing.</summary>
    private sealed class Target
    {
        private readonly EncodingLog _log = new(FormatBench.Properties);
        private readonly IngestPipeline _pipeline;
        private readonly byte[][] _topics;
        private readonly byte[] _contentType;
        private long _messages;

        public Target(string topic, string contentType)
            : this([topic], contentType)
        {
        }

        public Target(string[] topics, string contentType)
        {
            var city = new FormatBench();
            var options = new IngestOptions { Formats = [new FormatOptions { Topic = "gw/#", SeveralSensors = true }], DeadLetterPayloadBytes = 64 };
            _pipeline = new IngestPipeline(options, city.Catalogue, city.Addresses, _log);
            _topics = [.. topics.Select(Encoding.UTF8.GetBytes)];
            _contentType = Encoding.UTF8.GetBytes(contentType);
        }

        public IngestFigures Figures => _pipeline.Figures;

        /// <summary>Sends a payload and returns what it cost.</summary>
        public long Send(ReadOnlySpan<byte> payload, int topic)
        {
            if (++_messages % 64 == 0)
            {
                _log.Restart();
            }

            var letters = _log.Letters;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var verdict = _pipeline.Accept(_topics[topic], payload, Samples.Now, "fuzz", _contentType);
            var cost = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(verdict.Reason is null ? letters : letters + 1, _log.Letters);
            return cost;
        }
    }
}
