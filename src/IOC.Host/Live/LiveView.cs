using IOC.Access.Accounts;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Live;

/// <summary>
/// What every operator's page shows, kept as the latest state of each entity with the version at which it changed last.
/// A client is brought up to date by everything with a newer version than its own, so a slow client or one that was away
/// gets each entity once, in its latest state, and no queue grows for it.
/// </summary>
public sealed class LiveView
{
    private static readonly TimeSpan KeepClosed = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly List<Entry<LiveSensor>> _sensors = [];
    private readonly Dictionary<string, Entry<LiveSensor>> _sensorById = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Entry<LiveDistrict>> _districts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry<LiveAlert>> _alerts = new(StringComparer.Ordinal);
    private readonly Queue<(long At, string Id)> _closed = new();
    private readonly Dictionary<string, Entry<LiveCommand>> _commands = new(StringComparer.Ordinal);
    private readonly Queue<(long At, string Id)> _finished = new();
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _urgentChanged = NewSignal();
    private LiveFleet _fleet = new(0, 0, 0, 0, 0, 0, 0, 0, 0);
    private readonly LocalText?[] _warnings = new LocalText?[Enum.GetValues<LiveWarning>().Length];
    private LiveFlood _flood = new(false, null, 0, 1);
    private LiveShift _shift = LiveShift.None;
    private long _version;
    private long _alertVersion;
    private long _commandVersion;
    private int _unregistered;

