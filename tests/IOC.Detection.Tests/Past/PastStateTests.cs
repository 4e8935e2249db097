using IOC.Telemetry;

namespace IOC.Detection.Tests.Past;

/// <summary>Bytes of the detectors that look back. Those written once must be read for ever.</summary>
public class PastStateTests
{
    private const string Sensor = "hiep-hoa/environment/aq-1";

    private const string WrittenInVersion2 =
        "0207C059F7CF8B01000000687148000000000003000020CDF6CF8B01000020CDF6CF8B010000B75C8E470000020E6D697373696E672D73656E736F7207020000000000000000000060EA00"
        + "00000000000068E5CF8B0100002855B00100000000062855B00100000000010000000000000000000000010000000000000000000100000000000000000001000000000000000000010000"
        + "00000000000000004100000240E6EACF8B01000060A5EDCF8B01000060F8F4CF8B01000020CDF6CF8B010000036E6F3200000000000000800000000000000080000000000000010B73696C"
        + "656E63652D6E6F320302010068E5CF8B01000004706D323520CDF6CF8B01000020CDF6CF8B010000B75C8E4700000607726F6C6C696E67400201018064F0CF8B01000000407E0500000000"
        + "00000000000000000000000000000000000000000000000080FFFFFFFFFFFFFF7F072855B0010000000001000000000000C06040000001000000000000004E4001000000000000005D4001"
        + "000000000000805B4001000000000000005A400100000000000080584005636C6F636B4002010140AAF4CF8B01000001C02709000000000040AAF4CF8B01000000D2FDCF8B01000040AAF4"
        + "CF8B010000FFFFFFFFFFFFFF7F0A020000000000000001000000000000C06040000001000000000000004E400000000000000000000000000000047261746506020101207AEFCF8B010000"
        + "E09304000000000003A023F3CF8B0100000000000000805B40000EF4CF8B0100000000000000005D4020CDF6CF8B0100000000000000C060400E6052E6CF8B0100000000000000003440C0"
        + "3CE7CF8B01000000000000000034402027E8CF8B01000000000000000034408011E9CF8B0100000000000000003440E0FBE9CF8B010000000000000000344040E6EACF8B01000000000000"
        + "0000344060A5EDCF8B0100000000000000003440C08FEECF8B0100000000000000005440207AEFCF8B01000000000000008055408064F0CF8B0100000000000000005740E04EF1CF8B0100"
        + "0000000000008058404039F2CF8B0100000000000000005A40A023F3CF8B0100000000000000805B40000EF4CF8B0100000000000000005D40076D697373696E6707020000000000000000"
        + "000060EA0000000000000068E5CF8B0100002855B00100000000062855B0010000000001000000000000000000000001000000000000000000010000000000000000000100000000000000"
        + "000001000000000000000000087363686564756C6509020101C08FEECF8B01000080FA5FE38B0100000000000000000080004100000240E6EACF8B01000060A5EDCF8B01000060F8F4CF8B"
        + "01000020CDF6CF8B01000000";

    private const string ClockInVersion3 =
        "033071F7CF8B01000000000000000000800000000000";

    private static readonly DetectionRule[] Rules =
    [
        Fixture.Rule(FindingKind.Limit, "rolling") with { RaiseAbove = 55, Average = new RuleAverage(TimeSpan.FromMinutes(6), Clock: false) },
        Fixture.Rule(FindingKind.Limit, "clock") with { RaiseAbove = 50, Average = new RuleAverage(TimeSpan.FromMinutes(10), Clock: true, 0.6) },
        Fixture.Rule(FindingKind.RateOfChange, "rate") with { RaiseAbove = 40, Window = TimeSpan.FromMinutes(5) },
        Fixture.Rule(FindingKind.MissingShare, "missing") with { RaiseAbove = 0.3, Window = TimeSpan.FromMinutes(4) },
        Fixture.Rule(FindingKind.MissingShare, "missing-sensor") with { Property = null, RaiseAbove = 0.3, Window = TimeSpan.FromMinutes(4) },
        ScheduleTests.Rule(ScheduleTests.At(0), ScheduleTests.At(24)) with { Id = "schedule", RaiseAbove = 70 },
        Fixture.Rule(FindingKind.Silence, "silence-no2") with { Property = "no2", Factor = 5 },
    ];

    [Fact]
    public void The_format_is_the_one_written_down()
    {
        using var f = Make();
        Assert.Equal(WrittenInVersion2, Convert.ToHexString(f.Store.States[Sensor]));
        Assert.Equal(ClockInVersion3, Convert.ToHexString(f.Store.States[DetectionPipeline.ClockKey]));
    }

    [Fact]
    public void It_still_loads_and_goes_on()
    {
        using var f = Make();
        using var stored = Make();
        stored.Store.States[Sensor] = Convert.FromHexString(WrittenInVersion2);
        stored.Store.States[DetectionPipeline.ClockKey] = Convert.FromHexString(ClockInVersion3);
        stored.Restart();
        foreach (var each in new[] { f, stored })
        {
            each.Findings.Clear();
            for (var m = 20; m < 40; m++)
            {
                each.Read(m, 10).Tick(m + 0.5).Read(m, 1, property: 1);
            }
        }

        Assert.True(f.Findings.Select(x => x.RuleId).Distinct().Count() >= 5, string.Join(' ', f.Findings.Select(x => $"{x.Transition} {x.RuleId}")));
        Assert.Equal(f.Findings.Select(x => x.ToString()), stored.Findings.Select(x => x.ToString()));
    }

    [Fact]
    public void A_clock_of_version_1_still_loads()
    {
        using var f = Make();
        f.Store.States[DetectionPipeline.ClockKey] = [1, .. BitConverter.GetBytes(Fixture.At(20)), .. BitConverter.GetBytes(Fixture.At(5))];
        f.Restart().Tick(20.1);
        f.Store.States[DetectionPipeline.ClockKey] = [9, .. new byte[30]];
        Assert.Throws<InvalidDataException>(() => f.Restart());
    }

    [Fact]
    public void Bytes_cut_short_anywhere_are_refused()
    {
        using var f = Make();
        var good = f.Store.States[Sensor];
        for (var length = 0; length < good.Length; length++)
        {
            f.Store.States[Sensor] = good[..length];
            Assert.Throws<InvalidDataException>(() => f.Restart());
        }
    }

    [Fact]
    public void With_other_lengths_a_rule_begins_anew_and_what_is_raised_stays()
    {
        using var f = Make();
        f.With([.. Rules.Select(r => r with
        {
            Average = r.Average is { } a ? a with { Length = a.Length * 2 } : null,
            Window = r.Window * 3,
        })]);
        var open = f.Findings.GroupBy(x => x.RuleId).Where(g => g.Last().Transition == FindingTransition.Raised).Select(g => g.Key).ToArray();
        Assert.True(open.Length >= 3);
        f.Restart();
        f.Pipeline.ReplaceCatalogue(f.With(), f.Findings);
        Assert.All(f.Findings.GroupBy(x => x.RuleId), g => Assert.Equal(FindingTransition.Cleared, g.Last().Transition));
    }

    private static Fixture Make()
    {
        var f = new Fixture(Rules);
        f.Read(0, 20, property: 1);
        for (var m = 0; m < 20; m++)
        {
            if (m is not (7 or 8 or 17 or 18))
            {
                f.Read(m, m < 10 ? 20 : 20 + (6 * m)).Tick(m + 0.5);
            }
        }

        return f.Read(17, 60, receivedMinutes: 19.6).Tick(19.7).Checkpoint();
    }
}
