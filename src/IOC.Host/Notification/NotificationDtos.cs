using System.Text.Json.Serialization;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>A secret of a channel. Told: which it is, never what it is. Given: one of <c>Setting</c> and <c>Value</c>, or <c>Remove</c>;
/// absent = as before.</summary>
/// <param name="Setting">Name of a secret in the host's settings (Ioc:Notification:Secrets).</param>
/// <param name="Value">The secret itself. Never told again.</param>
/// <param name="Remove">True: the channel has none any more.</param>
/// <param name="Stored">Told: true when a value is stored.</param>
public sealed record SecretDto(
    string? Setting = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Value = null, bool Remove = false, bool Stored = false);

/// <summary>A mail server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535; absent = 465 for tls, 587 for startTls, 25 for none.</param>
/// <param name="Security">none, startTls or tls.</param>
/// <param name="From">Sender's address.</param>
/// <param name="User">User name; absent = no sign-in.</param>
/// <param name="Password">Its password.</param>
/// <param name="CaFile">PEM file, on the host, of the authority that issued the server's certificate; absent = those of the machine.</param>
public sealed record SmtpDto(string? Host, int? Port, string? Security, string? From, string? User = null, SecretDto? Password = null, string? CaFile = null);

/// <summary>An HTTP receiver.</summary>
/// <param name="Url">http or https; <c>{{secret}}</c> stands for the token.</param>
/// <param name="Template">Name of a ready-made template (GET /templates); absent with <paramref name="Body"/>.</param>
/// <param name="Body">A template of one's own.</param>
/// <param name="Form">Form of <paramref name="Body"/>: json, form or text.</param>
/// <param name="Headers">Further headers; values may hold <c>{{secret}}</c>.</param>
/// <param name="Token">What <c>{{secret}}</c> stands for.</param>
/// <param name="Signing">Key by which requests are signed; absent = they are not.</param>
public sealed record WebhookDto(
    string? Url, string? Template = null, string? Body = null, string? Form = null, IReadOnlyDictionary<string, string>? Headers = null, SecretDto? Token = null,
    SecretDto? Signing = null);

/// <summary>A channel as it is to be.</summary>
/// <param name="Enabled">False: nothing new is routed to it, and what waits goes on waiting.</param>
/// <param name="Note">What people call it.</param>
/// <param name="Recipients">Mail addresses, telephone numbers or the receiver's ids; each gets a message of its own.</param>
/// <param name="Smtp">Mail server; this or <paramref name="Webhook"/>.</param>
/// <param name="Webhook">HTTP receiver.</param>
/// <param name="By">Who sets it.</param>
public sealed record ChannelRequest(bool? Enabled, string? Note, IReadOnlyList<string>? Recipients, SmtpDto? Smtp, WebhookDto? Webhook, string? By);

/// <summary>A channel.</summary>
/// <param name="Name">Slug.</param>
/// <param name="Kind">smtp or webhook.</param>
/// <param name="Enabled">False: nothing new is routed to it.</param>
/// <param name="Note">What people call it.</param>
/// <param name="Recipients">Who gets its messages.</param>
/// <param name="Smtp">Mail server.</param>
/// <param name="Webhook">HTTP receiver.</param>
/// <param name="Error">What its receiver failed with last; null while it does not fail.</param>
/// <param name="FailingSinceMs">Since when it fails; null while it does not.</param>
public sealed record ChannelDto(
    string Name, string Kind, bool Enabled, string Note, IReadOnlyList<string> Recipients, SmtpDto? Smtp, WebhookDto? Webhook, string? Error, long? FailingSinceMs);

/// <summary>What to test.</summary>
/// <param name="Recipient">One of the channel's recipients; absent = all.</param>
/// <param name="Language">vi or en.</param>
public sealed record TestRequest(string? Recipient = null, string? Language = null);

/// <summary>How a test went.</summary>
/// <param name="Ok">True when every recipient's message was taken.</param>
/// <param name="Deliveries">A message for each recipient, with its outcome.</param>
public sealed record TestResultDto(bool Ok, IReadOnlyList<DeliveryDto> Deliveries);

