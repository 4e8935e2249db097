using IOC.Alerts;
using IOC.Host.Alerts;
using IOC.Host.Live;
using IOC.Host.Settings;
using IOC.Host.Shifts;
using IOC.Registry;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Host.Tests.Shifts;

public sealed class ShiftScribeTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RegistryDatabase _database;
    private readonly DataFolder _data;
    private readonly List<ShiftScribe> _made = [];

    public ShiftScribeTests()
    {
        _database = RegistryDatabase.Open(_folder.Combine("registry.db"));
        _data = DataFolder.Open(_folder.Combine("data"));
    }

    [Fact]
    public void What_is_worth_reading_is_written_once()
    {
        var shift = Start();
        var at = _time.NowMs;
        shift.Live.UpdateAlerts([Alert("1", 1, at), Alert("2", 2, at), Alert("3", 3, at), Alert("4", 2, at) with { Hold = new LiveHold("suppressed", "h", at, null, "1", "") }]);
        shift.Scribe.Look();
        shift.Live.UpdateAlerts([Alert("1", 1, at) with { State = "acknowledged", AcknowledgedAt = at + 5, AcknowledgedBy = "vh01", Revision = 2 }]);
        shift.Scribe.Look();
        shift.Scribe.Look();
        Assert.Equal(
            ["The host started", "P1 alert: en – Center", "P2 alert: en – Center", "vh01 acknowledged the P1 alert: en – Center"], Texts(shift));
        var last = shift.Log.List(new ShiftLogQuery { Limit = 1 })[0];
        Assert.Equal((ShiftCategory.Alert, "vh01", Severity.P1, "1", "d", at + 5), (last.Category, last.Operator, last.Severity, last.AlertId, last.District, last.AboutMs));
        Assert.Equal(4, shift.Live.Collect(new LiveRequest(null, 0)).Shift.LastEntry);
    }

    [Fact]
    public void A_flood_is_one_story_and_a_group_acknowledgement_one_line()
    {
        var shift = Start();
        shift.Live.UpdateFlood(new LiveFlood(true, _time.NowMs, 24, 2));
        shift.Live.UpdateAlerts([.. Enumerable.Range(1, 30).Select(i => Alert($"{i}", i == 1 ? 1 : 2, _time.NowMs))]);
        shift.Scribe.Look();
        shift.Live.UpdateAlerts([.. Enumerable.Range(2, 29).Select(i => Alert($"{i}", 2, _time.NowMs) with { AcknowledgedAt = _time.NowMs, AcknowledgedBy = "vh01", State = "acknowledged", Revision = 2 })]);
        shift.Live.UpdateFlood(new LiveFlood(false, null, 1, 2));
        shift.Scribe.Look();
        Assert.Equal(
            [
                "The host started", "A flood of alerts began: 24 for each operator in 10 minutes, 2 on shift", "P1 alert: en – Center",
                "The flood of alerts is over (since 05/01 07:00); 29 P1 and P2 alerts in it are not listed one by one", "vh01 acknowledged 29 P2 alerts at once",
            ],
            Texts(shift));
    }

    [Fact]
    public void Commands_are_told_by_wish_and_when_they_were_not_done()
    {
        var shift = Start();
        shift.Live.UpdateCommands([Command("a", "pending", 1), Command("b", "pending", 1), Command("c", "pending", 1) with { Group = null, Sensor = "lamp-1", Name = "switch", On = false }]);
        shift.Scribe.Look();
        shift.Live.UpdateCommands([Command("a", "done", 2), Command("b", "timed_out", 2)]);
        shift.Scribe.Look();
        Assert.Equal(
            [
                "The host started", "vh01 commanded 2 devices, Center: dimmed to 40 %", "vh01 commanded Lamp 1, Center: off",
                "A command was not carried out: lamp-b, Center, dimmed to 40 % (no answer from the device)",
            ],
            Texts(shift));
    }

    [Fact]
    public void Pages_bring_operators_on_shift_and_their_absence_takes_them_off()
    {
        var shift = Start();
        shift.Operators.Set("c1", "vh01");
        shift.Scribe.Look();
        Assert.Equal("vh01", Assert.Single(shift.Live.Collect(new LiveRequest(null, 0)).Shift.OnDuty).Operator);
        shift.Operators.Remove("c1");
        shift.Scribe.Look();
        var gone = _time.NowMs;
        _time.Advance(TimeSpan.FromMinutes(2));
        shift.Scribe.Look();
        _time.Advance(TimeSpan.FromMinutes(9));
        shift.Scribe.Look();
        Assert.Empty(shift.Desk.Roster.OnDuty);
        Assert.Equal(gone, Assert.Single(shift.Log.Duties(0, _time.NowMs)).UntilMs);
        Assert.Equal(
            ["The host started", "vh01 came on shift (the page is open)", "No page of vh01 has been connected since 05/01 07:00", "vh01 went off shift (the page was closed)"], Texts(shift));
    }

    [Fact]
    public void The_next_start_tells_whether_the_host_was_stopped_or_ended_abruptly_and_what_was_told_stays_told_once()
    {
        var first = Start();
        first.Live.UpdateAlerts([Alert("1", 1, _time.NowMs)]);
        first.Scribe.Look();
        first.Scribe.End();
        _time.Advance(TimeSpan.FromMinutes(30));
        var second = Start();
        second.Live.UpdateAlerts([Alert("1", 1, _time.NowMs - 1_800_000)]);
        second.Scribe.Look();

        // Ended without a word.
        _time.Advance(TimeSpan.FromMinutes(20));
        var third = Start();
        Assert.Equal(
            [
                "The host started", "P1 alert: en – Center", "The host was stopped", "The host started again; it was stopped at 05/01 07:00, 30 min",
                "The host started again after it had ended abruptly; last alive at 05/01 07:30, 20 min without it",
            ],
            Texts(third));
    }

    public void Dispose()
    {
        _made.ForEach(s => s.Dispose());
        _data.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    private static IEnumerable<string> Texts(Shift shift) => shift.Log.List(new ShiftLogQuery()).Reverse().Select(e => e.Text.En);

    private static LiveAlert Alert(string id, int severity, long receivedAt) => new()
    {
        Id = id,
        District = "d",
        Domain = "environment",
        RuleId = "r",
        Kind = "limit",
        Title = new LocalText("vi", "en"),
        Severity = severity,
        State = "unacknowledged",
        RaisedAt = receivedAt,
        ReceivedAt = receivedAt,
        Late = false,
        ReAlarms = 0,
        Revision = 1,
    };

    private LiveCommand Command(string id, string state, int revision) => new()
    {
        Id = id,
        Group = "g",
        Sensor = $"lamp-{id}",
        District = "d",
        Name = "dim",
        Level = 40,
        Operator = "vh01",
        State = state,
        CreatedAt = _time.NowMs,
        ExpiresAt = _time.NowMs + 1,
        FinishedAt = state is "done" or "timed_out" ? _time.NowMs : null,
        Attempts = 1,
        Late = false,
        Revision = revision,
    };

    private Shift Start()
    {
        var book = new AddressBook();
        var catalogue = new Catalogue(
            new PropertyCatalogue([new PropertyDefinition("dim", "%", new LocalText("mức", "level"), 0, 100, 0, "%")]),
            [new Area("d", null, AreaLevel.District, new LocalText("Trung tâm", "Center"), 106, 21, null, null, null, false)],
            [new SensorDefinition(book.GetOrAdd("d", "lighting", "lamp-1"), new LocalText("Đèn 1", "Lamp 1"), 106, 21, ["dim"], TimeSpan.FromMinutes(1), null)],
            []);
        var (live, log, operators, options) = (new LiveView(_time, new IocOptions()), new ShiftLogStore(_database), new OperatorsOnShift(), new ShiftOptions());
        var desk = new ShiftDesk(log, live, _time);
        var scribe = new ShiftScribe(
            desk, log, new AlertStore(_database, book), live, operators, options, new ShiftWords(new SubjectNames(catalogue), TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh")), _data, _time,
            NullLogger<ShiftScribe>.Instance);
        _made.Add(scribe);
        scribe.Begin();
        return new Shift(live, log, operators, desk, scribe);
    }

    private sealed record Shift(LiveView Live, ShiftLogStore Log, OperatorsOnShift Operators, ShiftDesk Desk, ShiftScribe Scribe);
}
