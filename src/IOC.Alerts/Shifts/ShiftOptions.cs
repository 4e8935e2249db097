using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Settings of the shift log and the duties.</summary>
public sealed class ShiftOptions
{
    /// <summary>Longest entry of an operator, in characters. Default 4,000.</summary>
    public int MaxEntryLength { get; set; } = 4000;

    /// <summary>A duty ends by itself after so long: somebody forgot to go. Default 16 hours.</summary>
    public TimeSpan MaxDuty { get; set; } = TimeSpan.FromHours(16);

    /// <summary>Whether an operator whose page is connected counts as on shift without having said so. Default true.</summary>
    public bool ByPresence { get; set; } = true;

    /// <summary>An operator without a page for so long has gone, when the duty began by presence. Default 10 minutes.</summary>
    public TimeSpan AbsentAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The log tells of an operator on shift whose pages have been cut off for so long. Default 1 minute.</summary>
    public TimeSpan LinkLostAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Problems with the settings, each with the setting's name; empty when there are none.</summary>
    public IReadOnlyList<LocalText> Validate()
    {
        List<LocalText> problems = [];
        if (MaxEntryLength is < 1 or > 100_000)
        {
            problems.Add(new LocalText("Shifts:MaxEntryLength phải từ 1 đến 100000.", "Shifts:MaxEntryLength must be 1 to 100000."));
        }

        if (MaxDuty < TimeSpan.FromHours(1) || MaxDuty > TimeSpan.FromDays(7))
        {
            problems.Add(new LocalText("Shifts:MaxDuty phải từ 1 giờ đến 7 ngày.", "Shifts:MaxDuty must be 1 hour to 7 days."));
        }

        if (AbsentAfter < TimeSpan.FromSeconds(1) || AbsentAfter > TimeSpan.FromDays(1))
        {
            problems.Add(new LocalText("Shifts:AbsentAfter phải từ 1 giây đến 1 ngày.", "Shifts:AbsentAfter must be 1 second to 1 day."));
        }

        if (LinkLostAfter < TimeSpan.FromSeconds(1) || LinkLostAfter > TimeSpan.FromHours(1))
        {
            problems.Add(new LocalText("Shifts:LinkLostAfter phải từ 1 giây đến 1 giờ.", "Shifts:LinkLostAfter must be 1 second to 1 hour."));
        }

        return problems;
    }
}
