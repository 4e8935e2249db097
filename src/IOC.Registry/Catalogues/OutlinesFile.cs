using System.Text.Json;

namespace IOC.Registry;

/// <summary>An area's outline.</summary>
/// <param name="Geometry">GeoJSON geometry as compact text.</param>
/// <param name="IsSketch">True when drawn, not surveyed.</param>
internal sealed record Outline(string Geometry, bool IsSketch);

/// <summary>outlines.geojson: a FeatureCollection (RFC 7946) of Polygons and MultiPolygons with properties
/// {id, sketch}.</summary>
internal static class OutlinesFile
{
    public const string Name = "outlines.geojson";

    public static Dictionary<string, Outline> Read(SourceFile file, IReadOnlySet<string> areas, CatalogueErrors errors)
    {
        var outlines = new Dictionary<string, Outline>(StringComparer.Ordinal);
        FeatureFile.Read(file, errors, (place, area, properties, geometry) =>
        {
            if (!areas.Contains(area))
            {
                place.Error($"There is no area '{area}' in {AreasFile.Name}.", $"Không có đơn vị '{area}' trong {AreasFile.Name}.");
                return;
            }

            var sketch = properties.TryGetProperty("sketch", out var flag) && flag.ValueKind == JsonValueKind.True;
            if (!IsOutline(geometry))
            {
                place.Error("The geometry must be a Polygon or MultiPolygon of closed rings of 4 or more positions [longitude, latitude].",
                    "Hình phải là Polygon hoặc MultiPolygon gồm các vòng khép kín từ 4 điểm [kinh độ, vĩ độ].");
            }
            else if (!outlines.TryAdd(area, new Outline(JsonSerializer.Serialize(geometry), sketch)))
            {
                place.Error($"'{area}' has an outline already.", $"'{area}' đã có ranh giới.");
            }
        });
        return outlines;
    }

    private static bool IsOutline(JsonElement geometry) => FeatureFile.Coordinates(geometry, out var coordinates)
        && (FeatureFile.Is(geometry, "type", "Polygon") ? IsPolygon(coordinates)
            : FeatureFile.Is(geometry, "type", "MultiPolygon") && coordinates.EnumerateArray().All(IsPolygon));

    private static bool IsPolygon(JsonElement rings) =>
        rings.ValueKind == JsonValueKind.Array && rings.GetArrayLength() > 0 && rings.EnumerateArray().All(IsRing);

    private static bool IsRing(JsonElement ring)
    {
        if (ring.ValueKind != JsonValueKind.Array || ring.GetArrayLength() < 4 || !ring.EnumerateArray().All(FeatureFile.IsPosition))
        {
            return false;
        }

        var (first, last) = (ring[0], ring[ring.GetArrayLength() - 1]);
        return first[0].GetDouble() == last[0].GetDouble() && first[1].GetDouble() == last[1].GetDouble();
    }
}
