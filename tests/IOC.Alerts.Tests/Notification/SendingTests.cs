using IOC.Alerts.Notification;

namespace IOC.Alerts.Tests.Notification;

/// <summary>Order, tries, waits and outcomes.</summary>
public sealed class SendingTests
{
    private static readonly SendOutcome Failed = new(SendResult.Retry, 500, "HTTP 500");
    private static readonly SendOutcome Down = new(SendResult.Retry, Error: "no connection", ConcernsChannel: true);
    private readonly NotificationFixture _f = new NotificationFixture().With(NotificationFixture.Webhook())
        .With(new Route { Name = "r", Channels = ["hook"], GroupBy = [GroupingField.District] });

    [Fact]
    public void A_message_is_tried_again_with_the_same_key_until_it_goes()
    {
        _f.Happen("a");
        var first = Assert.Single(_f.Drain(receiver: _ => Failed));
        _f.Time.Advance(_f.Options.FirstWait - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_f.Drain());
        _f.Time.Advance(_f.Options.FirstWait / 5 + TimeSpan.FromMilliseconds(2));
        Assert.Equal(first.Id, Assert.Single(_f.Drain()).Id);
        var done = Assert.Single(_f.Store.Deliveries);
        Assert.Equal((DeliveryState.Sent, 2, 200, null), (done.State, done.Attempts, done.Status, done.Error));
    }

    [Fact]
    public void After_so_many_tries_it_is_given_up_and_somebody_can_have_it_tried_again()
    {
        _f.Happen("a");
        for (var i = 0; i < 3; i++)
        {
            Assert.Single(_f.Drain(receiver: _ => Failed));
            _f.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Empty(_f.Drain());
        var dead = Assert.Single(_f.Store.Deliveries);
        Assert.Equal((DeliveryState.GivenUp, "HTTP 500", 1), (dead.State, dead.Error, _f.Store.CountGivenUp(0)));
        _f.Restart();
        Assert.NotNull(_f.Book.Retry(dead.Id, _f.Now));
        Assert.Equal(dead.Id, Assert.Single(_f.Drain()).Id);
        Assert.Equal(DeliveryState.Sent, Assert.Single(_f.Store.Deliveries).State);
        Assert.Null(_f.Book.Retry(dead.Id, _f.Now));
        Assert.Null(_f.Book.Retry("n1-0-0", _f.Now));
    }

    [Fact]
    public void A_group_s_messages_keep_their_order_and_other_groups_pass()
    {
        _f.Happen("a");
        Assert.Single(_f.Drain(receiver: _ => Failed));
        _f.Happen("b");
        _f.Happen("c", district: "tan-yen");
        Assert.Equal(["c raised"], _f.Drain().Select(_f.Told));
        _f.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a raised", "b raised"], _f.Drain().Select(_f.Told));
    }

    [Fact]
    public void A_receiver_that_is_down_is_left_alone_and_only_one_message_pays_for_it()
    {
        _f.Happen("a");
        _f.Happen("b", district: "tan-yen");
        Assert.Single(_f.Drain(receiver: _ => Down));
        Assert.Equal("no connection", _f.Book.Failing["hook"].Error);
        _f.Time.Advance(TimeSpan.FromSeconds(13));
        Assert.Single(_f.Drain(receiver: _ => Down));
        Assert.Equal([2, 0], _f.Store.Deliveries.Select(d => d.Attempts));
        _f.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _f.Drain().Count);
        Assert.Empty(_f.Book.Failing);
    }

    [Fact]
    public void The_receiver_s_wish_is_respected_within_reason()
    {
        _f.Happen("a");
        Assert.Single(_f.Drain(receiver: _ => new SendOutcome(SendResult.Retry, 429, "slow down", TimeSpan.FromMinutes(10), ConcernsChannel: true)));
        _f.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_f.Drain());
        _f.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single(_f.Drain(receiver: _ => new SendOutcome(SendResult.Retry, 429, "slow down", TimeSpan.FromDays(300), ConcernsChannel: true)));
        _f.Time.Advance(_f.Options.LongestRetryAfter);
        Assert.Single(_f.Drain());
    }

    [Fact]
    public void What_the_receiver_will_never_take_is_given_up_at_once()
    {
        _f.Happen("a");
        Assert.Single(_f.Drain(receiver: _ => new SendOutcome(SendResult.Refused, 410, "HTTP 410")));
        Assert.Equal((DeliveryState.GivenUp, 410), (_f.Store.Deliveries[0].State, _f.Store.Deliveries[0].Status));
    }

    [Fact]
    public void An_outcome_that_could_not_be_stored_leads_to_a_repeat_with_the_same_key()
    {
        _f.Happen("a");
        _f.Turn();
        var sent = _f.Book.Next("hook", _f.Now)!;
        _f.Store.Fails = true;
        Assert.Throws<InvalidOperationException>(() => _f.Book.Record(sent.Id, new SendOutcome(SendResult.Sent, 200), _f.Now));
        _f.Store.Fails = false;
        _f.Restart();
        Assert.Equal(sent.Id, Assert.Single(_f.Drain()).Id);
    }

    [Fact]
    public void A_test_is_listed_with_its_outcome_and_wakes_a_channel_that_rests()
    {
        _f.Happen("a");
        Assert.Single(_f.Drain(receiver: _ => Down));
        var failed = _f.Book.RecordTest(_f.Book.NewTest("hook", null, NoticeLanguage.En, _f.Now), Failed, _f.Now);
        Assert.Equal((DeliveryState.GivenUp, DeliveryPurpose.Test, 500), (failed.State, failed.Purpose, failed.Status));
        Assert.Null(_f.Book.Retry(failed.Id, _f.Now));
        var sent = _f.Book.RecordTest(_f.Book.NewTest("hook", null, NoticeLanguage.En, _f.Now), new SendOutcome(SendResult.Sent, 204), _f.Now);
        Assert.Equal(DeliveryState.Sent, _f.Store.Find(sent.Id)!.State);
        Assert.NotEqual(failed.Id, sent.Id);
        Assert.Empty(_f.Book.Failing);
    }

    [Fact]
    public void Waits_double_up_to_the_longest_and_spread_by_a_fifth()
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(15));
        for (var failures = 1; failures < 60; failures++)
        {
            var plain = Math.Min(10 * Math.Pow(2, failures - 1), 900);
            var waits = Enumerable.Range(0, 50).Select(k => backOff.After(failures, $"n1-{k}").TotalSeconds).ToList();
            Assert.All(waits, w => Assert.InRange(w, plain, plain * 1.2));
            Assert.True(waits.Distinct().Count() > 40);
            Assert.Equal(waits[7], backOff.After(failures, "n1-7").TotalSeconds);
        }
    }
}
