using IOC.Host.Alerts;
using IOC.Host.Live;
using IOC.Telemetry;

namespace IOC.Host.Shifts;

/// <summary>What whoever comes has to know about a shift, or any period. Times are Unix milliseconds, UTC.</summary>
public sealed record ShiftReportDto
{
    /// <summary>Beginning.</summary>
    public required long From { get; init; }

    /// <summary>End, not contained; alerts and holds are as they were then.</summary>
    public required long To { get; init; }

    /// <summary>When it was made; equipment is as it was then.</summary>
    public required long GeneratedAt { get; init; }

    /// <summary>Who was on shift.</summary>
    public required IReadOnlyList<DutyDto> Duties { get; init; }

    /// <summary>Hand-overs of the period, the latest first.</summary>
    public required IReadOnlyList<HandoverDto> Handovers { get; init; }

    /// <summary>Alerts in the list at the end, the most urgent first.</summary>
    public required IReadOnlyList<ReportAlertDto> Open { get; init; }

    /// <summary>Alerts held back at the end.</summary>
    public required IReadOnlyList<ReportAlertDto> Held { get; init; }

    /// <summary>What is out of service or will be.</summary>
    public required IReadOnlyList<OutOfServiceDto> OutOfService { get; init; }

    /// <summary>What operators did with alerts, by operator and act.</summary>
    public required IReadOnlyList<ReportActsDto> Acts { get; init; }

    /// <summary>Commands that were asked for, the latest first, at most 200.</summary>
    public required IReadOnlyList<LiveCommand> Commands { get; init; }

    /// <summary>Names of the sensors that commands went to, by their slugs.</summary>
    public required IReadOnlyDictionary<string, LocalText> CommandNames { get; init; }

    /// <summary>The shift log, the first entry first, at most 1000: the latest ones.</summary>
    public required IReadOnlyList<ShiftEntryDto> Entries { get; init; }

    /// <summary>Equipment that does not report now.</summary>
    public required IReadOnlyList<ReportSensorDto> Silent { get; init; }

    /// <summary>Figures of the period.</summary>
    public required FiguresDto Figures { get; init; }

    /// <summary>How many there are of what is listed in part only: entries, commands.</summary>
    public required ReportTotalsDto Totals { get; init; }
}

/// <summary>How many there are in all.</summary>
public sealed record ReportTotalsDto(int Open, int Held, int Commands, bool MoreEntries);

/// <summary>An alert as it was at the end of a period.</summary>
/// <param name="Id">Id.</param>
/// <param name="Title">Title.</param>
/// <param name="Severity">1 to 4.</param>
/// <param name="Kind">sensor, asset or district.</param>
/// <param name="Subject">Slug of what it is about.</param>
/// <param name="Name">Its name.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="State">State then.</param>
/// <param name="RaisedAt">When it began.</param>
/// <param name="AcknowledgedAt">When it was acknowledged.</param>
/// <param name="AcknowledgedBy">Who acknowledged it.</param>
/// <param name="Assignee">Who saw to it.</param>
/// <param name="Hold">What held it back: none, shelved, suppressed or out_of_service.</param>
/// <param name="HoldBy">Who shelved it or took it out of service; for suppressed, the id of the alert that explains it.</param>
/// <param name="HoldReason">Why.</param>
/// <param name="HoldUntil">Until when; null = until somebody ends it.</param>
/// <param name="StepsDone">Steps of its procedure that were done; null when nobody began.</param>
/// <param name="StepsOf">Steps that the procedure has.</param>
/// <param name="Notes">What operators wrote, the latest last.</param>
public sealed record ReportAlertDto(
    string Id, LocalText Title, int Severity, string Kind, string Subject, LocalText Name, string District, string? Domain, string State, long RaisedAt, long? AcknowledgedAt, string? AcknowledgedBy,
    string? Assignee, string Hold, string? HoldBy, string? HoldReason, long? HoldUntil, int? StepsDone, int? StepsOf, IReadOnlyList<ReportNoteDto> Notes);

/// <summary>A note.</summary>
public sealed record ReportNoteDto(long At, string? Operator, string Text);

/// <summary>How often an operator did something with alerts.</summary>
public sealed record ReportActsDto(string Operator, string Act, int Count);

/// <summary>A sensor that does not report.</summary>
public sealed record ReportSensorDto(string Id, LocalText? Name, string? District, string? Domain, string State, long? MeasuredAt);
