using System.Globalization;
using System.Text;
using IOC.Ingest.Decoding;

namespace IOC.Ingest.Tests;

/// <summary>The fast scanner may decline, but what it accepts the general decoder must decode to the same bits.</summary>
public sealed class DecoderAgreementTests
{
    private static readonly string[] Codes = ["pm25", "pm10", "no2", "so2", "co", "temp", "hum", "noise", "wind_speed", "electric_energy", "a"];

    private static readonly string[] Numbers =
    [
        "0", "-0", "0.0", "-0.000", "1", "-1", "12.3", "0.1", "0.30000000000000004", "9007199254740992", "9007199254740993", "-9007199254740993",
        "90071992547409.93", "0.00000000000001", "0.000000000000001", "123456789.123456789", "999999999999999999", "9999999999999999999", "1.50", "100.10",
        "1e3", "1E-3", "-2.5e+10", "1e400", "-9999", "00", "01", "-", "1.", ".1", "+1", "0x10", "1_0", "NaN", "null", "true", "\"1\"", "[]", "{}", "4.35", "0.285", "1.005", "72057594037927937",
    ];

    [Fact]
    public void Generated_payloads_decode_alike()
    {
        var random = new Random(20241121);
        var accepted = 0;
        for (var i = 0; i < 40_000; i++)
        {
            accepted += Compare(Encoding.UTF8.GetBytes(Generate(random))) ? 1 : 0;
        }

        Assert.InRange(accepted, 5_000, 39_000);
    }

    [Fact]
    public void Mutated_payloads_decode_alike()
    {
        var random = new Random(8428);
        byte[] alphabet = [.. "{}[]:,\"\\.-+eE0159 \n\ttsvqu"u8, 0x00, 0x7F, 0x80, 0xC3, 0xFF];
        var accepted = 0;
        for (var i = 0; i < 60_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(i % 2 == 0 ? Samples.Payload : Generate(random)).ToList();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes[at] = alphabet[random.Next(alphabet.Length)];
                        break;
                    case 1:
                        bytes.Insert(at, alphabet[random.Next(alphabet.Length)]);
                        break;
                    default:
                        bytes.RemoveAt(at);
                        break;
                }

                if (bytes.Count == 0)
                {
                    break;
                }
            }

            accepted += Compare([.. bytes]) ? 1 : 0;
        }

        Assert.InRange(accepted, 500, 59_000);
    }

    [Fact]
    public void Every_prefix_of_a_payload_is_declined_by_both()
    {
        var whole = Encoding.UTF8.GetBytes(Samples.Payload);
        for (var length = 1; length < whole.Length; length++)
        {
            Assert.False(Compare(whole[..length]));
            var buffer = new ReadingBuffer();
            GeneralJsonDecoder.Decode(whole.AsSpan(0, length), Samples.Context(), buffer);
            Assert.Equal(RefusalReason.MalformedPayload, buffer.Problem);
        }

        Assert.True(Compare(whole));
    }

    [Fact]
    public void Random_doubles_survive_as_decimals_or_bits()
    {
        var random = new Random(53);
        for (var i = 0; i < 100_000; i++)
        {
            var value = i % 3 == 0
                ? BitConverter.Int64BitsToDouble(random.NextInt64())
                : Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(0, 12)), random.Next(0, 10));
            if (!double.IsFinite(value))
            {
                continue;
            }

            var (mantissa, scale) = DecimalNumber.FromDouble(value);
            Assert.Equal(value, DecimalNumber.ToDouble(mantissa, scale));
            Assert.True(scale == DecimalNumber.Raw || Math.Abs(mantissa) <= DecimalNumber.MaxMantissa);
        }
    }

    private static bool Compare(byte[] payload)
    {
        var context = Samples.Context(maxValues: 20);
        var fast = new ReadingBuffer();
        if (!FastJsonScanner.TryDecode(payload, in context, fast))
        {
            return false;
        }

        var general = new ReadingBuffer();
        GeneralJsonDecoder.Decode(payload, in context, general);
        Assert.True(general.Problem is null, $"The fast scanner took what the general decoder refuses ({general.ProblemDetail}): {Encoding.UTF8.GetString(payload)}");
        Assert.Equal(Samples.Lines(general), Samples.Lines(fast));
        Assert.Equal(general.ImplausibleCount, fast.ImplausibleCount);
        var pairs = general.Values.ToArray().Zip(fast.Values.ToArray());
        Assert.All(pairs, p => Assert.Equal(BitConverter.DoubleToInt64Bits(p.First.Value), BitConverter.DoubleToInt64Bits(p.Second.Value)));
        return true;
    }

    private static string Generate(Random random)
    {
        var members = new List<string> { $"{Space(random)}\"v\"{Space(random)}:{Space(random)}{Values(random)}{Space(random)}" };
        if (random.Next(4) > 0)
        {
            members.Add($"\"ts\":{Space(random)}{Time(random)}{Space(random)}");
        }

        if (random.Next(3) == 0)
        {
            members.Add($"\"q\":{Space(random)}{Pick(random, "\"ok\"", "\"calibrating\"", "\"fault\"", "\"good\"", "1")}");
        }

        if (random.Next(20) == 0)
        {
            members.Add(Pick(random, "\"seq\":1", "\"u\":{\"pm25\":\"ug/m3\"}", "\"v\":{\"a\":1}", "\"t\\u0073\":1"));
        }

        var shuffled = members.ToArray();
        random.Shuffle(shuffled);
        return $"{Space(random)}{{{string.Join(',', shuffled)}}}{Space(random)}";
    }

    private static string Values(Random random)
    {
        var values = Enumerable.Range(0, random.Next(0, 9)).Select(_ => $"{Space(random)}\"{Code(random)}\"{Space(random)}:{Space(random)}{Number(random)}{Space(random)}");
        return $"{{{string.Join(',', values)}}}";
    }

    private static string Code(Random random) => random.Next(60) == 0 ? Pick(random, "pm", "pm255", "wind_speee", "electric_energx", "", "pm\\u0032", "é") : Codes[random.Next(Codes.Length)];

    private static string Number(Random random) => random.Next(8) == 0
        ? Numbers[random.Next(Numbers.Length)]
        : Math.Round((random.NextDouble() - 0.3) * Math.Pow(10, random.Next(0, 8)), random.Next(0, 7)).ToString(CultureInfo.InvariantCulture);

    private static string Time(Random random) => random.Next(8) == 0
        ? Pick(random, "0", "-1", "946684799999", "946684800000", "1732187100123", "1732187100124", "17321868001234567890", "1732186800123.0", "1.7e12", "\"2024-11-21T11:00:00Z\"", "null")
        : (Samples.Now - random.Next(100_000)).ToString(CultureInfo.InvariantCulture);

    private static string Space(Random random) => random.Next(6) == 0 ? Pick(random, " ", "\t", "\r\n", "  ") : "";

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];
}
