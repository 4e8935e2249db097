using System.Text;
using IOC.Ingest.Decoding;

namespace IOC.Ingest.Tests;

public sealed class DecoderTests
{
    private static ReadingBuffer Decode(string payload, int maxValues = 1000)
    {
        var buffer = new ReadingBuffer();
        JsonPayloadDecoder.Decode(Encoding.UTF8.GetBytes(payload), Samples.Context(maxValues), buffer);
        return buffer;
    }

    [Theory]
    [InlineData("""{"ts":1732186800123,"v":{"pm25":12.3,"no2":41}}""", "1732186800123 False pm25=12.3:Ok no2=41:Ok")]
    [InlineData("""{"v":{"no2":41},"ts":1732186700000}""", "1732186700000 False no2=41:Ok")]
    [InlineData("""{"v":{"temp":-3.25}}""", "1732186800123 False temp=-3.25:Ok")]
    [InlineData(" { \"q\" : \"calibrating\" ,\r\n\t\"v\" : { \"pm25\" : 12.3 } } ", "1732186800123 True pm25=12.3:Calibrating")]
    [InlineData("""{"v":{"pm25":1},"q":"fault"}""", "1732186800123 True pm25=1:Fault")]
    [InlineData("""{"v":{"pm25":1},"q":"ok","ts":"2024-11-21T18:00:00.1239+07:00"}""", "1732186800123 False pm25=1:Ok")]
    [InlineData("""{"v":{"pm25":-9999,"no2":2}}""", "1732186800123 True pm25=-9999:Implausible no2=2:Ok")]
    [InlineData("""{"v":{"pm25":-9999},"q":"fault"}""", "1732186800123 True pm25=-9999:Fault")]
    [InlineData("""{"v":{"pm25":1},"u":{"pm25":"ug/m3","no2":"ppb"},"seq":[1,{"v":2}]}""", "1732186800123 False pm25=1:Ok")]
    [InlineData("""{"v":{"pm\u0032\u0035":1e1}}""", "1732186800123 False pm25=10:Ok")]
    [InlineData("""{"v":{"a":123456789012345678901234567890}}""", "1732186800123 False a=1.2345678901234568E+29:Ok")]
    [InlineData("""{"v":{"a":0.1234567890123456789}}""", "1732186800123 False a=0.12345678901234568:Ok")]
    [InlineData("""{"v":{"a":-0.0}}""", "1732186800123 False a=0:Ok")]
    [InlineData("""{"v":{"a":1}}""", "1732186800123 False a=1:Ok")]
    [InlineData("""{"v":{"electric_energy":123456.75,"wind_speed":2}}""", "1732186800123 False electric_energy=123456.75:Ok wind_speed=2:Ok")]
    public void Good_payloads_decode(string payload, string expected)
    {
        var buffer = Decode(payload);
        Assert.Equal([expected], Samples.Lines(buffer));
        Assert.Null(buffer.Problem);
    }

    [Fact]
    public void Objects_of_an_array_are_messages_of_their_own()
    {
        var buffer = Decode("""[{"ts":1732186800000,"v":{"pm25":1,"no2":2}},{"ts":1732186801000,"v":{"pm25":3},"q":"fault"}]""");
        Assert.Equal(["1732186800000 False pm25=1:Ok no2=2:Ok", "1732186801000 True pm25=3:Fault"], Samples.Lines(buffer));
    }

