using IOC.Alerts.Notification;
using IOC.Telemetry;

namespace IOC.Alerts.Tests.Notification;

/// <summary>Groups, quiet hours and repetitions, in simulated time.</summary>
public sealed class GatheringTests
{
    private readonly NotificationFixture _f = new NotificationFixture().With(NotificationFixture.Webhook()).With(NotificationFixture.Nights());

    [Fact]
    public void What_happens_within_the_wait_is_one_message_for_each_group()
    {
        _f.With(Route() with { GroupBy = [GroupingField.District], GroupWait = TimeSpan.FromSeconds(30) });
        _f.Happen("a", severity: Severity.P3);
        _f.Turn();
        _f.Advance(TimeSpan.FromSeconds(20));
        _f.Happen("b", severity: Severity.P1);
        _f.Happen("c", district: "tan-yen");
        _f.Turn();
        Assert.Empty(_f.Drain());
        Assert.Equal((2, 0, 0), _f.Book.Waiting);
        _f.Time.Advance(TimeSpan.FromSeconds(10));
        var first = Assert.Single(_f.Drain());
        Assert.Equal(("a raised, b raised", "district=viet-yen", Severity.P1, 2), (_f.Told(first), first.Group, first.Severity, first.Count));
        _f.Happen("d");
        _f.Turn();
        _f.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("c raised", _f.Told(Assert.Single(_f.Drain())));
        _f.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("d raised", _f.Told(Assert.Single(_f.Drain())));
    }

