using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// The active alerts of a partition, found by sensor and by rule. It follows the open alerts alone, so it can be made
/// anew from them at any time. Not safe for several threads.
/// </summary>
internal sealed class ActiveAlerts
{
    private static readonly Dictionary<string, Alert> None = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Alert> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<SensorAddress, Dictionary<string, Alert>> _bySensor = [];
    private readonly Dictionary<(string District, string Rule), Dictionary<string, Alert>> _byRule = [];

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyCollection<Alert> All => _byId.Values;

    /// <summary>True while the alert's condition holds at this moment; one that chatters is active and may be gone at present.</summary>
    public static bool Holds(Alert alert) => alert.IsActive && !alert.Active.IsEmpty;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _byId.Clear();
        _bySensor.Clear();
        _byRule.Clear();
    }

    /// <summary>Takes an alert's latest state. True when it became active or ceased to be by it.</summary>
    public bool Put(Alert alert)
    {
        var active = alert.IsActive;
        var known = _byId.ContainsKey(alert.Id);
        if (active)
        {
            _byId[alert.Id] = alert;
        }
        else if (known)
        {
            _byId.Remove(alert.Id);
        }
        else
        {
            return false;
        }

        if (alert.Sensor is { } sensor)
        {
            Put(_bySensor, sensor, alert, active);
        }

        Put(_byRule, (alert.Subject.District, alert.RuleId), alert, active);
        return active != known;
    }

    /// <summary>The alerts about a sensor, by id.</summary>
    public IReadOnlyCollection<Alert> Of(SensorAddress sensor) => _bySensor.GetValueOrDefault(sensor, None).Values;

    /// <summary>The alerts of a rule in a district.</summary>
    public IReadOnlyCollection<Alert> Of(string district, string rule) => _byRule.GetValueOrDefault((district, rule), None).Values;

    private static void Put<T>(Dictionary<T, Dictionary<string, Alert>> index, T key, Alert alert, bool active)
        where T : notnull
    {
        if (active)
        {
            if (!index.TryGetValue(key, out var alerts))
            {
                index.Add(key, alerts = new Dictionary<string, Alert>(StringComparer.Ordinal));
            }

            alerts[alert.Id] = alert;
        }
        else if (index.TryGetValue(key, out var alerts) && alerts.Remove(alert.Id) && alerts.Count == 0)
        {
            index.Remove(key);
        }
    }
}
