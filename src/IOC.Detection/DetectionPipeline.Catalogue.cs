using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>How the catalogue becomes streams, and what a new catalogue changes.</summary>
public sealed partial class DetectionPipeline
{
    private Dictionary<string, SensorDefinition> _registered = new(StringComparer.Ordinal);
    private readonly List<LostGateway> _lostGateways = [];
    private Gateways _gateways = new([]);
    private Dictionary<string, Area> _areas = new(StringComparer.Ordinal);

    /// <summary>
    /// Takes a new catalogue. What a rule had raised that is gone, or that no longer concerns the sensor, is cleared; a
    /// rule that stays under its id and kind keeps its state and judges the next value by its new limits. A sensor whose
    /// registration is gone or moved counts as never heard. Batches processed later must carry the new property indices.
    /// </summary>
    /// <param name="catalogue">The new catalogue.</param>
    /// <param name="findings">Takes the Cleared findings; their time is the newest tick's.</param>
    public void ReplaceCatalogue(Catalogue catalogue, List<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        _given = catalogue;
        Replace(InForce(), findings);
    }

    private void Replace(Catalogue catalogue, List<Finding> findings)
    {
        var states = new List<(int Slot, byte[] State)>();
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            if (_slots[slot].Series is not null || _slots[slot].HasOpenSeries || _slots[slot].SilenceRaised != 0)
            {
                var series = SeriesOf(slot);
                states.Add((slot, _codec.Encode(in _slots[slot], series)));
                Detach(slot);
            }
        }

