using System.Data.Common;
using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Registry.Tests;

public abstract class ShiftLogStoreTests : IDisposable
{
    private readonly TestRegistry _home;
    private readonly RegistryDatabase _database;
    private readonly ShiftLogStore _store;

    protected ShiftLogStoreTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        _store = new ShiftLogStore(_database);
    }

    [Fact]
    public void Entries_get_numbers_in_order_and_come_back_as_they_were_written()
    {
        var written = _store.Add([Typed("Gọi trạm bơm", 10), Typed("Đã bơm", 20) with { Corrects = 1, AlertId = "n1-0-1-0", District = "d1", Domain = "water", Severity = Severity.P2 }]);
        Assert.Equal([1L, 2L], written.Select(e => e.Number));
        Assert.Equal(written[1], _store.Find(2));
        Assert.Null(_store.Find(3));
        Assert.Equal(2, _store.LastNumber);
        Assert.Equal(2, new ShiftLogStore(_database).LastNumber);
        Assert.Equal(3, _store.Add([Typed("tiếp", 30)])[0].Number);
    }

    [Fact]
    public void What_comes_from_a_known_source_is_written_once()
    {
        Assert.Single(_store.Add([Own("alert/1", 10), Own("alert/1", 11)]));
        Assert.Empty(_store.Add([Own("alert/1", 12)]));
        Assert.Equal(2, _store.Add([Own("alert/2", 13), Typed("x", 14), Own("alert/1", 15)]).Count);
        Assert.Equal([3L, 2L, 1L], _store.List(new ShiftLogQuery()).Select(e => e.Number));
    }

    [Fact]
    public void The_list_narrows_and_pages()
    {
        _store.Add(
        [
            Typed("Ngập lụt ở cầu Mỹ Độ", 10), Typed("Gọi công an", 20, "vh02") with { Category = ShiftCategory.Contact }, Own("s", 30) with { Text = new LocalText("Máy chủ chạy", "Host started") },
            Typed("Nước rút ở cầu", 40),
        ]);
        Assert.Equal([4L, 1L], Numbers(new ShiftLogQuery { Search = "  CAU " }));
        Assert.Equal([1L], Numbers(new ShiftLogQuery { Search = "ngap do" }));
        Assert.Equal([3L], Numbers(new ShiftLogQuery { Search = "host" }));
        Assert.Equal([2L], Numbers(new ShiftLogQuery { Search = "vh02" }));
        Assert.Equal([2L], Numbers(new ShiftLogQuery { Categories = [ShiftCategory.Contact] }));
        Assert.Equal([2L], Numbers(new ShiftLogQuery { Operator = "vh02" }));
        Assert.Equal([3L, 2L], Numbers(new ShiftLogQuery { FromMs = 20, ToMs = 40 }));
        Assert.Equal([4L, 3L], Numbers(new ShiftLogQuery { Limit = 2 }));
        Assert.Equal([2L, 1L], Numbers(new ShiftLogQuery { Before = 3 }));
        Assert.Equal([4L], Numbers(new ShiftLogQuery { After = 3 }));
    }

    [Fact]
    public void Nothing_written_can_be_changed_or_deleted()
    {
        _store.Add([Typed("x", 10)]);
        _store.Begin(new Duty("d1", "vh01", 10, DutyChange.Said));
        Assert.True(_store.End("d1", 50, DutyChange.Limit));
        Assert.False(_store.End("d1", 60, DutyChange.Said));
        foreach (var sql in new[]
        {
            "UPDATE shift_log SET text_vi = 'y'", "DELETE FROM shift_log", "DELETE FROM shift_duties", "UPDATE shift_duties SET until_ms = 99", "UPDATE shift_duties SET operator = 'z'",
        })
        {
            var error = Assert.ThrowsAny<DbException>(() => Execute(sql));
            Assert.Contains("cannot be changed", error.Message, StringComparison.Ordinal);
        }

        _store.Begin(new Duty("d2", "vh02", 20, DutyChange.Said));
        Assert.ThrowsAny<DbException>(() => Execute("UPDATE shift_duties SET from_ms = 5 WHERE id = 'd2'"));
    }

    [Fact]
    public void Duties_are_found_by_the_time_that_they_reach_into()
    {
        _store.Begin(new Duty("d1", "vh01", 10, DutyChange.Said));
        _store.Begin(new Duty("d2", "vh02", 30, DutyChange.Handover));
        Assert.True(_store.End("d1", 40, DutyChange.Handover));
        Assert.Equal(new Duty("d1", "vh01", 10, DutyChange.Said, 40, DutyChange.Handover), Assert.Single(_store.Duties(0, 30)));
        Assert.Equal(["d1", "d2"], _store.Duties(35, 36).Select(d => d.Id));
        Assert.Equal(["d2"], _store.Duties(40, 100).Select(d => d.Id));
        Assert.Equal(["d2"], _store.OnDuty().Select(d => d.Id));
    }

    [Fact]
    public void The_roster_knows_who_is_there_after_a_start()
    {
        var id = 0;
        var roster = new Roster(_store, () => $"d{++id}");
        Assert.NotNull(roster.Begin("vh01", 10, DutyChange.Said));
        Assert.Null(roster.Begin("VH01", 20, DutyChange.Presence));
        Assert.NotNull(roster.Begin("vh02", 30, DutyChange.Presence));
        Assert.Null(roster.End("vh03", 40, DutyChange.Said));
        Assert.Equal((10L, 40L), roster.End("vh01", 40, DutyChange.Said) is { } ended ? (ended.FromMs, ended.UntilMs!.Value) : default);
        var again = new Roster(_store, () => "new");
        Assert.Equal("vh02", Assert.Single(again.OnDuty).Operator);

        // A page that was gone before the duty began ends it where it began.
        Assert.Equal(30L, again.End("vh02", 5, DutyChange.Presence)!.UntilMs);
        Assert.Empty(again.OnDuty);
    }

    public void Dispose()
    {
        _database.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    private static ShiftEntry Typed(string text, long at, string by = "vh01") => new()
    {
        AtMs = at,
        AboutMs = at,
        Category = ShiftCategory.Note,
        Operator = by,
        Text = new LocalText(text, text),
    };

    private static ShiftEntry Own(string source, long at) => new() { AtMs = at, AboutMs = at, Category = ShiftCategory.System, Source = source, Text = new LocalText("a", "b") };

    private IEnumerable<long> Numbers(ShiftLogQuery query) => _store.List(query).Select(e => e.Number);

    private void Execute(string sql) => _home.Execute(sql);
}
