namespace IOC.Telemetry;

/// <summary>Priority of an alert, P1 the most urgent (ISA-18.2 keeps to three or four). The numbers are stored.</summary>
public enum Severity : byte
{
    /// <summary>Critical: act at once.</summary>
    P1 = 1,

    /// <summary>High: act within minutes.</summary>
    P2 = 2,

    /// <summary>Medium: act within the shift.</summary>
    P3 = 3,

    /// <summary>Low: know of it.</summary>
    P4 = 4,
}
