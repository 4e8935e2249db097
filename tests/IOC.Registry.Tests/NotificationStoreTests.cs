using IOC.Alerts;
using IOC.Alerts.Notification;
using IOC.Alerts.Tests;
using IOC.Telemetry;

namespace IOC.Registry.Tests;

public abstract class NotificationStoreTests : IDisposable
{
    private const long T0 = AlertSamples.T0;
    private readonly TestRegistry _home;
    private readonly AlertSamples _samples = new();
    private RegistryDatabase _database;
    private NotificationStore _store;

    protected NotificationStoreTests(RegistryStoreKind kind)
    {
        _home = TestRegistry.Of(kind);
        _database = _home.Open();
        _store = new NotificationStore(_database, _samples.Book);
    }

    [Fact]
    public void An_empty_store_has_nothing()
    {
        var state = _store.Load();
        Assert.Equal((0, 0, 0L), (state.Open.Count, state.Repetitions.Count, state.LastNumber));
        Assert.Empty(state.Config.Channels);
        Assert.Empty(_store.ReadFeed(10));
        Assert.Null(_store.Find("n1-0-1"));
        Assert.Empty(_store.Query(new DeliveryQuery()).Items);
        Assert.Equal((0, 0), (_store.CountGivenUp(0), _store.DeleteFinishedBefore(long.MaxValue)));
    }

    [Fact]
    public void An_act_is_fed_with_its_alert_from_the_moment_it_is_stored_until_it_is_dealt_with()
    {
        var alerts = new AlertStore(_database, _samples.Book);
        var alert = _samples.Alert("n1-2-7-0");
        alerts.Save(2, 7, [alert], [AlertSamples.Act(alert.Id)], []);
        var cleared = AlertSamples.Act(alert.Id, 2, AlertActKind.Cleared);
        alerts.Save(2, 8, [alert with { State = AlertState.Returned, ActCount = 2 }], [cleared], []);
        Reopen();
        var fed = _store.ReadFeed(10);
        Assert.Equal([1, 2], fed.Select(f => f.Act.Sequence));
        Assert.All(fed, f => Assert.Equal(AlertState.Returned, f.Alert!.State));
        Assert.Equal(1, Assert.Single(_store.ReadFeed(1)).Act.Sequence);
        _store.Save(new NotificationChanges { Fed = [fed[0].Act] });
        Assert.Equal(2, Assert.Single(_store.ReadFeed(10)).Act.Sequence);
        Assert.ThrowsAny<Exception>(() => _store.Save(new NotificationChanges { Fed = [fed[1].Act, fed[0].Act] }));
        Assert.Single(_store.ReadFeed(10));
    }

    [Fact]
    public void An_alert_save_that_fails_feeds_nothing()
    {
        var alerts = new AlertStore(_database, _samples.Book);
        var alert = _samples.Alert("n1-2-7-0");
        Assert.ThrowsAny<Exception>(() => alerts.Save(2, 7, [alert], [AlertSamples.Act(alert.Id), AlertSamples.Act(alert.Id)], []));
        Assert.Empty(_store.ReadFeed(10));
    }

    [Fact]
    public void Every_field_of_a_message_comes_back()
    {
        var delivery = Delivery(1) with
        {
            Recipient = "truc@ioc.example",
            Route = "r",
            Group = "district=viet-yen",
            Purpose = DeliveryPurpose.Summary,
            Language = NoticeLanguage.En,
            State = DeliveryState.GivenUp,
            Severity = Severity.P2,
            Count = 2,
            Attempts = 3,
            TriedAtMs = T0 + 1,
            Status = 550,
            Error = "không có hộp thư",
            FinishedAtMs = T0 + 2,
        };
        var notice = Notice("n1-2-7-0");
        _store.Save(new NotificationChanges { Added = [delivery], Items = [new DeliveryItem(delivery.Id, 0, notice), new DeliveryItem(delivery.Id, 1, notice with { Sequence = 2 })] });
        Reopen();
        Assert.Equal(delivery, _store.Find(delivery.Id));
        Assert.Equal([notice, notice with { Sequence = 2 }], _store.Notices(delivery.Id, 10));
        Assert.Equal(notice, Assert.Single(_store.Notices(delivery.Id, 1)));
        _store.Save(new NotificationChanges { ItemsRemoved = [(delivery.Id, "n1-2-7-0"), (delivery.Id, "other")] });
        Assert.Empty(_store.Notices(delivery.Id, 10));
        var changed = delivery with { State = DeliveryState.Pending, FinishedAtMs = null, Attempts = 0 };
        _store.Save(new NotificationChanges { Changed = [changed] });
        Assert.Equal(changed, Assert.Single(_store.Load().Open));
        Assert.Equal(1, _store.Load().LastNumber);
    }

