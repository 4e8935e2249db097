using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Where, when and what: the parts that the figures are made of.</summary>
public sealed partial class FigureCounter
{
    private const int MostListed = 20;
    private readonly Dictionary<(string District, string? Domain), int[]> _places = [];
    private readonly List<StaleAlert> _staleAlerts = [];

    private void CountPlace(Alert alert, int priority)
    {
        var place = (alert.Subject.District, alert.Subject.Domain);
        if (!_places.TryGetValue(place, out var counts))
        {
            _places.Add(place, counts = new int[4]);
        }

        counts[priority]++;
    }

    private List<PlaceFigures> Places() =>
    [
        .. _places.Select(p => new PlaceFigures(p.Key.District, p.Key.Domain, p.Value, Share(p.Value.Sum())))
            .OrderByDescending(p => p.Priorities.Sum()).ThenBy(p => p.District, StringComparer.Ordinal).ThenBy(p => p.Domain, StringComparer.Ordinal),
    ];

    private List<Nuisance> Nuisances() =>
    [
        .. _keys.Where(k => k.Value.Chattered || k.Value.Thrice || k.Value.Fleeting > 0)
            .OrderByDescending(k => k.Value.Chattered).ThenByDescending(k => k.Value.Thrice).ThenByDescending(k => k.Value.Fleeting)
            .ThenBy(k => k.Key.Subject.ToString(), StringComparer.Ordinal).ThenBy(k => k.Key.RuleId, StringComparer.Ordinal)
            .Take(MostListed).Select(k => new Nuisance(k.Key.Subject, k.Key.RuleId, k.Value.Chattered, k.Value.Thrice, k.Value.Fleeting) { Title = k.Value.Title }),
    ];

    // From an interval above 10 for each operator to the next one below 5.
    private List<FloodPeriod> FloodPeriods()
    {
        var floods = new List<FloodPeriod>();
        var rates = PerOperator();
        for (var i = 0; i < rates.Length; i++)
        {
            if (rates[i] <= FigureTargets.Max)
            {
                continue;
            }

            var begins = i;
            while (i + 1 < rates.Length && rates[i + 1] >= FloodOptions.UsualLeaveBelow)
            {
                i++;
            }

            var annunciated = Enumerable.Range(begins, i - begins + 1).Sum(n => _perInterval.Sum(p => p[n]));
            floods.Add(new FloodPeriod(_fromMs + (begins * IntervalMs), _fromMs + ((i + 1) * IntervalMs), annunciated, rates.AsSpan(begins, i - begins + 1).ToArray().Max()));
        }

        return floods;
    }

    private sealed class KeyCounts
    {
        private long _last = long.MinValue;
        private long _before = long.MinValue;

        public int Annunciated { get; private set; }

        public int Fleeting { get; private set; }

        public LocalText? Title { get; private set; }

        public bool Chattered { get; set; }

        public bool Thrice { get; private set; }

        public void Count(Alert alert, int fleeting)
        {
            Annunciated++;
            Fleeting += fleeting;
            Title = alert.Title;
        }

        public void Raised(long atMs, long withinMs)
        {
            Thrice |= _before != long.MinValue && atMs - _before <= withinMs;
            (_before, _last) = (_last, atMs);
        }
    }
}
