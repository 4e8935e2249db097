using IOC.Alerts;

namespace IOC.Host.Shifts;

/// <summary>What the connections of the pages say about who is on shift. Pure: it is told the time and who is connected.</summary>
internal sealed class PresenceWatch(ShiftOptions options)
{
    private readonly Dictionary<string, Absence> _absent = new(OperatorName.Comparer);

    /// <summary>What follows from who is connected now.</summary>
    /// <param name="connected">Names that connected pages told.</param>
    /// <param name="onDuty">Who is on shift.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    public IReadOnlyList<PresenceChange> Look(IReadOnlyCollection<string> connected, IReadOnlyList<Duty> onDuty, long nowMs)
    {
        List<PresenceChange> changes = [];
        var present = connected.ToHashSet(OperatorName.Comparer);
        foreach (var duty in onDuty)
        {
            if (nowMs - duty.FromMs >= (long)options.MaxDuty.TotalMilliseconds)
            {
                changes.Add(new(PresenceChangeKind.TooLong, duty.Operator, nowMs));
                _absent.Remove(duty.Operator);
            }
            else if (present.Contains(duty.Operator))
            {
                if (_absent.Remove(duty.Operator, out var absence) && absence.Told)
                {
                    changes.Add(new(PresenceChangeKind.LinkBack, duty.Operator, absence.SinceMs));
                }
            }
            else
            {
                LookAfter(duty, nowMs, changes);
            }
        }

        var names = onDuty.Select(d => d.Operator).ToHashSet(OperatorName.Comparer);
        foreach (var gone in _absent.Keys.Where(n => !names.Contains(n)).ToList())
        {
            _absent.Remove(gone);
        }

        if (options.ByPresence)
        {
            changes.AddRange(connected.Where(n => !names.Contains(n)).Distinct(OperatorName.Comparer).Select(n => new PresenceChange(PresenceChangeKind.Came, n, nowMs)));
        }

        return changes;
    }

    private void LookAfter(Duty duty, long nowMs, List<PresenceChange> changes)
    {
        if (!_absent.TryGetValue(duty.Operator, out var absence))
        {
            _absent.Add(duty.Operator, absence = new Absence(nowMs));
        }

        var away = nowMs - absence.SinceMs;
        if (duty.Began == DutyChange.Presence && away >= (long)options.AbsentAfter.TotalMilliseconds)
        {
            changes.Add(new(PresenceChangeKind.Went, duty.Operator, absence.SinceMs));
            _absent.Remove(duty.Operator);
        }
        else if (!absence.Told && away >= (long)options.LinkLostAfter.TotalMilliseconds)
        {
            absence.Told = true;
            changes.Add(new(PresenceChangeKind.LinkLost, duty.Operator, absence.SinceMs));
        }
    }

    private sealed class Absence(long sinceMs)
    {
        public long SinceMs => sinceMs;

        public bool Told { get; set; }
    }
}

/// <summary>What happened to an operator's presence.</summary>
internal enum PresenceChangeKind
{
    /// <summary>A page of somebody who is not on shift is connected.</summary>
    Came,

    /// <summary>Nobody has seen a page of theirs for long.</summary>
    Went,

    /// <summary>The duty has lasted as long as one may.</summary>
    TooLong,

    /// <summary>No page of somebody on shift is connected.</summary>
    LinkLost,

    /// <summary>One is again.</summary>
    LinkBack,
}

/// <summary>A change.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Operator">Who.</param>
/// <param name="SinceMs">Since when, Unix milliseconds.</param>
internal sealed record PresenceChange(PresenceChangeKind Kind, string Operator, long SinceMs);
