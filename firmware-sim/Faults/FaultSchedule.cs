using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Faults;

/// <summary>
/// Plans faults at a known rate: time is cut into slots, one fault (or one event over several sensors) begins at a random
/// moment of each. Kinds come from a shuffled deck, so that a short run has its share of every kind. The same seed, start
/// and sensors give the same plan.
/// </summary>
internal sealed class FaultSchedule
{
    private const long MinuteMs = 60_000;

    /// <summary>Nothing goes wrong before every sensor has reported once.</summary>
    private const long LeadInMs = 20_000;

    /// <summary>Faults that show only against what was usual before wait until there is something usual; so does a second
    /// episode.</summary>
    private const long BaselineMs = 6 * MinuteMs;

    // A cabinet's fault begins at least so long before dusk or dawn, with the sun so many degrees over or under the horizon.
    private const long ShowsWithinMs = 120 * MinuteMs;
    private const double SunIsUp = 5;

    private const double EpisodeKm = 4;
    private const int FewestInEpisode = 3;
    private const int MostInEpisode = 8;
    private const double JamKm = 1.5;
    private const int MostInJam = 4;

    // What traffic gets back towards the edge of a jam, km/h.
    private const double SpeedRegained = 30;
    private const int FewestInOutage = 3;

    /// <summary>Feeders whose cabinets have a battery and say that the voltage has gone.</summary>
    private const double DarkShare = 0.3;

    private static readonly (FaultKind Kind, int Cards)[] Deck =
    [
        (FaultKind.Spike, 9), (FaultKind.Sentinel, 7), (FaultKind.Silence, 5), (FaultKind.Offline, 4), (FaultKind.Stuck, 1),
        (FaultKind.LevelShift, 3), (FaultKind.NoiseBurst, 2), (FaultKind.Drift, 2), (FaultKind.ClockAhead, 2),
        (FaultKind.LateDelivery, 2), (FaultKind.Malformed, 2), (FaultKind.LampByDay, 1), (FaultKind.LampDark, 1), (FaultKind.Congestion, 1), (FaultKind.PollutionEpisode, 1),
        (FaultKind.FeederOutage, 1), (FaultKind.GatewayOutage, 1),
    ];

    // What an operator can see within a minute or two of a first start, when nothing has a history yet.
    private static readonly FaultKind[] Opening =
        [FaultKind.Sentinel, FaultKind.Silence, FaultKind.Sentinel, FaultKind.Offline, FaultKind.Sentinel, FaultKind.PollutionEpisode];

    // The first of them hit sensors that report often, for the same reason.
    private const int SoonSlots = 5;

    // And they come twice as fast as the rest.
    private const double OpeningPace = 0.5;

    private readonly City _city;
    private readonly ReportTimes _times;
    private readonly bool _ownLinks;
    private readonly TimeSpan _shortest;
    private readonly long _leadInMs;
    private readonly double _slotMs;
    private readonly List<FaultKind> _cards = [];
    private readonly Dictionary<SensorModel, long> _busyUntil = [];
    private readonly Dictionary<FaultKind, List<(SimAsset Asset, List<SensorModel> Below)>> _fallible;
    private readonly List<Fault> _asked = [];
    private Dice _dice;
    private long _slot;
    private int _planned;
    private int _events;

