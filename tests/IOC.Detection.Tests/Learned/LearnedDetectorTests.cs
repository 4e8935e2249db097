using IOC.Telemetry;

namespace IOC.Detection.Tests.Learned;

/// <summary>The learned detector within the pipeline.</summary>
public class LearnedDetectorTests
{
    private static readonly DetectionRule Rule = Fixture.Rule(FindingKind.Learned, "learned") with { Severity = Severity.P4 };

    [Fact]
    public void A_rare_reading_is_raised_with_its_reason_and_cleared()
    {
        using var f = new Fixture(Rule);
        f.Series(0, Usual(900)).Series(900, 91).Series(901, Usual(100));

        Assert.Equal([FindingTransition.Raised, FindingTransition.Cleared], f.Findings.Select(x => x.Transition));
        var raised = f.Findings[0];
        Assert.Equal((FindingKind.Learned, Severity.P4, "pm25", 91), (raised.Kind, raised.Severity, raised.Property, raised.Value!.Value));
        Assert.InRange(raised.ExpectedLow!.Value, 0, 30);
        Assert.InRange(raised.ExpectedHigh!.Value, 30, 50);
        Assert.StartsWith("91 µg/m³, ", raised.Reason!.En, StringComparison.Ordinal);
        Assert.StartsWith("91 µg/m³, ", raised.Reason.Vi, StringComparison.Ordinal);
        Assert.InRange(f.Findings[1].AtMs, Fixture.At(912), Fixture.At(980));
    }

    [Fact]
    public void Readings_that_are_not_good_are_neither_judged_nor_learned()
    {
        using var f = new Fixture(Rule);
        f.Series(0, Usual(900));
        foreach (var quality in new[] { Quality.Calibrating, Quality.Fault, Quality.Implausible })
        {
            f.Read(900 + (int)quality, 500, quality);
        }

        f.Series(910, Usual(50));
        Assert.Empty(f.Findings);
    }

    [Fact]
    public void Nothing_is_raised_before_enough_is_learned()
    {
        using var f = new Fixture(new DetectionOptions { LearnedWarmUp = 900 }, Rule);
        f.Series(0, Usual(898)).Series(898, 91);
        Assert.Empty(f.Findings);
        f.Series(899, Usual(100)).Series(999, 191);
        Assert.Equal(191, f.Findings.Single().Value);
    }

    [Fact]
    public void A_rules_threshold_is_a_score()
    {
        using var strict = new Fixture(Rule with { Factor = 0.999999 });
        using var usual = new Fixture(Rule);
        foreach (var f in new[] { strict, usual })
        {
            f.Series(0, Usual(900)).Series(900, 46).Series(901, Usual(20));
        }

        Assert.Empty(strict.Findings);
        Assert.NotEmpty(usual.Findings);
    }

    [Fact]
    public void A_restart_with_an_open_finding_changes_nothing()
    {
        using var whole = new Fixture(Rule);
        using var restarted = new Fixture(Rule);
        foreach (var f in new[] { whole, restarted })
        {
            f.Series(0, Usual(900)).Series(900, 91, 92);
            if (f == restarted)
            {
                f.Checkpoint().Restart();
            }

            f.Series(902, Usual(300)).Series(1202, 120, 121).Series(1204, Usual(40));
        }

        Assert.NotEmpty(whole.Findings);
        Assert.Equal(Told(whole), Told(restarted));

        static IEnumerable<object> Told(Fixture f) => f.Findings.Select(x => (object)(x.Transition, x.AtMs, x.Value, x.Reason, x.ExpectedHigh));
    }

    [Fact]
    public void A_rule_that_is_gone_clears_what_it_raised_and_another_goes_on_with_what_was_learned()
    {
        using var f = new Fixture(Rule);
        f.Series(0, Usual(900)).Series(900, 91);
        var findings = new List<Finding>();
        f.Pipeline.ReplaceCatalogue(f.With(Rule with { Id = "other" }), findings);
        Assert.Equal((FindingTransition.Cleared, "learned"), (findings.Single().Transition, findings.Single().RuleId));

        f.Series(901, Usual(200)).Series(1101, 140);
        Assert.Contains(f.Findings, x => x.RuleId == "other" && x.Transition == FindingTransition.Raised && x.Value == 140);
    }

    [Fact]
    public void Lunar_holidays_agree_with_the_astronomers_calendar()
    {
        // China's new moon comes an hour later by the clock: the two part where it falls next to midnight.
        var chinese = new System.Globalization.ChineseLunisolarCalendar();
        foreach (var day in VietnamCalendar.Tet)
        {
            var theirs = chinese.ToDateTime(day.Year, 1, 1, 0, 0, 0, 0);
            Assert.Equal(DateOnly.FromDateTime(theirs), day.Year == 2030 ? day.AddDays(1) : day);
            Assert.True(VietnamCalendar.IsRestDay(day));
            Assert.True(VietnamCalendar.IsRestDay(day.AddDays(-1)));
        }

        Assert.Equal(7, VietnamCalendar.HungKingsDays.Count);
        Assert.All(VietnamCalendar.HungKingsDays, day =>
        {
            var theirs = new DateTime(day, default);
            var leap = chinese.GetLeapMonth(day.Year);
            Assert.Equal(leap is > 0 and <= 3 ? 4 : 3, chinese.GetMonth(theirs));
            Assert.Equal(10, chinese.GetDayOfMonth(theirs));
        });
    }

    [Theory]
    [InlineData(2026, 9, 2, true)]
    [InlineData(2026, 4, 30, true)]
    [InlineData(2026, 9, 3, false)]
    [InlineData(2026, 9, 5, true)]
    [InlineData(2026, 2, 18, true)]
    public void Rest_days_are_weekends_and_holidays(int year, int month, int day, bool rest) =>
        Assert.Equal(rest, VietnamCalendar.IsRestDay(new DateOnly(year, month, day)));

    [Theory]
    [InlineData(LearnedAspect.Hour, "91 µg/m³, usual at this hour 20–45", "91 µg/m³, giờ này thường 20–45")]
    [InlineData(LearnedAspect.Level, "91 µg/m³, usual lately 20–45", "91 µg/m³, gần đây thường 20–45")]
    [InlineData(LearnedAspect.Frozen, "91 µg/m³, repeated longer than ever before", "91 µg/m³, lặp lại lâu hơn mọi lần trước")]
    public void The_reason_is_said_in_both_languages(LearnedAspect aspect, string en, string vi) =>
        Assert.Equal(new LocalText(vi, en), LearnedReason.Of(new LearnedVerdict(0.9, aspect, 20.04, 45.02, Extreme: true), 91, "µg/m³"));

    private static double[] Usual(int count)
    {
        return [.. Enumerable.Range(0, count).Select(i => 30 + (i * 7 % 11 * 0.5))];
    }
}
