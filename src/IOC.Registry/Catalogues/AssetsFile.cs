using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>assets.csv: what sensors depend on.</summary>
internal static class AssetsFile
{
    public const string Name = "assets.csv";

    private static readonly string[] Columns =
        ["id", "district", "domain", "kind", "parent", "name_vi", "name_en", "longitude", "latitude"];

    /// <summary>Reads the assets, parents before children, by the order of the file otherwise.</summary>
    public static List<Asset> Read(SourceFile file, IReadOnlyDictionary<string, Area> areas, CatalogueErrors errors)
    {
        List<(CsvRow Row, Asset Asset)> read = [];
        var byId = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var row in CsvTable.Read(file, Columns, errors))
        {
            var asset = new Asset(row.Slug("id"), row.Slug("district"), row.OptionalSlug("domain"), row.Choice<AssetKind>("kind") ?? AssetKind.Other,
                row.OptionalSlug("parent"), row.Name(), row.Number("longitude", -180, 180), row.Number("latitude", -90, 90), Line: null);
            read.Add((row, asset));
            if (asset.Id.Length > 0 && !byId.TryAdd(asset.Id, asset))
            {
                row.Error("id", $"'{asset.Id}' is defined twice.", $"'{asset.Id}' bị khai báo hai lần.");
            }

            if (asset.District.Length > 0 && areas.GetValueOrDefault(asset.District)?.Level != AreaLevel.District)
            {
                row.Error("district", $"There is no district '{asset.District}' in {AreasFile.Name}.", $"Không có huyện '{asset.District}' trong {AreasFile.Name}.");
            }
        }

        foreach (var (row, asset) in read)
        {
            CheckParent(row, asset, byId);
        }

        return [.. read.Select(r => r.Asset).OrderBy(a => Depth(a, byId))];
    }

    private static void CheckParent(CsvRow row, Asset asset, Dictionary<string, Asset> byId)
    {
        if (asset.ParentId is not { } id)
        {
            return;
        }

        if (!byId.TryGetValue(id, out var parent))
        {
            row.Error("parent", $"There is no asset '{id}'.", $"Không có thiết bị '{id}'.");
        }
        else if (parent.District != asset.District)
        {
            row.Error("parent", $"'{id}' stands in '{parent.District}', not in '{asset.District}'; what depends on each other stands in one district.",
                $"'{id}' thuộc '{parent.District}', không thuộc '{asset.District}'; các thiết bị phụ thuộc nhau phải cùng một huyện.");
        }
        else if (InCycle(asset, byId))
        {
            row.Error("parent", $"'{asset.Id}' would depend on itself, by way of '{id}'.", $"'{asset.Id}' phụ thuộc chính nó, qua '{id}'.");
        }
    }

    private static bool InCycle(Asset asset, Dictionary<string, Asset> byId)
    {
        var at = asset;
        for (var steps = 0; steps <= byId.Count && at.ParentId is { } id && byId.TryGetValue(id, out var parent); steps++)
        {
            if (parent.Id == asset.Id)
            {
                return true;
            }

            at = parent;
        }

        return false;
    }

    private static int Depth(Asset asset, Dictionary<string, Asset> byId)
    {
        var depth = 0;
        for (var at = asset; depth <= byId.Count && at.ParentId is { } id && byId.TryGetValue(id, out var parent); depth++)
        {
            at = parent;
        }

        return depth;
    }
}
