using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The values of one message of a station.</summary>
/// <param name="Station">The station.</param>
/// <param name="Message">Message index in the batch.</param>
internal readonly record struct StationEntry(Station Station, int Message);

/// <summary>The messages of stations in one log batch, in log order. Reusable.</summary>
internal sealed class StationColumn
{
    private readonly List<StationEntry> _entries = [];

    public TelemetryBatch? Batch { get; set; }

    public int Count => _entries.Count;

    public StationEntry this[int index] => _entries[index];

    public void Add(Station station, int message) => _entries.Add(new StationEntry(station, message));

    public void Clear()
    {
        _entries.Clear();
        Batch = null;
    }
}
