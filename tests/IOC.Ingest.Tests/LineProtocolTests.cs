using IOC.Ingest.Decoding;
using IOC.Ingest.Formats;

namespace IOC.Ingest.Tests;

public sealed class LineProtocolTests
{
    private readonly FormatBench _bench = new();
    private readonly LineProtocolDecoder _decoder = new();

    [Theory]
    [InlineData("air temp=23.8", "aq-001 1732186800123 temp=23.8")]
    [InlineData("air temp=23.8 1732186799000000000", "aq-001 1732186799000 temp=23.8")]
    [InlineData("air temp=23.8 1732186799000999999", "aq-001 1732186799000 temp=23.8")]
    [InlineData("air temp=-5,hum=40i,no2=7u 1732186799000000000\n", "aq-001 1732186799000 temp=-5 hum=40 no2=7")]
    [InlineData("air,sensor=aq-001,site=a temp=1", "aq-001 1732186800123 temp=1")]
    [InlineData("air,q=fault temp=1", "aq-001 1732186800123 temp=1:Fault")]
    [InlineData("air,q=calibrating temp=1\nair,q=ok temp=2", "aq-001 1732186800123 temp=1:Calibrating|aq-001 1732186800123 temp=2")]
    [InlineData("air temp=1e1,hum=2.5E+1,no2=+3,so2=.5", "aq-001 1732186800123 temp=10 hum=25 no2=3 so2=0.5")]
    [InlineData("temp value=21.5", "aq-001 1732186800123 temp=21.5")]
    [InlineData("# comment, with=signs 1\n\n  \r\nair temp=1\r\nair hum=2 \r\n", "aq-001 1732186800123 temp=1 hum=2")]
    [InlineData("air temp=1 1732186799000000000\nair hum=1 1732186799000000000\nair temp=2 1732186798000000000", "aq-001 1732186798000 temp=2|aq-001 1732186799000 temp=1 hum=1")]
    [InlineData("a\\ i\\,r,t\\=ag=v\\ a\\,l temp=1", "aq-001 1732186800123 temp=1")]
    [InlineData("việt temp=1", "aq-001 1732186800123 temp=1")]
    [InlineData("air a=9223372036854775807i", "aq-001 1732186800123 a=9.223372036854776E+18")]
    [InlineData("air a=18446744073709551615u", "aq-001 1732186800123 a=1.8446744073709552E+19")]
    public void Lines_are_read(string text, string expected)
    {
        Assert.Equal(expected.Split('|'), _bench.Decode(_decoder, text));
        Assert.Null(_bench.Problems.Problem);
    }

    [Theory]
    [InlineData(TimePrecision.Ns, "1732186799123456789", 1732186799123)]
    [InlineData(TimePrecision.Us, "1732186799123456", 1732186799123)]
    [InlineData(TimePrecision.Ms, "1732186799123", 1732186799123)]
    [InlineData(TimePrecision.S, "1732186799", 1732186799000)]
    public void Times_are_read_by_their_precision(TimePrecision precision, string stamp, long expected) =>
        Assert.Equal([$"aq-001 {expected} temp=1"], _bench.Decode(_decoder, $"air temp=1 {stamp}", precision: precision));

    [Fact]
    public void A_gateways_tags_tell_the_sensor() => Assert.Equal(
        ["aq-002 1732186800123 temp=1 hum=3", "aq-001 1732186800123 temp=2"],
        _bench.Decode(_decoder, "air,sensor=aq-002 temp=1\nair,sensor=aq-001 temp=2\nair,sensor=aq-002 hum=3", gateway: true));

