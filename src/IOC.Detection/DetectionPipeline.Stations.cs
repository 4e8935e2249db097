using System.Reactive.Linq;
using System.Reactive.Subjects;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>The comparison of properties within a station.</summary>
public sealed partial class DetectionPipeline
{
    private readonly Subject<StationColumn> _stations = new();
    private readonly StationColumn _stationColumn = new();
    private IDisposable? _stationSubscription;

    private void BuildStations()
    {
        _stationSubscription?.Dispose();
        _stationSubscription = _plan.HasDisagreement
            ? _stations.Select(new DisagreementDetector(_plan.Properties, _options).Detect).Subscribe(buffer => buffer.CopyTo(_placed))
            : null;
    }

    /// <summary>Notes that a message is for the comparison within its station.</summary>
    private void DistributeStation(int slot, SensorSeries sensor, int message)
    {
        KnowStation(slot, sensor);
        if (sensor.Station is { } station)
        {
            _stationColumn.Add(station, message);
        }
    }

    private void KnowStation(int slot, SensorSeries sensor)
    {
        if (!sensor.StationKnown)
        {
            ref var entry = ref _slots[slot];
            sensor.Station = _plan.StationOf(entry.Address, PeriodOf(in entry));
            sensor.StationKnown = true;
        }
    }

    private void RunStations(TelemetryBatch batch)
    {
        if (_stationColumn.Count > 0)
        {
            _stationColumn.Batch = batch;
            _stations.OnNext(_stationColumn);
            _stationColumn.Clear();
        }
    }
}
