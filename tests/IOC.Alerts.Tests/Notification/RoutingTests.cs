using IOC.Alerts.Notification;
using IOC.Telemetry;

namespace IOC.Alerts.Tests.Notification;

public sealed class RoutingTests
{
    private readonly NotificationFixture _f = new NotificationFixture().With(NotificationFixture.Webhook()).With(NotificationFixture.Webhook("other"));

    [Fact]
    public void Nothing_is_told_without_a_route()
    {
        _f.Happen("a");
        _f.Turn();
        Assert.Empty(_f.Store.Deliveries);
        Assert.Empty(_f.Store.ReadFeed(10));
    }

    [Theory]
    [InlineData(Severity.P1, "viet-yen", true)]
    [InlineData(Severity.P3, "viet-yen", false)]
    [InlineData(Severity.P1, "tan-yen", false)]
    public void Conditions_are_combined(Severity severity, string district, bool told)
    {
        _f.With(Route() with { Severities = [Severity.P1, Severity.P2], Districts = ["viet-yen"], Domains = ["environment"] });
        _f.Happen("a", severity: severity, district: district);
        Assert.Equal(told ? 1 : 0, _f.Drain().Count);
    }

    [Fact]
    public void A_route_tells_only_the_events_that_it_names()
    {
        _f.With(Route()).With(Route("ends", "other") with { Events = [NotificationEvent.Returned, NotificationEvent.Closed, NotificationEvent.Acknowledged] });
        _f.Happen("a");
        _f.Happen("a", AlertActKind.Cleared, AlertState.Returned);
        _f.Happen("a", AlertActKind.ReRaised);
        _f.Happen("a", AlertActKind.Acknowledged, AlertState.Acknowledged, by: "vh01");
        _f.Happen("a", AlertActKind.Cleared, AlertState.Closed);
        Assert.Equal(["a raised", "a re_raised"], _f.Drain().Select(_f.Told));
        Assert.Equal(["a returned", "a acknowledged", "a closed"], _f.Drain("other").Select(_f.Told));
    }

    [Fact]
    public void All_routes_that_match_tell_up_to_a_final_one()
    {
        _f.With(Route("z") with { Order = 1 }).With(Route("y", "other") with { Order = 2, Final = true }).With(Route("x") with { Order = 3 });
        _f.Happen("a");
        Assert.Equal("z", Assert.Single(_f.Drain()).Route);
        Assert.Equal("y", Assert.Single(_f.Drain("other")).Route);
    }

    [Fact]
    public void Each_recipient_has_a_message_of_its_own()
    {
        _f.With(NotificationFixture.Webhook("sms", "+8491", "+8492")).With(Route(channel: "sms"));
        _f.Happen("a");
        var sent = _f.Drain("sms", d => d.Recipient == "+8491" ? new SendOutcome(SendResult.Refused, 400, "no such number") : new SendOutcome(SendResult.Sent, 200));
        Assert.Equal(["+8491", "+8492"], sent.Select(d => d.Recipient));
        Assert.Equal([DeliveryState.GivenUp, DeliveryState.Sent], _f.Store.Deliveries.Select(d => d.State));
    }

    [Fact]
    public void A_route_with_a_shift_tells_only_inside_it()
    {
        _f.With(NotificationFixture.Nights()).With(Route() with { Calendar = "nights" });
        _f.Happen("day");
        _f.Turn();
        _f.Advance(TimeSpan.FromHours(12));
        _f.Happen("night");
        Assert.Equal(["night raised"], _f.Drain().Select(_f.Told));
    }

    [Fact]
    public void Late_alerts_can_be_left_out()
    {
        _f.With(Route() with { Late = false });
        _f.Happen("a", late: true);
        _f.Happen("b");
        Assert.Equal(["b raised"], _f.Drain().Select(_f.Told));
    }

    [Fact]
    public void What_is_shelved_suppressed_or_out_of_service_is_told_when_it_is_back_and_still_waits()
    {
        _f.With(Route() with { RepeatEvery = TimeSpan.FromHours(1) });
        _f.Happen("born", hold: HoldKind.Shelved);
        _f.Happen("told");
        _f.Happen("told", AlertActKind.Shelved, hold: HoldKind.Shelved);
        Assert.Equal(["told raised"], _f.Drain().Select(_f.Told));
        _f.Time.Advance(TimeSpan.FromHours(2));
        _f.Happen("told", AlertActKind.ReRaised, hold: HoldKind.Shelved);
        Assert.Empty(_f.Drain());
        _f.Happen("told", AlertActKind.ShelvingEnded);
        _f.Happen("born", AlertActKind.ShelvingEnded, AlertState.Returned);
        Assert.Equal(["told re_raised"], _f.Drain().Select(_f.Told));
        _f.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(["told repeated"], _f.Drain().Select(_f.Told));
        _f.Happen("told", AlertActKind.Escalated);
        Assert.Equal(["told escalated"], _f.Drain().Select(_f.Told));
    }

    [Fact]
    public void A_channel_that_is_switched_off_keeps_what_waits_and_gets_nothing_new()
    {
        _f.With(Route());
        _f.Happen("a");
        _f.Turn();
        _f.With(NotificationFixture.Webhook() with { Enabled = false });
        _f.Happen("b");
        Assert.Empty(_f.Drain());
        _f.With(NotificationFixture.Webhook());
        Assert.Equal(["a raised"], _f.Drain().Select(_f.Told));
    }

    [Fact]
    public void What_is_in_use_stays_and_what_waits_for_a_removed_channel_is_given_up()
    {
        _f.With(NotificationFixture.Nights()).With(Route() with { Quiet = new QuietHours("nights", []) });
        _f.Happen("a");
        _f.Turn();
        Assert.Equal(["r"], _f.Book.RemoveChannel("hook", _f.Now));
        Assert.Equal(["r"], _f.Book.RemoveCalendar("nights"));
        _f.Book.RemoveRoute("r");
        Assert.Empty(_f.Book.RemoveCalendar("nights"));
        Assert.Empty(_f.Book.RemoveChannel("hook", _f.Now));
        Assert.Equal(DeliveryState.GivenUp, Assert.Single(_f.Store.Deliveries).State);
        Assert.Equal((0, 0, 0), _f.Book.Waiting);
    }

    [Fact]
    public void A_route_to_nowhere_is_refused_with_all_that_is_wrong()
    {
        var problems = _f.Book.Set(Route(channel: "nowhere") with { Calendar = "never", GroupWait = TimeSpan.FromDays(2), Domains = ["Not a slug"] }, "test", _f.Now);
        Assert.Equal(4, problems.Count);
        Assert.Contains(problems, p => p.En.Contains("'nowhere'", StringComparison.Ordinal));
        Assert.Null(_f.Book.Config.Route("r"));
    }

    private static Route Route(string name = "r", string channel = "hook") => new() { Name = name, Channels = [channel] };
}
