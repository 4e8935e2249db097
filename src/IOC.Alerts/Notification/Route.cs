using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>Language of messages.</summary>
public enum NoticeLanguage : byte
{
    /// <summary>Vietnamese.</summary>
    Vi = 0,

    /// <summary>English.</summary>
    En = 1,
}

/// <summary>By what a route puts alerts together.</summary>
public enum GroupingField : byte
{
    /// <summary>District.</summary>
    District = 0,

    /// <summary>Domain.</summary>
    Domain = 1,

    /// <summary>Priority.</summary>
    Severity = 2,

    /// <summary>Rule.</summary>
    Rule = 3,

    /// <summary>Kind of abnormality.</summary>
    Kind = 4,

    /// <summary>Sensor, or whatever else the alert is about.</summary>
    Subject = 5,
}

/// <summary>Hours in which a route holds its messages back; afterwards one summary tells what was held.</summary>
/// <param name="Calendar">Name of the calendar whose windows are the quiet hours.</param>
/// <param name="Through">Priorities that are told all the same.</param>
public sealed record QuietHours(string Calendar, IReadOnlyList<Severity> Through);

/// <summary>
/// Which alerts are told through which channels. Conditions are combined; an empty list is no condition. All routes that
/// match tell, in their order, up to one that is final.
/// </summary>
public sealed record Route
{
    /// <summary>Slug, unique.</summary>
    public required string Name { get; init; }

    /// <summary>Routes are gone through from the lowest to the highest; equal ones by name.</summary>
    public int Order { get; init; }

    /// <summary>False: it tells nothing.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>True: what it matches is not looked at by later routes.</summary>
    public bool Final { get; init; }

    /// <summary>Priorities.</summary>
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    /// <summary>Domain slugs.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>District slugs.</summary>
    public IReadOnlyList<string> Districts { get; init; } = [];

    /// <summary>Kinds of abnormality.</summary>
    public IReadOnlyList<FindingKind> Kinds { get; init; } = [];

    /// <summary>Rule ids.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>What is told; empty = <see cref="NotificationEvents.Default"/>.</summary>
    public IReadOnlyList<NotificationEvent> Events { get; init; } = [];

    /// <summary>False: alerts that history raised long after the fact are not told.</summary>
    public bool Late { get; init; } = true;

    /// <summary>Shift: the route tells only inside the windows of this calendar (host's clock); null = always.</summary>
    public string? Calendar { get; init; }

    /// <summary>Names of channels.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>What alerts must have in common to be told in one message; empty = all that the route tells.</summary>
    public IReadOnlyList<GroupingField> GroupBy { get; init; } = [];

    /// <summary>How long a message waits for more of its group; zero = a message for each.</summary>
    public TimeSpan GroupWait { get; init; }

    /// <summary>An alert is told again after this long while its condition holds and nobody has acknowledged it; null = never.</summary>
    public TimeSpan? RepeatEvery { get; init; }

    /// <summary>Quiet hours; null = none.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>Language of its messages.</summary>
    public NoticeLanguage Language { get; init; }

    /// <summary>Whether it tells this, calendars aside.</summary>
    public bool Matches(AlertNotice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return Enabled
            && (Severities.Count == 0 || Severities.Contains(notice.Severity))
            && (Domains.Count == 0 || (notice.Domain is { } domain && Domains.Contains(domain, StringComparer.Ordinal)))
            && (Districts.Count == 0 || Districts.Contains(notice.District, StringComparer.Ordinal))
            && (Kinds.Count == 0 || Kinds.Contains(notice.Kind))
            && (Rules.Count == 0 || Rules.Contains(notice.RuleId, StringComparer.Ordinal))
            && (Events.Count == 0 ? NotificationEvents.Default : Events).Contains(notice.Event)
            && (Late || !notice.Late);
    }

    /// <summary>The group of a notice, as text: fields and values, such as "district=viet-yen severity=P1". Empty when all are one group.</summary>
    public string GroupOf(AlertNotice notice) => string.Join(' ', GroupBy.Select(field => field switch
    {
        GroupingField.District => $"district={notice.District}",
        GroupingField.Domain => $"domain={notice.Domain ?? "-"}",
        GroupingField.Severity => $"severity={notice.Severity}",
        GroupingField.Rule => $"rule={notice.RuleId}",
        GroupingField.Kind => $"kind={notice.Kind}",
        GroupingField.Subject => $"subject={notice.Subject}",
        _ => throw new InvalidOperationException($"No such field: {field}"),
    }));
}
