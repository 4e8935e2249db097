using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Who belongs to which district, and what of it is stored.</summary>
internal sealed partial class DistrictDetector
{
    /// <summary>Takes a sensor that was heard, so that it counts among those of its district.</summary>
    public void Know(SensorAddress address) => MemberOf(address);

    /// <summary>Forgets what is raised by other detectors; <see cref="NoteOpen"/> tells it anew.</summary>
    public void ForgetOpen()
    {
        foreach (var district in _districts)
        {
            Array.Clear(district.Raised);
            foreach (var member in district.Members)
            {
                Array.Clear(member.Raised);
                member.Silent = 0;
            }
        }
    }

    /// <summary>Takes what another detector has raised about a sensor.</summary>
    public void NoteOpen(SensorAddress address, string ruleId)
    {
        if (MemberOf(address) is { } member)
        {
            Note(member, _plan.WatchedIndex(ruleId), _plan.HasSilentShare && _plan.Silence.Contains(ruleId), 1);
        }
    }

    /// <summary>Takes that a sensor is behind a gateway that is silent.</summary>
    public void NoteBehindSilence(SensorAddress address)
    {
        if (MemberOf(address) is { } member)
        {
            Note(member, watched: -1, silence: _plan.HasSilentShare, 1);
        }
    }

    /// <summary>Takes what the rules about several series have raised themselves.</summary>
    public void NoteOwn()
    {
        foreach (var district in _districts)
        {
            foreach (var aggregate in district.Aggregates.Where(a => a.Raised))
            {
                if (_plan.WatchedIndex(aggregate.Rule.Rule.Id) is >= 0 and var watched)
                {
                    district.Raised[watched]++;
                }
            }

            foreach (var member in district.Members)
            {
                var series = member.Entries.ToArray().SelectMany(e => e.Series?.Neighbours ?? []).Where(n => n.Raised).Select(n => n.Rule.Rule.Id);
                var combined = member.Combinations.Where(c => c.Raised).Select(c => c.Combination.Rule.Rule.Rule.Id);
                foreach (var id in series.Concat(combined).ToArray())
                {
                    Note(member, _plan.WatchedIndex(id), silence: false, 1);
                }
            }
        }
    }

    /// <summary>State of every district, whether it changed or not.</summary>
    public List<(string Key, byte[] State)> SaveAll()
    {
        var codec = new DistrictCodec(_plan.Properties);
        return _districts.ConvertAll(d => (d.Key, codec.Encode(d)));
    }

    /// <summary>Adds the state of every district that changed since the last confirmed checkpoint.</summary>
    public void CollectDirty(List<(string Key, byte[] State)> states)
    {
        DistrictCodec? codec = null;
        foreach (var district in _districts)
        {
            if (district.Dirty || district.Saving)
            {
                codec ??= new DistrictCodec(_plan.Properties);
                states.Add((district.Key, codec.Encode(district)));
                (district.Dirty, district.Saving) = (false, true);
            }
        }
    }

    /// <summary>Says that what was collected last is stored.</summary>
    public void ConfirmSaved() => _districts.ForEach(d => d.Saving = false);

    /// <summary>Takes stored state of a district. What is open of rules that are gone, or of sensors that are, is handed over.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="state">Its bytes.</param>
    /// <param name="isGone">Whether a sensor is no longer registered here.</param>
    /// <param name="orphans">Takes what is to be cleared.</param>
    /// <param name="isChanged">Whether it must be saved again, because the rules may be others.</param>
    /// <exception cref="InvalidDataException">The bytes are of another version or cut short.</exception>
    public void Load(string key, byte[] state, Func<SensorAddress, bool> isGone, List<(Subject Subject, Orphan Orphan)> orphans, bool isChanged)
    {
        var district = DistrictOf(District.SlugOf(key));
        var before = orphans.Count;
        new DistrictCodec(_plan.Properties).Decode(state, district, (domain, sensor) =>
        {
            var address = _addresses.GetOrAdd(district.Slug, domain, sensor);
            return (address, isGone(address) ? null : MemberOf(address, isNew: false));
        }, Touch, orphans);

        // What was judged before goes on as it was; only a rule that came meanwhile has to look first.
        foreach (var combined in district.Members.SelectMany(m => m.Combinations))
        {
            TouchIf(combined.LastMs == Series.Never, combined);
        }

        district.Dirty |= isChanged || orphans.Count > before;
    }

    /// <summary>Newest time known of a district, Unix ms: when something of it is cleared because its rule is gone.</summary>
    public long NowOf(string slug) => Math.Max(NowMs, _bySlug.TryGetValue(slug, out var district) ? district.ClockMs : Series.Never);

    private Member? MemberOf(SensorAddress address, bool isNew = true)
    {
        var ordinal = address.Ordinal;
        if (ordinal >= _members.Length)
        {
            var length = Math.Max(ordinal + 1, Math.Max(64, _members.Length * 2));
            Array.Resize(ref _members, length);
            Array.Resize(ref _passed, length);
        }

        if (_members[ordinal] is { } known)
        {
            return known;
        }

        if (_passed[ordinal])
        {
            return null;
        }

        if (!_plan.Concerns(address))
        {
            _passed[ordinal] = true;
            return null;
        }

        var member = _members[ordinal] = Add(address);
        if (isNew)
        {
            Array.ForEach(member.Combinations, Touch);
            Array.ForEach(member.NamedBy, TouchAll);
        }

        return member;
    }

    private Member Add(SensorAddress address)
    {
        var definition = _definitionOf(address);
        var period = Math.Max(1, (long)(definition?.Period ?? _options.DefaultPeriod).TotalMilliseconds);
        var district = DistrictOf(address.District);
        var member = district.Add(address, definition, period, (long)(_options.GapPeriods * period));
        district.Dirty = true;
        return member;
    }

    private District DistrictOf(string slug)
    {
        if (!_bySlug.TryGetValue(slug, out var district))
        {
            district = new District(slug, _plan) { Dirty = true };
            _bySlug.Add(slug, district);
            _districts.Add(district);
        }

        return district;
    }
}
