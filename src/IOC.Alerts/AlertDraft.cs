using System.Runtime.InteropServices;
using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Key under which one alert at most is open.</summary>
internal readonly record struct AlertKey(Subject Subject, string RuleId)
{
    public static AlertKey Of(Alert alert) => new(alert.Subject, alert.RuleId);
}

/// <summary>
/// Changes that are worked out but not yet stored, laid over the open alerts of a book. Nothing of the book changes
/// before the store has taken them, so a failed save leaves the book as it was.
/// </summary>
internal sealed class AlertDraft(IReadOnlyDictionary<AlertKey, Alert> open)
{
    private readonly Dictionary<AlertKey, Alert> _latest = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<Alert> _alerts = [];
    private readonly List<AlertAct> _acts = [];

    /// <summary>Each changed alert once, in its latest state.</summary>
    public List<Alert> Alerts => _alerts;

    /// <summary>New acts in order.</summary>
    public List<AlertAct> Acts => _acts;

    /// <summary>Number of alerts opened.</summary>
    public int Opened { get; private set; }

    /// <summary>The open alert under a key; null when there is none.</summary>
    public Alert? OpenUnder(AlertKey key)
    {
        var found = _latest.TryGetValue(key, out var alert) || open.TryGetValue(key, out alert);
        return found && alert!.IsOpen ? alert : null;
    }

    /// <summary>What was noted last under a key, open or closed; null when nothing was.</summary>
    public Alert? Latest(AlertKey key) => _latest.GetValueOrDefault(key);

    /// <summary>Notes a change that is no act.</summary>
    public void Put(Alert alert)
    {
        _latest[AlertKey.Of(alert)] = alert;
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, alert.Id, out var known);
        if (known)
        {
            _alerts[place] = alert;
            return;
        }

        place = _alerts.Count;
        _alerts.Add(alert);
    }

    /// <summary>Notes an act and the alert as it is after it (whose <see cref="Alert.ActCount"/> still is that before).</summary>
    public Alert Put(Alert after, AlertActKind kind, long atMs, long recordedAtMs, string? by = null, string? note = null, double? value = null)
    {
        var alert = after with
        {
            ActCount = after.ActCount + 1,
            ClosedAtMs = after.State == AlertState.Closed ? recordedAtMs : null,
        };
        Opened += kind == AlertActKind.Raised ? 1 : 0;
        _acts.Add(new AlertAct(alert.Id, alert.ActCount, kind, atMs, recordedAtMs, alert.State, by, note, value));
        Put(alert);
        return alert;
    }
}
