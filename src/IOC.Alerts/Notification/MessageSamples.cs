using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>Made-up messages on which templates are tried: one of two alerts with everything filled in and with characters that need escaping,
/// one of an alert with hardly anything, and a test without any.</summary>
internal static class MessageSamples
{
    private const string Awkward = "\"Trạm\" \\ A\n{{#x}} &=%";

    public static IReadOnlyList<TemplateScope> All { get; } = Make();

    private static List<TemplateScope> Make()
    {
        var writer = new MessageWriter(TimeZoneInfo.Utc, "https://ioc.example/");
        var full = new AlertNotice
        {
            AlertId = "n1-0-1-0",
            Sequence = 1,
            Event = NotificationEvent.Acknowledged,
            AtMs = 0,
            Severity = Severity.P1,
            RuleId = "rule",
            Kind = FindingKind.Limit,
            Title = new LocalText(Awkward, Awkward),
            Subject = "sensor",
            SubjectName = new LocalText(Awkward, Awkward),
            Domain = "environment",
            District = "district",
            DistrictName = new LocalText(Awkward, Awkward),
            Property = "pm25",
            Value = -1.5e-7,
            Limit = 150,
            ExpectedLow = 1,
            ExpectedHigh = 2,
            Unit = "µg/m³",
            RaisedAtMs = 0,
            Late = true,
            Operator = Awkward,
            Note = Awkward,
            Source = new LocalText(Awkward, Awkward),
            Repetition = 2,
        };
        var bare = new AlertNotice
        {
            AlertId = full.AlertId,
            Sequence = 1,
            Event = NotificationEvent.Raised,
            AtMs = 0,
            Severity = Severity.P4,
            RuleId = full.RuleId,
            Kind = FindingKind.Silence,
            Title = full.Title,
            Subject = full.Subject,
            SubjectName = full.SubjectName,
            District = full.District,
            DistrictName = full.DistrictName,
            RaisedAtMs = 0,
        };
        var alerts = new Delivery
        {
            Id = "n1-0-1",
            Number = 1,
            Channel = "channel",
            Recipient = Awkward,
            Route = "route",
            Group = "district=a",
            Severity = Severity.P1,
            Count = 3,
            State = DeliveryState.Pending,
            CreatedAtMs = 0,
            DueAtMs = 0,
        };
        var test = alerts with { Purpose = DeliveryPurpose.Test, Recipient = null, Route = null, Group = "", Count = 0 };
        (Delivery Delivery, AlertNotice[] Notices)[] samples = [(alerts, [full, full]), (alerts with { Count = 1, Recipient = null }, [bare]), (test, [])];
        return [.. samples.Select(s => MessageTemplates.Scope(writer.Write(s.Delivery, s.Notices), writer, Awkward))];
    }
}
