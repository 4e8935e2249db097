using IOC.Alerts.Notification;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Alerts.Tests.Notification;

/// <summary>A book with a clock that the test moves, alerts that the test makes, and a receiver that the test plays.</summary>
public sealed class NotificationFixture
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    public static readonly NoticeNames Names = new(
        subject => new LocalText($"Trạm {subject.Id}", $"Station {subject.Id}"), district => new LocalText($"Huyện {district}", $"District {district}"), _ => "µg/m³");

    private readonly AlertSamples _samples = new();
    private readonly Dictionary<string, int> _sequences = new(StringComparer.Ordinal);

    /// <summary>2026-01-05 10:00 in Viet Nam, a Monday.</summary>
    public NotificationFixture()
    {
        Time.Advance(TimeSpan.FromHours(3));
        Book = NewBook();
    }

    public ManualTimeProvider Time { get; } = new();

    public MemoryNotificationStore Store { get; } = new();

    public NotificationOptions Options { get; } = new() { MaxAttempts = 3 };

    public NotificationBook Book { get; private set; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public static Channel Webhook(string name = "hook", params string[] recipients) => new()
    {
        Name = name,
        Webhook = new WebhookChannel("https://receiver.example/x", "generic", null, TemplateForm.Json, new Dictionary<string, string>(StringComparer.Ordinal)),
        Recipients = recipients,
    };

    public static ShiftCalendar Nights(string name = "nights") =>
        new(name, [new WeeklyWindow(Enum.GetValues<DayOfWeek>(), new DaySpan(new TimeOnly(22, 0), new TimeOnly(6, 0)))], []);

    /// <summary>The book as it is after a crash: what was saved is there, nothing else.</summary>
    public void Restart() => Book = NewBook();

    public NotificationFixture With(Channel channel)
    {
        Assert.Empty(Book.Set(channel, "test", Now));
        return this;
    }

    public NotificationFixture With(Route route)
    {
        Assert.Empty(Book.Set(route, "test", Now));
        return this;
    }

    public NotificationFixture With(ShiftCalendar calendar)
    {
        Assert.Empty(Book.Set(calendar, "test", Now));
        return this;
    }

    /// <summary>Something happens to an alert.</summary>
    public Alert Happen(
        string id, AlertActKind kind = AlertActKind.Raised, AlertState after = AlertState.Unacknowledged, Severity severity = Severity.P2, string district = "viet-yen",
        string sensor = "s1", bool late = false, string? by = null, HoldKind hold = HoldKind.None)
    {
        var sequence = _sequences[id] = _sequences.GetValueOrDefault(id) + 1;
        var now = Time.NowMs;
        var alert = _samples.Alert(id, now, after, sensor, district) with
        {
            Severity = severity,
            Late = late,
            ActCount = sequence,
            Hold = hold == HoldKind.None ? null : new AlertHold(hold, "h1", now, null, "vh01", "test"),
        };
        Store.Happen(alert, new AlertAct(id, sequence, kind, now, now, after, by, null, 181) { HoldAfter = hold });
        return alert;
    }

    /// <summary>One turn of the host.</summary>
    public void Turn()
    {
        while (Store.ReadFeed(100) is { Count: > 0 } acts)
        {
            Book.Take(acts, Now);
        }

        Book.Pass(Now);
    }

    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Turn();
    }

    /// <summary>What a channel sends now; the receiver takes everything.</summary>
    public List<Delivery> Drain(string channel = "hook", Func<Delivery, SendOutcome>? receiver = null)
    {
        Turn();
        var sent = new List<Delivery>();
        while (Book.Next(channel, Now) is { } next)
        {
            sent.Add(next);
            Book.Record(next.Id, receiver?.Invoke(next) ?? new SendOutcome(SendResult.Sent, 200), Now);
        }

        return sent;
    }

    /// <summary>The alerts that a message tells of, as "id event".</summary>
    public string Told(Delivery delivery) => string.Join(", ", Store.Notices(delivery.Id, 1000).Select(n => $"{n.AlertId} {n.Event.Name()}"));

    private NotificationBook NewBook() => new("n1", Store, Store.Alerts.GetValueOrDefault, Names, Options, Zone);
}
