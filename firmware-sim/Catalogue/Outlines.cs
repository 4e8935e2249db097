using System.Text.Json;

namespace IOC.FirmwareSim.Catalogue;

/// <summary>Outlines of districts from outlines.geojson (Polygon and MultiPolygon features with properties.id).</summary>
internal sealed class Outlines
{
    private readonly Dictionary<string, List<List<(double X, double Y)[]>>> _polygons = new(StringComparer.Ordinal);

    /// <summary>No outlines: every point counts as inside unless it is far from the district's centre.</summary>
    public static Outlines None { get; } = new();

    /// <summary>Ids that have an outline.</summary>
    public IReadOnlyCollection<string> Ids => _polygons.Keys;

    /// <summary>Reads a GeoJSON file.</summary>
    public static Outlines Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var outlines = new Outlines();
        foreach (var feature in document.RootElement.GetProperty("features").EnumerateArray())
        {
            if (feature.GetProperty("properties").TryGetProperty("id", out var id) && feature.TryGetProperty("geometry", out var geometry))
            {
                outlines._polygons[id.GetString()!] = Polygons(geometry);
            }
        }

        return outlines;
    }

    /// <summary>Tells whether a point lies in a district; true for all points of a district without an outline.</summary>
    public bool Contains(string id, double longitude, double latitude) =>
        !_polygons.TryGetValue(id, out var polygons) || polygons.Exists(rings =>
            InRing(rings[0], longitude, latitude) && !rings.Skip(1).Any(hole => InRing(hole, longitude, latitude)));

    private static List<List<(double X, double Y)[]>> Polygons(JsonElement geometry)
    {
        var coordinates = geometry.GetProperty("coordinates");
        return geometry.GetProperty("type").GetString() switch
        {
            "Polygon" => [Rings(coordinates)],
            "MultiPolygon" => [.. coordinates.EnumerateArray().Select(Rings)],
            var other => throw new FormatException($"An outline is a {other}; Polygon and MultiPolygon are known."),
        };
    }

    private static List<(double X, double Y)[]> Rings(JsonElement polygon) =>
        [.. polygon.EnumerateArray().Select(ring => ring.EnumerateArray().Select(p => (p[0].GetDouble(), p[1].GetDouble())).ToArray())];

    private static bool InRing((double X, double Y)[] ring, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = ring.Length - 1; i < ring.Length; j = i++)
        {
            var (ax, ay) = ring[i];
            var (bx, by) = ring[j];
            if ((ay > y) != (by > y) && x < ((bx - ax) * (y - ay) / (by - ay)) + ax)
            {
                inside = !inside;
            }
        }

        return inside;
    }
}
