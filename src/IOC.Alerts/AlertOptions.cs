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

    /// <summary>Problems with the settings, each with the setting's name; empty when there are none.</summary>
    public IReadOnlyList<LocalText> Validate()
    {
        List<LocalText> problems = [];
        if (LateAfter <= TimeSpan.Zero)
        {
            problems.Add(new LocalText("Alerts:LateAfter phải lớn hơn 0.", "Alerts:LateAfter must be more than 0."));
        }

        if (MaxNoteLength is < 1 or > 100_000)
        {
            problems.Add(new LocalText("Alerts:MaxNoteLength phải từ 1 đến 100000.", "Alerts:MaxNoteLength must be 1 to 100000."));
        }

        return problems;
    }
}
