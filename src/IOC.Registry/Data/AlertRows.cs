using System.Text.Json;
using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Registry.Data;

internal sealed class AlertRow
{
    public required string Id { get; init; }

    public int Partition { get; init; }

    public required string District { get; init; }

    /// <summary>Empty when the subject belongs to no domain.</summary>
    public required string Domain { get; init; }

    /// <summary>Empty when the subject is no sensor.</summary>
    public required string Sensor { get; init; }

    public SubjectKind SubjectKind { get; init; }

    /// <summary>Slug of an asset; null when the subject is none.</summary>
    public string? Asset { get; init; }

    public required string RuleId { get; init; }

    public FindingKind Kind { get; init; }

    public required string TitleVi { get; init; }

    public required string TitleEn { get; init; }

    public string? Property { get; init; }

    public required string ActiveProperties { get; init; }

    public Severity Severity { get; init; }

    public Severity RuleSeverity { get; init; }

    public string? PriorityReasonVi { get; init; }

    public string? PriorityReasonEn { get; init; }

    public AlertState State { get; init; }

    public long RaisedAtMs { get; init; }

    public long ReceivedAtMs { get; init; }

    public bool Late { get; init; }

    public long? ClearedAtMs { get; init; }

    public long? ClearedReceivedAtMs { get; init; }

    public bool LateCleared { get; init; }

    public long? AcknowledgedAtMs { get; init; }

    public string? AcknowledgedBy { get; init; }

    public long? ClosedAtMs { get; init; }

    public double? Value { get; init; }

    public double? Limit { get; init; }

    public double? ExpectedLow { get; init; }

    public double? ExpectedHigh { get; init; }

    public long? LastedMs { get; init; }

    public string? Unit { get; init; }

    public int ReAlarms { get; init; }

    public int Repeats { get; init; }

    public string? SourceVi { get; init; }

    public string? SourceEn { get; init; }

    public bool Latched { get; init; }

    public HoldKind HoldKind { get; init; }

    public string? HoldId { get; init; }

    public long? HoldSinceMs { get; init; }

    public long? HoldUntilMs { get; init; }

    public string? HoldBy { get; init; }

    public string? HoldReason { get; init; }

    public string? Assignee { get; init; }

    public long DemandedAtMs { get; init; }

    public int EscalationLevel { get; init; }

    public bool Chattering { get; init; }

    public int Turns { get; init; }

    public long LastTurnAtMs { get; init; }

    /// <summary>Unix milliseconds with spaces between.</summary>
    public required string RecentRaises { get; init; }

    public long? GoneAtMs { get; init; }

    public long? GoneReceivedAtMs { get; init; }

    public int? Members { get; init; }

    public int? MembersOf { get; init; }

    /// <summary>A JSON object (<see cref="Alerts.Checklist"/>): never asked for by part. Null while no step was done.</summary>
    public string? Checklist { get; init; }

    public int ActCount { get; init; }

    public static AlertRow From(Alert a) => new()
    {
        Id = a.Id,
        Partition = a.Partition,
        District = a.Subject.District,
        Domain = a.Subject.Domain ?? "",
        Sensor = a.Sensor?.Sensor ?? "",
        SubjectKind = a.Subject.Kind,
        Asset = a.Subject.Kind == SubjectKind.Asset ? a.Subject.Id : null,
        RuleId = a.RuleId,
        Kind = a.Kind,
        TitleVi = a.Title.Vi,
        TitleEn = a.Title.En,
        Property = a.Property,
        ActiveProperties = a.Active.Text,
        Severity = a.Severity,
        RuleSeverity = a.RuleSeverity,
        PriorityReasonVi = a.PriorityReason?.Vi,
        PriorityReasonEn = a.PriorityReason?.En,
        State = a.State,
        RaisedAtMs = a.RaisedAtMs,
        ReceivedAtMs = a.ReceivedAtMs,
        Late = a.Late,
        ClearedAtMs = a.ClearedAtMs,
        ClearedReceivedAtMs = a.ClearedReceivedAtMs,
        LateCleared = a.LateCleared,
        AcknowledgedAtMs = a.AcknowledgedAtMs,
        AcknowledgedBy = a.AcknowledgedBy,
        ClosedAtMs = a.ClosedAtMs,
        Value = a.Value,
        Limit = a.Limit,
        ExpectedLow = a.ExpectedLow,
        ExpectedHigh = a.ExpectedHigh,
        LastedMs = a.LastedMs,
        Unit = a.Unit,
        ReAlarms = a.ReAlarms,
        Repeats = a.Repeats,
        SourceVi = a.Source?.Vi,
        SourceEn = a.Source?.En,
        Latched = a.Latched,
        HoldKind = a.Hold?.Kind ?? HoldKind.None,
        HoldId = a.Hold?.Id,
        HoldSinceMs = a.Hold?.SinceMs,
        HoldUntilMs = a.Hold?.UntilMs,
        HoldBy = a.Hold?.By,
        HoldReason = a.Hold?.Reason,
        Assignee = a.Assignee,
        DemandedAtMs = a.DemandedAtMs,
        EscalationLevel = a.EscalationLevel,
        Chattering = a.Chattering,
        Turns = a.Turns,
        LastTurnAtMs = a.LastTurnAtMs,
        RecentRaises = a.RecentRaises.Text,
        GoneAtMs = a.GoneAtMs,
        GoneReceivedAtMs = a.GoneReceivedAtMs,
        Members = a.Members,
        MembersOf = a.MembersOf,
        Checklist = a.Checklist is null ? null : JsonSerializer.Serialize(a.Checklist),
        ActCount = a.ActCount,
    };

