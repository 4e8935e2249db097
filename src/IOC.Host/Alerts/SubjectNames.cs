using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>Names of what alerts are about, from the catalogue.</summary>
internal sealed class SubjectNames(Catalogue catalogue)
{
    private readonly Dictionary<string, LocalText> _districts = catalogue.Areas.Where(a => a.Level == AreaLevel.District).ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, LocalText> _sensors = catalogue.Sensors.ToDictionary(s => s.Address.Sensor, s => s.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, LocalText> _assets = catalogue.Assets.ToDictionary(a => a.Id, a => a.Name, StringComparer.Ordinal);

    /// <summary>Name of a district; its slug when unknown.</summary>
    public LocalText District(string slug) => _districts.GetValueOrDefault(slug) ?? new LocalText(slug, slug);

    /// <summary>Name of a sensor; its slug when unregistered.</summary>
    public LocalText Sensor(string slug) => _sensors.GetValueOrDefault(slug) ?? new LocalText(slug, slug);

    /// <summary>Name of an asset; its slug when unknown.</summary>
    public LocalText Asset(string slug) => _assets.GetValueOrDefault(slug) ?? new LocalText(slug, slug);

    /// <summary>Name of what an alert is about.</summary>
    public LocalText Of(Subject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return subject.Kind switch
        {
            SubjectKind.Sensor => Sensor(subject.Id),
            SubjectKind.Asset => Asset(subject.Id),
            _ => District(subject.Id),
        };
    }
}
