using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Settings of the alert room.</summary>
public sealed class AlertOptions
{
    /// <summary>An alert whose event lies further back than this when it is received is marked late. Default 15 minutes:
    /// more than a device's usual buffering, less than what an operator would still call now.</summary>
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest note of an operator that is kept, in characters. Default 2,000.</summary>
    public int MaxNoteLength { get; set; } = 2000;

    /// <summary>Longest time that an alert may be shelved for. Default 8 hours, a shift: whoever comes next decides anew.</summary>
    public TimeSpan MaxShelving { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Most alerts that one operator may have shelved at a time. Default 50.</summary>
    public int MaxShelvedPerOperator { get; set; } = 50;

    /// <summary>How long after an alert closed notes may still be added. Default 7 days.</summary>
    public TimeSpan NoteAfterClose { get; set; } = TimeSpan.FromDays(7);

    /// <summary>When an alert chatters.</summary>
    public ChatteringOptions Chattering { get; set; } = new();

    /// <summary>When an alert that nobody acknowledges escalates.</summary>
    public EscalationOptions Escalation { get; set; } = new();

    /// <summary>When operators are flooded.</summary>
    public FloodOptions Flood { get; set; } = new();

    /// <summary>Problems with the settings, each with the setting's name; empty when there are none.</summary>
    public IReadOnlyList<LocalText> Validate()
    {
        List<LocalText> problems = [];

        void Require(bool holds, string setting, string vi, string en)
        {
            if (!holds)
            {
                problems.Add(new LocalText($"Alerts:{setting} {vi}.", $"Alerts:{setting} {en}."));
            }
        }

        Require(LateAfter > TimeSpan.Zero, "LateAfter", "phải lớn hơn 0", "must be more than 0");
        Require(MaxNoteLength is >= 1 and <= 100_000, "MaxNoteLength", "phải từ 1 đến 100000", "must be 1 to 100000");
        Require(MaxShelving > TimeSpan.Zero && MaxShelving <= TimeSpan.FromDays(31), "MaxShelving", "phải lớn hơn 0 và tối đa 31 ngày", "must be more than 0 and at most 31 days");
        Require(MaxShelvedPerOperator is >= 1 and <= 100_000, "MaxShelvedPerOperator", "phải từ 1 đến 100000", "must be 1 to 100000");
        Require(NoteAfterClose >= TimeSpan.Zero, "NoteAfterClose", "không được âm", "must not be negative");
        Require(Chattering.Raises is 0 or (>= 2 and <= 50), "Chattering:Raises", "phải là 0 hoặc từ 2 đến 50", "must be 0 or 2 to 50");
        Require(Chattering.Window > TimeSpan.Zero, "Chattering:Window", "phải lớn hơn 0", "must be more than 0");
        Require(Chattering.Quiet > TimeSpan.Zero, "Chattering:Quiet", "phải lớn hơn 0", "must be more than 0");
        Require(Escalation.Levels is >= 0 and <= 10, "Escalation:Levels", "phải từ 0 đến 10", "must be 0 to 10");
        foreach (var severity in Enum.GetValues<Severity>())
        {
            Require(Escalation.After(severity) >= TimeSpan.Zero, $"Escalation:{severity}", "không được âm", "must not be negative");
        }

        problems.AddRange(Flood.Validate());
        return problems;
    }
}

/// <summary>
/// When an alert chatters. ISA-18.2 speaks of alarms that come and go within a short time and is commonly put into practice as
/// three in one minute, for values that are read every second. A city's sensors report every minute to every quarter of an
/// hour, so the same three are looked for in half an hour.
/// </summary>
public sealed class ChatteringOptions
{
    /// <summary>Raised this often within <see cref="Window"/> (event time) it chatters, 2 to 50; 0 = never. Default 3.</summary>
    public int Raises { get; set; } = 3;

    /// <summary>Default 30 minutes.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>It chatters until the condition has neither come nor gone for this long. Default 30 minutes.</summary>
    public TimeSpan Quiet { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>When an active or latched alert that nobody acknowledges escalates: after the time of its priority, and again each time
/// that has passed once more. Zero = never.</summary>
public sealed class EscalationOptions
{
    /// <summary>Critical. Default 5 minutes.</summary>
    public TimeSpan P1 { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>High. Default 15 minutes.</summary>
    public TimeSpan P2 { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Medium. Default 2 hours.</summary>
    public TimeSpan P3 { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Low. Default zero: never.</summary>
    public TimeSpan P4 { get; set; } = TimeSpan.Zero;

    /// <summary>Highest level, 0 to 10. Default 3.</summary>
    public int Levels { get; set; } = 3;

    /// <summary>The time of a priority.</summary>
    public TimeSpan After(Severity severity) => severity switch
    {
        Severity.P1 => P1,
        Severity.P2 => P2,
        Severity.P3 => P3,
        _ => P4,
    };
}
