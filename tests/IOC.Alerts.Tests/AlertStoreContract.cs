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
            new(alert.Id, 3, AlertActKind.Shelved, T0 + 7, T0 + 8, AlertState.Acknowledged, "vh01", "đang sửa", null)
            {
                HoldAfter = HoldKind.Shelved,
                UntilMs = T0 + 9,
                Target = "vh02",
                Count = 4,
            },
        ];
        Store.Save(2, 7, [alert], acts, []);

        Assert.Equal(alert, Store.Find(alert.Id));
        Assert.Equal(acts, Store.ActsOf(alert.Id));
        var state = Store.Load(2);
        Assert.Equal(7, state.Watermark);
        Assert.Equal([alert], state.Open);
    }

    [Fact]
    public void What_an_alert_explained_is_found_by_it_page_by_page()
    {
        string[] ids = ["n1-2-7-0", "n1-2-7-1", "n1-2-7-2", "n1-2-7-3"];
        foreach (var id in ids)
        {
            // Each suppressed twice, the last by another; one is closed since.
            var by = id == ids[3] ? "n1-2-9-9" : "n1-2-6-0";
            Store.Save(2, 7, [Samples.Alert(id, state: id == ids[0] ? AlertState.Closed : AlertState.Unacknowledged, sensor: id)],
            [
                AlertSamples.Act(id), AlertSamples.Act(id, 2, AlertActKind.Suppressed) with { Target = by }, AlertSamples.Act(id, 3, AlertActKind.Suppressed) with { Target = by },
                AlertSamples.Act(id, 4, AlertActKind.Assigned) with { Target = "n1-2-9-9" },
            ], []);
        }

        Assert.Equal(ids[..2], Store.Members("n1-2-6-0", null, 2).Select(a => a.Id));
        Assert.Equal(ids[2..3], Store.Members("n1-2-6-0", ids[1], 2).Select(a => a.Id));
        Assert.Equal(ids[3..], Store.Members("n1-2-9-9", null, 100).Select(a => a.Id));
        Assert.Empty(Store.Members("n1-2-7-0", null, 100));
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
            PriorityReason = null,
            ClearedReceivedAtMs = null,
            Hold = null,
            Assignee = null,
            RecentRaises = RaiseTimes.None,
            GoneAtMs = null,
            GoneReceivedAtMs = null,
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

    [Fact]
    public void Held_alerts_and_those_somebody_sees_to_are_found()
    {
        var hold = Samples.Alert("x").Hold!;
        Alert[] all =
        [
            Samples.Alert("n1-2-1-0", T0) with { Hold = null, Assignee = "vh01" },
            Samples.Alert("n1-2-2-0", T0 + 10, sensor: "b") with { Hold = hold, Assignee = "vh01" },
            Samples.Alert("n1-2-3-0", T0 + 20, sensor: "c") with { Hold = hold with { Kind = HoldKind.OutOfService, UntilMs = null }, Assignee = null },
        ];
        Store.Save(2, 5, all, [.. all.Select(a => AlertSamples.Act(a.Id))], []);
        Assert.Equal("3 2 1", Offsets(new AlertQuery()));
        Assert.Equal("1", Offsets(new AlertQuery { Held = false }));
        Assert.Equal("3 2", Offsets(new AlertQuery { Held = true }));
        Assert.Equal("3", Offsets(new AlertQuery { HeldAs = HoldKind.OutOfService }));
        Assert.Equal("2 1", Offsets(new AlertQuery { Assignee = "vh01" }));
        Assert.Equal("1", Offsets(new AlertQuery { Assignee = "vh01", Held = false, OpenOnly = true }));
    }

    [Fact]
    public void Holds_come_back_whole_until_they_end_and_are_kept_after()
    {
        Hold[] holds =
        [
            Hold("a", HoldKind.Shelved) with { RuleId = "pm25-high", UntilMs = T0 + 99, StartedAtMs = T0 },
            Hold("b", HoldKind.OutOfService, 1) with { Subject = Subject.OfAsset("viet-yen", null, "gw"), FromMs = T0 + 50 },
            Hold("c", HoldKind.OutOfService, 2) with { Subject = Subject.OfDistrict("viet-yen", "lighting"), StartedAtMs = T0 },
            Hold("d", HoldKind.Suppressed, 3) with { RuleId = "pm25-high", By = "n1-2-1-0", Reason = "", StartedAtMs = T0 },
        ];
        Store.Save(2, 5, [], [], holds);
        Assert.Equal(holds, Store.Load(2).Holds.OrderBy(h => h.Id, StringComparer.Ordinal));
        Assert.Empty(Store.Load(1).Holds);

        var ended = holds[2] with { EndedAtMs = T0 + 60, EndedBy = "vh02" };
        Store.Save(2, 6, [], [], [holds[1] with { StartedAtMs = T0 + 50 }, ended, Hold("e", HoldKind.OutOfService, 4) with { EndedAtMs = T0 + 70 }]);
        Assert.Equal(["a", "b", "d"], Store.Load(2).Holds.Select(h => h.Id).Order(StringComparer.Ordinal));
        Assert.Equal([holds[1] with { StartedAtMs = T0 + 50 }], Store.Holds(HoldKind.OutOfService, ended: false, 10));
        Assert.Equal(["e", "c", "b"], Store.Holds(HoldKind.OutOfService, ended: true, 10).Select(h => h.Id));
        Assert.Equal(ended, Store.Holds(HoldKind.OutOfService, ended: true, 2)[1]);
    }

    [Fact]
    public void What_a_hold_says_cannot_be_changed_nor_one_that_has_ended()
    {
        var hold = Hold("a", HoldKind.Shelved) with { RuleId = "r", UntilMs = T0 + 99, StartedAtMs = T0 };
        Store.Save(2, 5, [], [], [hold]);
        Assert.ThrowsAny<Exception>(() => Store.Save(2, 6, [], [], [hold with { UntilMs = T0 + 100 }]));
        Assert.ThrowsAny<Exception>(() => Store.Save(2, 6, [], [], [hold with { Reason = "khác" }]));
        Assert.ThrowsAny<Exception>(() => Store.Save(2, 6, [], [], [hold with { By = "vh09", EndedAtMs = T0 }]));
        Store.Save(2, 6, [], [], [hold with { EndedAtMs = T0 + 50 }]);
        Assert.ThrowsAny<Exception>(() => Store.Save(2, 7, [], [], [hold with { EndedAtMs = T0 + 60 }]));
        Assert.Equal((T0 + 50, 6L), (Store.Holds(HoldKind.Shelved, ended: true, 10)[0].EndedAtMs, Store.Load(2).Watermark));
    }

    [Fact]
    public void What_closed_shortly_before_the_last_closing_is_loaded_when_asked_for()
    {
        Alert[] all =
        [
            .. Enumerable.Range(1, 4).Select(i => Samples.Alert($"n1-2-{i}-0", T0 + i, AlertState.Closed, closedAtMs: T0 + (i * 1000))),
            Samples.Alert("n1-1-9-0", T0, AlertState.Closed, partition: 1, closedAtMs: T0 + 99_000),
        ];
        Store.Save(2, 5, all, [.. all.Select(a => AlertSamples.Act(a.Id))], []);
        Assert.Empty(Store.Load(2).RecentlyClosed);
        Assert.Equal([all[1], all[2], all[3]], Store.Load(2, TimeSpan.FromSeconds(2)).RecentlyClosed.OrderBy(a => a.RaisedAtMs));
        Assert.Empty(Store.Load(0, TimeSpan.FromSeconds(2)).RecentlyClosed);
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

    private Hold Hold(string id, HoldKind kind, int number = 0) => new()
    {
        Id = id,
        Partition = 2,
        Kind = kind,
        Subject = Samples.Sensor(),
        Reason = "đang sửa",
        By = "vh01",
        CreatedAtMs = T0 + number,
        FromMs = T0 + number,
    };
}