    [Theory]
    [InlineData("nonsense", "malformed_payload")]
    [InlineData("air", "malformed_payload")]
    [InlineData("air ", "malformed_payload")]
    [InlineData("air, temp=1", "malformed_payload")]
    [InlineData("air,a temp=1", "malformed_payload")]
    [InlineData("air,a= temp=1", "malformed_payload")]
    [InlineData("air,=b temp=1", "malformed_payload")]
    [InlineData(",a=b temp=1", "malformed_payload")]
    [InlineData("air,a=b", "malformed_payload")]
    [InlineData("air temp", "malformed_payload")]
    [InlineData("air temp=", "malformed_payload")]
    [InlineData("air =1", "malformed_payload")]
    [InlineData("air hum=1,", "malformed_payload")]
    [InlineData("air hum=1,,no2=1", "malformed_payload")]
    [InlineData("air hum=1=2", "malformed_payload")]
    [InlineData("air hum=1 soon", "malformed_payload")]
    [InlineData("air hum=1 1732186799000000000 1", "malformed_payload")]
    [InlineData("air hum=1 99999999999999999999", "malformed_payload")]
    [InlineData("air hum=1x", "malformed_payload")]
    [InlineData("air hum=1.5i", "malformed_payload")]
    [InlineData("air hum=-1u", "malformed_payload")]
    [InlineData("air hum=i", "malformed_payload")]
    [InlineData("air hum=9223372036854775808i", "malformed_payload")]
    [InlineData("air hum=\"1", "malformed_payload")]
    [InlineData("air,q=good hum=1", "malformed_payload")]
    [InlineData("air hum=NaN", "not_finite")]
    [InlineData("air hum=1e999", "not_finite")]
    [InlineData("air hum=\"wet\"", "wrong_type")]
    [InlineData("air hum=\"a \\\" b\\\\\"", "wrong_type")]
    [InlineData("air hum=t", "wrong_type")]
    [InlineData("air hum=FALSE", "wrong_type")]
    [InlineData("air radon=1", "unknown_property")]
    [InlineData("radon value=1", "unknown_property")]
    [InlineData("air hum=1 1", "time_invalid")]
    [InlineData("air hum=1 -1", "time_invalid")]
    [InlineData("air hum=1 1732187900000000000", "clock_ahead")]
    [InlineData("air,sensor=aq-002 hum=1", "topic_mismatch")]
    [InlineData("air,sensor=other hum=1", "topic_mismatch")]
    public void What_is_wrong_is_told_and_other_lines_are_kept(string line, string reason)
    {
        Assert.Equal(["aq-001 1732186800123 temp=1"], _bench.Decode(_decoder, $"air temp=1\n{line}"));
        Assert.Equal(reason, RefusalReasons.Name(_bench.Problems.Problem!.Value));
        Assert.StartsWith("line 2", _bench.Problems.ProblemDetail, StringComparison.Ordinal);
        var lines = _bench.Decode(_decoder, $"{line}\nair temp=1");
        Assert.Equal(["aq-001 1732186800123 temp=1"], lines);
        Assert.StartsWith("line 1", _bench.Problems.ProblemDetail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("air hum=1,radon=2,no2=\"x\",so2=3")]
    public void Good_fields_stay_beside_bad_ones(string line)
    {
        Assert.Equal(["aq-001 1732186800123 hum=1 so2=3"], _bench.Decode(_decoder, line));
        Assert.Equal("line 1, radon: unknown_property; line 1, no2: wrong_type (\"x\")", _bench.Problems.ProblemDetail);
    }

    [Fact]
    public void A_text_may_go_over_lines()
    {
        Assert.Equal(["aq-001 1732186800123 temp=1", "aq-001 1732186800123 temp=2"], _bench.Decode(_decoder, "air temp=1,note=\"two\nlines\"\nair temp=2\nair x"));
        Assert.Equal("line 1, note: unknown_property; line 4: malformed_payload (a field is not key=value)", _bench.Problems.ProblemDetail);
    }

    [Theory]
    [InlineData("air temp=1")]
    [InlineData("air,sensor=aq-999 temp=1")]
    public void A_gateways_reading_of_no_known_sensor_is_refused(string line)
    {
        Assert.Empty(_bench.Decode(_decoder, line, gateway: true));
        Assert.Equal(RefusalReason.UnknownSensor, _bench.Problems.Problem);
    }

    [Fact]
    public void Nothing_but_comments_is_empty()
    {
        Assert.Empty(_bench.Decode(_decoder, "# a=1\n\n"));
        Assert.Equal(RefusalReason.Empty, _bench.Problems.Problem);
    }

    [Fact]
    public void Too_many_values_are_refused_as_a_whole()
    {
        var text = string.Join('\n', Enumerable.Range(0, 11).Select(i => FormattableString.Invariant($"air temp={i}")));
        Assert.Empty(_bench.Decode(_decoder, text, maxValues: 10));
        Assert.Equal(RefusalReason.TooManyValues, _bench.Problems.Problem);
    }
}
