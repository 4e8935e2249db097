using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>What every alert store must do. Each implementation has a class that derives from this.</summary>
public abstract class AlertStoreContract
{
    protected const long T0 = AlertSamples.T0;

    protected AlertSamples Samples { get; } = new();

    protected abstract IAlertStore Store { get; }

    [Fact]
    public void An_empty_store_has_watermark_0_and_nothing_open()
    {
        var state = Store.Load(2);
        Assert.Equal(0, state.Watermark);
        Assert.Empty(state.Open);
        Assert.Null(Store.Find("n1-2-1-0"));
        Assert.Empty(Store.ActsOf("n1-2-1-0"));
        Assert.Empty(Store.Query(new AlertQuery()).Items);
    }

    [Fact]
    public void Every_field_of_an_alert_and_of_its_acts_comes_back()
    {
        var alert = Samples.Alert("n1-2-7-0", closedAtMs: null);
        AlertAct[] acts =
        [
            AlertSamples.Act(alert.Id),
            new(alert.Id, 2, AlertActKind.Acknowledged, T0 + 5, T0 + 6, AlertState.Acknowledged, "vh01", "đã gọi trạm", null),
        ];
        Store.Save(2, 7, [alert], acts, []);

        Assert.Equal(alert, Store.Find(alert.Id));
        Assert.Equal(acts, Store.ActsOf(alert.Id));
        var state = Store.Load(2);
        Assert.Equal(7, state.Watermark);
        Assert.Equal([alert], state.Open);
    }

    [Fact]
    public void An_alert_may_be_about_an_asset_or_a_district()
    {
        Subject[] subjects =
        [
            Subject.OfAsset("viet-yen", "lighting", "feeder-1"), Subject.OfAsset("viet-yen", null, "gw-1"),
            Subject.OfDistrict("viet-yen", "environment"), Subject.OfDistrict("viet-yen", null),
        ];
        for (var i = 0; i < subjects.Length; i++)
        {
            var alert = Samples.Alert($"n1-2-7-{i}") with { Subject = subjects[i] };
            Store.Save(2, 7, [alert], [AlertSamples.Act(alert.Id)], []);
            Assert.Equal(subjects[i], Store.Find(alert.Id)!.Subject);
        }
    }

    [Fact]
    public void Absent_values_come_back_absent()
    {
        var alert = Samples.Alert("n1-2-7-0") with
        {
            Property = null,
            ClearedAtMs = null,
            AcknowledgedAtMs = null,
            AcknowledgedBy = null,
            Value = null,
            Limit = null,
            ExpectedLow = null,
            ExpectedHigh = null,
            LastedMs = null,
            Unit = null,
            Source = null,
            Late = false,
            Active = ActiveProperties.None.With(null),
        };
        Store.Save(2, 7, [alert], [AlertSamples.Act(alert.Id) with { Value = null }], []);
        Assert.Equal(alert, Store.Find(alert.Id));
        Assert.Null(Assert.Single(Store.ActsOf(alert.Id)).Value);
    }

    [Fact]
    public void A_changed_alert_replaces_the_one_before_and_its_acts_add_up()
    {
        var alert = Samples.Alert("n1-2-7-0");
        Store.Save(2, 7, [alert], [AlertSamples.Act(alert.Id)], []);
        var closed = alert with { State = AlertState.Closed, ClosedAtMs = T0 + 99, ActCount = 2, Active = ActiveProperties.None };
        Store.Save(2, 9, [closed], [AlertSamples.Act(alert.Id, 2, AlertActKind.Cleared)], []);

        Assert.Equal(closed, Store.Find(alert.Id));
        Assert.Equal([1, 2], Store.ActsOf(alert.Id).Select(a => a.Sequence));
        Assert.Empty(Store.Load(2).Open);
        Assert.Equal(9, Store.Load(2).Watermark);
    }

    [Fact]
    public void Partitions_are_kept_apart()
    {
        Store.Save(0, 5, [Samples.Alert("n1-0-5-0", partition: 0)], [AlertSamples.Act("n1-0-5-0")], []);
        Store.Save(1, 8, [Samples.Alert("n1-1-8-0", partition: 1)], [AlertSamples.Act("n1-1-8-0")], []);
        Assert.Equal((5L, "n1-0-5-0"), (Store.Load(0).Watermark, Store.Load(0).Open.Single().Id));
        Assert.Equal((8L, "n1-1-8-0"), (Store.Load(1).Watermark, Store.Load(1).Open.Single().Id));
        Assert.Equal(2, Store.Query(new AlertQuery()).Items.Count);
    }

