using System.Collections.Frozen;
using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>Where subjects belong: what they are, what they depend on, and the district that they are in.</summary>
internal sealed class AlertScope(Catalogue catalogue)
{
    private readonly FrozenDictionary<string, IReadOnlyList<string>> _assetsOf =
        catalogue.Sensors.Where(s => s.Assets.Count > 0).ToFrozenDictionary(s => s.Address.Sensor, s => s.Assets, StringComparer.Ordinal);

    private readonly FrozenDictionary<string, Asset> _assets = catalogue.Assets.ToFrozenDictionary(a => a.Id, StringComparer.Ordinal);

    private readonly FrozenDictionary<string, string> _communeOf = catalogue.Sensors.Where(s => s.CommuneId is not null)
        .ToFrozenDictionary(s => s.Address.Sensor, s => s.CommuneId!, StringComparer.Ordinal);

    private readonly FrozenDictionary<(PlaceKind, string), PriorityPlace> _priorities = catalogue.Places.ToFrozenDictionary(p => (p.Kind, p.Id));

    /// <summary>The priority of a finding's alert: the rule's, moved by the nearest place that says so (the sensor itself, what it
    /// depends on from the nearest up, its commune, its district), and why; null when it stays.</summary>
    public (Severity Severity, LocalText? Reason) Priority(Finding finding)
    {
        if (_priorities.Count == 0 || PriorityOf(finding.Subject) is not { } place)
        {
            return (finding.Severity, null);
        }

        var moved = (Severity)Math.Clamp((int)finding.Severity - place.Shift, (int)Severity.P1, (int)Severity.P4);
        return moved == finding.Severity ? (moved, null)
            : (moved, new LocalText($"{moved} thay vì {finding.Severity}: {place.Reason.Vi}", $"{moved} instead of {finding.Severity}: {place.Reason.En}"));
    }

    /// <summary>The subject itself, the assets that it depends on from the nearest up, and its district.</summary>
    public List<(SubjectKind Kind, string Id)> PlacesOf(Subject subject)
    {
        List<(SubjectKind, string)> places = [(subject.Kind, subject.Id)];
        if (subject.Kind == SubjectKind.Sensor)
        {
            foreach (var asset in _assetsOf.GetValueOrDefault(subject.Id) ?? [])
            {
                AddAsset(asset);
            }
        }
        else if (subject.Kind == SubjectKind.Asset)
        {
            AddAsset(_assets.GetValueOrDefault(subject.Id)?.ParentId);
        }

        if (subject.Kind != SubjectKind.District)
        {
            places.Add((SubjectKind.District, subject.District));
        }

        return places;

        // A forest; the check for what is there already also keeps a mistaken circle from turning for ever.
        void AddAsset(string? id)
        {
            while (id is not null && !places.Contains((SubjectKind.Asset, id)))
            {
                places.Add((SubjectKind.Asset, id));
                id = _assets.GetValueOrDefault(id)?.ParentId;
            }
        }
    }

    private PriorityPlace? PriorityOf(Subject subject)
    {
        foreach (var (kind, id) in PlacesOf(subject))
        {
            // The commune lies between what the sensor depends on and its district.
            if (kind == SubjectKind.District && subject.Kind == SubjectKind.Sensor && _communeOf.TryGetValue(subject.Id, out var commune)
                && _priorities.TryGetValue((PlaceKind.Area, commune), out var there))
            {
                return there;
            }

            var place = kind switch
            {
                SubjectKind.Sensor => PlaceKind.Sensor,
                SubjectKind.Asset => PlaceKind.Asset,
                _ => PlaceKind.Area,
            };
            if (_priorities.TryGetValue((place, id), out var found))
            {
                return found;
            }
        }

        return null;
    }
}
