using System.Text;
using System.Text.Json;
using IOC.Registry.Data;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace IOC.Registry;

/// <summary>A sensor as the registry knows it.</summary>
/// <param name="Definition">The sensor.</param>
/// <param name="RetiredAtMs">When an import found it gone from the catalogue, Unix milliseconds; null while it is there.</param>
public sealed record RegisteredSensor(SensorDefinition Definition, long? RetiredAtMs);

/// <summary>Answers questions about the catalogue from the database. What was retired is left out unless asked for.</summary>
/// <param name="database">The database.</param>
/// <param name="book">Where sensor addresses are interned.</param>
public sealed class RegistryReader(RegistryDatabase database, AddressBook book)
{
    /// <summary>Properties in the order of their file.</summary>
    public async Task<IReadOnlyList<PropertyDefinition>> PropertiesAsync(CancellationToken cancel = default)
    {
        await using var context = database.NewContext();
        var rows = await context.Properties.Where(r => r.RetiredAtMs == null).OrderBy(r => r.Position).ToListAsync(cancel);
        return rows.ConvertAll(r => r.ToModel());
    }

    /// <summary>Areas, parents before children, by id within a level.</summary>
    /// <param name="level">Only this level; null = all.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<Area>> AreasAsync(AreaLevel? level = null, CancellationToken cancel = default)
    {
        await using var context = database.NewContext();
        var rows = await context.Areas.Where(r => r.RetiredAtMs == null && (level == null || r.Level == level))
            .OrderBy(r => r.Level).ThenBy(r => r.Id).ToListAsync(cancel);
        return rows.ConvertAll(r => r.ToModel());
    }

    /// <summary>Sensors by id.</summary>
    /// <param name="district">Only this district; null = all.</param>
    /// <param name="domain">Only this domain; null = all.</param>
    /// <param name="retired">Also those no longer in the catalogue.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<RegisteredSensor>> SensorsAsync(
        string? district = null, string? domain = null, bool retired = false, CancellationToken cancel = default)
    {
        await using var context = database.NewContext();
        var rows = await context.Sensors
            .Where(r => (retired || r.RetiredAtMs == null) && (district == null || r.District == district) && (domain == null || r.Domain == domain))
            .OrderBy(r => r.Id).ToListAsync(cancel);
        return rows.ConvertAll(r => new RegisteredSensor(r.ToModel(book), r.RetiredAtMs));
    }

    /// <summary>Assets, parents before children.</summary>
    public async Task<IReadOnlyList<Asset>> AssetsAsync(CancellationToken cancel = default)
    {
        await using var context = database.NewContext();
        var rows = await context.Assets.Where(r => r.RetiredAtMs == null).OrderBy(r => r.Position).ToListAsync(cancel);
        return rows.ConvertAll(r => r.ToModel());
    }

    /// <summary>Imports of catalogue files, the latest first.</summary>
    public async Task<IReadOnlyList<FileImport>> ImportsAsync(int limit = 100, CancellationToken cancel = default)
    {
        await using var context = database.NewContext();
        var rows = await context.CatalogueImports.OrderByDescending(r => r.Id).Take(limit).ToListAsync(cancel);
        return rows.ConvertAll(FileImport.From);
    }

    /// <summary>Outlines of a level as a GeoJSON FeatureCollection (RFC 7946), UTF-8. A feature's properties are id,
    /// nameVi, nameEn and sketch. Areas without an outline are left out.</summary>
    public async Task<byte[]> OutlinesAsync(AreaLevel level, CancellationToken cancel = default)
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            foreach (var area in (await AreasAsync(level, cancel)).Where(a => a.Outline is not null))
            {
                Write(json, area);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Area area)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteStartObject("properties");
        json.WriteString("id", area.Id);
        json.WriteString("nameVi", area.Name.Vi);
        json.WriteString("nameEn", area.Name.En);
        json.WriteBoolean("sketch", area.OutlineIsSketch);
        json.WriteEndObject();
        json.WritePropertyName("geometry");
        json.WriteRawValue(Encoding.UTF8.GetBytes(area.Outline!));
        json.WriteEndObject();
    }
}
