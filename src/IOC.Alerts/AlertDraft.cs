using System.Runtime.InteropServices;
using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Key under which one alert at most is open.</summary>
internal readonly record struct AlertKey(Subject Subject, string RuleId)
{
    public static AlertKey Of(Alert alert) => new(alert.Subject, alert.RuleId);
}

/// <summary>
/// Changes that are worked out but not yet stored, laid over the open alerts of a book. No alert of the book changes
/// before the store has taken them, and what was done to the holds is undone when it fails, so a failed save leaves the book as it was.
/// </summary>
internal sealed class AlertDraft(IReadOnlyDictionary<AlertKey, Alert> open, HoldIndex holdIndex)
{
    private readonly Dictionary<AlertKey, Alert> _latest = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<Alert> _alerts = [];
    private readonly List<AlertAct> _acts = [];
    private readonly Dictionary<string, int> _holdPlaces = new(StringComparer.Ordinal);
    private readonly List<Hold> _holds = [];
    private readonly Stack<(string Id, Hold? Before)> _undo = [];

    /// <summary>Each changed alert once, in its latest state.</summary>
    public List<Alert> Alerts => _alerts;

    /// <summary>New acts in order.</summary>
    public List<AlertAct> Acts => _acts;

    /// <summary>Each new or changed hold once, in its latest state.</summary>
    public List<Hold> Holds => _holds;

    /// <summary>Number of alerts opened.</summary>
    public int Opened { get; private set; }

    /// <summary>Number of holds made.</summary>
    public int HoldsMade { get; private set; }

    /// <summary>The open alert under a key; null when there is none.</summary>
    public Alert? OpenUnder(AlertKey key)
    {
        var found = _latest.TryGetValue(key, out var alert) || open.TryGetValue(key, out alert);
        return found && alert!.IsOpen ? alert : null;
    }

    /// <summary>What was noted last under a key, open or closed; null when nothing was.</summary>
    public Alert? Latest(AlertKey key) => _latest.GetValueOrDefault(key);

    /// <summary>An alert as it is after the changes, by its id; null when it is not among them.</summary>
    public Alert? Changed(string id) => _places.TryGetValue(id, out var place) ? _alerts[place] : null;

    /// <summary>All that are open after the changes.</summary>
    public IEnumerable<Alert> Open() =>
        open.Where(o => !_latest.ContainsKey(o.Key)).Select(o => o.Value).Concat(_latest.Values.Where(a => a.IsOpen));

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
    public Alert Put(Alert after, AlertActKind kind, long atMs, long recordedAtMs, ActDetails details = default)
    {
        var closed = after.State == AlertState.Closed;
        var alert = after with
        {
            ActCount = after.ActCount + 1,
            ClosedAtMs = closed ? after.ClosedAtMs ?? recordedAtMs : null,
            Hold = closed ? null : after.Hold,
        };
        Opened += kind == AlertActKind.Raised ? 1 : 0;
        _acts.Add(new AlertAct(alert.Id, alert.ActCount, kind, atMs, recordedAtMs, alert.State, details.By, details.Note, details.Value)
        {
            HoldAfter = alert.Hold?.Kind ?? HoldKind.None,
            UntilMs = details.UntilMs,
            Target = details.Target,
            Count = details.Count,
        });
        Put(alert);
        return alert;
    }

    /// <summary>Notes a hold that is new or changed; it counts at once.</summary>
    public void Put(Hold hold)
    {
        var before = holdIndex.Put(hold);
        _undo.Push((hold.Id, before));
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_holdPlaces, hold.Id, out var known);
        if (known)
        {
            _holds[place] = hold;
            return;
        }

        HoldsMade += before is null ? 1 : 0;
        place = _holds.Count;
        _holds.Add(hold);
    }

    /// <summary>Takes back what was done to the holds.</summary>
    public void Undo()
    {
        while (_undo.TryPop(out var change))
        {
            if (change.Before is { } before)
            {
                holdIndex.Put(before);
            }
            else
            {
                holdIndex.Remove(change.Id);
            }
        }
    }
}

/// <summary>What else an act says.</summary>
internal readonly record struct ActDetails(
    string? By = null, string? Note = null, double? Value = null, string? Target = null, long? UntilMs = null, int? Count = null);