    [Fact]
    public void Two_hundred_lamps_of_a_feeder_are_one_message()
    {
        _f.With(Route() with { GroupBy = [GroupingField.Rule], GroupWait = TimeSpan.FromSeconds(10) });
        for (var i = 0; i < 200; i++)
        {
            _f.Happen($"lamp{i}", sensor: $"lamp{i}");
        }

        _f.Turn();
        _f.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, Assert.Single(_f.Drain()).Count);
    }

    [Fact]
    public void What_a_bigger_alert_explains_while_the_message_waits_is_not_told()
    {
        _f.With(Route() with { GroupWait = TimeSpan.FromSeconds(30) });
        for (var i = 0; i < 5; i++)
        {
            _f.Happen($"lamp{i}", severity: Severity.P2, sensor: $"lamp{i}");
        }

        _f.Turn();
        _f.Happen("feeder", severity: Severity.P3);
        for (var i = 0; i < 5; i++)
        {
            _f.Happen($"lamp{i}", AlertActKind.Suppressed, severity: Severity.P2, sensor: $"lamp{i}", hold: HoldKind.Suppressed);
        }

        _f.Advance(TimeSpan.FromSeconds(30));
        var message = Assert.Single(_f.Drain());
        Assert.Equal(("feeder raised", 1, Severity.P3), (_f.Told(message), message.Count, message.Severity));
    }

    [Fact]
    public void A_message_of_which_nothing_is_left_is_withdrawn()
    {
        _f.With(Route() with { GroupWait = TimeSpan.FromSeconds(30) });
        _f.Happen("a");
        _f.Turn();
        _f.Happen("a", AlertActKind.Shelved, hold: HoldKind.Shelved);
        _f.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(_f.Drain());
        var only = Assert.Single(_f.Store.Deliveries);
        Assert.Equal((DeliveryState.Withdrawn, 0, false), (only.State, only.Count, only.IsOpen));
        Assert.Null(_f.Book.Retry(only.Id, _f.Now));
    }

    [Fact]
    public void Quiet_hours_hold_back_and_are_summed_up_afterwards()
    {
        _f.With(Route() with { GroupBy = [GroupingField.District], Quiet = new QuietHours("nights", [Severity.P1]) });
        _f.Advance(TimeSpan.FromHours(13));
        _f.Happen("a");
        _f.Happen("urgent", severity: Severity.P1);
        _f.Advance(TimeSpan.FromHours(5));
        _f.Happen("b", district: "tan-yen");
        Assert.Equal(["urgent raised"], _f.Drain().Select(_f.Told));
        Assert.Equal((0, 1, 0), _f.Book.Waiting);
        _f.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_f.Drain());
        _f.Time.Advance(TimeSpan.FromHours(1));
        var summary = Assert.Single(_f.Drain());
        Assert.Equal((DeliveryPurpose.Summary, "a raised, b raised"), (summary.Purpose, _f.Told(summary)));
        Assert.Equal("2026-01-06T06:00:00", TimeZoneInfo.ConvertTime(_f.Now, NotificationFixture.Zone).ToString("s"));
    }

    [Fact]
    public void What_is_held_is_told_at_once_when_the_quiet_hours_are_changed()
    {
        _f.With(Route() with { Quiet = new QuietHours("nights", []) });
        _f.Advance(TimeSpan.FromHours(13));
        _f.Happen("a");
        _f.Turn();
        _f.With(new ShiftCalendar("nights", [], []));
        Assert.Equal(["a raised"], _f.Drain().Select(_f.Told));
    }

    [Fact]
    public void An_alert_is_repeated_until_somebody_acknowledges_it()
    {
        _f.With(Route() with { RepeatEvery = TimeSpan.FromMinutes(30) });
        _f.Happen("a");
        Assert.Single(_f.Drain());
        _f.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.Empty(_f.Drain());
        _f.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a repeated"], _f.Drain().Select(_f.Told));
        _f.Restart();
        _f.Time.Advance(TimeSpan.FromMinutes(30));
        var second = Assert.Single(_f.Drain());
        Assert.Equal(2, Assert.Single(_f.Store.Notices(second.Id, 10)).Repetition);
        _f.Happen("a", AlertActKind.Acknowledged, AlertState.Acknowledged, by: "vh01");
        _f.Advance(TimeSpan.FromHours(5));
        Assert.Empty(_f.Drain());
        Assert.Empty(_f.Store.Repetitions);
    }

    [Fact]
    public void A_condition_that_ended_is_not_repeated_and_one_that_came_back_is()
    {
        _f.With(Route() with { RepeatEvery = TimeSpan.FromMinutes(30) });
        _f.Happen("a");
        _f.Happen("a", AlertActKind.Cleared, AlertState.Returned);
        Assert.Single(_f.Drain());
        Assert.Empty(_f.Store.Repetitions);
        _f.Happen("a", AlertActKind.ReRaised);
        Assert.Single(_f.Drain());
        _f.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(["a repeated"], _f.Drain().Select(_f.Told));
    }

    [Fact]
    public void Repetitions_rest_in_quiet_hours_and_off_the_shift()
    {
        var days = new ShiftCalendar("days", [new WeeklyWindow(Enum.GetValues<DayOfWeek>(), new DaySpan(new TimeOnly(6, 0), new TimeOnly(22, 0)))], []);
        _f.With(days).With(NotificationFixture.Webhook("other"))
            .With(Route() with { RepeatEvery = TimeSpan.FromHours(1), Quiet = new QuietHours("nights", []) })
            .With(Route("shift", "other") with { RepeatEvery = TimeSpan.FromHours(1), Calendar = "days" });
        _f.Happen("a");
        _f.Drain();
        _f.Drain("other");
        for (var hour = 11; hour < 22; hour++)
        {
            _f.Time.Advance(TimeSpan.FromHours(1));
            Assert.Single(_f.Drain());
            Assert.Single(_f.Drain("other"));
        }

        for (var hour = 22; hour < 29; hour++)
        {
            _f.Time.Advance(TimeSpan.FromHours(1));
            Assert.Empty(_f.Drain());
            Assert.Empty(_f.Drain("other"));
        }

        _f.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["a repeated"], _f.Drain().Select(_f.Told));
        Assert.Equal(["a repeated"], _f.Drain("other").Select(_f.Told));
    }

    [Fact]
    public void A_store_that_fails_changes_nothing_and_loses_nothing()
    {
        _f.With(Route() with { GroupWait = TimeSpan.FromSeconds(10) });
        _f.Happen("a");
        _f.Store.Fails = true;
        Assert.Throws<InvalidOperationException>(_f.Turn);
        Assert.Equal((0, 0, 0), _f.Book.Waiting);
        _f.Store.Fails = false;
        _f.Turn();
        _f.Store.Fails = true;
        _f.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Throws<InvalidOperationException>(_f.Turn);
        _f.Store.Fails = false;
        Assert.Equal(["a raised"], _f.Drain().Select(_f.Told));
    }

    private static Route Route(string name = "r", string channel = "hook") => new() { Name = name, Channels = [channel] };
}