    [Fact]
    public void A_save_that_fails_stores_nothing()
    {
        Store.Save(2, 7, [Samples.Alert("n1-2-7-0")], [AlertSamples.Act("n1-2-7-0")], []);

        // The second alert claims to be new and is not.
        Assert.ThrowsAny<Exception>(() => Store.Save(2, 8,
            [Samples.Alert("n1-2-8-0"), Samples.Alert("n1-2-7-0") with { Repeats = 77 }],
            [AlertSamples.Act("n1-2-8-0"), AlertSamples.Act("n1-2-7-0")], []));

        Assert.Null(Store.Find("n1-2-8-0"));
        Assert.Equal(4, Store.Find("n1-2-7-0")!.Repeats);
        Assert.Equal(7, Store.Load(2).Watermark);
    }

    [Fact]
    public void A_changed_alert_that_was_never_opened_is_refused()
    {
        Assert.ThrowsAny<Exception>(() => Store.Save(2, 8, [Samples.Alert("n1-2-8-0")], [AlertSamples.Act("n1-2-8-0", 2, AlertActKind.Cleared)], []));
        Assert.Empty(Store.ActsOf("n1-2-8-0"));
        Assert.Equal(0, Store.Load(2).Watermark);
    }

    [Fact]
    public void Pages_follow_each_other_without_gap_or_overlap_even_at_equal_times()
    {
        // Three alerts at each of five times, saved in another order.
        var all = Enumerable.Range(0, 15).Select(i => Samples.Alert($"n1-2-{i + 1}-0", T0 + (i % 5 * 1000))).ToList();
        Store.Save(2, 15, all, [.. all.Select(a => AlertSamples.Act(a.Id))], []);

        List<Alert> seen = [];
        AlertCursor? cursor = null;
        do
        {
            var page = Store.Query(new AlertQuery { Limit = 4, Before = cursor });
            seen.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(all.OrderByDescending(a => a.RaisedAtMs).ThenByDescending(a => a.Id, StringComparer.Ordinal), seen);
    }

    [Fact]
    public void A_last_page_that_is_full_has_no_next()
    {
        var all = Enumerable.Range(1, 4).Select(i => Samples.Alert($"n1-2-{i}-0", T0 + i)).ToList();
        Store.Save(2, 4, all, [.. all.Select(a => AlertSamples.Act(a.Id))], []);
        Assert.Null(Store.Query(new AlertQuery { Limit = 4 }).Next);
    }

    [Fact]
    public void Conditions_combine()
    {
        Alert[] all =
        [
            Samples.Alert("n1-2-1-0", T0, sensor: "a"),
            Samples.Alert("n1-2-2-0", T0 + 10, AlertState.Returned, sensor: "a"),
            Samples.Alert("n1-2-3-0", T0 + 20, AlertState.Closed, sensor: "a", closedAtMs: T0 + 500),
            Samples.Alert("n1-2-4-0", T0 + 30, AlertState.Closed, sensor: "b", closedAtMs: T0 + 900),
            Samples.Alert("n1-2-5-0", T0 + 40, sensor: "c", district: "hiep-hoa"),
        ];
        Store.Save(2, 5, all, [.. all.Select(a => AlertSamples.Act(a.Id))], []);

        Assert.Equal("5 4 3 2 1", Offsets(new AlertQuery()));
        Assert.Equal("5 2 1", Offsets(new AlertQuery { OpenOnly = true }));
        Assert.Equal("5 4 2 1", Offsets(new AlertQuery { OpenOnly = true, ClosedSinceMs = T0 + 900 }));
        Assert.Equal("3 2 1", Offsets(new AlertQuery { Sensor = "a" }));
        Assert.Equal("2 1", Offsets(new AlertQuery { Sensor = "a", OpenOnly = true }));
        Assert.Equal("5", Offsets(new AlertQuery { District = "hiep-hoa" }));
        Assert.Equal("3 2", Offsets(new AlertQuery { FromMs = T0 + 10, ToMs = T0 + 30 }));
        Assert.Equal("", Offsets(new AlertQuery { Sensor = "nobody" }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(AlertQuery.MaxLimit + 1)]
    public void A_page_size_out_of_range_is_refused(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Store.Query(new AlertQuery { Limit = limit }));

    [Fact]
    public void Saves_from_several_threads_all_arrive()
    {
        Parallel.For(0, 4, partition =>
        {
            for (var offset = 1; offset <= 10; offset++)
            {
                var id = $"n1-{partition}-{offset}-0";
                Store.Save(partition, offset, [Samples.Alert(id, T0 + offset, partition: partition)], [AlertSamples.Act(id)], []);
            }
        });
        Assert.Equal(40, Store.Query(new AlertQuery { Limit = 100 }).Items.Count);
        Assert.All(Enumerable.Range(0, 4), p => Assert.Equal(10, Store.Load(p).Watermark));
    }

    private string Offsets(AlertQuery query) => string.Join(' ', Store.Query(query).Items.Select(a => a.Id.Split('-')[2]));
}
