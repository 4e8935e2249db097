namespace IOC.Telemetry;

/// <summary>How far a value can be trusted. The numbers are stored: never renumber.</summary>
public enum Quality : byte
{
    /// <summary>The device reports nothing wrong and the value is plausible.</summary>
    Ok = 0,

    /// <summary>The device says that it is being calibrated.</summary>
    Calibrating = 1,

    /// <summary>The device says that it is faulty.</summary>
    Fault = 2,

    /// <summary>IOC found the value outside the property's plausible range (a sentinel such as -9999, a broken probe).
    /// It is kept, and left out of aggregates.</summary>
    Implausible = 3,
}
