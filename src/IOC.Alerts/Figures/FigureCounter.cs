using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// Works out the figures of a period from the lives of its alerts, given one after the other. It keeps a number for each interval,
/// a few for each key (subject and rule) and one for each acknowledgement and closing, never a life. Not safe for several threads.
/// </summary>
public sealed partial class FigureCounter
{
    /// <summary>Length of an interval, milliseconds: ten minutes.</summary>
    public const long IntervalMs = 600_000;

    /// <summary>Longest period.</summary>
    public static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(400);

    private const long DayMs = 86_400_000;
    private const long MinuteMs = 60_000;
    private const int Worst = 10;

    private readonly long _fromMs;
    private readonly long _toMs;
    private readonly double[] _operators;
    private readonly int[][] _perInterval;
    private readonly int[] _perPriority = new int[4];
    private readonly List<long>[] _toAcknowledge = [[], [], [], []];
    private readonly List<long> _toClose = [];
    private readonly Dictionary<AlertKey, KeyCounts> _keys = [];
    private readonly int[] _held = new int[4];
    private readonly int[] _heldAtEnd = new int[4];
    private int _annunciated;
    private int _fleeting;
    private int _unacknowledged;
    private int _stale;
    private int _staleUnacknowledged;
    private int _staleAtEnd;

    /// <summary>Begins to count for a fixed number of operators.</summary>
    /// <param name="fromMs">Beginning, Unix milliseconds; taken down to a whole interval.</param>
    /// <param name="toMs">End, not contained; taken up to a whole interval.</param>
    /// <param name="operators">Number of operators on shift, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The end is not after the beginning, the period is too long, or there are no operators.</exception>
    public FigureCounter(long fromMs, long toMs, int operators)
        : this(fromMs, toMs, (_, _) => operators) => ArgumentOutOfRangeException.ThrowIfLessThan(operators, 1);

