using System.Text;
using System.Text.Json;
using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Security;
using IOC.Telemetry;

namespace IOC.Host.Assets;

/// <summary>Something that sensors depend on.</summary>
/// <param name="Id">Slug.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug; null when it serves several.</param>
/// <param name="Kind">feeder, cabinet, gateway, road, waterworks or other.</param>
/// <param name="ParentId">Asset that it depends on itself.</param>
/// <param name="Name">Name.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Sensors">Number of sensors that depend on it, directly or through assets below it.</param>
public sealed record AssetDto(
    string Id, string District, string? Domain, string Kind, string? ParentId, LocalText Name, double Longitude, double Latitude, int Sensors);

/// <summary>An asset with what depends on it.</summary>
/// <param name="Asset">The asset.</param>
/// <param name="Above">Ids of the assets that it depends on, the nearest first.</param>
/// <param name="Sensors">Slugs of the sensors that depend on it.</param>
public sealed record AssetDetailDto(AssetDto Asset, IReadOnlyList<string> Above, IReadOnlyList<string> Sensors);

/// <summary>What sensors depend on.</summary>
internal static class AssetEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var assets = api.MapGroup("/assets");
        assets.MapGet("", List).Needs(Permission.View).Produces<IEnumerable<AssetDto>>()
            .WithSummary("What sensors depend on (feeders, gateways ...), parents before children");
        assets.MapGet("/geojson", GeoJson).Needs(Permission.View).Produces(StatusCodes.Status200OK, contentType: "application/geo+json")
            .WithSummary("The same as GeoJSON to draw them by: a line where there is one, else a point")
            .WithDescription("With `below=true` each has the slugs of the sensors that depend on it.");
        assets.MapGet("/{id}", One).Needs(Permission.View).Produces<AssetDetailDto>().ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("An asset, what it depends on and which sensors depend on it");
    }

    private static IResult List(Topology topology, Caller caller, string? district = null, string? kind = null) => Wanted(topology, caller, district, kind, out var assets)
        ? Results.Ok(assets.Select(a => ToDto(topology, a)))
        : BadKind();

    private static IResult One(Topology topology, Caller caller, string id) => topology.Find(id) is { } asset && caller.Sees(asset.District, asset.Domain)
        ? Results.Ok(new AssetDetailDto(
            ToDto(topology, asset), [.. topology.Above(asset).Where(a => caller.Sees(a.District, a.Domain)).Select(a => a.Id)],
            [.. topology.SensorsBelow(id).Where(s => caller.Sees(s.District, s.Domain)).Select(s => s.Sensor)]))
        : Problems.NotFound("asset", id);

    private static IResult GeoJson(Topology topology, Caller caller, string? district = null, string? kind = null, bool below = false)
    {
        if (!Wanted(topology, caller, district, kind, out var assets))
        {
            return BadKind();
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            foreach (var asset in assets)
            {
                Write(json, ToDto(topology, asset), asset.Line, below ? [.. topology.SensorsBelow(asset.Id).Where(s => caller.Sees(s.District, s.Domain))] : null);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Results.Bytes(buffer.ToArray(), "application/geo+json");
    }

    private static void Write(Utf8JsonWriter json, AssetDto asset, string? line, IReadOnlyList<SensorAddress>? below)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteStartObject("properties");
        json.WriteString("id", asset.Id);
        json.WriteString("district", asset.District);
        json.WriteString("domain", asset.Domain);
        json.WriteString("kind", asset.Kind);
        json.WriteString("parentId", asset.ParentId);
        json.WriteString("nameVi", asset.Name.Vi);
        json.WriteString("nameEn", asset.Name.En);
        json.WriteNumber("sensors", asset.Sensors);
        if (below is not null)
        {
            json.WriteStartArray("below");
            foreach (var sensor in below)
            {
                json.WriteStringValue(sensor.Sensor);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WritePropertyName("geometry");
        if (line is null)
        {
            json.WriteStartObject();
            json.WriteString("type", "Point");
            json.WriteStartArray("coordinates");
            json.WriteNumberValue(asset.Longitude);
            json.WriteNumberValue(asset.Latitude);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        else
        {
            json.WriteRawValue(Encoding.UTF8.GetBytes(line));
        }

        json.WriteEndObject();
    }

    private static bool Wanted(Topology topology, Caller caller, string? district, string? kind, out IEnumerable<Asset> assets)
    {
        assets = topology.Assets.Where(a => caller.Sees(a.District, a.Domain) && (district is null || a.District == district) && (kind is null || KindName(a.Kind) == kind));
        return kind is null || Array.Exists(Enum.GetValues<AssetKind>(), k => KindName(k) == kind);
    }

    private static IResult BadKind()
    {
        var kinds = string.Join(", ", Enum.GetValues<AssetKind>().Select(KindName));
        return Problems.BadRequest("bad_kind", $"kind phải là một trong {kinds}.", $"kind must be one of {kinds}.");
    }

    private static AssetDto ToDto(Topology topology, Asset a) => new(
        a.Id, a.District, a.Domain, KindName(a.Kind), a.ParentId, a.Name, a.Longitude, a.Latitude, topology.SensorsBelow(a.Id).Count);

#pragma warning disable CA1308 // The kinds' own spelling is lower case, as in the catalogue.
    internal static string KindName(AssetKind kind) => kind.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
