using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>
/// What is told about one alert at one moment: a copy, so that a message that is sent again says the same as the first
/// time. Stored as JSON: a field may be added, none may change its meaning. Times are Unix milliseconds, UTC.
/// </summary>
public sealed record AlertNotice
{
    /// <summary>The alert.</summary>
    public required string AlertId { get; init; }

    /// <summary>Number of the act among the alert's; for a repetition that of the last act.</summary>
    public required int Sequence { get; init; }

    /// <summary>What happened.</summary>
    public required NotificationEvent Event { get; init; }

    /// <summary>When, in event time (operators' acts: the host's clock).</summary>
    public required long AtMs { get; init; }

    /// <summary>Priority.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The rule.</summary>
    public required string RuleId { get; init; }

    /// <summary>Kind of abnormality.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>The alert's title.</summary>
    public required LocalText Title { get; init; }

    /// <summary>What kind of thing it is about.</summary>
    public SubjectKind SubjectKind { get; init; }

    /// <summary>Slug of the sensor, asset or district that it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText SubjectName { get; init; }

    /// <summary>Domain slug; null when it is about none.</summary>
    public string? Domain { get; init; }

    /// <summary>District slug.</summary>
    public required string District { get; init; }

    /// <summary>The district's name for people.</summary>
    public required LocalText DistrictName { get; init; }

    /// <summary>Property code; null when it concerns the whole.</summary>
    public string? Property { get; init; }

    /// <summary>Value that raised it, in <see cref="Unit"/>.</summary>
    public double? Value { get; init; }

    /// <summary>Limit that was crossed.</summary>
    public double? Limit { get; init; }

    /// <summary>Lower end of what was usual.</summary>
    public double? ExpectedLow { get; init; }

    /// <summary>Upper end of what was usual.</summary>
    public double? ExpectedHigh { get; init; }

    /// <summary>Unit as people write it.</summary>
    public string? Unit { get; init; }

    /// <summary>When the condition first began.</summary>
    public required long RaisedAtMs { get; init; }

    /// <summary>True when it was opened by history that arrived long after.</summary>
    public bool Late { get; init; }

    /// <summary>How often it came back.</summary>
    public int ReAlarms { get; init; }

    /// <summary>Who acted; null when nobody did.</summary>
    public string? Operator { get; init; }

    /// <summary>What they wrote.</summary>
    public string? Note { get; init; }

    /// <summary>Where the limit comes from.</summary>
    public LocalText? Source { get; init; }

    /// <summary>For a repetition: which, from 1.</summary>
    public int Repetition { get; init; }
}