    /// <summary>Begins to count for the operators who were on shift.</summary>
    /// <param name="fromMs">Beginning, Unix milliseconds; taken down to a whole interval.</param>
    /// <param name="toMs">End, not contained; taken up to a whole interval.</param>
    /// <param name="operators">The mean number of operators on shift from one time to another. Less than one counts as one: somebody
    /// has to have heard it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The end is not after the beginning, or the period is too long.</exception>
    public FigureCounter(long fromMs, long toMs, Func<long, long, double> operators)
    {
        ArgumentNullException.ThrowIfNull(operators);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(toMs, fromMs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(toMs - fromMs, (long)MaxPeriod.TotalMilliseconds, nameof(toMs));
        _fromMs = fromMs - (((fromMs % IntervalMs) + IntervalMs) % IntervalMs);
        _toMs = _fromMs + ((toMs - _fromMs + IntervalMs - 1) / IntervalMs * IntervalMs);
        _perInterval = Array.ConvertAll(new int[4], _ => new int[(_toMs - _fromMs) / IntervalMs]);
        _operators = new double[_perInterval[0].Length];
        for (var i = 0; i < _operators.Length; i++)
        {
            var begins = _fromMs + (i * IntervalMs);
            _operators[i] = Math.Max(1, operators(begins, begins + IntervalMs));
        }
    }

    /// <summary>Beginning of the period, Unix milliseconds.</summary>
    public long FromMs => _fromMs;

    /// <summary>End of the period, not contained.</summary>
    public long ToMs => _toMs;

    /// <summary>Takes a life; those of one key in the order in which they were opened.</summary>
    public void Add(AlertLife life)
    {
        ArgumentNullException.ThrowIfNull(life);
        var walk = new LifeWalk(life, _toMs);
        var priority = (int)life.Alert.Severity - 1;
        foreach (var annunciation in walk.Annunciations.Where(a => IsWithin(a.AtMs)))
        {
            _annunciated++;
            _perInterval[priority][(annunciation.AtMs - _fromMs) / IntervalMs]++;
            _perPriority[priority]++;
            var fleeting = annunciation.GoneAtMs - annunciation.AtMs <= MinuteMs && !(annunciation.AcknowledgedAtMs < annunciation.GoneAtMs) ? 1 : 0;
            KeyOf(life).Count(life.Alert, fleeting);
            CountPlace(life.Alert, priority);
            _fleeting += fleeting;
            if (annunciation is { Again: false, AcknowledgedAtMs: { } acknowledged })
            {
                _toAcknowledge[priority].Add(acknowledged - annunciation.AtMs);
            }

            _unacknowledged += annunciation is { Again: false, IsWaiting: true } ? 1 : 0;
        }

        if (walk.ClosedAtMs is { } closed && IsWithin(closed) && walk.Annunciations is [var first, ..])
        {
            _toClose.Add(closed - first.AtMs);
        }

        CountStale(life.Alert, walk);
        CountHolds(life, walk);
        CountChattering(life);
    }

    /// <summary>The figures of what was taken.</summary>
    public AlertFigures Result()
    {
        var worst = _keys.Where(k => k.Value.Annunciated > 0).OrderByDescending(k => k.Value.Annunciated)
            .ThenBy(k => k.Key.Subject.ToString(), StringComparer.Ordinal).ThenBy(k => k.Key.RuleId, StringComparer.Ordinal)
            .Take(Worst).Select(k => new BadActor(k.Key.Subject, k.Key.RuleId, k.Value.Annunciated, Share(k.Value.Annunciated)) { Title = k.Value.Title }).ToList();
        return new AlertFigures
        {
            FromMs = _fromMs,
            ToMs = _toMs,
            Operators = _operators.Average(),
            Annunciated = _annunciated,
            Rates = Rates(),
            Floods = Floods(),
            Stale = new StaleFigures(_stale, _staleUnacknowledged, _staleAtEnd),
            Chattering = _keys.Values.Count(k => k.Chattered),
            ThriceInAMinute = _keys.Values.Count(k => k.Thrice),
            Fleeting = _fleeting,
            BadActors = worst,
            BadActorsShare = Share(worst.Sum(w => w.Annunciated)),
            TimeToAcknowledge = Times([.. _toAcknowledge.SelectMany(t => t)]),
            TimeToAcknowledgeByPriority = [.. _toAcknowledge.Select(Times)],
            Unacknowledged = _unacknowledged,
            TimeToClose = Times(_toClose),
            Priorities = [.. _perPriority.Select((n, i) => new PriorityFigures((Severity)(i + 1), n, Share(n)))],
            Held = new HoldFigures(
                _held[(int)HoldKind.Shelved], _held[(int)HoldKind.Suppressed], _held[(int)HoldKind.OutOfService],
                _heldAtEnd[(int)HoldKind.Shelved], _heldAtEnd[(int)HoldKind.Suppressed], _heldAtEnd[(int)HoldKind.OutOfService]),
            PerInterval = _perInterval,
            PerOperator = PerOperator(),
            FloodPeriods = FloodPeriods(),
            Places = Places(),
            Nuisances = Nuisances(),
            StaleAlerts = [.. _staleAlerts.OrderBy(a => a.SinceMs).ThenBy(a => a.AlertId, StringComparer.Ordinal).Take(MostListed)],
        };
    }

    private void CountStale(Alert alert, LifeWalk walk)
    {
        // Each alert once, however often it was stale.
        if (walk.Active.Where(s => s.ToMs - s.FromMs > DayMs && s.ToMs > _fromMs && s.FromMs + DayMs < _toMs).ToList() is not { Count: > 0 } stale)
        {
            return;
        }

        _stale++;
        _staleUnacknowledged += stale.Exists(s => s.AcknowledgedAtMs is not { } at || at - s.FromMs > DayMs) ? 1 : 0;
        _staleAtEnd += stale.Exists(s => s.IsOpen) ? 1 : 0;
        var longest = stale.MaxBy(s => s.ToMs - s.FromMs)!;
        _staleAlerts.Add(new StaleAlert(
            alert.Id, alert.Subject, alert.RuleId, alert.Title, alert.Severity, longest.FromMs, longest.IsOpen ? null : longest.ToMs, longest.AcknowledgedAtMs is not null));
    }

    private void CountHolds(AlertLife life, LifeWalk walk)
    {
        foreach (var act in life.Acts.Where(a => IsWithin(a.RecordedAtMs)))
        {
            var kind = act.Kind switch
            {
                AlertActKind.Shelved => HoldKind.Shelved,
                AlertActKind.Suppressed => HoldKind.Suppressed,
                AlertActKind.TakenOutOfService => HoldKind.OutOfService,
                _ => HoldKind.None,
            };
            _held[(int)kind]++;
        }

        _heldAtEnd[(int)walk.HeldAtEnd]++;
    }

    private void CountChattering(AlertLife life)
    {
        foreach (var act in life.Acts.Where(a => IsWithin(a.RecordedAtMs)))
        {
            if (act.Kind == AlertActKind.Chattering)
            {
                KeyOf(life).Chattered = true;
            }
            else if (act.Kind is AlertActKind.Raised or AlertActKind.ReRaised)
            {
                KeyOf(life).Raised(act.AtMs, MinuteMs);
            }
        }
    }

    private KeyCounts KeyOf(AlertLife life)
    {
        var key = AlertKey.Of(life.Alert);
        if (!_keys.TryGetValue(key, out var counts))
        {
            _keys.Add(key, counts = new KeyCounts());
        }

        return counts;
    }

    private double[] PerOperator() => [.. _operators.Select((n, i) => (_perInterval[0][i] + _perInterval[1][i] + _perInterval[2][i] + _perInterval[3][i]) / n)];

    private AlertRates Rates()
    {
        var rates = PerOperator();
        int Count(double above, double upTo) => rates.Count(r => r > above && r <= upTo);
        var above = Count(10, double.MaxValue);
        return new AlertRates(
            rates.Average(), rates.Max(), rates.Length, Count(double.MinValue, 0), Count(0, 2), Count(2, 5), Count(5, 10), above, (double)above / rates.Length);
    }

    private FloodFigures Floods()
    {
        var floods = FloodPeriods();
        return new FloodFigures(
            floods.Count, floods.Count == 0 ? 0 : floods.Max(f => f.ToMs - f.FromMs), (double)floods.Sum(f => f.ToMs - f.FromMs) / (_toMs - _fromMs));
    }

    private bool IsWithin(long ms) => ms >= _fromMs && ms < _toMs;

    private double Share(int count) => _annunciated == 0 ? 0 : (double)count / _annunciated;

    private static TimeFigures Times(List<long> times)
    {
        times.Sort();
        return new TimeFigures(times.Count, Quantile(times, 0.5), Quantile(times, 0.9));
    }

    private static long? Quantile(List<long> sorted, double share) =>
        sorted.Count == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
}
