using System.Collections.ObjectModel;
using IOC.Alerts;
using IOC.Grains;
using IOC.Telemetry;

namespace IOC.Host.Live;

/// <summary>From the rooms' own types to what people and programs see.</summary>
public sealed class LiveMapping(Catalogue catalogue)
{
    private static readonly ReadOnlyDictionary<string, string> NoQualities = ReadOnlyDictionary<string, string>.Empty;
    private static readonly ReadOnlyDictionary<string, long> NoTimes = ReadOnlyDictionary<string, long>.Empty;
    private readonly Dictionary<string, LocalText> _districtNames = catalogue.Areas
        .Where(a => a.Level == AreaLevel.District).ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);

    /// <summary>A sensor.</summary>
    public LiveSensor Sensor(SensorView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var values = new Dictionary<string, double>(view.Values.Count, StringComparer.Ordinal);
        Dictionary<string, string>? qualities = null;
        Dictionary<string, long>? times = null;
        foreach (var value in view.Values)
        {
            var code = catalogue.Properties[value.Property].Code;
            values[code] = value.Value;
            if (value.Quality != Quality.Ok)
            {
                (qualities ??= new(StringComparer.Ordinal))[code] = Name(value.Quality);
            }

            if (value.MeasuredAtMs != view.MeasuredAtMs)
            {
                (times ??= new(StringComparer.Ordinal))[code] = value.MeasuredAtMs;
            }
        }

        var definition = view.Definition;
        return new LiveSensor
        {
            Id = view.Address.Sensor,
            Name = definition?.Name,
            District = view.Address.District,
            Domain = view.Address.Domain,
            Longitude = definition?.Longitude,
            Latitude = definition?.Latitude,
            Registered = view.Registered,
            Properties = definition?.Properties ?? [],
            PeriodSeconds = definition?.Period.TotalSeconds,
            State = Name(view.Presence),
            Quality = Name(view.Quality),
            MeasuredAt = view.MeasuredAtMs,
            ReceivedAt = view.ReceivedAtMs,
            Values = values,
            ValueQualities = qualities is null ? NoQualities : qualities,
            ValueTimes = times is null ? NoTimes : times,
        };
    }

    /// <summary>A district.</summary>
    public LiveDistrict District(DistrictView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var s = view.Sensors;
        var a = view.OpenAlerts;
        return new LiveDistrict(
            view.District,
            _districtNames.GetValueOrDefault(view.District),
            new LiveSensorCounts(s.Total, s.Online, s.Offline, s.Stale, s.Silent, s.Unknown),
            [.. view.Aggregates.Select(g => new LiveAggregate(g.Domain, catalogue.Properties[g.Property].Code, g.Count, g.Mean, g.Min, g.Max, g.OldestMeasuredAtMs))],
            new LiveAlertCounts(a.P1, a.P2, a.P3, a.P4));
    }

    /// <summary>An alert.</summary>
    public static LiveAlert Alert(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return new LiveAlert
        {
            Id = alert.Id,
            Sensor = alert.Sensor?.Sensor,
            Asset = alert.Subject.Kind == SubjectKind.Asset ? alert.Subject.Id : null,
            District = alert.Subject.District,
            Domain = alert.Subject.Domain,
            RuleId = alert.RuleId,
            GroupKey = alert.Subject.Kind == SubjectKind.Asset ? alert.Subject.ToString() : $"{alert.Subject.District}/{alert.Subject.Domain ?? "*"}/{alert.RuleId}",
            Members = alert.Members,
            MembersOf = alert.MembersOf,
            Kind = Name(alert.Kind),
            Title = alert.Title,
            Property = alert.Property,
            Severity = (int)alert.Severity,
            RuleSeverity = (int)alert.RuleSeverity,
            PriorityReason = alert.PriorityReason,
            State = Name(alert.State),
            RaisedAt = alert.RaisedAtMs,
            ReceivedAt = alert.ReceivedAtMs,
            Late = alert.Late,
            ClearedAt = alert.ClearedAtMs,
            ClearedReceivedAt = alert.ClearedReceivedAtMs,
            LateCleared = alert.LateCleared,
            ClosedAt = alert.ClosedAtMs,
            AcknowledgedAt = alert.AcknowledgedAtMs,
            AcknowledgedBy = alert.AcknowledgedBy,
            Value = alert.Value,
            Limit = alert.Limit,
            ExpectedLow = alert.ExpectedLow,
            ExpectedHigh = alert.ExpectedHigh,
            LastedMs = alert.LastedMs,
            Unit = alert.Unit,
            Revision = alert.ActCount,
            ReAlarms = alert.ReAlarms,
            Source = alert.Source,
            Latched = alert.Latched,
            Hold = alert.Hold is { } h ? new LiveHold(Name(h.Kind), h.Id, h.SinceMs, h.UntilMs, h.By, h.Reason) : null,
            Assignee = alert.Assignee,
            EscalationLevel = alert.EscalationLevel,
            Chattering = alert.Chattering,
            Turns = alert.Turns,
            Checklist = alert.Checklist is { } c ? new LiveChecklist(c.Procedure, c.Version, c.Of, [.. c.Done.Select(s => new LiveStep(s.Id, s.By, s.AtMs))]) : null,
        };
    }

    /// <summary>Name of a reason for which an alert is held back.</summary>
    public static string Name(HoldKind kind) => kind switch
    {
        HoldKind.Shelved => "shelved",
        HoldKind.Suppressed => "suppressed",
        HoldKind.OutOfService => "out_of_service",
        _ => "none",
    };

    /// <summary>Name of a quality.</summary>
    public static string Name(Quality quality) => quality switch
    {
        Quality.Ok => "ok",
        Quality.Calibrating => "calibrating",
        Quality.Fault => "fault",
        _ => "implausible",
    };

    /// <summary>Name of a kind.</summary>
    public static string Name(FindingKind kind) => kind switch
    {
        FindingKind.Limit => "limit",
        FindingKind.Spike => "spike",
        FindingKind.Flatline => "flatline",
        FindingKind.Silence => "silence",
        FindingKind.Learned => "learned",
        FindingKind.RateOfChange => "rate_of_change",
        FindingKind.MissingShare => "missing_share",
        FindingKind.Neighbour => "neighbour",
        FindingKind.Schedule => "schedule",
        FindingKind.Aggregate => "aggregate",
        FindingKind.Combination => "combination",
        FindingKind.Disagreement => "disagreement",
        FindingKind.Group => "group",
        _ => "implausible",
    };

    private static string Name(SensorPresence presence) => presence switch
    {
        SensorPresence.Online => "online",
        SensorPresence.Offline => "offline",
        SensorPresence.Stale => "stale",
        SensorPresence.Silent => "silent",
        _ => "unknown",
    };

    /// <summary>Name of an alert's state.</summary>
    public static string Name(AlertState state) => state switch
    {
        AlertState.Unacknowledged => "unacknowledged",
        AlertState.Acknowledged => "acknowledged",
        AlertState.Returned => "returned",
        AlertState.LatchedUnacknowledged => "latched_unacknowledged",
        AlertState.LatchedAcknowledged => "latched_acknowledged",
        _ => "closed",
    };
}
