namespace IOC.Alerts;

/// <summary>An alert's coming into the operators' list.</summary>
internal sealed class Annunciation(long atMs, bool again)
{
    /// <summary>When, Unix milliseconds.</summary>
    public long AtMs => atMs;

    /// <summary>True when it asked to be acknowledged already: the condition came back unacknowledged. The time to acknowledge runs
    /// from the first.</summary>
    public bool Again => again;

    /// <summary>When it was acknowledged; null when it was not, or when it left the list before.</summary>
    public long? AcknowledgedAtMs { get; set; }

    /// <summary>When its condition was known to be gone; null while it held.</summary>
    public long? GoneAtMs { get; set; }

    /// <summary>True when it still asked to be acknowledged in the end.</summary>
    public bool IsWaiting { get; set; }
}

/// <summary>A stretch in which an alert was in the list and its condition held.</summary>
internal sealed class ActiveStretch(long fromMs, long toMs)
{
    public long FromMs => fromMs;

    /// <summary>Its end; that of the walk while it lasts.</summary>
    public long ToMs { get; set; } = toMs;

    public long? AcknowledgedAtMs { get; set; }

    public bool IsOpen { get; set; } = true;
}

/// <summary>Walks through an alert's life as the operators' list showed it, up to a time. By times of receipt.</summary>
internal sealed class LifeWalk
{
    /// <summary>What leaves the list again within this time was taken out by the same batch, or nearly: it did not annunciate.</summary>
    public const long InstantMs = 5_000;

    private readonly long _toMs;
    private readonly List<Annunciation> _asking = [];
    private ActiveStretch? _stretch;
    private bool _shown;

    public LifeWalk(AlertLife life, long toMs)
    {
        _toMs = toMs;
        foreach (var act in life.Acts.TakeWhile(a => a.RecordedAtMs < toMs))
        {
            Step(act);
        }

        _asking.ForEach(a => a.IsWaiting = true);
    }

    /// <summary>When it came into the list and asked to be acknowledged, in order.</summary>
    public List<Annunciation> Annunciations { get; } = [];

    /// <summary>When it was active in the list, in order.</summary>
    public List<ActiveStretch> Active { get; } = [];

    /// <summary>When it closed; null when it had not by then.</summary>
    public long? ClosedAtMs { get; private set; }

    /// <summary>What held it back in the end.</summary>
    public HoldKind HeldAtEnd { get; private set; }

    private void Step(AlertAct act)
    {
        var at = act.RecordedAtMs;
        var active = act.StateAfter is AlertState.Unacknowledged or AlertState.Acknowledged;
        var asks = act.StateAfter is AlertState.Unacknowledged or AlertState.Returned or AlertState.LatchedUnacknowledged;
        var shown = act.StateAfter != AlertState.Closed && act.HoldAfter == HoldKind.None;
        if (act.Kind == AlertActKind.Acknowledged)
        {
            _asking.ForEach(a => a.AcknowledgedAtMs = at);

            if (_stretch is not null)
            {
                _stretch.AcknowledgedAtMs ??= at;
            }
        }

        if (!active)
        {
            _asking.ForEach(a => a.GoneAtMs ??= at);
        }

        if (!shown || !asks)
        {
            Leave(at, shown);
        }
        else if (act.Kind is AlertActKind.Raised or AlertActKind.ReRaised || !_shown)
        {
            _asking.Add(new Annunciation(at, again: _asking.Count > 0));
            Annunciations.Add(_asking[^1]);
        }

        Stretch(at, shown && active);
        (_shown, HeldAtEnd) = (shown, act.StateAfter == AlertState.Closed ? HoldKind.None : act.HoldAfter);
        ClosedAtMs = act.StateAfter == AlertState.Closed ? at : null;
    }

    private void Leave(long atMs, bool shown)
    {
        if (!shown)
        {
            _asking.RemoveAll(a => a.AcknowledgedAtMs is null && a.GoneAtMs is null && atMs - a.AtMs <= InstantMs && Annunciations.Remove(a));
        }

        _asking.Clear();
    }

    private void Stretch(long atMs, bool active)
    {
        if (active && _stretch is null)
        {
            _stretch = new ActiveStretch(atMs, _toMs);
            Active.Add(_stretch);
        }
        else if (!active && _stretch is not null)
        {
            (_stretch.ToMs, _stretch.IsOpen) = (atMs, false);
            _stretch = null;
        }
    }
}