    /// <summary>Makes an empty view with a new epoch.</summary>
    public LiveView(TimeProvider time, IocOptions options)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(options);
        _time = time;
        Epoch = $"{options.Node}-{Guid.CreateVersion7(time.GetUtcNow()):N}";
    }

    /// <summary>Names this run of the host: versions count from 0 in each.</summary>
    public string Epoch { get; }

    /// <summary>Who is on shift, and how far the shift log goes.</summary>
    public LiveShift Shift
    {
        get
        {
            lock (_gate)
            {
                return _shift;
            }
        }
    }

    /// <summary>Completes at the next change of an alert or a command after <paramref name="version"/>.</summary>
    public Task UrgentChangeAfter(long version)
    {
        lock (_gate)
        {
            return Math.Max(_alertVersion, _commandVersion) > version ? Task.CompletedTask : _urgentChanged.Task;
        }
    }

    /// <summary>Completes at the next change of anything after <paramref name="version"/>.</summary>
    public Task ChangeAfter(long version)
    {
        lock (_gate)
        {
            return _version > version ? Task.CompletedTask : _changed.Task;
        }
    }

    /// <summary>Takes sensors whose state changed; each must carry its metadata.</summary>
    public void UpdateSensors(IReadOnlyList<LiveSensor> sensors)
    {
        ArgumentNullException.ThrowIfNull(sensors);
        if (sensors.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var version = ++_version;
            foreach (var sensor in sensors)
            {
                if (!_sensorById.TryGetValue(sensor.Id, out var entry))
                {
                    _unregistered += sensor.Registered == false ? 1 : 0;
                    entry = new Entry<LiveSensor>(sensor) { MetadataVersion = version };
                    _sensorById.Add(sensor.Id, entry);
                    _sensors.Add(entry);
                }
                else if (!SameMetadata(entry.State, sensor))
                {
                    entry.MetadataVersion = version;
                }

                entry.Set(sensor, version);
            }

            Signal(ref _changed);
        }
    }

    /// <summary>Takes districts whose state changed.</summary>
    public void UpdateDistricts(IReadOnlyList<LiveDistrict> districts)
    {
        ArgumentNullException.ThrowIfNull(districts);
        if (districts.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var version = ++_version;
            foreach (var district in districts)
            {
                Put(_districts, district.Id, district, version);
            }

            Signal(ref _changed);
        }
    }

    /// <summary>Takes alerts that are new or changed.</summary>
    public void UpdateAlerts(IReadOnlyList<LiveAlert> alerts)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        if (alerts.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var version = ++_version;
            _alertVersion = version;
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var alert in alerts)
            {
                // An operator's act and the pump store in order and publish from two threads: the later state stays.
                if (_alerts.TryGetValue(alert.Id, out var known) && known.State.Revision > alert.Revision)
                {
                    continue;
                }

                Put(_alerts, alert.Id, alert, version);
                if (alert.State == "closed")
                {
                    _closed.Enqueue((now, alert.Id));
                }
            }

            Forget(_alerts, _closed, now);
            Signal(ref _urgentChanged);
            Signal(ref _changed);
        }
    }

    /// <summary>Takes commands that are new or changed. One with an outcome stays for an hour after its last change.</summary>
    public void UpdateCommands(IReadOnlyList<LiveCommand> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        if (commands.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var version = ++_version;
            _commandVersion = version;
            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var command in commands)
            {
                // Operators, devices and the clock change commands on threads of their own: the later state stays.
                if (_commands.TryGetValue(command.Id, out var known) && known.State.Revision > command.Revision)
                {
                    continue;
                }

                Put(_commands, command.Id, command, version);
                if (command.FinishedAt is not null)
                {
                    _finished.Enqueue((now, command.Id));
                }
            }

            Forget(_commands, _finished, now);
            Signal(ref _urgentChanged);
            Signal(ref _changed);
        }
    }

    /// <summary>Takes the rates of the fleet; they go out with the next update and make none by themselves.</summary>
    public void UpdateRates(double messagesPerSecond, double readingsPerSecond)
    {
        lock (_gate)
        {
            _fleet = _fleet with { MessagesPerSecond = messagesPerSecond, ReadingsPerSecond = readingsPerSecond };
        }
    }

    /// <summary>Takes whether the host can store what comes (<see cref="LiveStorage"/>); it goes out at once.</summary>
    public void UpdateStorage(string storage)
    {
        lock (_gate)
        {
            _version++;
            _fleet = _fleet with { Storage = storage };
            Signal(ref _urgentChanged);
            Signal(ref _changed);
        }
    }

    /// <summary>Takes what people are told about the machine, or that there is nothing of the kind any more; it goes out when it changes. Of several
    /// the gravest is told.</summary>
    public void UpdateWarning(LiveWarning kind, LocalText? text)
    {
        lock (_gate)
        {
            _warnings[(int)kind] = text;
            var gravest = Array.Find(_warnings, w => w is not null);
            if (_fleet.MachineWarning == gravest)
            {
                return;
            }

            _version++;
            _fleet = _fleet with { MachineWarning = gravest };
            Signal(ref _changed);
        }
    }

    /// <summary>Takes whether the operators are flooded: its beginning, its end and another number of operators go out at once, the
    /// rate with the next update.</summary>
    public void UpdateFlood(LiveFlood flood)
    {
        ArgumentNullException.ThrowIfNull(flood);
        lock (_gate)
        {
            var urgent = flood.InFlood != _flood.InFlood || flood.Operators != _flood.Operators;
            _flood = flood;
            if (urgent)
            {
                _version++;
                Signal(ref _urgentChanged);
                Signal(ref _changed);
            }
        }
    }

    /// <summary>Takes who is on shift and how far the shift log goes; it goes out at once.</summary>
    public void UpdateShift(LiveShift shift)
    {
        ArgumentNullException.ThrowIfNull(shift);
        lock (_gate)
        {
            _version++;
            _shift = shift;
            Signal(ref _urgentChanged);
            Signal(ref _changed);
        }
    }

    /// <summary>What changed of alerts and commands after a version; -1 = all.</summary>
    internal LiveNews NewsSince(long version)
    {
        lock (_gate)
        {
            return new LiveNews(
                _version, _alertVersion > version ? [.. _alerts.Values.Where(a => a.Version > version).Select(a => a.State)] : [],
                _commandVersion > version ? [.. _commands.Values.Where(c => c.Version > version).Select(c => c.State)] : [], _flood, _fleet.Storage);
        }
    }

    /// <summary>What a client lacks: everything, or what changed since its version.</summary>
    public LiveUpdate Collect(LiveRequest since)
    {
        ArgumentNullException.ThrowIfNull(since);
        lock (_gate)
        {
            var full = since.Epoch != Epoch || since.Version > _version || since.Version < 0;
            var from = full ? -1 : since.Version;
            return new LiveUpdate
            {
                Epoch = Epoch,
                Version = _version,
                Full = full,
                ServerTime = _time.GetUtcNow().ToUnixTimeMilliseconds(),
                Sensors = ChangedSensors(from),
                Districts = [.. _districts.Values.Where(d => d.Version > from).Select(d => d.State)],
                Alerts = _alertVersion > from ? [.. _alerts.Values.Where(a => a.Version > from).Select(a => a.State)] : [],
                Commands = _commandVersion > from ? [.. _commands.Values.Where(c => c.Version > from).Select(c => c.State)] : [],
                Fleet = CountFleet(),
                Flood = _flood,
                Shift = _shift,
            };
        }
    }

    /// <summary>All sensors, with their metadata.</summary>
    public IReadOnlyList<LiveSensor> Sensors()
    {
        lock (_gate)
        {
            return [.. _sensors.Select(s => s.State)];
        }
    }

    /// <summary>A sensor by its slug; null when unknown.</summary>
    public LiveSensor? Sensor(string id)
    {
        lock (_gate)
        {
            return _sensorById.GetValueOrDefault(id)?.State;
        }
    }

    /// <summary>All districts.</summary>
    public IReadOnlyList<LiveDistrict> Districts() => Districts(Rights.All);

    /// <summary>Districts as somebody sees them.</summary>
    public IReadOnlyList<LiveDistrict> Districts(Rights rights)
    {
        ArgumentNullException.ThrowIfNull(rights);
        lock (_gate)
        {
            return rights.MayEverywhere(Permission.View) ? [.. _districts.Values.Select(d => d.State)] : DistrictsSeen(rights);
        }
    }

    /// <summary>What somebody lacks who does not see everything. Works all of it out for them alone: everybody else must not pay for it.</summary>
    public LiveUpdate Collect(LiveRequest since, Rights rights)
    {
        ArgumentNullException.ThrowIfNull(rights);
        if (rights.MayEverywhere(Permission.View))
        {
            return Collect(since);
        }

        lock (_gate)
        {
            var update = Collect(since);
            var districts = DistrictsSeen(rights);
            return update with
            {
                Sensors = [.. update.Sensors.Where(s => _sensorById[s.Id].State is var known && rights.May(Permission.View, known.District, known.Domain))],

                // Counts of a part of a district may change when the district's own do not.
                Districts = districts,
                Alerts = [.. update.Alerts.Where(a => rights.May(Permission.View, a.District, a.Domain))],
                Commands = [.. update.Commands.Where(c => rights.May(Permission.View, c.District, c.Domain))],
                Fleet = CountFleet(districts.Select(d => d.Sensors)) with
                {
                    Unregistered = _sensors.Count(s => s.State.Registered == false && rights.May(Permission.View, s.State.District, s.State.Domain)),
                },
            };
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Signal(ref TaskCompletionSource signal)
    {
        signal.TrySetResult();
        signal = NewSignal();
    }

    private static void Put<T>(IDictionary<string, Entry<T>> entries, string id, T state, long version)
    {
        if (entries.TryGetValue(id, out var entry))
        {
            entry.Set(state, version);
        }
        else
        {
            entries.Add(id, new Entry<T>(state) { Version = version });
        }
    }

    private static bool SameMetadata(LiveSensor a, LiveSensor b) =>
        a.Registered == b.Registered && a.District == b.District && a.Domain == b.Domain && a.Name == b.Name
        && a.Longitude == b.Longitude && a.Latitude == b.Latitude && a.PeriodSeconds == b.PeriodSeconds
        && (ReferenceEquals(a.Properties, b.Properties) || (a.Properties ?? []).SequenceEqual(b.Properties ?? [], StringComparer.Ordinal));

    private static LiveSensor WithoutMetadata(LiveSensor s) => s with
    {
        Name = null,
        District = null,
        Domain = null,
        Longitude = null,
        Latitude = null,
        Registered = null,
        Properties = null,
        PeriodSeconds = null,
    };

    private List<LiveSensor> ChangedSensors(long from)
    {
        var changed = new List<LiveSensor>();
        foreach (var entry in _sensors)
        {
            if (entry.Version > from)
            {
                changed.Add(entry.MetadataVersion > from ? entry.State : WithoutMetadata(entry.State));
            }
        }

        return changed;
    }

    private List<LiveDistrict> DistrictsSeen(Rights rights)
    {
        var seen = new List<LiveDistrict>();
        foreach (var (id, entry) in _districts)
        {
            if (rights.May(Permission.View, id, null))
            {
                seen.Add(entry.State);
            }
            else if (rights.MaySomewhereIn(Permission.View, id))
            {
                seen.Add(PartOf(entry.State, rights));
            }
        }

        return seen;
    }

    /// <summary>A district as far as somebody sees it who sees some of its domains only.</summary>
    private LiveDistrict PartOf(LiveDistrict district, Rights rights)
    {
        var states = _sensors.Select(s => s.State).Where(s => s.District == district.Id && rights.May(Permission.View, s.District, s.Domain))
            .GroupBy(s => s.State, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var alerts = _alerts.Values.Select(a => a.State)
            .Where(a => a.District == district.Id && a.State != "closed" && a.Hold is null && rights.May(Permission.View, a.District, a.Domain)).ToLookup(a => a.Severity);
        return district with
        {
            Sensors = new LiveSensorCounts(
                states.Values.Sum(), states.GetValueOrDefault("online"), states.GetValueOrDefault("offline"), states.GetValueOrDefault("stale"), states.GetValueOrDefault("silent"),
                states.GetValueOrDefault("unknown")),
            Aggregates = [.. district.Aggregates.Where(a => rights.May(Permission.View, district.Id, a.Domain))],
            OpenAlerts = new LiveAlertCounts(alerts[1].Count(), alerts[2].Count(), alerts[3].Count(), alerts[4].Count()),
        };
    }

    private LiveFleet CountFleet() => CountFleet(_districts.Select(d => d.Value.State.Sensors)) with { Unregistered = _unregistered };

    private LiveFleet CountFleet(IEnumerable<LiveSensorCounts> districts)
    {
        int total = 0, online = 0, offline = 0, stale = 0, silent = 0, unknown = 0;
        foreach (var s in districts)
        {
            total += s.Total;
            online += s.Online;
            offline += s.Offline;
            stale += s.Stale;
            silent += s.Silent;
            unknown += s.Unknown;
        }

        return _fleet with
        {
            Sensors = total,
            Online = online,
            Offline = offline,
            Stale = stale,
            Silent = silent,
            Unknown = unknown,
        };
    }

    private static void Forget<T>(Dictionary<string, Entry<T>> entries, Queue<(long At, string Id)> over, long now)
    {
        while (over.TryPeek(out var oldest) && oldest.At + (long)KeepClosed.TotalMilliseconds < now)
        {
            over.Dequeue();
            entries.Remove(oldest.Id);
        }
    }

    private sealed class Entry<T>(T state)
    {
        public T State { get; private set; } = state;

        public long Version { get; set; }

        public long MetadataVersion { get; set; }

        public void Set(T state, long version)
        {
            State = state;
            Version = version;
        }
    }
}
