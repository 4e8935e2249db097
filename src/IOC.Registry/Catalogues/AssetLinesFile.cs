using System.Text.Json;

namespace IOC.Registry;

/// <summary>assets.geojson: a FeatureCollection (RFC 7946) of LineStrings and MultiLineStrings with properties {id}, by which
/// assets are drawn.</summary>
internal static class AssetLinesFile
{
    public const string Name = "assets.geojson";

    public static Dictionary<string, string> Read(SourceFile file, IReadOnlySet<string> assets, CatalogueErrors errors)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        FeatureFile.Read(file, errors, (place, asset, _, geometry) =>
        {
            if (!assets.Contains(asset))
            {
                place.Error($"There is no asset '{asset}' in {AssetsFile.Name}.", $"Không có thiết bị '{asset}' trong {AssetsFile.Name}.");
            }
            else if (!IsLine(geometry))
            {
                place.Error("The geometry must be a LineString or MultiLineString of 2 or more positions [longitude, latitude].",
                    "Hình phải là LineString hoặc MultiLineString gồm từ 2 điểm [kinh độ, vĩ độ].");
            }
            else if (!lines.TryAdd(asset, JsonSerializer.Serialize(geometry)))
            {
                place.Error($"'{asset}' has a line already.", $"'{asset}' đã có đường vẽ.");
            }
        });
        return lines;
    }

    private static bool IsLine(JsonElement geometry) => FeatureFile.Coordinates(geometry, out var coordinates)
        && (FeatureFile.Is(geometry, "type", "LineString") ? IsPath(coordinates)
            : FeatureFile.Is(geometry, "type", "MultiLineString") && coordinates.EnumerateArray().All(IsPath));

    private static bool IsPath(JsonElement positions) =>
        positions.ValueKind == JsonValueKind.Array && positions.GetArrayLength() >= 2 && positions.EnumerateArray().All(FeatureFile.IsPosition);
}
