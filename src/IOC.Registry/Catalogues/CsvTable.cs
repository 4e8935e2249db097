using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace IOC.Registry;

/// <summary>Reads a CSV file with a header line into rows that know where they stand. Columns may come in any order;
/// a missing, unknown or repeated one is an error, and so is a row with another number of cells. Columns that came later may
/// be missing: their cells are empty then.</summary>
internal static class CsvTable
{
    public static List<CsvRow> Read(SourceFile file, IReadOnlyList<string> columns, CatalogueErrors errors, params IReadOnlyList<string> optional)
    {
        List<CsvRow> rows = [];
        if (file.Text is null)
        {
            return rows;
        }

        CsvParser? parser = null;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            TrimOptions = TrimOptions.Trim,
            IgnoreBlankLines = true,
            BadDataFound = _ => errors.Add(file.Name, parser!.RawRow, null,
                "A quotation mark stands where none may; quote the whole cell and double the marks inside.",
                "Dấu nháy kép đặt sai chỗ; hãy đặt cả ô trong nháy kép và viết đôi các dấu nháy bên trong."),
        };
        using (parser = new CsvParser(new StringReader(file.Text), configuration))
        {
            if (!parser.Read())
            {
                errors.Add(file.Name, 1, null, "The header line is missing.", "Thiếu dòng tiêu đề.");
                return rows;
            }

            if (Header(file.Name, parser.Record!, columns, optional, errors) is not { } places)
            {
                return rows;
            }

            while (parser.Read())
            {
                if (parser.Count != places.Count)
                {
                    errors.Add(file.Name, parser.RawRow, null,
                        $"The line has {parser.Count} cells, the header {places.Count}.", $"Dòng có {parser.Count} ô, tiêu đề có {places.Count}.");
                    continue;
                }

                rows.Add(new CsvRow(file.Name, parser.RawRow, places, parser.Record!, errors));
            }
        }

        return rows;
    }

    private static Dictionary<string, int>? Header(
        string file, string[] header, IReadOnlyList<string> columns, IReadOnlyList<string> optional, CatalogueErrors errors)
    {
        var before = errors.Count;
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < header.Length; i++)
        {
            if (!places.TryAdd(header[i], i))
            {
                errors.Add(file, 1, header[i], "The column occurs twice.", "Cột bị lặp.");
            }
            else if (!columns.Contains(header[i], StringComparer.Ordinal) && !optional.Contains(header[i], StringComparer.Ordinal))
            {
                var known = string.Join(", ", columns.Concat(optional));
                errors.Add(file, 1, header[i], $"Unknown column; known are {known}.", $"Cột không có trong mẫu; các cột là {known}.");
            }
        }

        foreach (var missing in columns.Where(c => !places.ContainsKey(c)))
        {
            errors.Add(file, 1, missing, "The column is missing.", "Thiếu cột này.");
        }

        return errors.Count == before ? places : null;
    }
}
