using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// For rules without a property: how many properties of a sensor are abnormal by the rule. The alert's key is (sensor,
/// rule), so the first property that is normal again must not end it while another is not.
/// </summary>
internal sealed class OpenSharedRules
{
    private readonly Dictionary<(SensorAddress Sensor, string Rule), int> _open = [];

    /// <summary>Tells whether a finding is to be passed on: all are, but for a clearing that is not the last.</summary>
    public bool Admit(in PlacedFinding placed)
    {
        if (!placed.Shared)
        {
            return true;
        }

        var key = (placed.Finding.Sensor, placed.Finding.RuleId);
        var open = _open.GetValueOrDefault(key);
        if (placed.Finding.Transition == FindingTransition.Raised)
        {
            _open[key] = open + 1;
            return true;
        }

        if (open > 1)
        {
            _open[key] = open - 1;
            return false;
        }

        _open.Remove(key);
        return true;
    }

    /// <summary>Counts what is open in a sensor's series.</summary>
    public void Count(SensorSeries sensor)
    {
        foreach (var (_, series) in sensor.Entries)
        {
            foreach (var rule in series?.OpenRules() ?? [])
            {
                if (rule.Rule.Property is null)
                {
                    var key = (series!.Sensor, rule.Rule.Id);
                    _open[key] = _open.GetValueOrDefault(key) + 1;
                }
            }
        }
    }

    public void Forget(SensorAddress sensor)
    {
        foreach (var key in _open.Keys.Where(k => ReferenceEquals(k.Sensor, sensor)).ToList())
        {
            _open.Remove(key);
        }
    }

    public void Clear() => _open.Clear();
}
