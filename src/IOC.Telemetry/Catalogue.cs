namespace IOC.Telemetry;

/// <summary>Level of an area in the tree.</summary>
public enum AreaLevel : byte
{
    /// <summary>The whole: a province or a city.</summary>
    Province = 0,

    /// <summary>The level that a city operates by, whatever the law calls it.</summary>
    District = 1,

    /// <summary>Commune, ward or township.</summary>
    Commune = 2,
}

/// <summary>A node of the area tree.</summary>
/// <param name="Id">Slug, unique in the tree.</param>
/// <param name="ParentId">Parent's id; null for the root.</param>
/// <param name="Level">Level.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Longitude">Longitude of the label, degrees east, WGS 84.</param>
/// <param name="Latitude">Latitude of the label, degrees north, WGS 84.</param>
/// <param name="ValidFrom">First day on which the unit existed in law; null = always.</param>
/// <param name="ValidTo">Last day on which the unit existed in law; null = still does. A district past its end may still
/// be what a city operates by.</param>
/// <param name="Outline">GeoJSON geometry (Polygon or MultiPolygon) as text; null when unknown.</param>
/// <param name="OutlineIsSketch">True when the outline is a drawing, not surveyed.</param>
public sealed record Area(
    string Id, string? ParentId, AreaLevel Level, LocalText Name, double Longitude, double Latitude,
    DateOnly? ValidFrom, DateOnly? ValidTo, string? Outline, bool OutlineIsSketch);

/// <summary>A registered sensor.</summary>
/// <param name="Address">Where it reports.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Properties">Codes of the properties that it reports.</param>
/// <param name="Period">Time between its reports.</param>
/// <param name="CommuneId">Commune that it stands in, where known.</param>
public sealed record SensorDefinition(
    SensorAddress Address, LocalText Name, double Longitude, double Latitude,
    IReadOnlyList<string> Properties, TimeSpan Period, string? CommuneId);

/// <summary>A detection rule.</summary>
public sealed record DetectionRule
{
    /// <summary>Slug, unique; part of the alert's key.</summary>
    public required string Id { get; init; }

    /// <summary>Which detector.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>Title of its alerts.</summary>
    public required LocalText Name { get; init; }

    /// <summary>Priority of its alerts.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Property code; null = every property (flatline, spike, implausible) or the whole sensor (silence).</summary>
    public string? Property { get; init; }

    /// <summary>Only sensors of this domain; null = all.</summary>
    public string? Domain { get; init; }

    /// <summary>Only sensors of this district; null = all.</summary>
    public string? District { get; init; }

    /// <summary>Only this sensor; null = all.</summary>
    public string? Sensor { get; init; }

    /// <summary>Limit: raise at or above this value, in the property's unit.</summary>
    public double? RaiseAbove { get; init; }

    /// <summary>Limit: raise at or below this value, in the property's unit.</summary>
    public double? RaiseBelow { get; init; }

    /// <summary>Limit: how far the value must come back inside before it clears, in the property's unit; 0 or more.</summary>
    public double Hysteresis { get; init; }

    /// <summary>Limit: how long (event time) beyond the limit before it is raised. Flatline: how long one value.
    /// Silence: unused (see <see cref="Factor"/>).</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Spike: number of robust standard deviations. Silence: number of reporting periods missed.
    /// Learned: least score, 0.5 to 1.</summary>
    public double Factor { get; init; }

    /// <summary>Flatline: largest change still taken for the same value, in the property's unit; spike: smallest
    /// deviation worth a finding, in the property's unit.</summary>
    public double MinimumChange { get; init; }

    /// <summary>Where a limit comes from (decree, standard); shown to people.</summary>
    public string? Source { get; init; }

    /// <summary>Tells whether the rule concerns a sensor.</summary>
    public bool Covers(SensorAddress sensor) =>
        (Domain is null || Domain == sensor.Domain) && (District is null || District == sensor.District) && (Sensor is null || Sensor == sensor.Sensor);
}

/// <summary>The catalogue of an installation: what there is and what is watched. Immutable.</summary>
/// <param name="Properties">Observed properties.</param>
/// <param name="Areas">The area tree, parents before children.</param>
/// <param name="Sensors">Registered sensors.</param>
/// <param name="Rules">Detection rules.</param>
public sealed record Catalogue(
    PropertyCatalogue Properties, IReadOnlyList<Area> Areas, IReadOnlyList<SensorDefinition> Sensors, IReadOnlyList<DetectionRule> Rules);
