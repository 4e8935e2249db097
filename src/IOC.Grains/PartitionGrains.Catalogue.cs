using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>How the catalogue becomes grains, and what a new catalogue changes.</summary>
public sealed partial class PartitionGrains
{
    /// <summary>
    /// Takes a new catalogue: registrations, periods and property indices. Everything counts as changed afterwards, as a
    /// view holds its registration. Batches processed later must carry the new catalogue's property indices.
    /// </summary>
    /// <param name="catalogue">The new catalogue.</param>
    public void ReplaceCatalogue(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        Flush();
        var map = Map(_catalogue.Properties, catalogue.Properties);
        _catalogue = catalogue;
        if (map is not null)
        {
            Renumber(map);
        }

        Register();
    }

    /// <summary>Makes the next <see cref="CollectChanges"/> give everything.</summary>
    public void MarkAllChanged()
    {
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            if (!_slots[slot].Retired)
            {
                Show(ref _slots[slot], slot);
            }
        }

        for (var key = 0; key < _districtChanged.Count; key++)
        {
            _districtChanged[key] = true;
        }
    }

    private static int[]? Map(PropertyCatalogue from, PropertyCatalogue to)
    {
        var map = new int[from.Count];
        var same = true;
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = to.TryGetIndex(from[i].Code, out var index) ? index : -1;
            same &= map[i] == i;
        }

        return same ? null : map;
    }

    private void Renumber(int[] map)
    {
        for (var slot = 0; slot < _slots.Count; slot++)
        {
            _sensors.Find(slot)?.Renumber(map);
        }

        for (var key = 0; key < _districtNames.Count; key++)
        {
            _districts.Get(key).Renumber(map);
        }
    }

    private void Register()
    {
        var bySlug = new Dictionary<string, SensorDefinition>(StringComparer.Ordinal);
        foreach (var area in _catalogue.Areas)
        {
            if (area.Level == AreaLevel.District && _owns(area.Id))
            {
                DistrictOf(area.Id);
            }
        }

        foreach (var definition in _catalogue.Sensors)
        {
            bySlug[definition.Address.Sensor] = definition;
            if (_owns(definition.Address.District))
            {
                SlotOf(definition.Address);
            }
        }

        for (var slot = 0; slot < _slots.Count; slot++)
        {
            var address = _slots[slot].Address;
            bySlug.TryGetValue(address.Sensor, out var definition);
            var here = definition is not null && ReferenceEquals(definition.Address, address);
            Define(slot, here ? definition : null, movedAway: definition is not null && !here);
        }

        MarkAllChanged();
    }

    private void Define(int slot, SensorDefinition? definition, bool movedAway)
    {
        ref var entry = ref _slots[slot];
        if (entry.Retired)
        {
            if (definition is not null)
            {
                Revive(slot);
            }
        }
        else if (movedAway || definition is null && entry.Presence == SensorPresence.Unknown)
        {
            Retire(slot);
        }

        SetPeriod(ref entry, definition);
        SetDeadline(slot);
    }

    private void SetPeriod(ref SensorSlot entry, SensorDefinition? definition)
    {
        entry.Definition = definition;
        entry.PeriodMs = (long)(definition?.Period ?? _options.DefaultPeriod).TotalMilliseconds;
        entry.StaleMs = (long)(entry.PeriodMs * _options.StalePeriods);
        entry.SilentMs = (long)(entry.PeriodMs * _options.SilentPeriods);
    }

    private void Retire(int slot)
    {
        ref var entry = ref _slots[slot];
        entry.Retired = true;
        entry.Presence = SensorPresence.Unknown;
        RetiredCount++;
        _districts.Get(entry.District).RemoveSensor(entry.Row);
        _districtChanged[entry.District] = true;
        _retired.Add(entry.Address);
    }

    private void Revive(int slot)
    {
        ref var entry = ref _slots[slot];
        entry.Retired = false;
        RetiredCount--;
        entry.Row = _districts.Get(entry.District).AddSensor(entry.Address.Domain);
        if (entry.ReceivedAtMs != SensorGrain.Never)
        {
            Keep(ref entry, _sensors.Get(slot));
            Report(slot);
        }
    }

    private int SlotOf(SensorAddress address)
    {
        var slot = _slots.Find(address);
        if (slot >= 0)
        {
            return slot;
        }

        slot = _slots.Add(address);
        ref var entry = ref _slots[slot];
        entry.District = DistrictOf(address.District);
        entry.Row = _districts.Get(entry.District).AddSensor(address.Domain);
        _districtChanged[entry.District] = true;
        SetPeriod(ref entry, definition: null);
        Show(ref entry, slot);
        return slot;
    }

    private int DistrictOf(string district)
    {
        if (!_districtKeys.TryGetValue(district, out var key))
        {
            key = _districtNames.Count;
            _districtKeys.Add(district, key);
            _districtNames.Add(district);
            _districtChanged.Add(true);
            _districts.Get(key);
        }

        return key;
    }
}
