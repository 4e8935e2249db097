using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Number of open alerts by priority.</summary>
/// <param name="P1">Critical.</param>
/// <param name="P2">High.</param>
/// <param name="P3">Medium.</param>
/// <param name="P4">Low.</param>
public readonly record struct AlertCounts(int P1, int P2, int P3, int P4)
{
    /// <summary>All together.</summary>
    public int Total => P1 + P2 + P3 + P4;

    internal AlertCounts Plus(Severity severity, int count) => severity switch
    {
        Severity.P1 => this with { P1 = P1 + count },
        Severity.P2 => this with { P2 = P2 + count },
        Severity.P3 => this with { P3 = P3 + count },
        Severity.P4 => this with { P4 = P4 + count },
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "No such priority."),
    };
}
