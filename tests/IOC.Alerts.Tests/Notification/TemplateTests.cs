using System.Text.Json;
using IOC.Alerts.Notification;
using IOC.Telemetry;

namespace IOC.Alerts.Tests.Notification;

public sealed class TemplateTests
{
    private static readonly HashSet<string> Known = ["name", "list", "number", "nothing", "flag"];

    private static readonly TemplateScope Scope = new(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["name"] = "\"Bụi\" \\ & {{x}}\n",
        ["number"] = -1.5,
        ["flag"] = true,
        ["list"] = (IReadOnlyList<TemplateScope>)
        [
            new TemplateScope(new Dictionary<string, object?>(StringComparer.Ordinal) { ["number"] = 1L }),
            new TemplateScope(new Dictionary<string, object?>(StringComparer.Ordinal) { ["number"] = 2L }),
        ],
    });

    [Theory]
    [InlineData(TemplateForm.Json, "{\"a\":\"{{name}}\"}", "{\"a\":\"\\\"Bụi\\\" \\\\ & {{x}}\\n\"}")]
    [InlineData(TemplateForm.Form, "a={{ name }}", "a=%22B%E1%BB%A5i%22%20%5C%20%26%20%7B%7Bx%7D%7D%0A")]
    [InlineData(TemplateForm.Text, "a={{name}}", "a=\"Bụi\" \\ & {{x}}\n")]
    [InlineData(TemplateForm.Json, "[{{name|json}},{{number|json}},{{nothing|json}},{{flag|json}}]", "[\"\\\"Bụi\\\" \\\\ & {{x}}\\n\",-1.5,null,true]")]
    [InlineData(TemplateForm.Text, "{{#list}}{{number}};{{/list}}{{^list}}none{{/list}}", "1;2;")]
    [InlineData(TemplateForm.Text, "{{#nothing}}there{{/nothing}}{{^nothing}}not{{/nothing}} {{#flag}}yes{{/flag}}", "not yes")]
    public void Values_are_escaped_for_the_form(TemplateForm form, string template, string expected) =>
        Assert.Equal(expected, Template.Parse(template, form, Known).Render(Scope));

    [Theory]
    [InlineData("a\n{{nam}}", "line 2")]
    [InlineData("{{name", "'}}'")]
    [InlineData("{{#list}}", "not closed")]
    [InlineData("{{/list}}", "closes nothing")]
    [InlineData("{{#list}}{{/name}}", "closes nothing")]
    [InlineData("{{name|upper}}", "upper")]
    [InlineData("{{name|json}}", "json")]
    public void A_mistake_is_told_with_its_line(string template, string part) =>
        Assert.Contains(part, Assert.Throws<TemplateException>(() => Template.Parse(template, TemplateForm.Text, Known)).Text.En, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\":{{text}}}")]
    [InlineData("{\"a\":[{{#alerts}}{{value|json}},{{/alerts}}]}")]
    public void A_template_that_makes_no_JSON_is_refused(string body) => Assert.Throws<TemplateException>(() => MessageTemplates.Parse(body, TemplateForm.Json));

    [Fact]
    public void The_ready_made_ones_can_be_read() =>
        Assert.All(MessageTemplates.Ready, t => MessageTemplates.Parse(t.Body, t.Form));

    [Fact]
    public void The_generic_one_tells_everything()
    {
        var f = new NotificationFixture().With(NotificationFixture.Webhook()).With(new Route { Name = "r", Channels = ["hook"], Language = NoticeLanguage.En });
        f.Happen("a", severity: Severity.P1);
        var delivery = Assert.Single(f.Drain());
        var writer = new MessageWriter(NotificationFixture.Zone, "https://ioc.example/");
        var message = writer.Write(delivery, f.Store.Notices(delivery.Id, 10));
        var ready = MessageTemplates.Find("generic")!;
        using var json = JsonDocument.Parse(MessageTemplates.Parse(ready.Body, ready.Form).Render(MessageTemplates.Scope(message, writer, "")));
        var root = json.RootElement;
        Assert.Equal(delivery.Id, root.GetProperty("key").GetString());
        Assert.Equal("[P1] new: High dust - Station s1 (District viet-yen)", root.GetProperty("subject").GetString());
        var alert = root.GetProperty("alerts")[0];
        Assert.Equal(("a", "raised", 181, "Bụi cao"), (alert.GetProperty("id").GetString(), alert.GetProperty("event").GetString(), alert.GetProperty("value").GetDouble(), alert.GetProperty("title").GetProperty("vi").GetString()));
        Assert.Equal(JsonValueKind.Null, alert.GetProperty("operator").ValueKind);
        Assert.Contains("2026-01-05 10:00", message.Text, StringComparison.Ordinal);
        Assert.Contains("https://ioc.example/", message.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_message_lists_some_and_counts_the_rest_in_either_language()
    {
        var f = new NotificationFixture().With(NotificationFixture.Webhook()).With(new Route { Name = "r", Channels = ["hook"], GroupWait = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 9; i++)
        {
            f.Happen($"a{i}");
        }

        f.Turn();
        f.Time.Advance(TimeSpan.FromSeconds(1));
        var delivery = Assert.Single(f.Drain());
        var message = new MessageWriter(NotificationFixture.Zone, "").Write(delivery, f.Store.Notices(delivery.Id, 5));
        Assert.Equal("[P2] 9 tin cảnh báo - Huyện viet-yen, …", message.Subject);
        Assert.Contains("… và 4 tin nữa", message.Text, StringComparison.Ordinal);
        Assert.Equal(4, message.Unlisted);
        var long1 = message with { };
        Assert.InRange(long1.Short.Length, 1, Message.MaxShort);
    }

    [Fact]
    public void A_page_holds_no_markup_of_an_alert()
    {
        var notice = new AlertNotice
        {
            AlertId = "a",
            Sequence = 1,
            Event = NotificationEvent.Raised,
            AtMs = 0,
            Severity = Severity.P1,
            RuleId = "r",
            Kind = FindingKind.Limit,
            Title = new LocalText("<script>", "<script>"),
            Subject = "s",
            SubjectName = new LocalText("<b>", "<b>"),
            District = "d",
            DistrictName = new LocalText("d", "d"),
            RaisedAtMs = 0,
        };
        var delivery = new Delivery { Id = "n1-0-1", Number = 1, Channel = "c", State = DeliveryState.Pending, CreatedAtMs = 0, DueAtMs = 0, Count = 1 };
        var html = new MessageWriter(TimeZoneInfo.Utc, "").Write(delivery, [notice]).Html;
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
    }
}
