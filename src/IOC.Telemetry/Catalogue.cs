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
    IReadOnlyList<string> Properties, TimeSpan Period, string? CommuneId)
{
    /// <summary>Ids of the assets that it depends on directly (its feeder, its gateway), in no order.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];
}

/// <summary>What kind of thing an asset is. The numbers are stored: never renumber.</summary>
public enum AssetKind : byte
{
    /// <summary>A feeder: a line that supplies cabinets, lamps or meters.</summary>
    Feeder = 0,

    /// <summary>A cabinet that switches or meters a circuit.</summary>
    Cabinet = 1,

    /// <summary>A gateway that passes on what other devices report.</summary>
    Gateway = 2,

    /// <summary>A stretch of road.</summary>
    Road = 3,

    /// <summary>A pumping station, pipe zone or reservoir.</summary>
    Waterworks = 4,

    /// <summary>Anything else that sensors depend on.</summary>
    Other = 5,
}

/// <summary>Something that sensors depend on: when it fails, they all show it. Assets form a forest within a district.</summary>
/// <param name="Id">Slug, unique among assets.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug; null when it serves several.</param>
/// <param name="Kind">Kind.</param>
/// <param name="ParentId">Asset that it depends on itself; null for none.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Line">GeoJSON geometry (LineString or MultiLineString) as text, to draw it by; null when it is a point.</param>
public sealed record Asset(
    string Id, string District, string? Domain, AssetKind Kind, string? ParentId, LocalText Name, double Longitude, double Latitude, string? Line);

/// <summary>What kind of thing a place is.</summary>
public enum PlaceKind : byte
{
    /// <summary>A sensor.</summary>
    Sensor = 0,

    /// <summary>An asset, and what depends on it.</summary>
    Asset = 1,

    /// <summary>A district or a commune, and what stands in it.</summary>
    Area = 2,
}

/// <summary>A place where alerts matter more, or less, than by their rule alone: a hospital's feeder, a school's road.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Id">Its slug.</param>
/// <param name="Shift">1 = one priority more urgent, -1 = one less.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record PriorityPlace(PlaceKind Kind, string Id, int Shift, LocalText Reason);

/// <summary>The catalogue of an installation: what there is and what is watched. Immutable.</summary>
/// <param name="Properties">Observed properties.</param>
/// <param name="Areas">The area tree, parents before children.</param>
/// <param name="Sensors">Registered sensors.</param>
/// <param name="Rules">Detection rules.</param>
public sealed record Catalogue(
    PropertyCatalogue Properties, IReadOnlyList<Area> Areas, IReadOnlyList<SensorDefinition> Sensors, IReadOnlyList<DetectionRule> Rules)
{
    /// <summary>What sensors depend on; parents before children.</summary>
    public IReadOnlyList<Asset> Assets { get; init; } = [];

    /// <summary>Where alerts matter more or less, each place once.</summary>
    public IReadOnlyList<PriorityPlace> Places { get; init; } = [];
}
