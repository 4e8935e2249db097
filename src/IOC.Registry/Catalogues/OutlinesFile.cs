using System.Text;
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
        if (file.Text is null)
        {
            return outlines;
        }

        try
        {
            using var document = JsonDocument.Parse(file.Text);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !Is(document.RootElement, "type", "FeatureCollection")
                || !document.RootElement.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
            {
                errors.Add(file.Name, 1, null, "The document is no GeoJSON FeatureCollection.", "Tệp không phải GeoJSON FeatureCollection.");
                return outlines;
            }

            var lines = FeatureLines(file.Text);
            var index = 0;
            foreach (var feature in features.EnumerateArray())
            {
                Read(new FeaturePlace(file.Name, lines[index], $"features[{index}]", errors), feature, areas, outlines);
                index++;
            }
        }
        catch (JsonException e)
        {
            errors.Add(file.Name, (int)(e.LineNumber ?? 0) + 1, null, $"The document is no JSON: {e.Message}", $"Tệp không phải JSON: {e.Message}");
        }

        return outlines;
    }

    private static void Read(FeaturePlace place, JsonElement feature, IReadOnlySet<string> areas, Dictionary<string, Outline> outlines)
    {
        if (feature.ValueKind != JsonValueKind.Object || !feature.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
        {
            place.Error("properties.id is missing.", "Thiếu properties.id.");
            return;
        }

        var area = id.GetString()!;
        if (!areas.Contains(area))
        {
            place.Error($"There is no area '{area}' in {AreasFile.Name}.", $"Không có đơn vị '{area}' trong {AreasFile.Name}.");
            return;
        }

        var sketch = properties.TryGetProperty("sketch", out var flag) && flag.ValueKind == JsonValueKind.True;
        if (!feature.TryGetProperty("geometry", out var geometry) || !IsOutline(geometry))
        {
            place.Error("The geometry must be a Polygon or MultiPolygon of closed rings of 4 or more positions [longitude, latitude].",
                "Hình phải là Polygon hoặc MultiPolygon gồm các vòng khép kín từ 4 điểm [kinh độ, vĩ độ].");
        }
        else if (!outlines.TryAdd(area, new Outline(JsonSerializer.Serialize(geometry), sketch)))
        {
            place.Error($"'{area}' has an outline already.", $"'{area}' đã có ranh giới.");
        }
    }

    private static bool IsOutline(JsonElement geometry)
    {
        if (geometry.ValueKind != JsonValueKind.Object || !geometry.TryGetProperty("coordinates", out var coordinates)
            || coordinates.ValueKind != JsonValueKind.Array || coordinates.GetArrayLength() == 0)
        {
            return false;
        }

        return Is(geometry, "type", "Polygon") ? IsPolygon(coordinates)
            : Is(geometry, "type", "MultiPolygon") && coordinates.EnumerateArray().All(IsPolygon);
    }

    private static bool IsPolygon(JsonElement rings) =>
        rings.ValueKind == JsonValueKind.Array && rings.GetArrayLength() > 0 && rings.EnumerateArray().All(IsRing);

    private static bool IsRing(JsonElement ring)
    {
        if (ring.ValueKind != JsonValueKind.Array || ring.GetArrayLength() < 4 || !ring.EnumerateArray().All(IsPosition))
        {
            return false;
        }

        var (first, last) = (ring[0], ring[ring.GetArrayLength() - 1]);
        return first[0].GetDouble() == last[0].GetDouble() && first[1].GetDouble() == last[1].GetDouble();
    }

    private static bool IsPosition(JsonElement position) =>
        position.ValueKind == JsonValueKind.Array && position.GetArrayLength() >= 2
        && position[0].ValueKind == JsonValueKind.Number && position[1].ValueKind == JsonValueKind.Number
        && Math.Abs(position[0].GetDouble()) <= 180 && Math.Abs(position[1].GetDouble()) <= 90;

    private static bool Is(JsonElement element, string name, string value) =>
        element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    /// <summary>Line on which each feature begins. A parsed document no longer knows, and a person needs to.</summary>
    private static List<int> FeatureLines(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(utf8);
        List<int> lines = [];
        var (inFeatures, line, counted) = (false, 1, 0);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
            {
                inFeatures = reader.ValueTextEquals("features");
            }
            else if (inFeatures && reader.CurrentDepth == 2
                && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                var start = (int)reader.TokenStartIndex;
                line += utf8.AsSpan(counted, start - counted).Count((byte)'\n');
                counted = start;
                lines.Add(line);
            }
        }

        return lines;
    }

    private sealed record FeaturePlace(string File, int Line, string Path, CatalogueErrors Errors)
    {
        public void Error(string en, string vi) => Errors.Add(File, Line, Path, en, vi);
    }
}
