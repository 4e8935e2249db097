using System.Collections.Frozen;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>A template that comes with the product.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Form">What it makes.</param>
/// <param name="Body">The template.</param>
/// <param name="Headers">Headers that the receiver wants, beside those that every request has.</param>
public sealed record ReadyTemplate(string Name, LocalText Title, TemplateForm Form, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>Request bodies: the ready-made templates, and the values that a template can name (docs/notifications.md).</summary>
public static class MessageTemplates
{
    private const string Generic = """
        {"version":1,"key":"{{key}}","purpose":"{{purpose}}","channel":"{{channel}}","route":{{route|json}},"recipient":{{to|json}},"group":"{{group}}",
        "severity":"{{severity}}","count":{{count|json}},"language":"{{language}}","subject":"{{subject}}","text":"{{text}}","page":"{{page}}","createdAtMs":{{created_ms|json}},
        "alerts":[{{#alerts}}{"id":"{{id}}","event":"{{event}}","atMs":{{at_ms|json}},"severity":"{{alert_severity}}","rule":"{{rule}}","kind":"{{kind}}",
        "title":{"vi":"{{title_vi}}","en":"{{title_en}}"},"subjectKind":"{{subject_kind}}","subject":"{{subject_id}}","subjectName":"{{subject_name}}","domain":{{domain|json}},"district":"{{district}}",
        "property":{{property|json}},"value":{{value|json}},"limit":{{limit|json}},"expectedLow":{{expected_low|json}},"expectedHigh":{{expected_high|json}},
        "unit":{{unit|json}},"raisedAtMs":{{raised_ms|json}},"late":{{late|json}},"operator":{{operator|json}},"note":{{note|json}},
        "repetition":{{repetition|json}}}{{^last}},{{/last}}{{/alerts}}]}
        """;

    private const string Teams = """
        {"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.2",
        "$schema":"http://adaptivecards.io/schemas/adaptive-card.json","body":[{"type":"TextBlock","weight":"bolder","wrap":true,"text":"{{subject}}"}{{#alerts}},
        {"type":"TextBlock","wrap":true,"text":"{{line}}"}{{/alerts}}]}}]}
        """;

    private static readonly Dictionary<string, string> s_none = new(StringComparer.Ordinal);

    private static readonly FrozenSet<string> s_names = new[]
    {
        "key", "purpose", "channel", "route", "to", "group", "severity", "count", "unlisted", "language", "subject", "text", "short", "page", "created_ms", "secret", "alerts",
        "id", "event", "at_ms", "alert_severity", "rule", "kind", "title", "title_vi", "title_en", "subject_kind", "subject_id", "subject_name", "domain", "district", "district_name",
        "property", "value", "limit", "expected_low", "expected_high", "unit", "raised_ms", "late", "operator", "note", "source", "repetition", "line", "last",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Names of values that a template can use.</summary>
    public static IReadOnlySet<string> Names => s_names;

    /// <summary>The ready-made templates.</summary>
    public static IReadOnlyList<ReadyTemplate> Ready { get; } =
    [
        new("generic", new LocalText("JSON đầy đủ", "Everything as JSON"), TemplateForm.Json, Generic, s_none),
        new("chat", new LocalText("Trò chuyện kiểu Slack, Mattermost, Rocket.Chat", "Chat as Slack, Mattermost and Rocket.Chat take it"), TemplateForm.Json, """{"text":"{{text}}"}""", s_none),
        new("teams", new LocalText("Microsoft Teams (thẻ thích ứng)", "Microsoft Teams (adaptive card)"), TemplateForm.Json, Teams, s_none),
        new(
            "telegram", new LocalText("Bot Telegram (địa chỉ …/bot{{secret}}/sendMessage)", "Telegram bot (address .../bot{{secret}}/sendMessage)"), TemplateForm.Json,
            """{"chat_id":"{{to}}","text":"{{text}}","disable_web_page_preview":true}""", s_none),
        new(
            "zalo", new LocalText("Zalo Official Account (tin tư vấn)", "Zalo Official Account (consultation message)"), TemplateForm.Json,
            """{"recipient":{"user_id":"{{to}}"},"message":{"text":"{{text}}"}}""",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["access_token"] = "{{secret}}" }),
        new("sms-json", new LocalText("Cổng SMS, JSON", "SMS gateway, JSON"), TemplateForm.Json, """{"to":"{{to}}","text":"{{short}}","reference":"{{key}}"}""", s_none),
        new("sms-form", new LocalText("Cổng SMS, biểu mẫu", "SMS gateway, form"), TemplateForm.Form, "to={{to}}&text={{short}}&reference={{key}}", s_none),
    ];

    /// <summary>A ready-made template; null when there is none of that name.</summary>
    public static ReadyTemplate? Find(string name) => Ready.FirstOrDefault(t => t.Name == name);

    /// <summary>Media type of a form.</summary>
    public static string MediaType(TemplateForm form) => form switch
    {
        TemplateForm.Json => "application/json",
        TemplateForm.Form => "application/x-www-form-urlencoded",
        _ => "text/plain",
    };

    /// <summary>The values of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="writer">Puts single alerts in words.</param>
    /// <param name="secret">The channel's token; empty when it has none.</param>
    public static TemplateScope Scope(Message message, MessageWriter writer, string secret)
    {
        ArgumentNullException.ThrowIfNull(message);
        var d = message.Delivery;
        var alerts = new List<TemplateScope>();
        var scope = new TemplateScope(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["key"] = d.Id,
            ["purpose"] = d.Purpose.Name(),
            ["channel"] = d.Channel,
            ["route"] = d.Route,
            ["to"] = d.Recipient,
            ["group"] = d.Group,
            ["severity"] = d.Severity.ToString(),
            ["count"] = (long)d.Count,
            ["unlisted"] = (long)message.Unlisted,
            ["language"] = d.Language == NoticeLanguage.Vi ? "vi" : "en",
            ["subject"] = message.Subject,
            ["text"] = message.Text,
            ["short"] = message.Short,
            ["page"] = message.PageUrl,
            ["created_ms"] = d.CreatedAtMs,
            ["secret"] = secret,
            ["alerts"] = alerts,
        });
        for (var i = 0; i < message.Notices.Count; i++)
        {
            alerts.Add(new TemplateScope(Values(message, message.Notices[i], writer, i == message.Notices.Count - 1), scope));
        }

        return scope;
    }

    /// <summary>Checks that a template can be read and, for JSON, makes JSON of whatever it is given.</summary>
    /// <exception cref="TemplateException">It does not.</exception>
    public static Template Parse(string body, TemplateForm form)
    {
        var template = Template.Parse(body, form, s_names);
        if (form == TemplateForm.Json)
        {
            foreach (var sample in MessageSamples.All)
            {
                CheckJson(template.Render(sample));
            }
        }

        return template;
    }

    private static void CheckJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new TemplateException(new LocalText($"Mẫu không tạo ra JSON hợp lệ: {e.Message}", $"The template does not make valid JSON: {e.Message}"));
        }
    }

    private static Dictionary<string, object?> Values(Message message, AlertNotice n, MessageWriter writer, bool isLast) => new(StringComparer.Ordinal)
    {
        ["id"] = n.AlertId,
        ["event"] = n.Event.Name(),
        ["at_ms"] = n.AtMs,
        ["alert_severity"] = n.Severity.ToString(),
        ["rule"] = n.RuleId,
        ["kind"] = n.Kind.ToString(),
        ["title"] = message.In(n.Title),
        ["title_vi"] = n.Title.Vi,
        ["title_en"] = n.Title.En,
        ["subject_kind"] = n.SubjectKind.ToString().ToLowerInvariant(),
        ["subject_id"] = n.Subject,
        ["subject_name"] = message.In(n.SubjectName),
        ["domain"] = n.Domain,
        ["district"] = n.District,
        ["district_name"] = message.In(n.DistrictName),
        ["property"] = n.Property,
        ["value"] = n.Value,
        ["limit"] = n.Limit,
        ["expected_low"] = n.ExpectedLow,
        ["expected_high"] = n.ExpectedHigh,
        ["unit"] = n.Unit,
        ["raised_ms"] = n.RaisedAtMs,
        ["late"] = n.Late,
        ["operator"] = n.Operator,
        ["note"] = n.Note,
        ["source"] = n.Source is { } source ? message.In(source) : null,
        ["repetition"] = (long)n.Repetition,
        ["line"] = writer.Line(n, message.Delivery.Language),
        ["last"] = isLast,
    };
}
