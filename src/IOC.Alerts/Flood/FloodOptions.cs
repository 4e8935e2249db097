using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>When operators are flooded (ISA-18.2, EEMUA 191): more annunciations than a person can follow.</summary>
public sealed class FloodOptions
{
    /// <summary>What a flood begins above, in annunciations per ten minutes and operator, unless set otherwise.</summary>
    public const double UsualEnterAbove = 10;

    /// <summary>What a flood ends below, unless set otherwise.</summary>
    public const double UsualLeaveBelow = 5;

    /// <summary>A flood begins above this many annunciations per ten minutes and operator. Default 10.</summary>
    public double EnterAbove { get; set; } = UsualEnterAbove;

    /// <summary>It ends when there were fewer than this for <see cref="Window"/>. Default 5.</summary>
    public double LeaveBelow { get; set; } = UsualLeaveBelow;

    /// <summary>Time over which annunciations are counted. Default 10 minutes, as the standards have it.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Number of operators on shift; 0 (default) = as many as different names are connected to the live stream, 1 at least.</summary>
    public int Operators { get; set; }

    internal IEnumerable<LocalText> Validate()
    {
        if (!(EnterAbove > 0))
        {
            yield return new LocalText("Alerts:Flood:EnterAbove phải lớn hơn 0.", "Alerts:Flood:EnterAbove must be more than 0.");
        }

        if (!(LeaveBelow > 0 && LeaveBelow <= EnterAbove))
        {
            yield return new LocalText("Alerts:Flood:LeaveBelow phải lớn hơn 0 và không quá EnterAbove.", "Alerts:Flood:LeaveBelow must be more than 0 and at most EnterAbove.");
        }

        if (Window < TimeSpan.FromMinutes(1) || Window > TimeSpan.FromHours(1))
        {
            yield return new LocalText("Alerts:Flood:Window phải từ 1 phút đến 1 giờ.", "Alerts:Flood:Window must be 1 minute to 1 hour.");
        }

        if (Operators is < 0 or > 1000)
        {
            yield return new LocalText("Alerts:Flood:Operators phải từ 0 đến 1000.", "Alerts:Flood:Operators must be 0 to 1000.");
        }
    }
}
