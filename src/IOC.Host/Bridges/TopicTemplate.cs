using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using IOC.Telemetry;

namespace IOC.Host.Bridges;

/// <summary>A topic of the product with places for what a <see cref="TopicPattern"/> captured.</summary>
internal sealed class TopicTemplate
{
    /// <summary>The template that leaves a topic as it is.</summary>
    public const string SameTopic = "{topic}";

    private const int Levels = 6;
    private readonly Piece[][] _levels;

    private TopicTemplate(Piece[][] levels) => _levels = levels;

    private enum Change
    {
        None,
        Slug,
        Table,
    }

    /// <summary>Reads a template; <paramref name="problem"/> says in English what is wrong.</summary>
    /// <param name="text">The template.</param>
    /// <param name="captures">Names that the pattern captures.</param>
    /// <param name="tables">Tables of the bridge.</param>
    /// <param name="template">The result.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryParse(
        string text,
        IReadOnlyCollection<string> captures,
        IReadOnlyDictionary<string, Dictionary<string, string>> tables,
        [NotNullWhen(true)] out TopicTemplate? template,
        out string problem)
    {
        template = null;
        problem = "";
        if (text == SameTopic)
        {
            template = new TopicTemplate([]);
            return true;
        }

        var parts = text.Split('/');
        if (parts.Length != Levels || parts[0] != "ioc" || parts[1] != "v1" || parts[5] is not ("telemetry" or "status"))
        {
            problem = "use ioc/v1/DISTRICT/DOMAIN/SENSOR/telemetry (or status), or {topic}.";
            return false;
        }

        var levels = new List<Piece[]>();
        foreach (var part in parts)
        {
            if (ParseLevel(part, captures, tables, out problem) is not { } level)
            {
                return false;
            }

            levels.Add(level);
        }

        template = new TopicTemplate([.. levels]);
        return true;
    }

    /// <summary>Fills the template in.</summary>
    /// <param name="topic">The topic as it came.</param>
    /// <param name="captured">What was captured of it.</param>
    /// <param name="detail">When it cannot be: what is wrong, in names and values.</param>
    /// <returns>A topic of the product; null when it cannot be.</returns>
    public string? Fill(string topic, IReadOnlyDictionary<string, string> captured, out string detail)
    {
        detail = "";
        if (_levels.Length == 0)
        {
            return topic;
        }

        var filled = new StringBuilder();
        foreach (var pieces in _levels)
        {
            var start = filled.Length;
            foreach (var piece in pieces)
            {
                if (piece.Resolve(captured) is not { } text)
                {
                    detail = $"{piece.Capture} ({captured[piece.Capture!]}): not_in_table {piece.TableName}";
                    return null;
                }

                filled.Append(text);
            }

            var level = filled.ToString(start, filled.Length - start);
            if (!Slug.IsValid(level))
            {
                detail = $"{string.Concat(pieces.Select(p => p.Source))} ({level}): not_a_slug";
                return null;
            }

            filled.Append('/');
        }

        filled.Length--;
        return filled.ToString();
    }

    /// <summary>A slug of any name: marks are taken off (Việt Yên gives viet-yen), what is no letter or digit becomes a dash.</summary>
    internal static string ToSlug(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            var lower = char.ToLowerInvariant(c) switch { 'đ' => 'd', var other => other };
            if (char.IsAsciiLetterLower(lower) || char.IsAsciiDigit(lower) || lower == '_')
            {
                slug.Append(lower);
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().Trim('-', '_');
    }

    private static Piece[]? ParseLevel(
        string part, IReadOnlyCollection<string> captures, IReadOnlyDictionary<string, Dictionary<string, string>> tables, out string problem)
    {
        var pieces = new List<Piece>();
        problem = "";
        for (var rest = part.AsSpan(); rest.Length > 0;)
        {
            var open = rest.IndexOf('{');
            if (open != 0)
            {
                var text = (open < 0 ? rest : rest[..open]).ToString();
                pieces.Add(new Piece(text, Capture: null, Change.None, Table: null, TableName: ""));
                rest = open < 0 ? [] : rest[open..];
                continue;
            }

            var close = rest.IndexOf('}');
            if (close < 0)
            {
                problem = $"'{part}' has a '{{' without a '}}'.";
                return null;
            }

            if (ParsePlace(rest[..(close + 1)].ToString(), captures, tables, out problem) is not { } place)
            {
                return null;
            }

            pieces.Add(place);
            rest = rest[(close + 1)..];
        }

        // What has no place in it can be judged now.
        if (pieces.TrueForAll(p => p.Capture is null) && !Slug.IsValid(part))
        {
            problem = $"'{part}' is no slug: 1 to 64 of a-z, 0-9, '-' and '_'.";
            return null;
        }

        return [.. pieces];
    }

    private static Piece? ParsePlace(
        string place, IReadOnlyCollection<string> captures, IReadOnlyDictionary<string, Dictionary<string, string>> tables, out string problem)
    {
        problem = "";
        var inner = place[1..^1];
        var (name, table) = inner.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (inner[..colon], inner[(colon + 1)..]) : (inner, null);
        var slug = name.EndsWith("|slug", StringComparison.Ordinal);
        name = slug ? name[..^5] : name;
        if (!captures.Contains(name, StringComparer.Ordinal))
        {
            problem = $"'{place}': the topic's pattern has no '{{{name}}}'.";
            return null;
        }

        if (table is null)
        {
            return new Piece(place, name, slug ? Change.Slug : Change.None, Table: null, TableName: "");
        }

        if (!tables.TryGetValue(table, out var values))
        {
            problem = $"'{place}': there is no table '{table}' under Tables.";
            return null;
        }

        return new Piece(place, name, Change.Table, values.ToDictionary(StringComparer.OrdinalIgnoreCase), table);
    }

    private sealed record Piece(string Source, string? Capture, Change Change, IReadOnlyDictionary<string, string>? Table, string TableName)
    {
        public string? Resolve(IReadOnlyDictionary<string, string> captured) => Change switch
        {
            _ when Capture is null => Source,
            Change.Slug => ToSlug(captured[Capture]),
            Change.Table => Table!.GetValueOrDefault(captured[Capture]) ?? Table!.GetValueOrDefault("*"),
            _ => captured[Capture],
        };
    }
}