/// <summary>A ready-made template.</summary>
/// <param name="Name">Name.</param>
/// <param name="Title">What it is for.</param>
/// <param name="Form">json, form or text.</param>
/// <param name="Body">The template.</param>
/// <param name="Headers">Headers that come with it.</param>
public sealed record TemplateDto(string Name, LocalText Title, string Form, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>Quiet hours of a route.</summary>
/// <param name="Calendar">Calendar whose windows they are.</param>
/// <param name="Through">Priorities that are told all the same; absent = P1.</param>
public sealed record QuietDto(string? Calendar, IReadOnlyList<string>? Through = null);

/// <summary>A route. Conditions are combined; an empty or absent list is no condition.</summary>
/// <param name="Name">Slug; in a request it is the address's.</param>
/// <param name="Order">Routes are gone through from the lowest to the highest.</param>
/// <param name="Enabled">False: it tells nothing.</param>
/// <param name="Final">True: what it matches is not looked at by later routes.</param>
/// <param name="Severities">P1 to P4.</param>
/// <param name="Domains">Domain slugs.</param>
/// <param name="Districts">District slugs.</param>
/// <param name="Kinds">Kinds of abnormality, as in alerts: limit, silence, ...</param>
/// <param name="Rules">Rule ids.</param>
/// <param name="Events">raised, re_raised, escalated, returned, acknowledged, closed; absent = the first three.</param>
/// <param name="Late">False: alerts that late data raised are not told.</param>
/// <param name="Calendar">Calendar of the shift; absent = always.</param>
/// <param name="Channels">Channels.</param>
/// <param name="GroupBy">district, domain, severity, rule, kind, subject; absent = everything is one group.</param>
/// <param name="GroupWaitSeconds">How long a message waits for more of its group; 0 = a message for each alert.</param>
/// <param name="RepeatEverySeconds">An alert is told again after so long while nobody acknowledges it; absent = never.</param>
/// <param name="Quiet">Quiet hours; absent = none.</param>
/// <param name="Language">vi or en.</param>
/// <param name="By">In a request: who sets it.</param>
public sealed record RouteDto(
    string? Name = null, int Order = 0, bool Enabled = true, bool Final = false, IReadOnlyList<string>? Severities = null, IReadOnlyList<string>? Domains = null,
    IReadOnlyList<string>? Districts = null, IReadOnlyList<string>? Kinds = null, IReadOnlyList<string>? Rules = null, IReadOnlyList<string>? Events = null, bool Late = true,
    string? Calendar = null, IReadOnlyList<string>? Channels = null, IReadOnlyList<string>? GroupBy = null, double GroupWaitSeconds = 0, double? RepeatEverySeconds = null,
    QuietDto? Quiet = null, string? Language = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null);

/// <summary>A span that returns every week.</summary>
/// <param name="Days">mon, tue, wed, thu, fri, sat, sun: days on which it begins.</param>
/// <param name="From">HH:MM in the city's zone.</param>
/// <param name="To">HH:MM, not contained; at or before <paramref name="From"/> it is on the next day.</param>
public sealed record WindowDto(IReadOnlyList<string>? Days, string? From, string? To);

/// <summary>A span of a day.</summary>
/// <param name="From">HH:MM in the city's zone.</param>
/// <param name="To">HH:MM, not contained; at or before <paramref name="From"/> it is on the next day.</param>
public sealed record SpanDto(string? From, string? To);

/// <summary>Days that are not as their weekday.</summary>
/// <param name="From">First day, YYYY-MM-DD.</param>
/// <param name="To">Last day; absent = the first.</param>
/// <param name="Windows">Spans that begin on these days; absent or empty = none.</param>
/// <param name="Note">What it is.</param>
public sealed record ExceptionDto(string? From, string? To = null, IReadOnlyList<SpanDto>? Windows = null, string? Note = null);

/// <summary>A calendar: a shift or quiet hours.</summary>
/// <param name="Name">Slug; in a request it is the address's.</param>
/// <param name="Windows">The week.</param>
/// <param name="Exceptions">Days that are otherwise.</param>
/// <param name="Note">What people call it.</param>
/// <param name="OpenNow">Told: whether now lies in it.</param>
/// <param name="NextChangeMs">Told: when that changes; null when it does not within a year.</param>
/// <param name="By">In a request: who sets it.</param>
public sealed record CalendarDto(
    string? Name = null, IReadOnlyList<WindowDto>? Windows = null, IReadOnlyList<ExceptionDto>? Exceptions = null, string? Note = null, bool? OpenNow = null,
    long? NextChangeMs = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null);

/// <summary>A message and how it goes. Times are Unix milliseconds of the host's clock.</summary>
/// <param name="Id">Its id; the key by which the receiver drops repeats.</param>
/// <param name="Channel">Channel.</param>
/// <param name="Recipient">Recipient; null when the channel is its own.</param>
/// <param name="Route">Route; null for a test.</param>
/// <param name="Group">Group, such as "district=viet-yen".</param>
/// <param name="Purpose">alerts, summary or test.</param>
/// <param name="Language">vi or en.</param>
/// <param name="State">collecting, held, pending, sent, given_up or withdrawn.</param>
/// <param name="Severity">The most urgent priority in it.</param>
/// <param name="Count">Number of alert messages in it.</param>
/// <param name="CreatedAtMs">When it was made.</param>
/// <param name="NextAtMs">When something happens with it next; null once it has an outcome.</param>
/// <param name="Attempts">Tries.</param>
/// <param name="TriedAtMs">Last try.</param>
/// <param name="Status">What the receiver answered last: HTTP status or SMTP code.</param>
/// <param name="Error">What went wrong last.</param>
/// <param name="FinishedAtMs">When it got its outcome.</param>
public sealed record DeliveryDto(
    string Id, string Channel, string? Recipient, string? Route, string Group, string Purpose, string Language, string State, string Severity, int Count, long CreatedAtMs,
    long? NextAtMs, int Attempts, long? TriedAtMs, int? Status, string? Error, long? FinishedAtMs);

/// <summary>A page of messages, the newest first; <c>Next</c> is the <c>before</c> of the next page.</summary>
public sealed record DeliveryPageDto(IReadOnlyList<DeliveryDto> Items, string? Next);

/// <summary>What a message tells about one alert.</summary>
/// <param name="AlertId">The alert.</param>
/// <param name="Event">What happened.</param>
/// <param name="AtMs">When.</param>
/// <param name="Severity">Priority.</param>
/// <param name="Title">Title.</param>
/// <param name="Subject">Sensor, asset or district.</param>
/// <param name="District">District slug.</param>
public sealed record NoticeDto(string AlertId, string Event, long AtMs, string Severity, LocalText Title, LocalText Subject, string District);

/// <summary>A message with its words.</summary>
/// <param name="Delivery">The message.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Its text.</param>
/// <param name="Notices">The first alerts that it tells of.</param>
public sealed record DeliveryDetailDto(DeliveryDto Delivery, string Subject, string Text, IReadOnlyList<NoticeDto> Notices);
