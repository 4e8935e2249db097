using IOC.Alerts.Notification;
using IOC.Telemetry;

namespace IOC.Host.Notification;

/// <summary>Names for people, from the catalogue that is in force.</summary>
internal static class CatalogueNames
{
    /// <summary>Makes the names of a catalogue, which is asked for again each time: it may be another one by then.</summary>
    public static NoticeNames Of(Func<Catalogue> current)
    {
        Catalogue? known = null;
        Dictionary<string, LocalText> sensors = [], districts = [], assets = [];
        Catalogue Look()
        {
            var catalogue = current();
            if (!ReferenceEquals(catalogue, known))
            {
                sensors = catalogue.Sensors.ToDictionary(s => s.Address.Sensor, s => s.Name, StringComparer.Ordinal);
                districts = catalogue.Areas.ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);
                assets = catalogue.Assets.ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);
                known = catalogue;
            }

            return catalogue;
        }

        LocalText Named(string id, Func<Dictionary<string, LocalText>> names)
        {
            Look();
            return names().GetValueOrDefault(id) ?? new LocalText(id, id);
        }

        return new NoticeNames(
            subject => Named(subject.Id, () => subject.Kind switch { SubjectKind.Sensor => sensors, SubjectKind.Asset => assets, _ => districts }),
            district => Named(district, () => districts),
            property => Look().Properties.TryGet(property, out var definition) ? definition.UnitLabel : null);
    }
}
