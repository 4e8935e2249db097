using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>Whatever happens in whatever order: nothing is hidden without something in the list that explains it, and a restart at any
/// moment makes no difference.</summary>
public class GroupPropertyTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nothing_is_lost_and_restarts_change_nothing(int seed)
    {
        var (world, restarted) = (Make(), Make());
        var dice = new Random(seed);
        for (var step = 1; step <= 250; step++)
        {
            var minute = step * 0.7;
            switch (dice.Next(20))
            {
                case 0:
                    Both(w => w.Tick(minute));
                    break;
                case 1 or 2 when world.Book.Open().Count > 0:
                    // Operators' acts are outside the log, but the same for both.
                    var ids = world.Book.Open().Select(a => a.Id).Order(StringComparer.Ordinal).ToList();
                    var id = ids[dice.Next(ids.Count)];
                    Both(w => w.Book.Act([id], new OperatorAct.Acknowledge("vh01", null), GroupWorld.T0 + (long)(minute * 60_000)));
                    break;
                default:
                    var batch = Enumerable.Range(0, dice.Next(1, 12)).Select(_ => Draw(dice)).ToList();
                    var back = dice.Next(4) == 0 ? dice.NextDouble() * 10 : 0;
                    Both(w => w.Apply(batch.Select(b => w.Word(b.Subject(w), b.Transition, minute - back, b.Rule, b.Severity, b.Property))));
                    break;
            }

            world.CheckNothingIsLost();
            restarted.CheckNothingIsLost();
            if (dice.Next(5) == 0)
            {
                restarted.Start();
                Assert.Equal(world.Dump(), restarted.Dump());
            }
        }

        Assert.Equal(world.Dump(), restarted.Dump());

        void Both(Action<GroupWorld> act)
        {
            act(world);
            act(restarted);
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 15)];

    private static GroupWorld Make() => new(lampsPerFeeder: 6, c => c with
    {
        Rules = [.. c.Rules, GroupWorld.Group("district-dark", Severity.P2, 8, 0.6) with { Group = new RuleGroup(["silence"], [], 8, 0.6, TimeSpan.FromMinutes(20)) }],
    });

    // Mostly lamps that go dark, or come back, in waves: groups begin and end often.
    private static (Func<GroupWorld, Subject> Subject, FindingTransition Transition, string Rule, Severity Severity, string? Property) Draw(Random dice)
    {
        var transition = dice.Next(100) < 55 ? FindingTransition.Raised : FindingTransition.Cleared;
        var severity = dice.Next(15) == 0 ? Severity.P1 : Severity.P3;
        var (feeder, lamp, air) = (dice.Next(1, 3), dice.Next(1, 7), dice.Next(1, 4));
        return dice.Next(12) switch
        {
            0 => (w => w.Air(air), transition, "pm25-high", severity, "pm25"),
            1 => (w => w.Air(air), transition, "pm25-very-high", Severity.P2, "pm25"),
            2 => (_ => GroupWorld.Asset("gw-1", null), transition, "gateway-silent", Severity.P2, null),
            3 => (w => w.Lamp(feeder, lamp), transition, "no-voltage", Severity.P2, "temp"),
            4 => (_ => Subject.OfDistrict(GroupWorld.District, null), transition, "storm", Severity.P2, "temp"),
            5 or 6 => (w => w.Air(air), transition, "silence", severity, null),
            _ => (w => w.Lamp(feeder, lamp), transition, "silence", severity, null),
        };
    }
}
