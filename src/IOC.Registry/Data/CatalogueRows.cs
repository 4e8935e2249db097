using IOC.Telemetry;

namespace IOC.Registry.Data;

/// <summary>A row that comes from a catalogue file. One that is no longer there is marked, never deleted: history and
/// alerts still speak of it.</summary>
internal abstract class CatalogueRow
{
    public required string Id { get; init; }

    /// <summary>When an import found it gone, Unix milliseconds; null while it is there.</summary>
    public long? RetiredAtMs { get; set; }
}

internal sealed class PropertyRow : CatalogueRow
{
    /// <summary>Place in the file; properties are listed in that order.</summary>
    public int Position { get; set; }

    public required string Unit { get; set; }

    public required string UnitLabel { get; set; }

    public required string NameVi { get; set; }

    public required string NameEn { get; set; }

    public double PlausibleMin { get; set; }

    public double PlausibleMax { get; set; }

    public int Decimals { get; set; }

    public static PropertyRow From(PropertyDefinition p, int position) => new()
    {
        Id = p.Code,
        Position = position,
        Unit = p.Unit,
        UnitLabel = p.UnitLabel,
        NameVi = p.Name.Vi,
        NameEn = p.Name.En,
        PlausibleMin = p.PlausibleMin,
        PlausibleMax = p.PlausibleMax,
        Decimals = p.Decimals,
    };

    public PropertyDefinition ToModel() => new(Id, Unit, new LocalText(NameVi, NameEn), PlausibleMin, PlausibleMax, Decimals, UnitLabel);
}

internal sealed class AreaRow : CatalogueRow
{
    public string? ParentId { get; set; }

    public AreaLevel Level { get; set; }

    public required string NameVi { get; set; }

    public required string NameEn { get; set; }

    public double Longitude { get; set; }

    public double Latitude { get; set; }

    public DateOnly? ValidFrom { get; set; }

    public DateOnly? ValidTo { get; set; }

    public string? Outline { get; set; }

    public bool OutlineIsSketch { get; set; }

    public static AreaRow From(Area a) => new()
    {
        Id = a.Id,
        ParentId = a.ParentId,
        Level = a.Level,
        NameVi = a.Name.Vi,
        NameEn = a.Name.En,
        Longitude = a.Longitude,
        Latitude = a.Latitude,
        ValidFrom = a.ValidFrom,
        ValidTo = a.ValidTo,
        Outline = a.Outline,
        OutlineIsSketch = a.OutlineIsSketch,
    };

    public Area ToModel() =>
        new(Id, ParentId, Level, new LocalText(NameVi, NameEn), Longitude, Latitude, ValidFrom, ValidTo, Outline, OutlineIsSketch);
}

internal sealed class SensorRow : CatalogueRow
{
    public required string District { get; set; }

    public required string Domain { get; set; }

    public required string NameVi { get; set; }

    public required string NameEn { get; set; }

    public double Longitude { get; set; }

    public double Latitude { get; set; }

    /// <summary>Property codes with spaces between, as in the file.</summary>
    public required string Properties { get; set; }

    public long PeriodMs { get; set; }

    public string? CommuneId { get; set; }

    /// <summary>Ids of assets with spaces between, as in the file.</summary>
    public required string Assets { get; set; }

    public static SensorRow From(SensorDefinition s) => new()
    {
        Id = s.Address.Sensor,
        District = s.Address.District,
        Domain = s.Address.Domain,
        NameVi = s.Name.Vi,
        NameEn = s.Name.En,
        Longitude = s.Longitude,
        Latitude = s.Latitude,
        Properties = string.Join(' ', s.Properties),
        PeriodMs = (long)s.Period.TotalMilliseconds,
        CommuneId = s.CommuneId,
        Assets = string.Join(' ', s.Assets),
    };

    public SensorDefinition ToModel(AddressBook book) => new(
        book.GetOrAdd(District, Domain, Id), new LocalText(NameVi, NameEn), Longitude, Latitude,
        Properties.Split(' ', StringSplitOptions.RemoveEmptyEntries), TimeSpan.FromMilliseconds(PeriodMs), CommuneId)
    {
        Assets = Assets.Split(' ', StringSplitOptions.RemoveEmptyEntries),
    };
}

internal sealed class AssetRow : CatalogueRow
{
    /// <summary>Place in the catalogue: parents before children.</summary>
    public int Position { get; set; }

    public required string District { get; set; }

    /// <summary>Null when it serves several.</summary>
    public string? Domain { get; set; }

    public AssetKind Kind { get; set; }

    public string? ParentId { get; set; }

    public required string NameVi { get; set; }

    public required string NameEn { get; set; }

    public double Longitude { get; set; }

    public double Latitude { get; set; }

    /// <summary>GeoJSON geometry; null when it is a point.</summary>
    public string? Line { get; set; }

    public static AssetRow From(Asset a, int position) => new()
    {
        Id = a.Id,
        Position = position,
        District = a.District,
        Domain = a.Domain,
        Kind = a.Kind,
        ParentId = a.ParentId,
        NameVi = a.Name.Vi,
        NameEn = a.Name.En,
        Longitude = a.Longitude,
        Latitude = a.Latitude,
        Line = a.Line,
    };

    public Asset ToModel() => new(Id, District, Domain, Kind, ParentId, new LocalText(NameVi, NameEn), Longitude, Latitude, Line);
}

/// <summary>One import of one file.</summary>
internal sealed class CatalogueImportRow
{
    public long Id { get; init; }

    public required string File { get; init; }

    public required string Hash { get; init; }

    public long ImportedAtMs { get; init; }

    public int Entries { get; init; }

    public int Added { get; init; }

    public int Changed { get; init; }

    public int Retired { get; init; }
}
