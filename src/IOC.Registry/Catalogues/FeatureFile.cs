using System.Text;
using System.Text.Json;

namespace IOC.Registry;

/// <summary>A feature of a GeoJSON file: where it stands, for errors, and what it holds.</summary>
internal sealed record FeaturePlace(string File, int Line, string Path, CatalogueErrors Errors)
{
    public void Error(string en, string vi) => Errors.Add(File, Line, Path, en, vi);
}

/// <summary>Reads a GeoJSON FeatureCollection (RFC 7946) whose features have properties.id.</summary>
internal static class FeatureFile
{
    /// <summary>Takes a feature: its place, its id, its properties and its geometry (undefined when there is none).</summary>
    public delegate void Take(FeaturePlace place, string id, JsonElement properties, JsonElement geometry);

    public static void Read(SourceFile file, CatalogueErrors errors, Take take)
    {
        if (file.Text is null)
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(file.Text);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !Is(document.RootElement, "type", "FeatureCollection")
                || !document.RootElement.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
            {
                errors.Add(file.Name, 1, null, "The document is no GeoJSON FeatureCollection.", "Tệp không phải GeoJSON FeatureCollection.");
                return;
            }

            var lines = FeatureLines(file.Text);
            var index = 0;
            foreach (var feature in features.EnumerateArray())
            {
                Read(new FeaturePlace(file.Name, lines[index], $"features[{index}]", errors), feature, take);
                index++;
            }
        }
        catch (JsonException e)
        {
            errors.Add(file.Name, (int)(e.LineNumber ?? 0) + 1, null, $"The document is no JSON: {e.Message}", $"Tệp không phải JSON: {e.Message}");
        }
    }

    public static bool IsPosition(JsonElement position) =>
        position.ValueKind == JsonValueKind.Array && position.GetArrayLength() >= 2
        && position[0].ValueKind == JsonValueKind.Number && position[1].ValueKind == JsonValueKind.Number
        && Math.Abs(position[0].GetDouble()) <= 180 && Math.Abs(position[1].GetDouble()) <= 90;

    public static bool Is(JsonElement element, string name, string value) =>
        element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    /// <summary>The geometry's coordinates; false when it has none.</summary>
    public static bool Coordinates(JsonElement geometry, out JsonElement coordinates)
    {
        coordinates = default;
        return geometry.ValueKind == JsonValueKind.Object && geometry.TryGetProperty("coordinates", out coordinates)
            && coordinates.ValueKind == JsonValueKind.Array && coordinates.GetArrayLength() > 0;
    }

    private static void Read(FeaturePlace place, JsonElement feature, Take take)
    {
        if (feature.ValueKind != JsonValueKind.Object || !feature.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String)
        {
            place.Error("properties.id is missing.", "Thiếu properties.id.");
            return;
        }

        take(place, id.GetString()!, properties, feature.TryGetProperty("geometry", out var geometry) ? geometry : default);
    }

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
}