    [Fact]
    public void A_failed_save_stores_nothing_of_it()
    {
        var repetition = new Repetition("a", "r", T0, 1);
        Assert.ThrowsAny<Exception>(() => _store.Save(new NotificationChanges { Added = [Delivery(1), Delivery(1)], RepetitionsSet = [repetition] }));
        Assert.ThrowsAny<Exception>(() => _store.Save(new NotificationChanges { Added = [Delivery(2)], Changed = [Delivery(3)] }));
        Assert.Empty(_store.Query(new DeliveryQuery()).Items);
        Assert.Empty(_store.Load().Repetitions);
    }

    [Fact]
    public void Repetitions_are_set_changed_and_removed()
    {
        Repetition first = new("a", "r", T0, 0), second = new("a", "s", T0 + 1, 4);
        _store.Save(new NotificationChanges { RepetitionsSet = [first, second] });
        _store.Save(new NotificationChanges { RepetitionsSet = [first with { NextAtMs = T0 + 9, Number = 1 }], RepetitionsRemoved = [second] });
        Assert.Equal(first with { NextAtMs = T0 + 9, Number = 1 }, Assert.Single(_store.Load().Repetitions));
    }

    [Fact]
    public void What_people_set_up_comes_back_whole()
    {
        var channel = new Channel
        {
            Name = "mail",
            Enabled = false,
            Note = "thư",
            Smtp = new SmtpChannel("mail.example", 465, SmtpSecurity.Tls, "ioc@mail.example", "ioc", "/etc/ca.pem"),
            Recipients = ["a@b.example", "c@d.example"],
            Secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal) { ["password"] = new(null, "bí mật") },
        };
        var hook = Webhook("hook") with { Secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal) { ["token"] = new("chat", null) } };
        var calendar = new ShiftCalendar(
            "ca", [new WeeklyWindow([DayOfWeek.Monday, DayOfWeek.Sunday], new DaySpan(new TimeOnly(22, 30), new TimeOnly(6, 0)))],
            [new CalendarException(new DateOnly(2026, 2, 16), new DateOnly(2026, 2, 20), [new DaySpan(new TimeOnly(8, 0), new TimeOnly(9, 0))], "Tết")], "ca đêm");
        var route = new Route
        {
            Name = "r",
            Order = 3,
            Enabled = false,
            Final = true,
            Severities = [Severity.P1],
            Domains = ["environment"],
            Districts = ["viet-yen"],
            Kinds = [FindingKind.Silence],
            Rules = ["pm25-high"],
            Events = [NotificationEvent.Closed],
            Late = false,
            Calendar = "ca",
            Channels = ["mail", "hook"],
            GroupBy = [GroupingField.Domain],
            GroupWait = TimeSpan.FromSeconds(30),
            RepeatEvery = TimeSpan.FromHours(1),
            Quiet = new QuietHours("ca", [Severity.P1, Severity.P2]),
            Language = NoticeLanguage.En,
        };
        _store.SaveChannel(Webhook("mail"), "vh01", T0);
        _store.SaveChannel(channel, "vh01", T0);
        _store.SaveChannel(hook, "vh01", T0);
        _store.SaveCalendar(calendar, "vh01", T0);
        _store.SaveRoute(route, "vh01", T0);
        Reopen();
        var config = _store.Load().Config;
        Assert.Equivalent(channel, config.Channel("mail"), strict: true);
        Assert.Equivalent(hook, config.Channel("hook"), strict: true);
        Assert.Equivalent(calendar, config.Calendar("ca"), strict: true);
        Assert.Equivalent(route, config.Route("r"), strict: true);
        _store.RemoveChannel("hook");
        _store.RemoveRoute("r");
        _store.RemoveCalendar("ca");
        Assert.Equal((1, 0, 0), (_store.Load().Config.Channels.Count, _store.Load().Config.Routes.Count, _store.Load().Config.Calendars.Count));
    }

    [Fact]
    public void Lists_are_filtered_and_paged_and_old_outcomes_go()
    {
        Delivery[] all =
        [
            Delivery(1) with { State = DeliveryState.Sent, FinishedAtMs = T0 + 100 },
            Delivery(2) with { State = DeliveryState.GivenUp, FinishedAtMs = T0 + 200, Channel = "mail" },
            Delivery(3) with { State = DeliveryState.GivenUp, FinishedAtMs = T0 + 200, Purpose = DeliveryPurpose.Test, Route = "r" },
            Delivery(4) with { CreatedAtMs = T0 + 50 },
        ];
        _store.Save(new NotificationChanges { Added = all, Items = [new DeliveryItem(all[1].Id, 0, Notice("a")), new DeliveryItem(all[0].Id, 0, Notice("b"))] });
        Assert.Equal([4, 3, 2, 1], Numbers(new DeliveryQuery()));
        Assert.Equal([2], Numbers(new DeliveryQuery { Channel = "mail" }));
        Assert.Equal([3], Numbers(new DeliveryQuery { Route = "r" }));
        Assert.Equal([3, 2], Numbers(new DeliveryQuery { State = DeliveryState.GivenUp }));
        Assert.Equal([2], Numbers(new DeliveryQuery { AlertId = "a" }));
        Assert.Equal([4], Numbers(new DeliveryQuery { FromMs = T0 + 1 }));
        Assert.Equal([3, 2, 1], Numbers(new DeliveryQuery { ToMs = T0 + 50 }));
        var page = _store.Query(new DeliveryQuery { Limit = 3 });
        Assert.Equal((3, 2L), (page.Items.Count, page.Next));
        Assert.Equal([1], Numbers(new DeliveryQuery { Limit = 3, Before = page.Next }));
        Assert.Equal((1, 0), (_store.CountGivenUp(T0), _store.CountGivenUp(T0 + 201)));
        Assert.Equal(1, _store.DeleteFinishedBefore(T0 + 200));
        Assert.Equal([4, 3, 2], Numbers(new DeliveryQuery()));
        Assert.Empty(_store.Notices(all[0].Id, 10));
        Assert.Single(_store.Notices(all[1].Id, 10));
    }

    /// <summary>What the first version wrote can be read for ever: a fixture, not to be changed.</summary>
    [Fact]
    public void A_notice_of_the_first_version_can_be_read()
    {
        const string stored = """
            {"AlertId":"n1-0-7-0","Sequence":1,"Event":0,"AtMs":1767225600000,"Severity":1,"RuleId":"pm25-high","Kind":0,"Title":{"Vi":"B\u1EE5i","En":"Dust"},
            "SubjectKind":0,"Subject":"s1","SubjectName":{"Vi":"Tr\u1EA1m","En":"Station"},"Domain":"environment","District":"viet-yen","DistrictName":{"Vi":"Vi\u1EC7t Y\u00EAn","En":"Viet Yen"},
            "Property":"pm25","Value":181.25,"Limit":150.5,"ExpectedLow":null,"ExpectedHigh":null,"Unit":"ug/m3","RaisedAtMs":1767225600000,"Late":true,"ReAlarms":0,"Operator":null,
            "Note":null,"Source":null,"Repetition":0}
            """;
        var notice = new Data.NotificationItemRow { DeliveryId = "d", Number = 0, AlertId = "n1-0-7-0", Notice = stored }.ToModel();
        Assert.Equal(("Bụi", 181.25, "viet-yen", NotificationEvent.Raised, true), (notice.Title.Vi, notice.Value, notice.District, notice.Event, notice.Late));
    }

    public void Dispose()
    {
        _database.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Channel Webhook(string name) => new()
    {
        Name = name,
        Webhook = new WebhookChannel(
            "https://receiver.example/{{secret}}", null, "{{text}}", TemplateForm.Text, new Dictionary<string, string>(StringComparer.Ordinal) { ["X-A"] = "b" }),
    };

    private static Delivery Delivery(long number) => new()
    {
        Id = $"n1-{T0}-{number}",
        Number = number,
        Channel = "hook",
        State = DeliveryState.Pending,
        CreatedAtMs = T0,
        DueAtMs = T0,
    };

    private static AlertNotice Notice(string alert) => new()
    {
        AlertId = alert,
        Sequence = 1,
        Event = NotificationEvent.Raised,
        AtMs = T0,
        Severity = Severity.P1,
        RuleId = "pm25-high",
        Kind = FindingKind.Limit,
        Title = new LocalText("Bụi", "Dust"),
        Subject = "s1",
        SubjectName = new LocalText("Trạm", "Station"),
        District = "viet-yen",
        DistrictName = new LocalText("Việt Yên", "Viet Yen"),
        Value = 181.25,
        RaisedAtMs = T0,
        Source = new LocalText("a", "b"),
    };

    private long[] Numbers(DeliveryQuery query) => [.. _store.Query(query).Items.Select(d => d.Number)];

    private void Reopen()
    {
        _database.Dispose();
        _database = _home.Open();
        _store = new NotificationStore(_database, _samples.Book);
    }
}
