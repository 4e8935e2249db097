using IOC.Ingest.Decoding;

namespace IOC.Ingest.Tests;

public sealed class SenMlTests
{
    private readonly FormatBench _bench = new();
    private readonly SenMlDecoder _decoder = new();

    [Theory]
    [InlineData("""[{"n":"temp","v":23.8}]""", "aq-001 1732186800123 temp=23.8")]
    [InlineData("""[{"n":"temp","v":23.8,"u":"Cel","t":1732186799}]""", "aq-001 1732186799000 temp=23.8")]
    [InlineData("""[{"n":"temp","v":23.8,"t":1.732186799123e9}]""", "aq-001 1732186799123 temp=23.8")]
    [InlineData("""[{"n":"temp","v":23.8,"t":-5.5}]""", "aq-001 1732186794623 temp=23.8")]
    [InlineData("""[{"n":"temp","v":23.8,"t":0}]""", "aq-001 1732186800123 temp=23.8")]
    [InlineData("""[{"bt":1732186790,"n":"temp","v":1},{"n":"temp","t":5,"v":2}]""", "aq-001 1732186790000 temp=1|aq-001 1732186795000 temp=2")]
    [InlineData("""[{"bt":-10,"n":"temp","v":1},{"n":"temp","t":-5,"v":2}]""", "aq-001 1732186785123 temp=2|aq-001 1732186790123 temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":50}]""", "aq-001 1732186800123 temp=1 hum=50")]
    [InlineData("""[{"n":"temp","v":1},{"n":"temp","v":2}]""", "aq-001 1732186800123 temp=1|aq-001 1732186800123 temp=2")]
    [InlineData("""[{"bv":20.1,"n":"temp","v":0.2}]""", "aq-001 1732186800123 temp=20.3")]
    [InlineData("""[{"v":23.8,"n":"emp","bn":"t"}]""", "aq-001 1732186800123 temp=23.8")]
    [InlineData("""[{"bn":"temp","v":23.8}]""", "aq-001 1732186800123 temp=23.8")]
    [InlineData("""[{"bver":10,"n":"temp","v":23.8,"ut":60,"colour":"red"}]""", "aq-001 1732186800123 temp=23.8")]
    [InlineData("""[{"bn":"x","bt":1},{"bn":"","bt":0,"n":"temp","v":23.8}]""", "aq-001 1732186800123 temp=23.8")]
    [InlineData("""[{"\u006e":"te\u006dp","v":23.8}]""", "aq-001 1732186800123 temp=23.8")]
    [InlineData("""[{"n":"hum","v":-9999}]""", "aq-001 1732186800123 hum=-9999:Implausible")]
    public void A_pack_is_read(string pack, string expected)
    {
        Assert.Equal(expected.Split('|'), _bench.Decode(_decoder, pack));
        Assert.Null(_bench.Problems.Problem);
    }

    [Theory]
    [InlineData("temp", "Cel", 23.8, "temp=23.8")]
    [InlineData("temp", "K", 296.95, "temp=23.8")]
    [InlineData("temp", "[degF]", 50, "temp=10")]
    [InlineData("hum", "%RH", 45.5, "hum=45.5")]
    [InlineData("hum", "/", 0.455, "hum=45.5")]
    [InlineData("pm25", "ug/m3", 12.3, "pm25=12.3")]
    [InlineData("pm25", "mg/m3", 0.0123, "pm25=12.3")]
    [InlineData("pm25", "kg/m3", 0.0000000123, "pm25=12.3")]
    [InlineData("co", "ug/m3", 489, "co=0.489")]
    [InlineData("wind_speed", "km/h", 36, "wind_speed=10")]
    [InlineData("wind_speed", "km/h", 1, "wind_speed=0.2777777777777778")]
    [InlineData("pressure", "Pa", 101325, "pressure=1013.25")]
    [InlineData("noise", "Bspl", 6.4, "noise=64")]
    [InlineData("electric_energy", "kWh", 5.25, "electric_energy=5.25")]
    [InlineData("electric_energy", "J", 3600000, "electric_energy=1")]
    [InlineData("rel", "1", 0.5, "rel=0.5")]
    public void Units_are_converted(string property, string unit, double value, string expected)
    {
        var pack = FormattableString.Invariant($$"""[{"bu":"nonsense"},{"n":"{{property}}","u":"{{unit}}","v":{{value}}}]""");
        Assert.Equal([$"aq-001 1732186800123 {expected}"], _bench.Decode(_decoder, pack));
        Assert.Equal([$"aq-001 1732186800123 {expected}"], _bench.Decode(_decoder, FormattableString.Invariant($$"""[{"bu":"{{unit}}","n":"{{property}}","v":{{value}}}]""")));
    }

    [Theory]
    [InlineData("aq-001:temp", "aq-001")]
    [InlineData("aq-002/temp", "aq-002")]
    [InlineData("urn:dev:mac:0024befffe804ff1:temp", "0024befffe804ff1")]
    [InlineData("urn:dev:mac:0024befffe804ff1_temp", "0024befffe804ff1")]
    [InlineData("plant.line2.pump-1.temp", "pump-1")]
    public void A_gateways_names_tell_the_sensor(string name, string sensor)
    {
        Assert.Equal([$"{sensor} 1732186800123 temp=1"], _bench.Decode(_decoder, $$"""[{"n":"{{name}}","v":1}]""", gateway: true));
        Assert.Equal([$"{sensor} 1732186800123 wind_speed=1"], _bench.Decode(_decoder, $$"""[{"bn":"{{name[..^4]}}","n":"wind_speed","v":1}]""", gateway: true));
    }

    [Fact]
    public void A_gateways_pack_is_parted_by_sensor_in_the_order_of_time()
    {
        var lines = _bench.Decode(
            _decoder,
            """
            [{"bn":"aq-001:","bt":1732186790,"n":"temp","v":1},{"n":"hum","v":2},{"bn":"aq-002:","n":"temp","t":3,"v":3},
             {"n":"temp","t":1,"v":4},{"bn":"aq-001:","n":"temp","t":-2,"v":5}]
            """,
            gateway: true);
        Assert.Equal(
            ["aq-001 1732186788000 temp=5", "aq-001 1732186790000 temp=1 hum=2", "aq-002 1732186791000 temp=4", "aq-002 1732186793000 temp=3"], lines);
    }

    [Theory]
    [InlineData("urn:dev:ow:10e2073a01080063:temp")] // a device's own name
    [InlineData("aq-001/temp")]
    [InlineData("temp")]
    public void Under_a_sensors_own_topic_readings_are_that_sensors(string name) =>
        Assert.Equal(["aq-001 1732186800123 temp=1"], _bench.Decode(_decoder, $$"""[{"n":"{{name}}","v":1}]"""));

    [Fact]
    public void A_sum_is_the_integral_of_its_unit()
    {
        Assert.Equal(["aq-001 1732186800123 energy=1.5"], _bench.Decode(_decoder, """[{"n":"energy","u":"W","bs":3600000,"s":1800000}]"""));
        Assert.Equal(["aq-001 1732186800123 power=40 power_sum=2"], _bench.Decode(_decoder, """[{"n":"power","u":"W","v":40,"s":7200}]"""));
        Assert.Equal(["aq-001 1732186800123 energy=7"], _bench.Decode(_decoder, """[{"n":"energy","s":7}]"""));
    }

    [Theory]
    [InlineData("{}", "malformed_payload", "")]
    [InlineData("[", "malformed_payload", "")]
    [InlineData("[]", "empty", "")]
    [InlineData("""[{"bn":"x"}]""", "empty", "")]
    [InlineData("""[{"n":"temp"}]""", "empty", "")]
    [InlineData("""[{"n":"temp","v":1}] x""", "malformed_payload", "")]
    [InlineData("""[{"n":"temp","v":1},7]""", "malformed_payload", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"temp","v":"1"}]""", "wrong_type", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"temp","vs":"warm"}]""", "wrong_type", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"temp","vb":true}]""", "wrong_type", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"temp","vd":"AA"}]""", "wrong_type", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":2,"vs":"x"}]""", "malformed_payload", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":null}]""", "not_finite", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1e999}]""", "not_finite", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"radon","v":1}]""", "unknown_property", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"v":1}]""", "malformed_payload", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"_hum","v":1}]""", "malformed_payload", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"h um","v":1}]""", "malformed_payload", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","n":"no2","v":1}]""", "malformed_payload", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"u":"Cel"}]""", "wrong_unit", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"u":"furlong-per-fortnight-and-then-some-more"}]""", "wrong_unit", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"t":"now"}]""", "time_invalid", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"t":1e300}]""", "time_invalid", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"t":268435456}]""", "time_invalid", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"t":301}]""", "clock_ahead", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"t":268435455}]""", "clock_ahead", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"aq-002:hum","v":1}]""", "topic_mismatch", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"shift_":1},{"n":"no2","v":1}]""", "unsupported_format", "temp=1 no2=1")]
    [InlineData("""[{"n":"temp","v":1},{"n":"hum","v":1,"bx_":1},{"n":"no2","v":1}]""", "unsupported_format", "temp=1")]
    [InlineData("""[{"n":"temp","v":1},{"bt":"x"},{"n":"no2","v":1}]""", "time_invalid", "temp=1")]
    [InlineData("""[{"bver":11,"n":"temp","v":1}]""", "unsupported_format", "")]
    [InlineData("""[{"n":"temp","v":1},{"n":"power","v":1,"u":"W","s":5},{"n":"hum","v":1,"u":"%","s":5}]""", "unknown_property", "temp=1 power=1 power_sum=0.001388888888888889 hum=1")]
    [InlineData("""[{"n":"temp","u":"Cel","s":1}]""", "wrong_unit", "")]
    public void What_is_wrong_is_told_and_the_rest_is_kept(string pack, string reason, string kept)
    {
        var lines = _bench.Decode(_decoder, pack);
        Assert.Equal(kept.Length == 0 ? [] : [$"aq-001 1732186800123 {kept}"], lines);
        Assert.Equal(reason, RefusalReasons.Name(_bench.Problems.Problem!.Value));
        Assert.Contains(reason, _bench.Problems.ProblemDetail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"n":"temp","v":1}]""")]
    [InlineData("""[{"n":"aq-999:temp","v":1}]""")]
    [InlineData("""[{"n":"urn:dev:mac:ffff:temp","v":1}]""")]
    public void A_gateways_reading_of_no_known_sensor_is_refused(string pack)
    {
        Assert.Empty(_bench.Decode(_decoder, pack, gateway: true));
        Assert.Equal(RefusalReason.UnknownSensor, _bench.Problems.Problem);
    }

    [Fact]
    public void Too_many_values_are_refused_as_a_whole()
    {
        var pack = "[" + string.Join(',', Enumerable.Range(0, 11).Select(i => $$"""{"n":"temp","t":{{-i}},"v":1}""")) + "]";
        Assert.Equal(11, _bench.Decode(_decoder, pack, maxValues: 11).Count);
        Assert.Empty(_bench.Decode(_decoder, pack, maxValues: 10));
        Assert.Equal(RefusalReason.TooManyValues, _bench.Problems.Problem);
    }

    [Fact]
    public void Every_prefix_of_a_pack_is_malformed()
    {
        const string pack = """[{"bn":"aq-001:","bt":1732186790,"bu":"Cel","bver":5,"n":"temp","v":-12.5e-1,"t":1},{"n":"hum","u":"%RH","v":2,"s":3}]""";
        for (var length = 1; length < pack.Length; length++)
        {
            Assert.Empty(_bench.Decode(_decoder, pack[..length]));
            Assert.Equal(RefusalReason.MalformedPayload, _bench.Problems.Problem);
        }

        Assert.NotEmpty(_bench.Decode(_decoder, pack));
    }
}
