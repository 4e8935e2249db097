using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>What is known after the store failed.</summary>
public sealed partial class AlertBook
{
    private readonly List<Alert> _recovered = [];
    private bool _unsure;

    private AlertBookState Load() => _store.Load(Partition, ChatterMemory + ChatterMemory);

    private void Take(AlertBookState state)
    {
        // A batch that changed nothing is remembered here only.
        _watermark = Math.Max(_watermark, state.Watermark);
        foreach (var hold in state.Holds)
        {
            _holds.Put(hold);
            _holdDeadlines.Set(hold.Id, DueOf(hold));
        }

        foreach (var alert in state.Open)
        {
            Keep(alert);
        }

        foreach (var alert in state.RecentlyClosed)
        {
            Remember(alert);
        }

        _correlator?.Restore(state.Open, state.Holds);
    }

    private void Save(long offset, AlertDraft draft)
    {
        try
        {
            _store.Save(Partition, offset, draft.Alerts, draft.Acts, draft.Holds);
        }
        catch (Exception e) when (e is not INothingStored)
        {
            // When a connection breaks while a server commits, only the server knows what came of it.
            _unsure = true;
            throw;
        }
    }

    // After a failure everything is taken from the store again before anything else is worked out: what was to be stored is there
    // as a whole or not at all, and a batch that is there is not applied twice.
    private void Recover(bool must = true)
    {
        if (!_unsure)
        {
            return;
        }

        try
        {
            LoadAgain();
        }
        catch (Exception) when (!must)
        {
            // A batch that changes nothing needs no store, and the partition must go on without it.
        }
    }

    private void LoadAgain()
    {
        var state = Load();
        var before = _open.Values.ToDictionary(a => a.Id, StringComparer.Ordinal);
        _open.Clear();
        _keys.Clear();
        _counts.Clear();
        _recent.Clear();
        _recentOut.Clear();
        (_holds, _alertDeadlines, _holdDeadlines) = (new HoldIndex(), new DeadlineQueue(), new DeadlineQueue());
        Take(state);
        _recovered.AddRange(state.Open.Where(a => before.GetValueOrDefault(a.Id) != a));
        _recovered.AddRange(state.RecentlyClosed.Where(a => before.ContainsKey(a.Id)));
        _unsure = false;
    }

    // What was stored after all has yet to be shown.
    private IReadOnlyList<Alert> WithRecovered(IReadOnlyList<Alert> changed) => _recovered.Count == 0 ? changed : Join(changed);

    private List<Alert> Join(IReadOnlyList<Alert> changed)
    {
        var latest = changed.Select(a => a.Id).ToHashSet(StringComparer.Ordinal);
        List<Alert> all = [.. _recovered.Where(a => !latest.Contains(a.Id)), .. changed];
        _recovered.Clear();
        return all;
    }
}