        var gateways = new StateWriter();
        _gateways.Write(gateways);
        var districts = _districts.SaveAll();
        _plan = new RulePlan(catalogue);
        Build(catalogue);
        _districts = MakeDistricts(catalogue);
        _districts.NowMs = _clock.NowMs;
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            Define(slot);
        }

        foreach (var (slot, state) in states)
        {
            ref var sensor = ref _slots[slot];
            Attach(slot, SensorCodec.Decode(state, ref sensor, _plan, PeriodOf(in sensor), _orphans));
            sensor.HasOpenSeries = false;
            ReportOrphans(slot, findings);
        }

        LoadDistricts(districts, findings, isChanged: true);
        ClearMoved(findings);
        var reader = new StateReader(gateways.ToArray());
        _gateways.Read(ref reader, _plan, _lostGateways);
        ReportLostGateways(findings);
        RefreshDistricts();
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            _silence.Arm(slot);
        }
    }

    private void Build(Catalogue catalogue)
    {
        foreach (var stream in _streams)
        {
            stream?.Dispose();
        }

        _streams = new PropertyStream?[_plan.StreamCount];
        for (var property = 0; property < _streams.Length; property++)
        {
            _streams[property] = PropertyStream.Make(property, _plan, _setting, _placed);
        }

        BuildStations();
        _catalogue = catalogue;
        Generation++;
        _gateways = new Gateways(catalogue.Assets);
        _areas = catalogue.Areas.Where(a => a.Level == AreaLevel.District).ToDictionary(a => a.Id, StringComparer.Ordinal);
        _registered = catalogue.Sensors.ToDictionary(s => s.Address.Sensor, StringComparer.Ordinal);
    }

    private int SlotOf(SensorAddress address)
    {
        var slot = _slots.Find(address);
        if (slot < 0)
        {
            slot = _slots.Add(address);
            Define(slot);
        }

        return slot;
    }

    private void Define(int slot)
    {
        ref var sensor = ref _slots[slot];
        _registered.TryGetValue(sensor.Address.Sensor, out var definition);
        var here = definition is not null && ReferenceEquals(definition.Address, sensor.Address);
        sensor.Gone = definition is not null && !here || definition is null && sensor.Definition is not null;
        sensor.Definition = here ? definition : null;
        sensor.SilenceRules = _plan.SilenceOf(sensor.Address);
        sensor.Gateway = _gateways.Of(sensor.Definition);
        sensor.Gateway?.Members.Add(slot);
        sensor.WatchesProperties = false;
        sensor.WholeRules = sensor.Definition is null ? null : _plan.For(sensor.Address, _plan.WholeSensor);
    }

    /// <summary>Where a sensor stands: as registered, or where its district's name is on the map.</summary>
    private (double Longitude, double Latitude)? PlaceOf(SensorAddress address)
    {
        if (_registered.TryGetValue(address.Sensor, out var sensor) && ReferenceEquals(sensor.Address, address))
        {
            return (sensor.Longitude, sensor.Latitude);
        }

        return _areas.TryGetValue(address.District, out var area) ? (area.Longitude, area.Latitude) : null;
    }

    private long PeriodOf(in SensorSlot sensor) => (long)(sensor.Definition?.Period ?? _options.DefaultPeriod).TotalMilliseconds;

    /// <summary>Clears everything that is open for sensors whose registration is gone or elsewhere now.</summary>
    private void ClearMoved(List<Finding> findings)
    {
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            ref var sensor = ref _slots[slot];
            if (!sensor.Gone)
            {
                continue;
            }

            sensor.Gone = false;
            if (sensor.LastReceivedMs == Series.Never)
            {
                continue;
            }

            OpenOf(slot, _orphans);
            Detach(slot);
            sensor.Series = new SensorSeries();
            sensor.HasOpenSeries = false;
            sensor.SilenceRaised = 0;
            sensor.LastReceivedMs = Series.Never;
            MarkDirty(slot);
            ReportOrphans(slot, findings);
            _silence.Arm(slot);
        }
    }

    /// <summary>Clears the silence of gateways that are no longer watched. Every sensor behind one is known when this is called.</summary>
    private void ReportLostGateways(List<Finding> findings)
    {
        _gateways.DropEmpty(_lostGateways);
        foreach (var (subject, rule, severity) in _lostGateways)
        {
            findings.Add(new Finding
            {
                Subject = subject,
                RuleId = rule,
                Kind = FindingKind.Silence,
                Transition = FindingTransition.Cleared,
                Severity = severity,
                AtMs = _clock.NowMs,
                ReceivedAtMs = _clock.NowMs,
            });
        }

        _found += _lostGateways.Count;
        _lostGateways.Clear();
    }

    private void OpenOf(int slot, List<Orphan> open)
    {
        // First: loading them uses the list of orphans too.
        var here = SeriesOf(slot);
        ref var sensor = ref _slots[slot];
        for (var i = 0; i < sensor.SilenceRules.Length; i++)
        {
            if ((sensor.SilenceRaised & (1UL << i)) != 0)
            {
                open.Add(OrphanOf(sensor.SilenceRules[i], property: null));
            }
        }

        for (var i = 0; here.Station is { } station && i < station.Rules.Length; i++)
        {
            if (station.States[i].Raised)
            {
                open.Add(OrphanOf(station.Rules[i], station.States[i].Property));
            }
        }

        foreach (var (_, series) in here.Entries)
        {
            foreach (var rule in series?.OpenRules() ?? [])
            {
                open.Add(OrphanOf(rule, series!.Code));
            }
        }
    }

    private static Orphan OrphanOf(CompiledRule rule, string? property) => new(rule.Rule.Id, rule.Rule.Kind, rule.Rule.Severity, property);

    private void ReportOrphans(int slot, List<Finding> findings)
    {
        if (_orphans.Count == 0)
        {
            return;
        }

        ref var sensor = ref _slots[slot];
        var now = Math.Max(_clock.NowMs, sensor.LastReceivedMs);
        foreach (var orphan in _orphans)
        {
            findings.Add(new Finding
            {
                Subject = sensor.Address,
                RuleId = orphan.RuleId,
                Kind = orphan.Kind,
                Transition = FindingTransition.Cleared,
                Severity = orphan.Severity,
                Property = orphan.Property,
                AtMs = now,
                ReceivedAtMs = now,
            });
        }

        _found += _orphans.Count;
        _orphans.Clear();
        MarkDirty(slot);
    }
}
