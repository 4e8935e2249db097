namespace IOC.Alerts;

/// <summary>Who is on shift. Thread-safe; every change is stored before it counts.</summary>
/// <param name="log">Where the duties are kept.</param>
/// <param name="newId">Makes an id.</param>
public sealed class Roster(IShiftLog log, Func<string> newId)
{
    private readonly Lock _gate = new();
    private readonly List<Duty> _onDuty = [.. log.OnDuty()];

    /// <summary>Those on shift, by when they came.</summary>
    public IReadOnlyList<Duty> OnDuty
    {
        get
        {
            lock (_gate)
            {
                return [.. _onDuty];
            }
        }
    }

    /// <summary>An operator comes on shift.</summary>
    /// <returns>The duty; null when they are on shift already.</returns>
    public Duty? Begin(string operatorName, long nowMs, DutyChange how)
    {
        lock (_gate)
        {
            if (Find(operatorName) is not null)
            {
                return null;
            }

            var duty = new Duty(newId(), operatorName, nowMs, how);
            log.Begin(duty);
            _onDuty.Add(duty);
            return duty;
        }
    }

    /// <summary>An operator goes.</summary>
    /// <param name="operatorName">Who.</param>
    /// <param name="atMs">When, Unix milliseconds; not before they came.</param>
    /// <param name="how">How it ends.</param>
    /// <returns>The ended duty; null when they are not on shift.</returns>
    public Duty? End(string operatorName, long atMs, DutyChange how)
    {
        lock (_gate)
        {
            if (Find(operatorName) is not { } duty)
            {
                return null;
            }

            var until = Math.Max(duty.FromMs, atMs);
            log.End(duty.Id, until, how);
            _onDuty.Remove(duty);
            return duty with { UntilMs = until, Ended = how };
        }
    }

    private Duty? Find(string operatorName) => _onDuty.Find(d => OperatorName.Same(d.Operator, operatorName));
}
