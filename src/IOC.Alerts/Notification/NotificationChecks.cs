using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>What is wrong with what people set up, each problem with the field's name in the API.</summary>
internal static class NotificationChecks
{
    private const int MaxNote = 500;
    private const int MaxEntries = 1000;

    // Set by the product itself, or a matter of the connection.
    private static readonly string[] Reserved =
    [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "idempotency-key", "x-ioc-timestamp", "x-ioc-signature", "user-agent", "expect", "te", "upgrade",
        "trailer", "keep-alive", "proxy-authorization", "proxy-connection",
    ];

    public static IReadOnlyList<LocalText> Check(Channel channel)
    {
        var problems = new List<LocalText>();
        Name(channel.Name, problems);
        Require(problems, channel.Note.Length <= MaxNote, "note", $"dài tối đa {MaxNote} ký tự.", $"must be at most {MaxNote} characters.");
        Require(problems, (channel.Smtp is null) != (channel.Webhook is null), "smtp, webhook", "phải có đúng một trong hai.", "exactly one of the two must be given.");
        Require(
            problems, channel.Recipients.Count <= Channel.MaxRecipients && channel.Recipients.All(r => r is { Length: > 0 and <= 254 } && !r.Any(char.IsControl)),
            "recipients", $"phải có tối đa {Channel.MaxRecipients} người nhận, mỗi người 1 đến 254 ký tự.", $"must hold at most {Channel.MaxRecipients} recipients of 1 to 254 characters.");
        Require(
            problems, channel.Recipients.Distinct(StringComparer.Ordinal).Count() == channel.Recipients.Count, "recipients", "có người nhận trùng.", "names a recipient twice.");
        if (channel is { Smtp: { } smtp, Webhook: null })
        {
            Check(channel, smtp, problems);
        }
        else if (channel is { Webhook: { } webhook, Smtp: null })
        {
            Check(channel, webhook, problems);
        }

        return problems;
    }

    public static IReadOnlyList<LocalText> Check(Route route, NotificationConfig config)
    {
        var problems = new List<LocalText>();
        Name(route.Name, problems);
        Require(problems, route.Channels.Count is >= 1 and <= 20, "channels", "phải có 1 đến 20 kênh.", "must name 1 to 20 channels.");
        foreach (var channel in route.Channels.Where(c => config.Channel(c) is null))
        {
            problems.Add(new LocalText($"channels: không có kênh '{channel}'.", $"channels: there is no channel '{channel}'."));
        }

        Require(problems, route.Channels.Distinct(StringComparer.Ordinal).Count() == route.Channels.Count, "channels", "có kênh trùng.", "names a channel twice.");
        foreach (var (field, values) in new[] { ("domains", route.Domains), ("districts", route.Districts), ("rules", route.Rules) })
        {
            Require(problems, values.Count <= MaxEntries && values.All(v => Slug.IsValid(v)), field, "phải gồm các mã (a-z, 0-9, '-', '_').", "must be slugs (a-z, 0-9, '-', '_').");
        }

        foreach (var (field, calendar) in new[] { ("calendar", route.Calendar), ("quiet.calendar", route.Quiet?.Calendar) })
        {
            Require(
                problems, calendar is null || config.Calendar(calendar) is not null, field, $"không có lịch '{calendar}'.", $"there is no calendar '{calendar}'.");
        }

        Require(
            problems, route.GroupWait >= TimeSpan.Zero && route.GroupWait <= TimeSpan.FromHours(24), "groupWaitSeconds", "phải từ 0 đến 86400.", "must be 0 to 86400.");
        Require(
            problems, route.RepeatEvery is null || (route.RepeatEvery >= TimeSpan.FromMinutes(1) && route.RepeatEvery <= TimeSpan.FromDays(7)), "repeatEverySeconds",
            "phải từ 60 đến 604800.", "must be 60 to 604800.");
        return problems;
    }

    public static IReadOnlyList<LocalText> Check(ShiftCalendar calendar)
    {
        var problems = new List<LocalText>();
        Name(calendar.Name, problems);
        Require(problems, calendar.Note.Length <= MaxNote, "note", $"dài tối đa {MaxNote} ký tự.", $"must be at most {MaxNote} characters.");
        Require(
            problems, calendar.Windows.Count <= 100 && calendar.Windows.All(w => w.Days.Count is >= 1 and <= 7), "windows",
            "phải có tối đa 100 khung giờ, mỗi khung có ngày trong tuần.", "must hold at most 100 windows, each with days of the week.");
        Require(
            problems, calendar.Exceptions.Count <= MaxEntries && calendar.Exceptions.All(e => e.From <= e.To && e.Spans.Count <= 20 && e.Note.Length <= MaxNote), "exceptions",
            $"phải có tối đa {MaxEntries} ngoại lệ, 'from' không sau 'to'.", $"must hold at most {MaxEntries} exceptions with 'from' not after 'to'.");
        return problems;
    }

