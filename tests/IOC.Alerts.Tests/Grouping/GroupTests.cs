using IOC.Telemetry;
using static IOC.Alerts.Tests.GroupWorld;

namespace IOC.Alerts.Tests;

/// <summary>One cause, one alert: what group rules make of the alerts under an asset.</summary>
public class GroupTests
{
    private static readonly Subject F1 = Asset("f-1");
    private static readonly Subject Station = Asset("s-1");

    [Fact]
    public void A_feeder_that_is_down_is_one_alert_with_200_lamps_inside()
    {
        var world = new GroupWorld(lampsPerFeeder: 200);
        for (var n = 1; n <= 198; n++)
        {
            world.Dark(n / 30.0, 1, n);
            world.CheckNothingIsLost();
        }

        Assert.Equal(["feeder-down f-1"], world.Shown());
        var group = world.The(F1, "feeder-down");
        Assert.Equal((198, 200, Severity.P2, FindingKind.Group), (group.Members, group.MembersOf, group.Severity, group.Kind));
        Assert.Equal("feeder-down (en): Asset f-1, 198 of 200 sensors", group.Title.En);
        Assert.Equal("feeder-down (vi): Thiết bị f-1, 198/200 cảm biến", group.Title.Vi);
        Assert.Equal(T0 + (Minute / 30), group.RaisedAtMs);
        Assert.Equal(199, world.Book.Open().Count);
        Assert.All(world.Book.Open().Where(a => a.RuleId == "silence"), a => Assert.Equal(group.Id, a.Hold?.By));

        // What comes later goes inside at once.
        var changed = world.Dark(60, 1, 199);
        Assert.Equal(["feeder-down", "silence"], changed.Select(a => a.RuleId).Order(StringComparer.Ordinal));
        Assert.Equal(199, world.The(F1, "feeder-down").Members);
    }

