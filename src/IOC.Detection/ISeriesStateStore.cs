namespace IOC.Detection;

/// <summary>Where the host keeps the detectors' state: one value per key, saved in the same transaction as the log offset
/// whose state it is. Keys are sensor paths ("district/domain/sensor"), "@district/" and a district's slug, and one without a slash for the clock.</summary>
public interface ISeriesStateStore
{
    /// <summary>State of one key as last saved; null when there is none.</summary>
    byte[]? Load(int partition, string key);

    /// <summary>All keys of the partition with their state as last saved, in any order.</summary>
    IEnumerable<(string Key, byte[] State)> LoadAll(int partition);
}