    private static void Check(Channel channel, SmtpChannel smtp, List<LocalText> problems)
    {
        Require(problems, Uri.CheckHostName(smtp.Host) != UriHostNameType.Unknown, "smtp.host", "phải là tên máy hoặc địa chỉ.", "must be a host name or address.");
        Require(problems, smtp.Port is >= 1 and <= 65535, "smtp.port", "phải từ 1 đến 65535.", "must be 1 to 65535.");
        Require(problems, IsAddress(smtp.From), "smtp.from", "phải là một địa chỉ thư.", "must be a mail address.");
        Require(problems, smtp.User is null || smtp.User is { Length: > 0 and <= 254 } && !smtp.User.Any(char.IsControl), "smtp.user", "không hợp lệ.", "is not valid.");
        Require(
            problems, smtp.User is null || smtp.Security != SmtpSecurity.None, "smtp.user",
            "cần security = startTls hoặc tls: mật khẩu không gửi qua kết nối không mã hóa.", "needs security = startTls or tls: no password is sent over an open connection.");
        Require(
            problems, (smtp.User is null) == !channel.Secrets.ContainsKey(Channel.Password), "smtp.password", "phải có khi và chỉ khi có user.", "must be given with a user, and only then.");
        Require(problems, channel.Recipients.Count > 0, "recipients", "phải có ít nhất một địa chỉ thư.", "must hold a mail address.");
        foreach (var recipient in channel.Recipients.Where(r => !IsAddress(r)))
        {
            problems.Add(new LocalText($"recipients: '{recipient}' không phải địa chỉ thư.", $"recipients: '{recipient}' is no mail address."));
        }
    }

    private static void Check(Channel channel, WebhookChannel webhook, List<LocalText> problems)
    {
        var hasToken = channel.Secrets.ContainsKey(Channel.Token);
        Require(
            problems, webhook.Url.Length <= 2000 && Uri.TryCreate(Fill(webhook.Url), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                && url.UserInfo.Length == 0 && !HostHasSecret(webhook.Url),
            "webhook.url", "phải là địa chỉ http hoặc https, không có tên và mật khẩu, tên máy không có {{secret}}.",
            "must be an http or https address without user and password and without {{secret}} in its host.");
        foreach (var (name, value) in webhook.Headers)
        {
            Require(
                problems, name.Length is >= 1 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
                    && !Reserved.Contains(name, StringComparer.OrdinalIgnoreCase) && value.Length <= 4000 && value.All(c => c is >= ' ' and < '\x7f'),
                "webhook.headers", $"'{name}' không được phép hoặc có ký tự lạ.", $"'{name}' is not allowed or has characters that headers cannot have.");
        }

        Require(problems, webhook.Headers.Count <= 20, "webhook.headers", "tối đa 20.", "must be at most 20.");
        var usesSecret = webhook.Url.Contains(TemplateSecret, StringComparison.Ordinal) || webhook.Headers.Values.Any(v => v.Contains(TemplateSecret, StringComparison.Ordinal))
            || (webhook.Template is { } ready && MessageTemplates.Find(ready)?.Headers.Count > 0)
            || (webhook.Body?.Contains("{{secret", StringComparison.Ordinal) ?? false);
        Require(problems, hasToken || !usesSecret, "webhook.token", "phải có, vì {{secret}} được dùng.", "must be given, because {{secret}} is used.");
        Require(problems, (webhook.Template is null) != (webhook.Body is null), "webhook.template, webhook.body", "phải có đúng một trong hai.", "exactly one of the two must be given.");
        if (webhook.Template is { } named && MessageTemplates.Find(named) is null)
        {
            var all = string.Join(", ", MessageTemplates.Ready.Select(t => t.Name));
            problems.Add(new LocalText($"webhook.template: không có mẫu '{named}'; có: {all}.", $"webhook.template: there is no template '{named}'; there are: {all}."));
        }

        if (webhook.Body is { } body)
        {
            try
            {
                MessageTemplates.Parse(body, webhook.BodyForm);
            }
            catch (TemplateException e)
            {
                problems.Add(new LocalText($"webhook.body: {e.Text.Vi}", $"webhook.body: {e.Text.En}"));
            }
        }
    }

    private const string TemplateSecret = "{{secret}}";

    private static string Fill(string text) => text.Replace(TemplateSecret, "secret", StringComparison.Ordinal);

    // The host is what a secret is bound to: it must stand in the open.
    private static bool HostHasSecret(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal);
        var end = start < 0 ? -1 : url.IndexOfAny(['/', '?', '#'], start + 3);
        return start >= 0 && url[..(end < 0 ? url.Length : end)].Contains("{{", StringComparison.Ordinal);
    }

    /// <summary>LOCAL@DOMAIN without spaces and control characters: the server decides the rest.</summary>
    private static bool IsAddress(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && at < text.Length - 1 && text.Length <= 254 && text.All(c => !char.IsControl(c) && !char.IsWhiteSpace(c) && c is not ('<' or '>' or ',' or ';' or '"'));
    }

    private static void Name(string name, List<LocalText> problems) =>
        Require(problems, Slug.IsValid(name), "name", "phải gồm 1 đến 64 ký tự a-z, 0-9, '-', '_'.", "must be 1 to 64 of a-z, 0-9, '-', '_'.");

    private static void Require(List<LocalText> problems, bool holds, string field, string vi, string en)
    {
        if (!holds)
        {
            problems.Add(new LocalText($"{field}: {vi}", $"{field}: {en}"));
        }
    }
}
