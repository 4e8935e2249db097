using IOC.Alerts;
using IOC.Alerts.Notification;
using IOC.Host.Notification;
using IOC.Registry;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Host.Tests.Notification;

/// <summary>Notification from the alerts' store to the wire: everything real but the clock.</summary>
internal sealed class NotificationRig : IAsyncDisposable
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    private readonly TempDirectory _folder = new();
    private readonly AddressBook _addresses = new();
    private RegistryDatabase _database = null!;
    private WebhookSender _webhook = null!;
    private long _alerts;

    public NotificationRig() => Open();

    public ManualTimeProvider Time { get; } = new();

    public NotificationSettings Settings { get; } = new() { PageUrl = "https://ioc.example/", HostName = "ioc.example" };

    public NotificationStore Store { get; private set; } = null!;

    public NotificationBook Book { get; private set; } = null!;

    public NotificationDesk Desk { get; private set; } = null!;

    public IReadOnlyList<Delivery> Deliveries => [.. Store.Query(new DeliveryQuery { Limit = 1000 }).Items.OrderBy(d => d.Number)];

    public Delivery Only => Assert.Single(Deliveries);

    /// <summary>As after SIGKILL: nothing is closed in order, and what is on disk is all there is.</summary>
    public void Crash() => Open();

    public NotificationRig With(Channel channel, Func<Route, Route>? shape = null)
    {
        Assert.Empty(Book.Set(channel, "test", Time.GetUtcNow()));
        var route = new Route { Name = channel.Name, Channels = [channel.Name], Language = NoticeLanguage.En };
        Assert.Empty(Book.Set(shape?.Invoke(route) ?? route, "test", Time.GetUtcNow()));
        return this;
    }

    /// <summary>An alert is raised, as its book stores it.</summary>
    public string Raise(string sensor = "s1", Severity severity = Severity.P1)
    {
        var offset = ++_alerts;
        var now = Time.NowMs;
        var alert = new Alert
        {
            Id = $"n1-0-{offset}-0",
            Partition = 0,
            Subject = _addresses.GetOrAdd("viet-yen", "environment", sensor),
            RuleId = "pm25-high",
            Kind = FindingKind.Limit,
            Title = new LocalText("Bụi PM2.5 cao", "High PM2.5"),
            Property = "pm25",
            Active = ActiveProperties.None.With("pm25"),
            Severity = severity,
            RuleSeverity = severity,
            State = AlertState.Unacknowledged,
            RaisedAtMs = now,
            ReceivedAtMs = now,
            ActCount = 1,
            Value = 181.5,
            Limit = 150,
            Unit = "ug/m3",
        };
        new AlertStore(_database, _addresses).Save(0, offset, [alert], [new AlertAct(alert.Id, 1, AlertActKind.Raised, now, now, AlertState.Unacknowledged, null, null, 181.5)], []);
        return alert.Id;
    }

    /// <summary>A turn of the desk, until what it began to send has an outcome.</summary>
    public async Task TurnAsync()
    {
        await Desk.TurnAsync(CancellationToken.None);
        await Desk.SettleAsync();
    }

    /// <summary>Time passes, and a turn.</summary>
    public Task AfterAsync(TimeSpan wait)
    {
        Time.Advance(wait);
        return TurnAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Desk.StopAsync(CancellationToken.None);
        Desk.Dispose();
        _webhook.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    private void Open()
    {
        _database = RegistryDatabase.Open(_folder.Combine("registry.db"));
        Store = new NotificationStore(_database, _addresses);
        var names = new NoticeNames(
            subject => new LocalText($"Trạm {subject.Id}", $"Station {subject.Id}"), _ => new LocalText("Việt Yên", "Viet Yen"), _ => "µg/m³");
        var writer = new MessageWriter(Zone, Settings.PageUrl);
        var secrets = new ChannelSecrets(Settings);
        _webhook = new WebhookSender(secrets, writer, Time);
        var sender = new NotificationSender(Settings, new SmtpSender(Settings, secrets), _webhook, Time, NullLogger<NotificationSender>.Instance);
        Book = new NotificationBook("n1", Store, new AlertStore(_database, _addresses).Find, names, Settings, Zone);
        Desk = new NotificationDesk(Book, Store, sender, writer, Settings, Time, NullLogger<NotificationDesk>.Instance);
    }
}
