using System.Globalization;
using IOC.Alerts.Notification;
using IOC.Telemetry;
using Route = IOC.Alerts.Notification.Route;

namespace IOC.Host.Notification;

/// <summary>From the API's forms to the model and back. What cannot be read is a problem with the field's name.</summary>
internal static class NotificationForms
{
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static Channel ReadChannel(string name, ChannelRequest request, Channel? before, List<LocalText> problems)
    {
        var smtp = request.Smtp is { } s ? ReadSmtp(s, problems) : null;
        var webhook = request.Webhook is { } w ? ReadWebhook(w, problems) : null;
        var channel = new Channel
        {
            Name = name,
            Enabled = request.Enabled ?? true,
            Note = request.Note ?? "",
            Recipients = [.. (request.Recipients ?? []).Select(r => r?.Trim() ?? "")],
            Smtp = smtp,
            Webhook = webhook,
        };
        if (smtp is null == webhook is null)
        {
            return channel;
        }

        var secrets = new Dictionary<string, SecretReference>(StringComparer.Ordinal);
        foreach (var (slot, given) in new[] { (Channel.Password, request.Smtp?.Password), (Channel.Token, request.Webhook?.Token), (Channel.Signing, request.Webhook?.Signing) })
        {
            var isOfKind = (slot == Channel.Password) == (smtp is not null);
            if (isOfKind && ReadSecret(slot, given, channel, before, problems) is { } secret)
            {
                secrets[slot] = secret;
            }
        }

        return channel with { Secrets = secrets };
    }

    public static Route ReadRoute(string name, RouteDto dto, List<LocalText> problems) => new()
    {
        Name = name,
        Order = dto.Order,
        Enabled = dto.Enabled,
        Final = dto.Final,
        Severities = Each<Severity>(dto.Severities, "severities", TrySeverity, problems),
        Domains = [.. dto.Domains ?? []],
        Districts = [.. dto.Districts ?? []],
        Kinds = Each<FindingKind>(dto.Kinds, "kinds", TryEnum, problems),
        Rules = [.. dto.Rules ?? []],
        Events = Each<NotificationEvent>(dto.Events, "events", NotificationEvents.TryParse, problems),
        Late = dto.Late,
        Calendar = dto.Calendar,
        Channels = [.. dto.Channels ?? []],
        GroupBy = Each<GroupingField>(dto.GroupBy, "groupBy", TryEnum, problems),
        GroupWait = Seconds(dto.GroupWaitSeconds, "groupWaitSeconds", problems) ?? TimeSpan.Zero,
        RepeatEvery = Seconds(dto.RepeatEverySeconds, "repeatEverySeconds", problems),
        Quiet = dto.Quiet is { } quiet
            ? new QuietHours(quiet.Calendar ?? "", quiet.Through is null ? [Severity.P1] : Each<Severity>(quiet.Through, "quiet.through", TrySeverity, problems))
            : null,
        Language = Language(dto.Language, problems),
    };

    public static ShiftCalendar ReadCalendar(string name, CalendarDto dto, List<LocalText> problems) => new(
        name,
        [.. (dto.Windows ?? []).Select(w => new WeeklyWindow(Each<DayOfWeek>(w?.Days, "windows.days", TryDay, problems), Span(w?.From, w?.To, "windows", problems)))],
        [
            .. (dto.Exceptions ?? []).Select(e => new CalendarException(
                Day(e?.From, problems), Day(e?.To ?? e?.From, problems), [.. (e?.Windows ?? []).Select(w => Span(w?.From, w?.To, "exceptions.windows", problems))], e?.Note ?? "")),
        ],
        dto.Note ?? "");

    public static NoticeLanguage Language(string? text, List<LocalText> problems)
    {
        if (text is not (null or "vi" or "en"))
        {
            problems.Add(new LocalText("language: phải là vi hoặc en.", "language: must be vi or en."));
        }

        return text == "en" ? NoticeLanguage.En : NoticeLanguage.Vi;
    }

