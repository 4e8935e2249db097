using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>areas.csv</summary>
internal static class AreasFile
{
    public const string Name = "areas.csv";

    /// <summary>Stands for a level that could not be read, so that no further error follows from it.</summary>
    private const AreaLevel NoLevel = (AreaLevel)byte.MaxValue;

    private static readonly string[] Columns =
        ["id", "parent_id", "level", "name_vi", "name_en", "longitude", "latitude", "valid_from", "valid_to"];

    /// <summary>Reads the areas, parents before children.</summary>
    public static List<Area> Read(SourceFile file, CatalogueErrors errors)
    {
        List<(CsvRow Row, Area Area)> read = [];
        var byId = new Dictionary<string, Area>(StringComparer.Ordinal);
        foreach (var row in CsvTable.Read(file, Columns, errors))
        {
            var area = new Area(row.Slug("id"), row.OptionalSlug("parent_id"), row.Choice<AreaLevel>("level") ?? NoLevel, row.Name(),
                row.Number("longitude", -180, 180), row.Number("latitude", -90, 90),
                row.OptionalDate("valid_from"), row.OptionalDate("valid_to"), Outline: null, OutlineIsSketch: false);
            read.Add((row, area));
            if (area.Id.Length > 0 && !byId.TryAdd(area.Id, area))
            {
                row.Error("id", $"'{area.Id}' is defined twice.", $"'{area.Id}' bị khai báo hai lần.");
            }

            if (area.ValidFrom > area.ValidTo)
            {
                row.Error("valid_to", "valid_to lies before valid_from.", "valid_to sớm hơn valid_from.");
            }
        }

        foreach (var (row, area) in read)
        {
            CheckParent(row, area, byId);
        }

        CheckRoot(file, read, errors);
        return [.. read.Select(r => r.Area).OrderBy(a => a.Level)];
    }

    // The level above is the parent's level, so the tree can have no cycle.
    private static void CheckParent(CsvRow row, Area area, Dictionary<string, Area> byId)
    {
        if (area.Level == NoLevel)
        {
            return;
        }

        if (area.Level == AreaLevel.Province)
        {
            if (area.ParentId is not null)
            {
                row.Error("parent_id", "The province is the root and has no parent.", "Cấp tỉnh là gốc, không có cấp trên.");
            }
        }
        else if (area.ParentId is null)
        {
            if (row.Optional("parent_id") is null)
            {
                row.Error("parent_id", "The parent is missing.", "Thiếu đơn vị cấp trên.");
            }
        }
        else if (!byId.TryGetValue(area.ParentId, out var parent))
        {
            row.Error("parent_id", $"There is no area '{area.ParentId}'.", $"Không có đơn vị '{area.ParentId}'.");
        }
        else if (parent.Level != area.Level - 1 && parent.Level != NoLevel)
        {
            row.Error("parent_id", $"'{area.ParentId}' is of the wrong level: a district's parent is the province, a commune's a district.",
                $"'{area.ParentId}' sai cấp: cấp trên của huyện là tỉnh, của xã là huyện.");
        }
    }

    private static void CheckRoot(SourceFile file, List<(CsvRow Row, Area Area)> read, CatalogueErrors errors)
    {
        var roots = read.Where(r => r.Area.Level == AreaLevel.Province).ToList();
        foreach (var (row, _) in roots.Skip(1))
        {
            row.Error("level", "There is a province already; one installation has one.", "Đã có một tỉnh; mỗi hệ thống chỉ có một.");
        }

        if (roots.Count == 0 && read.Count > 0)
        {
            errors.Add(file.Name, 0, "level", "There is no area of level province.", "Không có đơn vị cấp province.");
        }
    }
}
