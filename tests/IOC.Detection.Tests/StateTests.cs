using IOC.Telemetry;

namespace IOC.Detection.Tests;

public class StateTests
{
    /// <summary>Written by version 1: pm25 with a limit run, a raised spike, a flatline run and an implausible run, and a
    /// raised silence. Must be read for ever.</summary>
    private const string Version1 =
        "0103A0151FD08B010000003C7048010773696C656E636502010004706D3235A0151FD08B010000402B1ED08B01000000606A473C00B6FD03D5C07932400000000000805640C0EDC03F0000803F020000000000008056400000000004056C696D697400020001E0401DD08B010000057370696B650102010004666C61740202000000000000805640E0401DD08B010000020000000B696D706C61757369626C650402000200";

    internal static readonly DetectionRule[] Rules =
    [
        Fixture.Rule(FindingKind.Limit, "limit") with { RaiseAbove = 70, Duration = TimeSpan.FromMinutes(3) },
        Fixture.Rule(FindingKind.Spike, "spike"),
        Fixture.Rule(FindingKind.Flatline, "flat") with { Duration = TimeSpan.FromMinutes(8) },
        Fixture.Rule(FindingKind.Implausible, "implausible") with { Factor = 3 },
        Fixture.Rule(FindingKind.Silence, "silence") with { Factor = 3 },
    ];

    [Fact]
    public void The_format_is_that_of_version_1_with_what_it_was_primed_for_and_no_station()
    {
        using var f = Make();
        Assert.Equal("02" + Version1[2..28] + "00000000" + Version1[28..] + "00", Convert.ToHexString(f.Store.States["hiep-hoa/environment/aq-1"]));
    }

    [Fact]
    public void Version_1_still_loads_and_goes_on()
    {
        using var f = Make();
        f.Store.States["hiep-hoa/environment/aq-1"] = Convert.FromHexString(Version1);
        f.Restart();
        f.Findings.Clear();

        f.Read(63.5, -9999, Quality.Implausible, receivedMinutes: 70).Read(64, 90, receivedMinutes: 70);
        Assert.Equal(["Cleared silence", "Raised implausible", "Raised limit"], f.Findings.Select(x => $"{x.Transition} {x.RuleId}"));
    }

    [Fact]
    public void Bytes_cut_short_or_of_another_version_are_refused()
    {
        using var f = Make();
        var good = Convert.FromHexString(Version1);
        foreach (var bad in new[] { [], good[..1], good[..^1], good[..40], [9, .. good[1..]] })
        {
            f.Store.States["hiep-hoa/environment/aq-1"] = bad;
            Assert.Throws<InvalidDataException>(() => f.Restart());
        }
    }

    [Fact]
    public void A_series_is_stored_in_a_few_hundred_bytes()
    {
        using var f = Make();
        Assert.InRange(f.Store.States["hiep-hoa/environment/aq-1"].Length, 50, 300);
    }

    private static Fixture Make()
    {
        var f = new Fixture(Rules);
        for (var i = 0; i < 61; i++)
        {
            f.Read(i, 10 + (i % 5));
        }

        return f.Read(61, 90).Read(62, 90).Read(62.5, -9999, Quality.Implausible).Read(63, -9999, Quality.Implausible).Tick(67).Checkpoint();
    }
}
