using System.Collections;
using System.Text.Json;
using IOC.History.Analysis;
using IOC.Telemetry;

namespace IOC.Host.Planning;

/// <summary>Writes an answer in the form asked for.</summary>
internal static class AnswerWriter
{
    private const int BufferBytes = 64 * 1024;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public static string MediaTypeOf(AnswerFormat format) => format switch
    {
        AnswerFormat.Json => "application/json; charset=utf-8",
        AnswerFormat.NdJson => "application/x-ndjson; charset=utf-8",
        _ => "text/csv; charset=utf-8; header=present",
    };

    public static HistoryAnswer ToModel(AnalysisResult result, AnalysisQuery query, PropertyCatalogue properties) => new(
        query.FromMs, query.ToMs, query.Zone, query.Window, query.Compare, [.. result.Measures.Select(m => m.ToString())], result.Readings,
        [.. result.Groups.Select(g => new HistoryAnswerGroup(
            g.Property, UnitOf(g.Property, properties), g.Sensor, g.District, g.Domain, g.Sensors, new CellModels(g.Cells)))]);

    public static async Task WriteAsync(HistoryAnswer answer, AnswerFormat format, bool byteOrderMark, CsvNames? names, Stream into, CancellationToken stop)
    {
        switch (format)
        {
            case AnswerFormat.Json:
                await JsonSerializer.SerializeAsync(into, answer, s_json, stop);
                break;
            case AnswerFormat.NdJson:
                await WriteLinesAsync(answer, into, stop);
                break;
            default:
                await WriteCsvAsync(answer, byteOrderMark, names, into, stop);
                break;
        }
    }

    public static string UnitOf(string property, PropertyCatalogue properties) => properties.TryGet(property, out var known) ? known.Unit : "";

    private static HistoryAnswerCell ToModel(AnalysisCell c) => new(
        c.StartMs, c.EndMs, c.Hour, c.Weekday, c.Values.Count, c.Values.Coverage, c.Values.Values, c.Values.Filled,
        c.Before is { } b ? new HistoryAnswerBefore(b.Count, b.Coverage, b.Values, b.Filled) : null);

    private static async Task WriteLinesAsync(HistoryAnswer answer, Stream into, CancellationToken stop)
    {
        using var lines = new MemoryStream();
        foreach (var group in answer.Groups)
        {
            foreach (var cell in group.Cells)
            {
                JsonSerializer.Serialize(lines, new { group.Property, group.Unit, group.Sensor, group.District, group.Domain, cell }, s_json);
                lines.WriteByte((byte)'\n');
                if (lines.Length >= BufferBytes)
                {
                    await into.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), stop);
                    lines.SetLength(0);
                }
            }
        }

        await into.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), stop);
    }

    private static async Task WriteCsvAsync(HistoryAnswer answer, bool byteOrderMark, CsvNames? names, Stream into, CancellationToken stop)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(answer.Zone);
        var csv = new CsvText();
        WriteHeader(answer, csv, byteOrderMark, names is not null);
        foreach (var group in answer.Groups)
        {
            foreach (var cell in group.Cells)
            {
                csv.Add(group.Property).Add(group.Unit).Add(group.Sensor).Add(group.District).Add(group.Domain)
                    .AddTime(cell.Start, zone).AddTime(cell.End, zone).Add(cell.Hour).Add(cell.Weekday);
                AddFigures(csv, cell.Count, cell.Coverage, cell.Values, cell.Filled);
                if (answer.Compare is not null)
                {
                    AddFigures(csv, cell.Before!.Count, cell.Before.Coverage, cell.Before.Values, cell.Before.Filled);
                }

                names?.Add(csv, group.Property, group.Sensor, group.District);
                csv.EndRow();
            }

            await into.WriteAsync(csv.Take(), stop);
        }

        await into.WriteAsync(csv.Take(), stop);
    }

    private static void WriteHeader(HistoryAnswer answer, CsvText csv, bool byteOrderMark, bool withNames)
    {
        csv.Add((byteOrderMark ? CsvText.ByteOrderMark : "") + "property");
        string[] places = ["unit", "sensor", "district", "domain", "start_local", "start_utc", "end_local", "end_utc", "hour", "weekday"];
        string[] figures = ["count", "coverage", .. answer.Measures, "filled"];
        foreach (var name in places.Concat(figures).Concat(answer.Compare is null ? [] : figures.Select(f => "before_" + f)))
        {
            csv.Add(name);
        }

        if (withNames)
        {
            CsvNames.AddHeadings(csv);
        }

        csv.EndRow();
    }

    private static void AddFigures(CsvText csv, long count, double? coverage, IReadOnlyList<double?> values, bool filled)
    {
        csv.Add(count).Add(coverage);
        foreach (var value in values)
        {
            csv.Add(value);
        }

        csv.Add(filled ? "1" : "0");
    }

    /// <summary>Cells as they are asked for: an answer may have a million.</summary>
    private sealed class CellModels(IReadOnlyList<AnalysisCell> cells) : IReadOnlyList<HistoryAnswerCell>
    {
        public int Count => cells.Count;

        public HistoryAnswerCell this[int index] => ToModel(cells[index]);

        public IEnumerator<HistoryAnswerCell> GetEnumerator() => cells.Select(ToModel).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
