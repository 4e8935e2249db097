namespace IOC.Alerts;

/// <summary>Whether the operators are flooded.</summary>
/// <param name="InFlood">True in a flood.</param>
/// <param name="SinceMs">Since when (host's clock); null outside of one.</param>
/// <param name="Rate">Annunciations per operator in the last ten minutes, or whatever the window is.</param>
/// <param name="Operators">Operators on shift.</param>
public sealed record FloodState(bool InFlood, long? SinceMs, double Rate, int Operators);

/// <summary>
/// Counts what comes into the operators' list and asks to be acknowledged, and tells when that is more than they can follow. It
/// concerns the whole node, and people: so it goes by the host's clock and begins anew with the host. Thread-safe.
/// </summary>
public sealed class FloodMeter(FloodOptions options)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _times = new();
    private readonly Dictionary<string, (long DemandedAtMs, int ReAlarms)> _asked = new(StringComparer.Ordinal);
    private long? _since;
    private long _lastBusy;
    private int _operators = 1;

    private long WindowMs => (long)options.Window.TotalMilliseconds;

    private double Rate => (double)_times.Count / _operators;

    /// <summary>Takes alerts that are new or changed. An alert counts once for each time that it asks: when it comes into the list,
    /// when it comes back, and when its condition does.</summary>
    public void Take(IReadOnlyList<Alert> changed, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(changed);
        lock (_gate)
        {
            foreach (var alert in changed)
            {
                var asks = (alert.DemandedAtMs, alert.ReAlarms);
                if (!alert.IsShown || !alert.IsUnacknowledged)
                {
                    _asked.Remove(alert.Id);
                }
                else if (!_asked.TryGetValue(alert.Id, out var asked) || (asked != asks && !alert.Chattering))
                {
                    _asked[alert.Id] = asks;
                    _times.Enqueue(nowMs);
                }
            }

            Move(nowMs);
        }
    }

    /// <summary>Takes the alerts that were open when the host started: they ask no more than they did.</summary>
    public void Restore(IReadOnlyList<Alert> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        lock (_gate)
        {
            foreach (var alert in open.Where(a => a.IsShown && a.IsUnacknowledged))
            {
                _asked[alert.Id] = (alert.DemandedAtMs, alert.ReAlarms);
            }
        }
    }

    /// <summary>Moves on, and takes how many operators are on shift.</summary>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    /// <param name="connected">Different operators connected.</param>
    public FloodState At(long nowMs, int connected)
    {
        lock (_gate)
        {
            _operators = options.Operators > 0 ? options.Operators : Math.Max(1, connected);
            Move(nowMs);
            return new FloodState(_since is not null, _since, Rate, _operators);
        }
    }

    private void Move(long nowMs)
    {
        while (_times.TryPeek(out var oldest) && oldest <= nowMs - WindowMs)
        {
            _times.Dequeue();
        }

        if (Rate >= options.LeaveBelow)
        {
            _lastBusy = nowMs;
        }

        if (Rate > options.EnterAbove)
        {
            _since ??= nowMs;
        }
        else if (_since is not null && nowMs - _lastBusy >= WindowMs)
        {
            _since = null;
        }
    }
}
