using System.Globalization;
using IOC.History;
using IOC.History.Analysis;
using IOC.Telemetry;

namespace IOC.Host.Planning;

/// <summary>A question about history as it stands in an address. Reading it finds every mistake, in both languages.</summary>
internal sealed class HistoryForm(IQueryCollection query, Catalogue catalogue, string defaultZone)
{
    private readonly List<LocalText> _mistakes = [];

    /// <summary>What is wrong; empty when nothing is.</summary>
    public IReadOnlyList<LocalText> Mistakes => _mistakes;

    public SeriesSet Set()
    {
        var properties = List("properties");
        foreach (var unknown in properties.Where(p => !catalogue.Properties.TryGetIndex(p, out _)))
        {
            Wrong($"không có thông số '{unknown}' (properties); xem GET /api/v1/properties", $"there is no property '{unknown}' (properties); GET /api/v1/properties lists them");
        }

        return new SeriesSet(List("sensors"), List("districts"), List("domains"), properties);
    }

    public (long FromMs, long ToMs) Range()
    {
        var (from, to) = (Instant("from"), Instant("to"));
        if (from >= to && _mistakes.Count == 0)
        {
            Wrong("from phải trước to", "from must lie before to");
        }

        return (from, to);
    }

    public long Instant(string name)
    {
        var text = Text(name);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && HasOffset(text!))
        {
            return at.ToUnixTimeMilliseconds();
        }

        Wrong(
            $"{name} phải là thời điểm ISO 8601 có múi giờ, ví dụ 2026-01-05T00:00:00+07:00 (dấu + viết là %2B trong địa chỉ)",
            $"{name} must be an ISO 8601 instant with an offset, such as 2026-01-05T00:00:00+07:00 (a + is written %2B in an address)");
        return 0;
    }

    public string Zone()
    {
        var zone = Text("zone") ?? defaultZone;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            Wrong($"không có múi giờ '{zone}' (zone); dùng tên IANA như Asia/Ho_Chi_Minh", $"there is no time zone '{zone}' (zone); use an IANA name such as Asia/Ho_Chi_Minh");
            return "UTC";
        }

        return zone;
    }

    public IReadOnlyList<Measure> Measures()
    {
        var measures = new List<Measure>();
        foreach (var name in List("measures") is { Count: > 0 } names ? names : ["mean", "min", "max"])
        {
            if (Measure.TryParse(name, out var measure))
            {
                measures.Add(measure);
            }
            else
            {
                Wrong($"'{name}' (measures) không phải phép tính; có thể dùng: {Measure.Forms}", $"'{name}' (measures) is no measure; possible: {Measure.Forms}");
            }
        }

        return measures;
    }

    public GroupBy GroupBy()
    {
        var result = History.Analysis.GroupBy.None;
        foreach (var name in List("groupBy") is { Count: > 0 } names ? names : ["sensor"])
        {
            result |= Choice(name, "groupBy", GroupNames);
        }

        return result;
    }

    public Fill Fill() => Choice(Text("fill") ?? "none", "fill", FillNames);

    public QualityFilter Quality() => Choice(Text("quality") ?? "ok", "quality", QualityNames);

    public Downsampling Method() => Choice(Text("downsample") ?? "lttb", "downsample", MethodNames);

    public AnswerFormat Format(params AnswerFormat[] possible) =>
        Choice(Text("format") ?? "json", "format", FormatNames.Where(f => possible.Contains(f.Value)).ToDictionary(StringComparer.Ordinal));

    /// <summary>Names of people beside the codes of a CSV file; null when none are asked for.</summary>
    public CsvNames? Names() => Text("names") is { } language ? new CsvNames(catalogue, Choice(language, "names", LanguageNames)) : null;

    public int? Number(string name, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong($"{name} phải là số từ {least} đến {most}", $"{name} must be a number from {least} to {most}");
        return null;
    }

    public bool Flag(string name) => Choice(Text(name) ?? "false", name, FlagNames);

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static readonly Dictionary<string, GroupBy> GroupNames = new(StringComparer.Ordinal)
    {
        ["none"] = History.Analysis.GroupBy.None,
        ["sensor"] = History.Analysis.GroupBy.Sensor,
        ["district"] = History.Analysis.GroupBy.District,
        ["domain"] = History.Analysis.GroupBy.Domain,
        ["hour"] = History.Analysis.GroupBy.HourOfDay,
        ["weekday"] = History.Analysis.GroupBy.DayOfWeek,
    };

    private static readonly Dictionary<string, Fill> FillNames = new(StringComparer.Ordinal)
    {
        ["none"] = History.Analysis.Fill.None,
        ["null"] = History.Analysis.Fill.Null,
        ["previous"] = History.Analysis.Fill.Previous,
        ["linear"] = History.Analysis.Fill.Linear,
    };

    private static readonly Dictionary<string, QualityFilter> QualityNames = new(StringComparer.Ordinal) { ["ok"] = QualityFilter.Ok, ["all"] = QualityFilter.All };

    private static readonly Dictionary<string, Downsampling> MethodNames = new(StringComparer.Ordinal) { ["lttb"] = Downsampling.Lttb, ["minmax"] = Downsampling.MinMax };

    private static readonly Dictionary<string, AnswerFormat> FormatNames = new(StringComparer.Ordinal)
    {
        ["json"] = AnswerFormat.Json,
        ["ndjson"] = AnswerFormat.NdJson,
        ["csv"] = AnswerFormat.Csv,
    };

    private static readonly Dictionary<string, bool> FlagNames = new(StringComparer.Ordinal) { ["true"] = true, ["false"] = false };

    private static readonly Dictionary<string, bool> LanguageNames = new(StringComparer.Ordinal) { ["vi"] = true, ["en"] = false };

    private static bool HasOffset(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':' && text.Contains('T', StringComparison.Ordinal));

    private List<string> List(string name) => [.. query[name].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private T Choice<T>(string text, string name, Dictionary<string, T> choices)
    {
        if (choices.TryGetValue(text, out var value))
        {
            return value;
        }

        var possible = string.Join(", ", choices.Keys);
        Wrong($"{name} = '{text}': phải là một trong {possible}", $"{name} = '{text}': must be one of {possible}");
        return choices.First().Value;
    }

    private void Wrong(string vi, string en) => _mistakes.Add(new LocalText(vi, en));
}

/// <summary>Form of an answer.</summary>
internal enum AnswerFormat
{
    /// <summary>One JSON document.</summary>
    Json = 0,

    /// <summary>A JSON document per line.</summary>
    NdJson = 1,

    /// <summary>Comma-separated values (RFC 4180).</summary>
    Csv = 2,
}
