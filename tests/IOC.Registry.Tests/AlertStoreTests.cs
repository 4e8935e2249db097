using System.Data.Common;
using IOC.Alerts;
using IOC.Alerts.Tests;
using IOC.Telemetry;

namespace IOC.Registry.Tests;

public abstract class AlertStoreTests : AlertStoreContract, IDisposable
{
    private readonly TestRegistry _home;
    private readonly RegistryDatabase _database;

    protected AlertStoreTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        Store = new AlertStore(_database, Samples.Book);
    }

    protected override IAlertStore Store { get; }

    [Fact]
    public void What_was_saved_is_there_after_the_database_is_closed_and_opened_again()
    {
        var alert = Samples.Alert("n1-2-7-0");
        using (var first = _home.Open("again"))
        {
            new AlertStore(first, Samples.Book).Save(2, 7, [alert], [AlertSamples.Act(alert.Id)], []);
        }

        using var second = _home.Open("again");
        var store = new AlertStore(second, Samples.Book);
        Assert.Equal((7, alert), (store.Load(2).Watermark, Assert.Single(store.Load(2).Open)));
        Assert.Single(store.ActsOf(alert.Id));
    }

    [Fact]
    public void A_book_over_the_real_store_keeps_a_burst_of_2000_alerts()
    {
        var book = new AlertBook(2, "n1", AlertSamples.Catalogue, Store, new AlertOptions());
        book.Apply(1, [.. Enumerable.Range(0, 2000).Select(i => Samples.Raised(sensor: $"s{i}"))]);
        book.Apply(2, [.. Enumerable.Range(0, 2000).Select(i => Samples.Cleared(sensor: $"s{i}"))]);

        var restored = new AlertBook(2, "n1", AlertSamples.Catalogue, Store, new AlertOptions());
        Assert.Equal((2, 2000), (restored.Watermark, restored.OpenCounts()["bac-giang"].Total));
        Assert.All(restored.Open(), a => Assert.Equal((AlertState.Returned, 2), (a.State, a.ActCount)));
    }

    [Fact]
    public void Operators_and_pumps_of_all_partitions_write_at_the_same_time()
    {
        var books = new AlertBooks(Enumerable.Range(0, 4).Select(p => new AlertBook(p, "n1", AlertSamples.Catalogue, Store, new AlertOptions())));
        Parallel.ForEach(books.All, book =>
        {
            for (var offset = 1; offset <= 10; offset++)
            {
                var alert = book.Apply(offset, [Samples.Raised(sensor: $"s{book.Partition}-{offset}")])[0];
                Assert.Equal(ActOutcome.Ok, books.Acknowledge(alert.Id, "vh01", null, T0).Outcome);
            }
        });
        Assert.Equal(40, Store.Query(new AlertQuery { OpenOnly = true }).Items.Count(a => a.State == AlertState.Acknowledged));
    }

    [Theory]
    [InlineData("UPDATE alert_acts SET note = 'khác'")]
    [InlineData("UPDATE alert_acts SET operator = 'vh99', at_ms = 0 WHERE sequence = 1")]
    [InlineData("DELETE FROM alert_acts")]
    [InlineData("DELETE FROM alert_holds")]
    [InlineData("UPDATE alert_holds SET until_ms = until_ms + 1")]
    [InlineData("UPDATE alert_holds SET held_by = 'vh99', ended_at_ms = 1")]
    [InlineData("DELETE FROM shift_handovers")]
    [InlineData("UPDATE shift_handovers SET summary = 'khác'")]
    [InlineData("UPDATE shift_handovers SET alerts = '[1]', accepted_at_ms = 1")]
    [InlineData("UPDATE shift_handovers SET accepted_at_ms = 1")]
    [InlineData("UPDATE shift_handovers SET withdrawn_by = 'vh99'")]
    public void The_database_itself_refuses_to_change_what_was_recorded(string statement)
    {
        var book = new AlertBook(2, "n1", AlertSamples.Catalogue, Store, new AlertOptions());
        var alert = book.Apply(1, [Samples.Raised()])[0];
        book.Act([alert.Id], new OperatorAct.Shelve("vh01", T0 + 60_000, "đang sửa"), T0);
        new HandoverStore(_database).Add(new ShiftHandover("so-1", T0, "vh01", "vh02", "yên", [], null));
        Assert.True(new HandoverStore(_database).Withdraw("so-1", "vh01", T0 + 1));
        var acts = Store.ActsOf(alert.Id);

        var error = Assert.ThrowsAny<DbException>(() => _home.Execute(statement));
        Assert.Contains("cannot be changed", error.Message, StringComparison.Ordinal);
        Assert.Equal(acts, Store.ActsOf(alert.Id));
        Assert.Equal("yên", new HandoverStore(_database).Find("so-1")!.Summary);
    }

    [Fact]
    public void Hand_overs_come_back_whole_the_latest_first_and_are_accepted_once()
    {
        var store = new HandoverStore(_database);
        var first = new ShiftHandover(
            "so-1", T0, "vh01", "vh02", "Đèn đường Lý Thái Tổ đang sửa", [new HandoverAlert("n1-2-1-0", new LocalText("a", "b"), Severity.P1, AlertState.LatchedAcknowledged, HoldKind.Shelved, "vh01")], null);
        store.Add(first);
        store.Add(first with { Id = "so-2", CreatedAtMs = T0 + 1, Alerts = [] });
        Assert.Equal(["so-2", "so-1"], store.List(10).Select(h => h.Id));
        Assert.Equal(["so-1"], store.List(10, T0 + 1).Select(h => h.Id));
        Assert.Equal(first.Alerts, store.Find("so-1")!.Alerts);
        Assert.Equal(first with { Alerts = [] }, store.Find("so-1")! with { Alerts = [] });
        Assert.True(store.Accept("so-1", T0 + 5));
        Assert.False(store.Accept("so-1", T0 + 6));
        Assert.False(store.Accept("so-9", T0 + 6));
        Assert.Equal((T0 + 5, null), (store.Find("so-1")!.AcceptedAtMs, store.Find("so-2")!.AcceptedAtMs));
        Assert.Null(store.Find("so-9"));
    }

    [Fact]
    public void A_hand_over_is_withdrawn_once_and_not_accepted_after_that()
    {
        var store = new HandoverStore(_database);
        var first = new ShiftHandover("so-1", T0, "vh01", "vh02", "yên", [], null);
        store.Add(first);
        store.Add(first with { Id = "so-2" });
        Assert.True(store.Withdraw("so-1", "vh01", T0 + 5));
        Assert.False(store.Withdraw("so-1", "vh09", T0 + 6));
        Assert.False(store.Accept("so-1", T0 + 6));
        Assert.True(store.Accept("so-2", T0 + 6));
        Assert.False(store.Withdraw("so-2", "vh01", T0 + 7));
        Assert.False(store.Withdraw("so-9", "vh01", T0 + 7));
        var (one, two) = (store.Find("so-1")!, store.Find("so-2")!);
        Assert.Equal((T0 + 5, "vh01", null, false), (one.WithdrawnAtMs, one.WithdrawnBy, one.AcceptedAtMs, one.IsPending));
        Assert.Equal((null, null, T0 + 6, false), (two.WithdrawnAtMs, two.WithdrawnBy, two.AcceptedAtMs, two.IsPending));
    }

    [Fact]
    public void Hand_overs_keep_the_names_of_places_and_those_written_before_that_are_read()
    {
        var store = new HandoverStore(_database);
        var named = new HandoverAlert("n1-2-1-0", new LocalText("a", "b"), Severity.P1, AlertState.Unacknowledged, HoldKind.None, null)
        {
            Name = new LocalText("Trạm bơm số 2", "Pumping station 2"),
            District = new LocalText("Việt Yên", "Viet Yen"),
            StepsDone = 1,
            StepsOf = 3,
        };
        store.Add(new ShiftHandover("so-1", T0, "vh01", "vh02", "yên", [named], null));
        Assert.Equal([named], store.Find("so-1")!.Alerts);

        _home.Execute(
            """
            INSERT INTO shift_handovers (id, created_at_ms, from_operator, to_operator, summary, alerts)
            VALUES ('so-0', 1, 'vh01', 'vh02', 'cũ', '[{"StepsDone":2,"StepsOf":5,"Id":"n1-2-1-0","Title":{"Vi":"a","En":"b"},"Severity":1,"State":4,"Hold":1,"Assignee":"vh01"}]')
            """);
        var old = Assert.Single(store.Find("so-0")!.Alerts);
        Assert.Equal((null, null, 2, "vh01"), (old.Name, old.District, old.StepsDone, old.Assignee));
        Assert.True(store.Find("so-0")!.IsPending);
    }

    [Fact]
    public void Two_thousand_alerts_go_out_of_service_and_come_back_in_one_transaction_each()
    {
        var book = new AlertBook(2, "n1", AlertSamples.Catalogue, Store, new AlertOptions());
        book.Apply(1, [.. Enumerable.Range(0, 2000).Select(i => Samples.Raised(sensor: $"s{i}"))]);
        var (hold, changed) = book.TakeOutOfService(Subject.OfDistrict("bac-giang", null), "vh01", "diễn tập", null, null, T0);
        Assert.Equal((2000, 0), (changed.Count, book.OpenCounts()["bac-giang"].Total));
        Assert.Equal(2000, new AlertBook(2, "n1", AlertSamples.Catalogue, Store, new AlertOptions()).ReturnToService(hold.Id, "vh01", T0 + 1)!.Value.Changed.Count);
    }

    public void Dispose()
    {
        _database.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }
}