    public static ChannelDto ToDto(Channel c, (string Error, long SinceMs)? failing) => new(
        c.Name, Lower(c.Kind), c.Enabled, c.Note, c.Recipients,
        c.Smtp is { } s ? new SmtpDto(s.Host, s.Port, SecurityName(s.Security), s.From, s.User, Secret(c, Channel.Password), s.CaFile) : null,
        c.Webhook is { } w ? new WebhookDto(w.Url, w.Template, w.Body, w.Body is null ? null : Lower(w.BodyForm), w.Headers, Secret(c, Channel.Token), Secret(c, Channel.Signing)) : null,
        failing?.Error, failing?.SinceMs);

    public static RouteDto ToDto(Route r) => new(
        r.Name, r.Order, r.Enabled, r.Final, [.. r.Severities.Select(s => s.ToString())], r.Domains, r.Districts, [.. r.Kinds.Select(Lower)], r.Rules,
        [.. r.Events.Select(e => e.Name())], r.Late, r.Calendar, r.Channels, [.. r.GroupBy.Select(Lower)], r.GroupWait.TotalSeconds, r.RepeatEvery?.TotalSeconds,
        r.Quiet is { } q ? new QuietDto(q.Calendar, [.. q.Through.Select(s => s.ToString())]) : null, Language(r.Language));

    public static CalendarDto ToDto(ShiftCalendar c, DateTimeOffset now, TimeZoneInfo zone) => new(
        c.Name, [.. c.Windows.Select(w => new WindowDto([.. w.Days.Select(d => Days[(int)d])], Time(w.Span.From), Time(w.Span.To)))],
        [
            .. c.Exceptions.Select(e => new ExceptionDto(
                e.From.ToString("O", CultureInfo.InvariantCulture), e.To.ToString("O", CultureInfo.InvariantCulture), [.. e.Spans.Select(s => new SpanDto(Time(s.From), Time(s.To)))], e.Note)),
        ],
        c.Note, c.Contains(now, zone), c.NextChange(now, zone)?.ToUnixTimeMilliseconds());

    public static DeliveryDto ToDto(Delivery d) => new(
        d.Id, d.Channel, d.Recipient, d.Route, d.Group, d.Purpose.Name(), Language(d.Language), d.State.Name(), d.Severity.ToString(), d.Count, d.CreatedAtMs,
        d.IsOpen ? d.DueAtMs : null, d.Attempts, d.TriedAtMs, d.Status, d.Error, d.FinishedAtMs);

    public static TemplateDto ToDto(ReadyTemplate t) => new(t.Name, t.Title, Lower(t.Form), t.Body, t.Headers);

    private static string Language(NoticeLanguage language) => language == NoticeLanguage.Vi ? "vi" : "en";

    private static SecretDto? Secret(Channel channel, string slot) =>
        channel.Secrets.TryGetValue(slot, out var secret) ? new SecretDto(secret.Setting, Stored: secret.Value is not null) : null;

    private static SmtpChannel ReadSmtp(SmtpDto dto, List<LocalText> problems)
    {
        SmtpSecurity? security = dto.Security switch { null or "startTls" => SmtpSecurity.StartTls, "tls" => SmtpSecurity.Tls, "none" => SmtpSecurity.None, _ => null };
        if (security is null)
        {
            problems.Add(new LocalText("smtp.security: phải là none, startTls hoặc tls.", "smtp.security: must be none, startTls or tls."));
        }

        var usual = security switch { SmtpSecurity.Tls => 465, SmtpSecurity.None => 25, _ => 587 };
        return new SmtpChannel(
            dto.Host?.Trim() ?? "", dto.Port ?? usual, security ?? SmtpSecurity.StartTls, dto.From?.Trim() ?? "", string.IsNullOrEmpty(dto.User) ? null : dto.User,
            string.IsNullOrEmpty(dto.CaFile) ? null : dto.CaFile);
    }

