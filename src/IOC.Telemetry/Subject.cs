namespace IOC.Telemetry;

/// <summary>What kind of thing a finding or an alert is about. The numbers are stored: never renumber.</summary>
public enum SubjectKind : byte
{
    /// <summary>A sensor.</summary>
    Sensor = 0,

    /// <summary>A whole district.</summary>
    District = 1,

    /// <summary>An asset that sensors depend on.</summary>
    Asset = 2,
}

/// <summary>What a finding or an alert is about: a sensor, an asset or a whole district. Always within one district. Equal by value.</summary>
public sealed record Subject
{
    private Subject(SubjectKind kind, string district, string? domain, string id, SensorAddress? sensor)
    {
        Kind = kind;
        District = district;
        Domain = domain;
        Id = id;
        Sensor = sensor;
    }

    /// <summary>What kind of thing it is.</summary>
    public SubjectKind Kind { get; }

    /// <summary>District slug.</summary>
    public string District { get; }

    /// <summary>Domain slug; null when it concerns several domains.</summary>
    public string? Domain { get; }

    /// <summary>Slug of the sensor, asset or district.</summary>
    public string Id { get; }

    /// <summary>The sensor; null when it is something else.</summary>
    public SensorAddress? Sensor { get; }

    /// <summary>A sensor.</summary>
    public static Subject Of(SensorAddress sensor)
    {
        ArgumentNullException.ThrowIfNull(sensor);
        return new Subject(SubjectKind.Sensor, sensor.District, sensor.Domain, sensor.Sensor, sensor);
    }

    /// <summary>A whole district, in one domain or in all (null).</summary>
    public static Subject OfDistrict(string district, string? domain) => new(SubjectKind.District, district, domain, district, null);

    /// <summary>An asset.</summary>
    public static Subject Of(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return OfAsset(asset.District, asset.Domain, asset.Id);
    }

    /// <summary>An asset by its slugs.</summary>
    public static Subject OfAsset(string district, string? domain, string id) => new(SubjectKind.Asset, district, domain, id, null);

    /// <summary>A sensor.</summary>
    public static implicit operator Subject(SensorAddress sensor) => Of(sensor);

    /// <summary>"district/domain/sensor", "district/domain/@asset" or "district/domain/"; the domain is "*" where there is none.</summary>
    public override string ToString() => Kind switch
    {
        SubjectKind.Sensor => Sensor!.Path,
        SubjectKind.Asset => $"{District}/{Domain ?? "*"}/@{Id}",
        _ => $"{District}/{Domain ?? "*"}/",
    };
}
