using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>What several series of a district say together, and what becomes of it with the state and the catalogue.</summary>
public sealed partial class DetectionPipeline
{
    private readonly List<(Subject Subject, Orphan Orphan)> _districtOrphans = [];
    private DistrictDetector _districts;

    /// <summary>Runs after all other detectors: their findings are among what combinations ask for.</summary>
    private void RunDistricts(TelemetryBatch batch)
    {
        if (!_districts.IsIdle)
        {
            _placed.Sort(PlacedFinding.Compare);
            _districts.Process(batch, _placed);
        }
    }

    private DistrictDetector MakeDistricts(Catalogue catalogue) => new(catalogue, _addresses, _options, DefinitionOf);

    private SensorDefinition? DefinitionOf(SensorAddress address) =>
        _registered.TryGetValue(address.Sensor, out var definition) && ReferenceEquals(definition.Address, address) ? definition : null;

    /// <summary>Takes stored states of districts. Must be called before what is open of sensors that are gone is cleared.</summary>
    private void LoadDistricts(IEnumerable<(string Key, byte[] State)> states, List<Finding> findings, bool isChanged)
    {
        foreach (var (key, state) in states)
        {
            _districts.Load(key, state, address => _slots.Find(address) is >= 0 and var slot && _slots[slot].Gone, _districtOrphans, isChanged);
        }

        foreach (var (subject, orphan) in _districtOrphans)
        {
            var now = _districts.NowOf(subject.District);
            findings.Add(new Finding
            {
                Subject = subject,
                RuleId = orphan.RuleId,
                Kind = orphan.Kind,
                Transition = FindingTransition.Cleared,
                Severity = orphan.Severity,
                Property = orphan.Property,
                AtMs = now,
                ReceivedAtMs = now,
            });
        }

        _found += _districtOrphans.Count;
        _districtOrphans.Clear();
    }

    /// <summary>Tells the districts who was heard and what is open. Everything with something open is in memory when this is called.</summary>
    private void RefreshDistricts()
    {
        if (_districts.IsIdle)
        {
            return;
        }

        _districts.ForgetOpen();
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            ref var sensor = ref _slots[slot];
            if (sensor.LastReceivedMs == Series.Never)
            {
                continue;
            }

            _districts.Know(sensor.Address);
            if (sensor.Gateway is { Raised: not null })
            {
                _districts.NoteBehindSilence(sensor.Address);
            }

            if (sensor.SilenceRaised != 0 || sensor.HasOpenSeries || sensor.Series is { HasOpen: true })
            {
                OpenOf(slot, _orphans);
                foreach (var open in _orphans)
                {
                    _districts.NoteOpen(sensor.Address, open.RuleId);
                }

                _orphans.Clear();
            }
        }

        _districts.NoteOwn();
    }
}
