using IOC.Alerts;
using IOC.Host.Live;
using IOC.Host.Rules;
using IOC.Telemetry;

namespace IOC.Host.Pump;

/// <summary>How a partition changes from one rule set to the next: between two batches, at an offset that was stored before.</summary>
internal sealed partial class PartitionState
{
    private readonly List<Finding> _letGo = [];
    private long _restoredAtMs;
    private int _switchingTo;

    /// <summary>Which rule sets it works with; null when its rules never change.</summary>
    public PartitionRules? Rules { get; init; }

    /// <summary>Number of the rule set in force; 0 when its rules never change.</summary>
    public int RuleSet
    {
        get
        {
            lock (_gate)
            {
                return Rules?.Set ?? 0;
            }
        }
    }

    /// <summary>Takes a newer rule set now. The offset is stored first.</summary>
    /// <returns>False when it cannot be now: a batch is being tried again, or the log is still being read up to where it was
    /// read before. Ask again then.</returns>
    public bool TakeRules(int set, Catalogue catalogue)
    {
        lock (_gate)
        {
            if (Rules is null || set <= Rules.Newest)
            {
                return Rules?.Next is null;
            }

            if (_detectedOffset != Offset || Rules.Next is not null || Offset < alerts.Watermark)
            {
                return false;
            }

            Rules.Add(new PendingRules(set, Offset, catalogue));
            SwitchRules(Offset + 1);
            return true;
        }
    }

    private void BeginRules(long nowMs)
    {
        _restoredAtMs = nowMs;
        if (Rules is not null)
        {
            // The book is ahead of the checkpoint: it has what later sets opened, which an earlier one would not know.
            alerts.UseCatalogue(Rules.Behind(alerts.Watermark));
            _switchingTo = Rules.Set;
        }
    }

    /// <summary>Takes the sets whose turn is before the batch at an offset.</summary>
    private void SwitchRules(long offset)
    {
        while (Rules?.Next is { } next && next.Offset < offset)
        {
            if (_switchingTo != next.Set)
            {
                // Once, although storing what follows from it may take several tries.
                _letGo.Clear();
                detection.ReplaceCatalogue(next.Catalogue, _letGo);
                _switchingTo = next.Set;
            }

            Show(alerts.ReplaceCatalogue(next.Catalogue, next.Offset, detection.NowMs ?? _restoredAtMs, _letGo));
            Rules.Taken();
            _unsavedSinceRestore = true;
        }
    }

    private void Show(IReadOnlyList<Alert> changed)
    {
        if (changed.Count == 0)
        {
            return;
        }

        live.UpdateAlerts([.. changed.Select(LiveMapping.Alert)]);
        foreach (var district in changed.Select(a => a.Subject.District).Distinct(StringComparer.Ordinal))
        {
            ShowOpenAlerts(district);
        }
    }
}