    [Theory]
    [InlineData("", RefusalReason.MalformedPayload)]
    [InlineData("  ", RefusalReason.MalformedPayload)]
    [InlineData("pm25=12", RefusalReason.MalformedPayload)]
    [InlineData("12", RefusalReason.MalformedPayload)]
    [InlineData("null", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1}}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1}} {"v":{"pm25":1}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1,}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":01}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1.}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":+1}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":.5}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":-}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"ts":01732186800123,"v":{"pm25":1}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":[1,2]}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":7}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1},"v":{"pm25":2}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1,"pm25":2}}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1},"q":"splendid"}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1},"q":3}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm25":1},"u":"ug/m3"}""", RefusalReason.MalformedPayload)]
    [InlineData("""{"v":{"pm99":1}}""", RefusalReason.UnknownProperty)]
    [InlineData("""{"v":{"":1}}""", RefusalReason.UnknownProperty)]
    [InlineData("""{"v":{"pm25":"12.3"}}""", RefusalReason.WrongType)]
    [InlineData("""{"v":{"pm25":true}}""", RefusalReason.WrongType)]
    [InlineData("""{"v":{"pm25":{"x":[1,2]}}}""", RefusalReason.WrongType)]
    [InlineData("""{"v":{"pm25":[1]}}""", RefusalReason.WrongType)]
    [InlineData("""{"v":{"pm25":null}}""", RefusalReason.NotFinite)]
    [InlineData("""{"v":{"pm25":NaN}}""", RefusalReason.NotFinite)]
    [InlineData("""{"v":{"pm25": Infinity}}""", RefusalReason.NotFinite)]
    [InlineData("""{"v":{"pm25":-Infinity}}""", RefusalReason.NotFinite)]
    [InlineData("""{"v":{"pm25":1e999}}""", RefusalReason.NotFinite)]
    [InlineData("""{"v":{"pm25":1},"u":{"pm25":"mg/m3"}}""", RefusalReason.WrongUnit)]
    [InlineData("""{"u":{"pm25":7},"v":{"pm25":1}}""", RefusalReason.WrongUnit)]
    [InlineData("""{"ts":1732187100124,"v":{"pm25":1}}""", RefusalReason.ClockAhead)]
    [InlineData("""{"ts":946684799999,"v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":0,"v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":-5,"v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":1732186800.123,"v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":99999999999999999999999,"v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":null,"v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":{},"v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":"2024-11-21T18:00:00","v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{"ts":"yesterday","v":{"pm25":1}}""", RefusalReason.TimeInvalid)]
    [InlineData("""{}""", RefusalReason.Empty)]
    [InlineData("""{"v":{}}""", RefusalReason.Empty)]
    [InlineData("""{"ts":1732186800123}""", RefusalReason.Empty)]
    [InlineData("""[]""", RefusalReason.Empty)]
    [InlineData("""[1]""", RefusalReason.MalformedPayload)]
    public void Bad_payloads_are_refused_with_their_reason(string payload, RefusalReason reason)
    {
        var buffer = Decode(payload);
        Assert.Equal(reason, buffer.Problem);
        Assert.Equal(0, buffer.MessageCount);
        Assert.Contains(RefusalReasons.Name(reason), buffer.ProblemDetail, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_malformed()
    {
        var buffer = new ReadingBuffer();
        byte[] payload = [.. "{\"v\":{\"pm"u8, 0xFF, 0xC0, .. "\":1}}"u8];
        JsonPayloadDecoder.Decode(payload, Samples.Context(), buffer);
        Assert.Equal(RefusalReason.MalformedPayload, buffer.Problem);
        JsonPayloadDecoder.Decode("{\"v\":{\"\\ud800\":1}}"u8, Samples.Context(), buffer);
        Assert.Equal(RefusalReason.MalformedPayload, buffer.Problem);
    }

    [Fact]
    public void Good_values_stay_beside_bad_ones_and_the_detail_names_them_all()
    {
        var buffer = Decode("""{"v":{"pm99":1,"pm25":12.5,"no2":"41","hum":40,"temp":5},"u":{"temp":"[degF]"}}""");
        Assert.Equal(["1732186800123 False pm25=12.5:Ok hum=40:Ok"], Samples.Lines(buffer));
        Assert.Equal(RefusalReason.UnknownProperty, buffer.Problem);
        Assert.Equal("v.pm99: unknown_property; v.no2: wrong_type (\"41\"); v.temp: wrong_unit (\"[degF]\", not Cel)", buffer.ProblemDetail);
    }

    [Fact]
    public void A_bad_object_of_an_array_leaves_the_others()
    {
        var buffer = Decode("""[{"v":{"pm25":1}},{"ts":5,"v":{"pm25":2}},[{"v":1}],{"v":{"pm25":3,"pm25":4,"no2":5}},{"v":{"pm25":6}}]""");
        Assert.Equal(["1732186800123 False pm25=1:Ok", "1732186800123 False pm25=6:Ok"], Samples.Lines(buffer));
        Assert.Equal("[1].ts: time_invalid (5); [2]: malformed_payload (no object); [3].v.pm25: malformed_payload (given twice)", buffer.ProblemDetail);
    }

    [Fact]
    public void A_value_with_the_wrong_unit_that_was_implausible_is_not_counted_as_implausible()
    {
        var buffer = Decode("""{"v":{"pm25":-9999,"no2":1},"u":{"pm25":"ppb"}}""");
        Assert.Equal(0, buffer.ImplausibleCount);
        Assert.Equal(["1732186800123 False no2=1:Ok"], Samples.Lines(buffer));
    }

    [Fact]
    public void Too_many_values_refuse_the_payload()
    {
        Assert.Null(Decode("""{"v":{"pm25":1,"no2":1}}""", maxValues: 2).Problem);
        var buffer = Decode("""[{"v":{"pm25":1,"no2":1}},{"v":{"hum":1}}]""", maxValues: 2);
        Assert.Equal(RefusalReason.TooManyValues, buffer.Problem);
        Assert.Equal(0, buffer.MessageCount);
        Assert.Equal(RefusalReason.TooManyValues, Decode("""{"v":{"pm25":1,"no2":1,"hum":3}}""", maxValues: 2).Problem);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("2024-11-21T11:00:00Z", 1_732_186_800_000)]
    [InlineData("2024-11-21t18:00:00.5+07:00", 1_732_186_800_500)]
    [InlineData("2024-11-21 05:30:00.123456789-05:30", 1_732_186_800_123)]
    [InlineData("2024-02-29T23:59:60z", 1_709_251_200_000)]
    public void Rfc3339_times_are_read(string text, long expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(expected, time);
    }

    [Theory]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("2024-13-01T00:00:00Z")]
    [InlineData("2024-00-01T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2024-11-21T24:00:00Z")]
    [InlineData("2024-11-21T11:60:00Z")]
    [InlineData("2024-11-21T11:00:61Z")]
    [InlineData("2024-11-21T11:00:00.Z")]
    [InlineData("2024-11-21T11:00:00")]
    [InlineData("2024-11-21T11:00:00+0700")]
    [InlineData("2024-11-21T11:00:00+24:00")]
    [InlineData("2024-11-21T11:00:00Zx")]
    [InlineData("2024-11-21")]
    [InlineData("20241121T110000Z0000")]
    public void Other_times_are_not(string text) => Assert.False(Rfc3339.TryParse(text, out _));

    [Theory]
    [InlineData("online", true)]
    [InlineData(" offline\n", false)]
    [InlineData("\"online\"", true)]
    [InlineData("""{"status":"offline","ts":1}""", false)]
    [InlineData("""{"status":{"status":"online"}}""", null)]
    [InlineData("""{"nested":{"status":"online"}}""", null)]
    [InlineData("""{"status":"online"} x""", null)]
    [InlineData("ONLINE", null)]
    [InlineData("{}", null)]
    public void Status_payloads_are_read(string payload, bool? expected) => Assert.Equal(expected, StatusDecoder.Decode(Encoding.UTF8.GetBytes(payload)));
}
