namespace IOC.Grains;

/// <summary>Whether a sensor is there. The numbers are stored: never renumber.</summary>
public enum SensorPresence : byte
{
    /// <summary>Nothing was ever received from it.</summary>
    Unknown = 0,

    /// <summary>It reports, and what it reports is recent.</summary>
    Online = 1,

    /// <summary>It said, or its broker session's will said, that it is gone, and nothing came since.</summary>
    Offline = 2,

    /// <summary>Its newest measurement is old: it sends buffered data, its clock is wrong, or it is about to be silent.</summary>
    Stale = 3,

    /// <summary>Nothing came from it for several periods, unannounced.</summary>
    Silent = 4,
}
