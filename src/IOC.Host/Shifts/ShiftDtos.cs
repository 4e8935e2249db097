using IOC.Alerts;
using IOC.Telemetry;

namespace IOC.Host.Shifts;

/// <summary>An entry of the shift log. Times are Unix milliseconds, UTC.</summary>
/// <param name="Number">1 for the first entry; the order of the log.</param>
/// <param name="At">When it was written.</param>
/// <param name="About">The time that it tells of.</param>
/// <param name="Category">note, incident, contact, maintenance, instruction; by itself: duty, handover, alert, flood, command, system.</param>
/// <param name="Operator">Who wrote it, or did what it tells of; null for what happened by itself.</param>
/// <param name="Text">What it says; what an operator wrote is the same in both languages.</param>
/// <param name="Severity">Priority of the alert that it tells of, 1 to 4.</param>
/// <param name="Alert">Id of the alert that it is about.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="Corrects">Number of the entry that it corrects.</param>
/// <param name="Automatic">Whether it wrote itself.</param>
public sealed record ShiftEntryDto(
    long Number, long At, long About, string Category, string? Operator, LocalText Text, int? Severity, string? Alert, string? District, string? Domain, long? Corrects, bool Automatic);

/// <summary>A page of the shift log, the last entry first; <c>Next</c> is the <c>before</c> of the next page.</summary>
public sealed record ShiftLogPageDto(IReadOnlyList<ShiftEntryDto> Items, long? Next);

/// <summary>What an operator writes: <c>Category</c> is note, incident, contact, maintenance or instruction, <c>About</c> the time that it tells of
/// (without: now), <c>Corrects</c> the number of an entry that it corrects.</summary>
public sealed record ShiftEntryRequest(string? Operator, string? Category, string? Text, long? About, string? Alert, string? District, string? Domain, long? Corrects);

/// <summary>Who comes on shift, or goes.</summary>
public sealed record DutyRequest(string? Operator);

/// <summary>A time that an operator was on shift. Times are Unix milliseconds, UTC.</summary>
/// <param name="Id">Id.</param>
/// <param name="Operator">Who.</param>
/// <param name="From">Since when.</param>
/// <param name="Began">said, handover or presence.</param>
/// <param name="Until">Until when; null = still on shift.</param>
/// <param name="Ended">said, handover, presence or limit.</param>
public sealed record DutyDto(string Id, string Operator, long From, string Began, long? Until, string? Ended);

/// <summary>Names that people and programs see.</summary>
internal static class ShiftNames
{
    public static ShiftEntryDto ToDto(ShiftEntry e) => new(
        e.Number, e.AtMs, e.AboutMs, Of(e.Category), e.Operator, e.Text, (int?)e.Severity, e.AlertId, e.District, e.Domain, e.Corrects, e.Source is not null);

    public static DutyDto ToDto(Duty d) => new(d.Id, d.Operator, d.FromMs, Of(d.Began), d.UntilMs, d.Ended is { } ended ? Of(ended) : null);

    public static string Of(ShiftCategory category) => category switch
    {
        ShiftCategory.Note => "note",
        ShiftCategory.Incident => "incident",
        ShiftCategory.Contact => "contact",
        ShiftCategory.Maintenance => "maintenance",
        ShiftCategory.Instruction => "instruction",
        ShiftCategory.Duty => "duty",
        ShiftCategory.Handover => "handover",
        ShiftCategory.Alert => "alert",
        ShiftCategory.Flood => "flood",
        ShiftCategory.Command => "command",
        _ => "system",
    };

    public static ShiftCategory? CategoryOf(string? name) => Enum.GetValues<ShiftCategory>().Cast<ShiftCategory?>().FirstOrDefault(c => Of(c!.Value) == name);

    public static LocalText Word(ShiftCategory category) => category switch
    {
        ShiftCategory.Note => new("Ghi chép", "Note"),
        ShiftCategory.Incident => new("Sự việc", "Incident"),
        ShiftCategory.Contact => new("Liên lạc", "Contact"),
        ShiftCategory.Maintenance => new("Bảo trì", "Maintenance"),
        ShiftCategory.Instruction => new("Chỉ đạo", "Instruction"),
        ShiftCategory.Duty => new("Ca trực", "Duty"),
        ShiftCategory.Handover => new("Bàn giao", "Hand-over"),
        ShiftCategory.Alert => new("Cảnh báo", "Alert"),
        ShiftCategory.Flood => new("Ngập cảnh báo", "Alert flood"),
        ShiftCategory.Command => new("Điều khiển", "Command"),
        _ => new("Hệ thống", "System"),
    };

    private static string Of(DutyChange change) => change switch
    {
        DutyChange.Said => "said",
        DutyChange.Handover => "handover",
        DutyChange.Presence => "presence",
        _ => "limit",
    };
}