    public Alert ToModel(AddressBook book) => new()
    {
        Id = Id,
        Partition = Partition,
        Subject = SubjectColumns.ToModel(SubjectKind, District, Domain, SubjectKind == SubjectKind.Asset ? Asset! : Sensor, book),
        RuleId = RuleId,
        Kind = Kind,
        Title = new LocalText(TitleVi, TitleEn),
        Property = Property,
        Active = new ActiveProperties(ActiveProperties),
        Severity = Severity,
        RuleSeverity = RuleSeverity,
        PriorityReason = PriorityReasonVi is null ? null : new LocalText(PriorityReasonVi, PriorityReasonEn ?? PriorityReasonVi),
        State = State,
        RaisedAtMs = RaisedAtMs,
        ReceivedAtMs = ReceivedAtMs,
        Late = Late,
        ClearedAtMs = ClearedAtMs,
        ClearedReceivedAtMs = ClearedReceivedAtMs,
        LateCleared = LateCleared,
        AcknowledgedAtMs = AcknowledgedAtMs,
        AcknowledgedBy = AcknowledgedBy,
        ClosedAtMs = ClosedAtMs,
        Value = Value,
        Limit = Limit,
        ExpectedLow = ExpectedLow,
        ExpectedHigh = ExpectedHigh,
        LastedMs = LastedMs,
        Unit = Unit,
        ReAlarms = ReAlarms,
        Repeats = Repeats,
        Source = SourceVi is null ? null : new LocalText(SourceVi, SourceEn ?? SourceVi),
        Latched = Latched,
        Hold = HoldId is null ? null : new AlertHold(HoldKind, HoldId, HoldSinceMs ?? 0, HoldUntilMs, HoldBy ?? "", HoldReason ?? ""),
        Assignee = Assignee,
        DemandedAtMs = DemandedAtMs,
        EscalationLevel = EscalationLevel,
        Chattering = Chattering,
        Turns = Turns,
        LastTurnAtMs = LastTurnAtMs,
        RecentRaises = new RaiseTimes(RecentRaises),
        GoneAtMs = GoneAtMs,
        GoneReceivedAtMs = GoneReceivedAtMs,
        Members = Members,
        MembersOf = MembersOf,
        Checklist = Checklist is null ? null : JsonSerializer.Deserialize<Checklist>(Checklist),
        ActCount = ActCount,
    };
}

internal sealed class AlertActRow
{
    public required string AlertId { get; init; }

    public int Sequence { get; init; }

    public AlertActKind Kind { get; init; }

    public long AtMs { get; init; }

    public long RecordedAtMs { get; init; }

    public AlertState StateAfter { get; init; }

    public string? Operator { get; init; }

    public string? Note { get; init; }

    public double? Value { get; init; }

    public HoldKind HoldAfter { get; init; }

    public long? UntilMs { get; init; }

    public string? Target { get; init; }

    public int? Count { get; init; }

    public static AlertActRow From(AlertAct a) => new()
    {
        AlertId = a.AlertId,
        Sequence = a.Sequence,
        Kind = a.Kind,
        AtMs = a.AtMs,
        RecordedAtMs = a.RecordedAtMs,
        StateAfter = a.StateAfter,
        Operator = a.Operator,
        Note = a.Note,
        Value = a.Value,
        HoldAfter = a.HoldAfter,
        UntilMs = a.UntilMs,
        Target = a.Target,
        Count = a.Count,
    };

    public AlertAct ToModel() => new(AlertId, Sequence, Kind, AtMs, RecordedAtMs, StateAfter, Operator, Note, Value)
    {
        HoldAfter = HoldAfter,
        UntilMs = UntilMs,
        Target = Target,
        Count = Count,
    };
}

/// <summary>How far a partition's alerts are stored.</summary>
internal sealed class AlertWatermarkRow
{
    public int Partition { get; init; }

    public long Offset { get; set; }
}