    private static WebhookChannel ReadWebhook(WebhookDto dto, List<LocalText> problems)
    {
        var form = TemplateForm.Json;
        if (dto.Form is not null && !TryEnum(dto.Form, out form))
        {
            problems.Add(new LocalText("webhook.form: phải là json, form hoặc text.", "webhook.form: must be json, form or text."));
        }

        return new WebhookChannel(
            dto.Url?.Trim() ?? "", string.IsNullOrEmpty(dto.Template) ? null : dto.Template, string.IsNullOrEmpty(dto.Body) ? null : dto.Body, form,
            new Dictionary<string, string>(dto.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal), StringComparer.OrdinalIgnoreCase));
    }

    private static SecretReference? ReadSecret(string slot, SecretDto? given, Channel channel, Channel? before, List<LocalText> problems)
    {
        var known = before?.Secrets.GetValueOrDefault(slot);
        if (given is { Remove: true })
        {
            return null;
        }

        if (given is { Setting: null or "", Value: null or "" } or null)
        {
            // Else whoever may change a channel could have its secret sent to a host of their own.
            if (known?.Value is not null && !string.Equals(before!.Target, channel.Target, StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(new LocalText($"{slot}: máy đích đã đổi, hãy nhập lại.", $"{slot}: the host has changed; give it again."));
            }

            return known;
        }

        if (given is { Setting.Length: > 0, Value.Length: > 0 } || given.Value?.Length > 4000 || given.Value?.Any(c => c is < ' ' or '\x7f') == true)
        {
            problems.Add(new LocalText(
                $"{slot}: hãy cho setting hoặc value (một dòng, tối đa 4000 ký tự).", $"{slot}: give a setting or a value (one line, at most 4000 characters)."));
            return null;
        }

        return given.Setting is { Length: > 0 } setting ? new SecretReference(setting, null) : new SecretReference(null, given.Value);
    }

    private delegate bool Try<T>(string? text, out T value);

    private static List<T> Each<T>(IReadOnlyList<string>? texts, string field, Try<T> parse, List<LocalText> problems)
    {
        var values = new List<T>();
        foreach (var text in texts ?? [])
        {
            if (parse(text, out var value))
            {
                values.Add(value);
            }
            else
            {
                problems.Add(new LocalText($"{field}: không có '{text}'.", $"{field}: there is no '{text}'."));
            }
        }

        return values;
    }

    // Names only: Enum.TryParse takes numbers too.
    private static bool TryEnum<T>(string? text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool TrySeverity(string? text, out Severity severity) => TryEnum(text, out severity);

    private static bool TryDay(string? text, out DayOfWeek day)
    {
        var index = Array.IndexOf(Days, text);
        day = (DayOfWeek)Math.Max(index, 0);
        return index >= 0;
    }

    private static DaySpan Span(string? from, string? to, string field, List<LocalText> problems)
    {
        if (!TryTime(from, out var begin) | !TryTime(to, out var end))
        {
            problems.Add(new LocalText($"{field}: from và to phải là HH:MM.", $"{field}: from and to must be HH:MM."));
        }

        return new DaySpan(begin, end);
    }

    // 24:00 is what people write for the end of a day.
    private static bool TryTime(string? text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text == "24:00" ? "00:00" : text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static DateOnly Day(string? text, List<LocalText> problems)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            problems.Add(new LocalText("exceptions: from và to phải là YYYY-MM-DD.", "exceptions: from and to must be YYYY-MM-DD."));
        }

        return day;
    }

    private static TimeSpan? Seconds(double? seconds, string field, List<LocalText> problems)
    {
        if (seconds is not { } value)
        {
            return null;
        }

        if (double.IsFinite(value) && Math.Abs(value) <= 1e8)
        {
            return TimeSpan.FromSeconds(value);
        }

        problems.Add(new LocalText($"{field}: không phải số giây.", $"{field}: is no number of seconds."));
        return null;
    }

    private static string Time(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string SecurityName(SmtpSecurity security) => security switch { SmtpSecurity.None => "none", SmtpSecurity.Tls => "tls", _ => "startTls" };

#pragma warning disable CA1308 // Names of the API are lower-case.
    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
