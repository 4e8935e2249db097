using System.Globalization;
using System.Text.RegularExpressions;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Cli;

namespace IOC.FirmwareSim.Replay;

/// <summary>Where a column's values go.</summary>
/// <param name="Column">Column name of the file; in a template a pattern with '*'.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">Domain slug.</param>
/// <param name="Sensor">Sensor slug.</param>
/// <param name="Property">Property code.</param>
/// <param name="Factor">What values are multiplied by; null = sent with exactly the file's digits.</param>
internal sealed record ColumnTarget(string Column, string District, string Domain, string Sensor, string Property, decimal? Factor)
{
    private const string Form = "column=district/domain/sensor:property[:factor]";

    /// <summary>Reads "column=district/domain/sensor:property[:factor]".</summary>
    /// <exception cref="UserErrorException">It has not this form, or one of the names is no slug.</exception>
    public static ColumnTarget Parse(string text)
    {
        var equals = text.LastIndexOf('=');
        var target = Split(text, equals);
        foreach (var slug in new[] { target.District, target.Domain, target.Sensor, target.Property })
        {
            if (!Slugs.IsValid(slug))
            {
                throw new UserErrorException(
                    $"'{text}': '{slug}' is no slug (a-z, 0-9, - and _, at most 64).", $"'{text}': '{slug}' không phải mã hợp lệ (a-z, 0-9, - và _, tối đa 64).");
            }
        }

        return target;
    }

    /// <summary>Reads a template: as a target, with '*' in the column and {column} on the right.</summary>
    /// <exception cref="UserErrorException">It has not this form.</exception>
    public static ColumnTarget ParseTemplate(string text) => Split(text, text.LastIndexOf('='));

    /// <summary>The target of one column under this template; null when the pattern does not match it.</summary>
    /// <exception cref="UserErrorException">No slug can be made of the column's name.</exception>
    public ColumnTarget? For(string column)
    {
        var pattern = "^" + Regex.Escape(Column).Replace(@"\*", ".*", StringComparison.Ordinal) + "$";
        if (!Regex.IsMatch(column, pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
        {
            return null;
        }

        string Fill(string part) => part.Replace("{column}", Slugs.From(column), StringComparison.Ordinal);
        var factor = Factor is { } f ? $":{f.ToString(CultureInfo.InvariantCulture)}" : "";
        return Parse($"{column}={Fill(District)}/{Fill(Domain)}/{Fill(Sensor)}:{Fill(Property)}{factor}");
    }

    private static ColumnTarget Split(string text, int equals)
    {
        var right = equals > 0 ? text[(equals + 1)..].Split(':') : [];
        var address = right.Length > 0 ? right[0].Split('/') : [];
        if (right.Length is not (2 or 3) || address.Length != 3)
        {
            throw new UserErrorException($"'{text}' is not {Form}.", $"'{text}' không có dạng {Form}.");
        }

        decimal? factor = null;
        if (right.Length == 3)
        {
            factor = decimal.TryParse(right[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number != 0
                ? number
                : throw new UserErrorException($"'{text}': the factor '{right[2]}' is no number other than 0.", $"'{text}': hệ số '{right[2]}' không phải số khác 0.");
        }

        return new ColumnTarget(text[..equals].Trim(), address[0].Trim(), address[1].Trim(), address[2].Trim(), right[1].Trim(), factor);
    }
}

/// <summary>One sensor's values in a row: which fields, as which properties.</summary>
/// <param name="Topic">Its telemetry topic.</param>
/// <param name="Fields">Field numbers of the file (0 = timestamp) with property and factor.</param>
internal sealed record SensorColumns(string Topic, IReadOnlyList<(int Field, string Property, decimal? Factor)> Fields);

/// <summary>The whole mapping of a file's columns.</summary>
internal sealed class ColumnMap
{
    private ColumnMap(IReadOnlyList<SensorColumns> sensors, IReadOnlyList<string> unused)
    {
        Sensors = sensors;
        Unused = unused;
    }

    /// <summary>What to send for each row.</summary>
    public IReadOnlyList<SensorColumns> Sensors { get; }

    /// <summary>Columns of the file that nothing was said about.</summary>
    public IReadOnlyList<string> Unused { get; }

    /// <summary>Binds targets and templates to a file's header. A column named by itself goes before templates, and among
    /// templates the first that matches.</summary>
    /// <exception cref="UserErrorException">A column is not in the file, nothing is mapped, or two columns are the same
    /// property of one sensor.</exception>
    public static ColumnMap Bind(IReadOnlyList<string> header, IEnumerable<ColumnTarget> targets, IReadOnlyList<ColumnTarget> templates)
    {
        var named = targets.ToLookup(t => t.Column, StringComparer.Ordinal);
        var absent = named.Select(g => g.Key).FirstOrDefault(c => !header.Skip(1).Contains(c, StringComparer.Ordinal));
        if (absent is not null)
        {
            var columns = string.Join(", ", header.Skip(1).Take(20));
            throw new UserErrorException($"The file has no column '{absent}'. It has: {columns}.", $"Tệp không có cột '{absent}'. Các cột có: {columns}.");
        }

        var bound = new List<(int Field, ColumnTarget Target)>();
        var unused = new List<string>();
        for (var field = 1; field < header.Count; field++)
        {
            var own = named[header[field]].ToList();
            if (own.Count == 0 && templates.Select(t => t.For(header[field])).FirstOrDefault(t => t is not null) is { } filled)
            {
                own.Add(filled);
            }

            bound.AddRange(own.Select(t => (field, t)));
            if (own.Count == 0)
            {
                unused.Add(header[field]);
            }
        }

        return new ColumnMap(Group(bound), unused);
    }

    /// <summary>Reads a map file: a target a line; empty lines and lines that begin with # say nothing.</summary>
    /// <exception cref="UserErrorException">The file is absent or a line is wrong.</exception>
    public static IEnumerable<ColumnTarget> ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new UserErrorException($"The map file {path} does not exist.", $"Tệp ánh xạ {path} không tồn tại.");
        }

        return [.. File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').Select(ColumnTarget.Parse)];
    }

    private static List<SensorColumns> Group(List<(int Field, ColumnTarget Target)> bound)
    {
        if (bound.Count == 0)
        {
            throw new UserErrorException(
                "No column is mapped. Use --column, --column-template or --map.", "Chưa có cột nào được ánh xạ. Dùng --column, --column-template hoặc --map.");
        }

        var twice = bound.GroupBy(b => (b.Target.District, b.Target.Domain, b.Target.Sensor, b.Target.Property)).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            var columns = string.Join(", ", twice.Select(b => b.Target.Column));
            throw new UserErrorException(
                $"The columns {columns} are all {twice.Key.Sensor}:{twice.Key.Property}.", $"Các cột {columns} cùng là {twice.Key.Sensor}:{twice.Key.Property}.");
        }

        return [.. bound.GroupBy(b => $"ioc/v1/{b.Target.District}/{b.Target.Domain}/{b.Target.Sensor}/telemetry", StringComparer.Ordinal)
            .Select(g => new SensorColumns(g.Key, [.. g.Select(b => (b.Field, b.Target.Property, b.Target.Factor))]))];
    }
}
