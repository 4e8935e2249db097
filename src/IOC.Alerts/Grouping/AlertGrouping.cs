using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// Raises the alerts of group rules, and suppresses by design what a group or a bigger alert explains. A function of the open
/// alerts and the plan: it keeps nothing that does not follow from them, and asks for no time to pass.
/// </summary>
/// <remarks>What is suppressed always has an explaining alert of the same or a higher priority that is open and whose
/// condition holds. An alert of a higher priority than what would explain it stays in the list.</remarks>
/// <param name="plan">What belongs together and what explains what.</param>
/// <param name="told">Told of what was stored, in order; must not take long.</param>
public sealed class AlertGrouping(GroupingPlan plan, Action<IReadOnlyList<Alert>>? told = null) : IAlertCorrelator
{
    private readonly ActiveAlerts _active = new();
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);
    private GroupingPlan _plan = plan;
    private bool _all = true;
    private bool _underway;

    /// <inheritdoc/>
    public long NextDueMs => _all || _pending.Count > 0 ? 0 : long.MaxValue;

    /// <summary>Takes another catalogue: with the next batch or tick everything is looked at again.</summary>
    /// <param name="catalogue">The catalogue.</param>
    /// <param name="open">The open alerts.</param>
    /// <param name="holds">The holds that have not ended.</param>
    public void ReplaceCatalogue(Catalogue catalogue, IReadOnlyList<Alert> open, IReadOnlyList<Hold> holds)
    {
        _plan = new GroupingPlan(catalogue);
        Restore(open, holds);
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyList<Alert> open, IReadOnlyList<Hold> holds)
    {
        ArgumentNullException.ThrowIfNull(open);
        Rebuild(open);
        _all = true;
    }

    /// <inheritdoc/>
    public void Committed(IReadOnlyList<Alert> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        foreach (var alert in changed)
        {
            // Outside a batch only a withdrawal ends a condition; what it explained is looked at with the next.
            if (_active.Put(alert) && !_underway)
            {
                _pending.Add(alert.Id);
            }
        }

        _underway = false;
        told?.Invoke(changed);
    }

    /// <inheritdoc/>
    public void Correlate(AlertBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (_underway)
        {
            // The batch before this one could not be stored.
            Rebuild(batch.Open());
            _all = true;
        }

        _underway = true;
        var work = new GroupingWork(_plan, _active, batch);

        // What this very batch closed is not among the open ones.
        work.Touch(batch.Changed.Concat(_all ? batch.Open() : _pending.Select(batch.Find).OfType<Alert>()));
        work.Run();
        _all = false;
        _pending.Clear();
    }

    private void Rebuild(IEnumerable<Alert> open)
    {
        _active.Clear();
        foreach (var alert in open)
        {
            _active.Put(alert);
        }
    }
}