    [Fact]
    public void Too_few_or_too_slow_make_no_group()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, 1, 2, 3, 4, 5);
        Assert.Equal(5, world.Shown().Count);

        // A trickle: six of ten in the end, never enough within a quarter of an hour.
        world.Dark(20, 1, 6);
        world.Dark(40, 1, 7);
        world.Dark(60, 1, 8);
        Assert.Equal(8, world.Shown().Count);
        world.CheckNothingIsLost();
    }

    [Fact]
    public void What_was_down_long_before_is_not_explained_and_does_not_stand_in_the_way()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, 1, 2, 3);
        world.Dark(120, 1, 4, 5, 6, 7, 8);
        Assert.Equal(5, world.The(F1, "feeder-down").Members);
        Assert.Equal(["feeder-down f-1", "silence lamp-1-1", "silence lamp-1-2", "silence lamp-1-3"], world.Shown());
        world.CheckNothingIsLost();
    }

    [Fact]
    public void It_follows_those_who_return_and_ends_below_half_its_share_and_those_left_speak_for_themselves()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, Enumerable.Range(1, 10));
        Assert.Equal(10, world.The(F1, "feeder-down").Members);
        for (var n = 1; n <= 7; n++)
        {
            world.Lit(30 + n, 1, n);
            Assert.Equal(["feeder-down f-1"], world.Shown());
            Assert.Equal(10 - n, world.The(F1, "feeder-down").Members);
            world.CheckNothingIsLost();
        }

        // Three of ten was half the share; two are less.
        world.Lit(40, 1, 8);
        var group = world.The(F1, "feeder-down");
        Assert.Equal((AlertState.Returned, 0), (group.State, group.Members));
        Assert.Equal(["feeder-down f-1", "silence lamp-1-10", "silence lamp-1-9"], world.Shown());
        Assert.Equal(T0 + (40 * Minute) + 500, world.The(world.Lamp(1, 9)).DemandedAtMs);

        // Nobody was asked about those that returned inside, so nobody has to acknowledge them.
        Assert.Equal(3, world.Book.Open().Count);
        var settled = Assert.Single(world.Store.Query(new AlertQuery { Limit = 100 }).Items, a => a.Subject == world.Lamp(1, 1));
        Assert.Equal((AlertState.Closed, null), (settled.State, settled.AcknowledgedBy));
        Assert.Contains(world.Store.ActsOf(settled.Id), a => a.Kind == AlertActKind.Settled);
        world.CheckNothingIsLost();
    }

    [Fact]
    public void It_comes_back_as_the_same_alert_while_nobody_has_acknowledged_it()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, Enumerable.Range(1, 10));
        world.Lit(30, 1, Enumerable.Range(1, 10));
        var before = world.The(F1, "feeder-down");
        Assert.Equal(AlertState.Returned, before.State);
        world.Dark(50, 1, Enumerable.Range(1, 6));
        var again = world.The(F1, "feeder-down");
        Assert.Equal((before.Id, AlertState.Unacknowledged, 1, 6), (again.Id, again.State, again.ReAlarms, again.Members));
        world.CheckNothingIsLost();
    }

    [Fact]
    public void The_highest_asset_explains_those_below_one_alert_not_a_tower()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, Enumerable.Range(1, 10));
        Assert.Equal(["feeder-down f-1"], world.Shown());
        world.Dark(2, 2, 1, 2);
        Assert.Contains("feeder-down f-1", world.Shown());
        Assert.Equal(3, world.Shown().Count);
        world.Dark(2, 2, Enumerable.Range(3, 5));
        Assert.Equal(["feeder-down s-1"], world.Shown());
        Assert.Equal(world.The(Station, "feeder-down").Id, world.The(F1, "feeder-down").Hold?.By);
        Assert.DoesNotContain(world.Book.Open(), a => a.Subject == Asset("f-2"));
        world.CheckNothingIsLost();

        // The second feeder has power again: the first alone explains what is left.
        world.Lit(20, 2, Enumerable.Range(1, 7));
        world.CheckNothingIsLost();
        Assert.Equal(["feeder-down f-1", "feeder-down s-1"], world.Shown());
        world.Lit(20, 1, 1, 2, 3, 4, 5);
        Assert.Equal(AlertState.Returned, world.The(Station, "feeder-down").State);
        Assert.Equal(5, world.The(F1, "feeder-down").Members);
    }

    [Fact]
    public void When_both_feeders_fail_in_one_batch_only_the_substation_is_told()
    {
        var world = new GroupWorld();
        world.Apply(Enumerable.Range(1, 10).SelectMany(n => new[] { 1, 2 }.Select(f => world.Word(world.Lamp(f, n), FindingTransition.Raised, 0))));
        Assert.Equal(["feeder-down s-1"], world.Shown());
        Assert.DoesNotContain(world.Book.Open(), a => a.Kind == FindingKind.Group && a.Subject != Station);

        // Acknowledged it closes with its condition, and what is left becomes a group of its own.
        world.Book.Act([world.The(Station, "feeder-down").Id], new OperatorAct.Acknowledge("vh01", null), T0 + Minute);
        world.Lit(30, 2, Enumerable.Range(1, 10));
        world.Lit(31, 1, 1, 2, 3, 4, 5);
        Assert.Equal(["feeder-down f-1"], world.Shown());
        Assert.Equal(5, world.The(F1, "feeder-down").Members);
        world.CheckNothingIsLost();
    }

    [Fact]
    public void A_member_of_a_higher_priority_raises_the_group_or_stays_in_the_list()
    {
        var world = new GroupWorld();
        world.Apply(Enumerable.Range(1, 6).Select(n => world.Word(world.Lamp(1, n), FindingTransition.Raised, 0, severity: n == 1 ? Severity.P1 : Severity.P3)));
        Assert.Equal(["feeder-down f-1"], world.Shown());
        Assert.Equal(Severity.P1, world.The(F1, "feeder-down").Severity);

        var later = new GroupWorld();
        later.Dark(0, 1, Enumerable.Range(1, 6));
        later.Apply(later.Word(later.Lamp(1, 7), FindingTransition.Raised, 1, severity: Severity.P1));
        Assert.Equal(["feeder-down f-1", "silence lamp-1-7"], later.Shown());
        Assert.Equal(Severity.P2, later.The(F1, "feeder-down").Severity);
        Assert.Contains("7 of 10", later.The(F1, "feeder-down").Title.En, StringComparison.Ordinal);
        later.CheckNothingIsLost();
    }

    [Fact]
    public void A_district_is_a_group_too_and_stands_above_its_assets()
    {
        var world = new GroupWorld(change: c => c with
        {
            Rules = [.. c.Rules, Group("district-dark", Severity.P1, 10, 0.7) with { Group = new RuleGroup(["silence"], [], 10, 0.7, TimeSpan.FromMinutes(15)) }],
        });
        world.Dark(0, 1, Enumerable.Range(1, 10));
        Assert.Equal(["feeder-down f-1"], world.Shown());
        world.Dark(1, 2, Enumerable.Range(1, 6));

        // All of it hangs on one substation: that is to blame.
        Assert.Equal(["feeder-down s-1"], world.Shown());
        world.Apply(Enumerable.Range(1, 3).Select(n => world.Word(world.Air(n), FindingTransition.Raised, 2)));
        Assert.Equal(["district-dark bac-giang"], world.Shown());
        Assert.Equal((19, 23), Parts(world.The(Subject.OfDistrict(District, null), "district-dark").Title.En));
        world.CheckNothingIsLost();
    }

    [Fact]
    public void Shelving_the_group_keeps_its_members_inside()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, Enumerable.Range(1, 10));
        world.Book.Act([world.The(F1, "feeder-down").Id], new OperatorAct.Shelve("vh01", T0 + (60 * Minute), "đang sửa tuyến"), T0 + Minute);
        Assert.Empty(world.Shown());
        world.CheckNothingIsLost();
        world.Tick(61);
        Assert.Equal(["feeder-down f-1"], world.Shown());
    }

    [Fact]
    public void A_restart_in_the_middle_changes_nothing()
    {
        var (straight, restarted) = (new GroupWorld(), new GroupWorld());
        foreach (var world in new[] { straight, restarted })
        {
            world.Dark(0, 1, 1, 2, 3, 4, 5);
            Restart(world);
            world.Dark(1, 1, 6, 7, 8);
            Restart(world);
            world.Tick(1.5);
            world.Dark(2, 2, Enumerable.Range(1, 9));
            Restart(world);
            world.Lit(30, 2, Enumerable.Range(1, 9));
            Restart(world);
            world.Lit(31, 1, 1, 2, 3, 4);
            world.CheckNothingIsLost();
        }

        Assert.Equal(straight.Dump(), restarted.Dump());

        void Restart(GroupWorld world)
        {
            if (world == restarted)
            {
                world.Start();
            }
        }
    }

    [Fact]
    public void A_batch_that_could_not_be_stored_comes_again_with_the_same_result()
    {
        var (world, other) = (new GroupWorld(), new GroupWorld());
        world.Dark(0, 1, 1, 2, 3, 4, 5);
        other.Dark(0, 1, 1, 2, 3, 4, 5);
        world.Store.Fails = true;
        var batch = Enumerable.Range(6, 3).Select(n => world.Word(world.Lamp(1, n), FindingTransition.Raised, 1)).ToList();
        Assert.Throws<IOException>(() => world.Book.Apply(2, batch[0].ReceivedAtMs, batch));
        world.Store.Fails = false;
        world.Dark(1, 1, 6, 7, 8);
        other.Dark(1, 1, 6, 7, 8);
        Assert.Equal(other.Dump(), world.Dump());
        world.CheckNothingIsLost();
    }

    [Fact]
    public void After_a_change_of_the_topology_what_is_no_longer_explained_comes_back()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, Enumerable.Range(1, 10));

        // Half of the lamps hang on the other feeder now.
        world.Start(c => c with
        {
            Sensors = [.. c.Sensors.Select(s => s.Address.Sensor is "lamp-1-1" or "lamp-1-2" or "lamp-1-3" ? s with { Assets = ["f-2"] } : s)],
        });
        world.Tick(5);
        Assert.Equal(["feeder-down f-1", "silence lamp-1-1", "silence lamp-1-2", "silence lamp-1-3"], world.Shown());
        Assert.Equal((7, 7), Parts(world.The(F1, "feeder-down").Title.En));
        world.CheckNothingIsLost();

        // The feeder is no more.
        world.Start(c => c with
        {
            Assets = [.. c.Assets.Where(a => a.Id != "f-1")],
            Sensors = [.. c.Sensors.Select(s => s with { Assets = [.. s.Assets.Where(a => a != "f-1")] })],
        });
        world.Tick(6);
        Assert.Equal(11, world.Shown().Count);
        Assert.Equal(AlertState.Returned, world.The(F1, "feeder-down").State);
        world.CheckNothingIsLost();
    }

    [Fact]
    public void Without_its_rule_a_group_ends_and_its_members_come_back()
    {
        var world = new GroupWorld();
        world.Dark(0, 1, Enumerable.Range(1, 10));
        world.Start(c => c with { Rules = [.. c.Rules.Where(r => r.Id != "feeder-down")] });
        world.Tick(5);
        Assert.Equal(11, world.Shown().Count);
        Assert.Equal(AlertState.Returned, world.The(F1, "feeder-down").State);
        world.CheckNothingIsLost();
    }

    [Fact]
    public void A_plan_that_is_taken_while_it_runs_counts_from_the_next_batch()
    {
        var world = new GroupWorld();
        var grouping = new AlertGrouping(new GroupingPlan(world.Catalogue with { Rules = [.. world.Catalogue.Rules.Where(r => r.Kind != FindingKind.Group)] }));
        var book = new AlertBook(1, "n1", world.Catalogue, new MemoryAlertStore(), new AlertOptions(), grouping);
        book.Apply(1, T0, [.. Enumerable.Range(1, 8).Select(n => world.Word(world.Lamp(1, n), FindingTransition.Raised, 0))]);
        Assert.Equal(8, book.Open().Count(a => a.IsShown));
        grouping.ReplaceCatalogue(world.Catalogue, book.Open(), book.Holds());
        book.Apply(2, T0 + Minute, []);
        Assert.Equal(["feeder-down"], book.Open().Where(a => a.IsShown).Select(a => a.RuleId));
    }

    [Fact]
    public void A_rule_counts_only_within_its_validity()
    {
        var world = new GroupWorld(change: c => c with
        {
            Rules = [.. c.Rules.Select(r => r.Kind == FindingKind.Group ? r with { ValidFrom = DateTimeOffset.FromUnixTimeMilliseconds(T0 + (60 * Minute)) } : r)],
        });
        world.Dark(0, 1, Enumerable.Range(1, 10));
        Assert.Equal(10, world.Shown().Count);
        world.Dark(90, 2, Enumerable.Range(1, 10));
        Assert.Single(world.Shown(), "feeder-down f-2");
    }

    private static (int Members, int Of) Parts(string title)
    {
        var words = title.Split(' ');
        return (int.Parse(words[^4], System.Globalization.CultureInfo.InvariantCulture), int.Parse(words[^2], System.Globalization.CultureInfo.InvariantCulture));
    }
}