    /// <summary>Makes a plan.</summary>
    /// <param name="city">The sensors.</param>
    /// <param name="times">Their report times.</param>
    /// <param name="perSensorPerDay">Faults per sensor and day; 0 = none.</param>
    /// <param name="ownLinks">True when every sensor has a connection of its own, which alone can break alone.</param>
    /// <param name="quiet">Time after the start in which nothing goes wrong.</param>
    /// <param name="outages">Outages to have in any case, of assets that the city has. Nothing else goes wrong with what is below
    /// them until they are over.</param>
    /// <exception cref="UserErrorException">Two outages would concern one sensor at the same time, or one concerns none.</exception>
    public FaultSchedule(
        City city, ReportTimes times, double perSensorPerDay, bool ownLinks, TimeSpan quiet = default, IReadOnlyList<Outage>? outages = null)
    {
        _leadInMs = Math.Max(LeadInMs, (long)quiet.TotalMilliseconds);
        _city = city;
        _times = times;
        _ownLinks = ownLinks;
        _shortest = city.Sensors.Count == 0 ? TimeSpan.Zero : city.Sensors.Min(s => s.Sensor.Period);
        _dice = new Dice(Hash.Mix(city.Seed, 0xFA17));
        _slotMs = perSensorPerDay > 0 && city.Sensors.Count > 0 ? 86_400_000.0 / (perSensorPerDay * city.Sensors.Count) : double.PositiveInfinity;
        _fallible = city.Assets.Select(a => (Asset: a, Below: city.Below(a.Id)))
            .Where(a => a.Below.Count >= FewestInOutage)
            .GroupBy(a => OutageOf(a.Asset)).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var outage in (outages ?? []).OrderBy(o => o.After).ThenBy(o => o.Asset, StringComparer.Ordinal))
        {
            Ask(outage);
        }
    }

    /// <summary>Plans the slots that begin at or before a time; each slot is given once.</summary>
    public List<Fault> PlanUntil(long unixMs)
    {
        List<Fault> faults = [.. _asked];
        _asked.Clear();
        while (SlotStart(_slot) <= unixMs)
        {
            PlanSlot(SlotStart(_slot), faults);
            _slot++;
        }

        return faults;
    }

    private double SlotStart(long slot)
    {
        var passed = (OpeningPace * Math.Min(slot, Opening.Length)) + Math.Max(0, slot - Opening.Length);
        return double.IsInfinity(_slotMs) ? double.PositiveInfinity : _times.StartMs + _leadInMs + (passed * _slotMs);
    }

    private void PlanSlot(double slotStart, List<Fault> faults)
    {
        var at = (long)(slotStart + (_dice.Unit() * (SlotStart(_slot + 1) - slotStart)));
        var kind = _slot < Opening.Length ? Opening[_slot] : Draw(at);
        if (kind == FaultKind.Offline && !_ownLinks)
        {
            kind = FaultKind.Silence;
        }

        if (FaultShapes.IsEvent(kind))
        {
            if (PlanEvent(kind, at, faults))
            {
                return;
            }

            kind = FaultKind.Sentinel;
        }

        if (FaultShapes.IsOfLamp(kind))
        {
            kind = LampFault(at) ?? FaultKind.Sentinel;
        }

        if (kind is FaultKind.FeederOutage or FaultKind.GatewayOutage)
        {
            if (PlanOutage(kind, at, faults))
            {
                return;
            }

            kind = FaultKind.Silence;
        }

        if (FreeSensor(at, kind) is { } sensor)
        {
            faults.Add(Plan(sensor, kind, at));
        }
    }

    // By day a cabinet can burn, at night it can be dark; at dusk and dawn neither would show.
    private static FaultKind? LampFault(long at)
    {
        var (now, later) = (StreetLights.SunElevation(new LocalClock(at)), StreetLights.SunElevation(new LocalClock(at + ShowsWithinMs)));
        return Math.Min(now, later) > SunIsUp ? FaultKind.LampByDay : Math.Max(now, later) < -SunIsUp ? FaultKind.LampDark : null;
    }

    private FaultKind Draw(long at)
    {
        if (_cards.Count == 0)
        {
            _cards.AddRange(Deck.SelectMany(d => Enumerable.Repeat(d.Kind, d.Cards)));
            for (var i = _cards.Count - 1; i > 0; i--)
            {
                var j = _dice.Below(i + 1);
                (_cards[i], _cards[j]) = (_cards[j], _cards[i]);
            }
        }

        var early = at - _times.StartMs < BaselineMs;
        var index = early ? _cards.FindIndex(k => !CanWait(k)) : 0;
        if (index < 0)
        {
            return FaultKind.Sentinel;
        }

        var kind = _cards[index];
        _cards.RemoveAt(index);
        return kind;
    }

    private static bool CanWait(FaultKind kind) => kind
        is FaultKind.Spike or FaultKind.LevelShift or FaultKind.NoiseBurst or FaultKind.Drift or FaultKind.PollutionEpisode or FaultKind.Congestion
        or FaultKind.FeederOutage or FaultKind.GatewayOutage;

    private SensorModel? FreeSensor(long at, FaultKind kind)
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var sensor = _city.Sensors[_dice.Below(_city.Sensors.Count)];
            var soon = _slot >= SoonSlots || sensor.Sensor.Period <= _shortest;
            if (soon && IsFree(sensor, at) && (Candidates(sensor, kind).Count > 0 || !FaultShapes.ConcernsOneProperty(kind)))
            {
                return sensor;
            }
        }

        return null;
    }

    private bool IsFree(SensorModel sensor, long at) => _busyUntil.GetValueOrDefault(sensor) < at;

    private Fault Plan(SensorModel sensor, FaultKind kind, long at)
    {
        int? property = null;
        if (FaultShapes.ConcernsOneProperty(kind))
        {
            var candidates = Candidates(sensor, kind);
            property = candidates[_dice.Below(candidates.Count)];
        }

        var code = property is { } chosen ? sensor.Specs[chosen].Code : null;
        var (first, last, reports) = Window(sensor, at, FaultShapes.Duration(kind, code, _times.PeriodMs(sensor), ref _dice));

        return new Fault
        {
            Number = ++_planned,
            Kind = kind,
            Sensor = sensor,
            Property = property,
            StartMs = first,
            EndMs = last,
            Reports = reports,
            Size = FaultShapes.Size(kind, property is { } index ? sensor.Specs[index] : null, ref _dice),
            Form = kind == FaultKind.Malformed ? (MalformedForm)_dice.Below(MalformedPayload.Forms) : default,
        };
    }

    private bool PlanEvent(FaultKind kind, long at, List<Fault> faults)
    {
        var (property, km, fewest, most) = kind == FaultKind.Congestion ? ("speed", JamKm, 1, MostInJam) : ("pm25", EpisodeKm, FewestInEpisode, MostInEpisode);
        var concerned = _city.Sensors.Where(s => IndexOf(s, property) >= 0).ToList();
        for (var attempt = 0; attempt < 40 && concerned.Count > 0; attempt++)
        {
            var middle = concerned[_dice.Below(concerned.Count)];
            var reached = concerned.Where(s => IsFree(s, at) && Distance(s, middle) < km).OrderBy(s => Distance(s, middle)).Take(most).ToList();
            if (reached.Count < fewest || reached[0] != middle)
            {
                continue;
            }

            var (duration, size) = (FaultShapes.Duration(kind, property, 0, ref _dice), kind == FaultKind.Congestion ? _dice.Between(3, 8) : _dice.Between(120, 200));
            _events++;
            foreach (var sensor in reached)
            {
                var (first, last, reports) = Window(sensor, at, duration);
                var nearness = Math.Exp(-Math.Pow(Distance(sensor, middle) / km, 2));
                faults.Add(new Fault
                {
                    Number = ++_planned,
                    Kind = kind,
                    Sensor = sensor,
                    Property = IndexOf(sensor, property),
                    StartMs = first,
                    EndMs = last,
                    Reports = reports,
                    Size = Math.Round(kind == FaultKind.Congestion ? size + ((1 - nearness) * SpeedRegained) : size * nearness, 1),
                    Event = _events,
                });
            }

            return true;
        }

        return false;
    }

    private bool PlanOutage(FaultKind kind, long at, List<Fault> faults)
    {
        if (!_fallible.TryGetValue(kind, out var assets))
        {
            return false;
        }

        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (asset, below) = assets[_dice.Below(assets.Count)];
            if (below.TrueForAll(s => IsFree(s, at)))
            {
                AddOutage(kind, asset.Id, below, at, FaultShapes.Duration(kind, null, 0, ref _dice), _dice.Unit() < DarkShare, faults);
                return true;
            }
        }

        return false;
    }

    private void Ask(Outage outage)
    {
        var asset = _city.Assets.First(a => a.Id == outage.Asset);
        var below = _city.Below(asset.Id);
        var at = _times.StartMs + (long)outage.After.TotalMilliseconds;
        if (below.Count == 0)
        {
            throw new UserErrorException($"No sensor of this fleet depends on {asset.Id}.", $"Không cảm biến nào đang chạy phụ thuộc {asset.Id}.");
        }

        if (below.Find(s => !IsFree(s, at)) is { } busy)
        {
            throw new UserErrorException(
                $"The outage of {asset.Id} begins while {busy.Sensor.Id} is out by another.", $"Sự cố {asset.Id} bắt đầu khi {busy.Sensor.Id} còn mất do sự cố khác.");
        }

        AddOutage(OutageOf(asset), asset.Id, below, at, new FaultDuration(outage.For.TotalMilliseconds, null), dark: false, _asked);
    }

    private void AddOutage(FaultKind kind, string asset, List<SensorModel> below, long at, FaultDuration duration, bool dark, List<Fault> faults)
    {
        _events++;
        foreach (var sensor in below)
        {
            var (first, last, reports) = Window(sensor, at, duration);
            faults.Add(new Fault
            {
                Number = ++_planned,
                Kind = kind,
                Sensor = sensor,
                StartMs = first,
                EndMs = last,
                Reports = reports,
                Event = _events,
                Asset = asset,
                Dark = dark && kind == FaultKind.FeederOutage,
                Drops = !dark && kind == FaultKind.FeederOutage && _ownLinks,
            });
        }
    }

    // Power for lighting, substations included; links for the rest.
    private static FaultKind OutageOf(SimAsset asset) => asset.Kind == AssetKinds.Gateway ? FaultKind.GatewayOutage : FaultKind.FeederOutage;

    private (long First, long Last, int Reports) Window(SensorModel sensor, long at, FaultDuration duration)
    {
        var first = _times.FirstAtOrAfter(sensor, at);
        var reports = duration.Reports ?? Math.Max(1, (int)(duration.Ms / _times.PeriodMs(sensor)));
        var (start, end) = (_times.TimeOf(sensor, first), _times.TimeOf(sensor, first + reports - 1));
        _busyUntil[sensor] = end + (long)(5 * _times.PeriodMs(sensor));
        return (start, end, reports);
    }

    private static List<int> Candidates(SensorModel sensor, FaultKind kind) =>
        [.. Enumerable.Range(0, sensor.Specs.Count).Where(i => FaultShapes.CanHave(sensor.Specs[i].Code, kind))];

    private static int IndexOf(SensorModel sensor, string property) => sensor.Specs.Select(s => s.Code).ToList().IndexOf(property);

    private static double Distance(SensorModel a, SensorModel b) =>
        Geo.DistanceKm(a.Sensor.Longitude, a.Sensor.Latitude, b.Sensor.Longitude, b.Sensor.Latitude);
}
