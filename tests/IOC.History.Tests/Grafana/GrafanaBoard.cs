using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.History.Tests.Grafana;

/// <summary>A board of dashboards/grafana as Grafana reads it.</summary>
public sealed partial class GrafanaBoard(string file, JsonElement json)
{
    /// <summary>Folder of boards and provisioning files.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "dashboards", "grafana");

    /// <summary>Name of the file.</summary>
    public string File => file;

    /// <summary>The whole.</summary>
    public JsonElement Json => json;

    /// <summary>Panels in order.</summary>
    public IReadOnlyList<JsonElement> Panels { get; } = [.. json.GetProperty("panels").EnumerateArray()];

    /// <summary>Template variables in order; a later one may refer to those before.</summary>
    public IReadOnlyList<JsonElement> Variables { get; } = [.. json.GetProperty("templating").GetProperty("list").EnumerateArray()];

    /// <summary>Reads all boards.</summary>
    public static IReadOnlyList<GrafanaBoard> ReadAll() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "boards"), "*.json").Order(StringComparer.Ordinal)
            .Select(f => new GrafanaBoard(Path.GetFileName(f), JsonSerializer.Deserialize<JsonElement>(System.IO.File.ReadAllText(f)))),
    ];

    /// <summary>Length of the time range that a panel asks for: its own, or the board's.</summary>
    public TimeSpan RangeOf(JsonElement panel) => panel.TryGetProperty("timeFrom", out var own)
        ? Duration(own.GetString()!)
        : Duration(json.GetProperty("time").GetProperty("from").GetString()!["now-".Length..]);

    /// <summary>
    /// Puts values in the place of variables and macros, as Grafana's InfluxQL data source does (its documentation, "InfluxQL query
    /// editor" and "Variable syntax"): <c>$timeFilter</c>, <c>$__interval</c>, and <c>${name:regex}</c>, which becomes the value of "All" as it
    /// is, one value with the regular expression's signs escaped, or several as (a|b).
    /// </summary>
    public static string Interpolate(string query, IReadOnlyDictionary<string, string> regexes, DateTimeOffset to, TimeSpan range, string minInterval)
    {
        var from = to - range;

        // A screen is about 1500 points wide; a panel says what it takes at least.
        var interval = Math.Max(range.TotalSeconds / 1500, Duration(minInterval).TotalSeconds);
        var text = query
            .Replace("$timeFilter", string.Create(CultureInfo.InvariantCulture, $"time >= {from.ToUnixTimeMilliseconds()}ms and time <= {to.ToUnixTimeMilliseconds()}ms"), StringComparison.Ordinal)
            .Replace("$__interval", string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(interval)}s"), StringComparison.Ordinal);
        text = Variable().Replace(text, m => regexes.TryGetValue(m.Groups[1].Value, out var value)
            ? value
            : throw new Xunit.Sdk.XunitException($"There is no variable {m.Value} in: {query}"));

        // What is left over is a macro that Grafana does not know, unless it ends a regular expression.
        Assert.DoesNotMatch(@"\$(?!/)", text);
        return text;
    }

    /// <summary>Several values as Grafana writes them in the form "regex".</summary>
    public static string Regex(IReadOnlyList<string> values)
    {
        var escaped = values.Select(v => Signs().Replace(v, @"\$0")).ToList();
        return escaped.Count == 1 ? escaped[0] : $"({string.Join('|', escaped)})";
    }

    private static TimeSpan Duration(string text)
    {
        var number = int.Parse(text.AsSpan()[..^1], CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => throw new FormatException($"'{text}' is no duration of Grafana."),
        };
    }

    [GeneratedRegex(@"\$\{(\w+):regex\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"[\\^$*+?.()|\[\]{}/]")]
    private static partial Regex Signs();
}
