using System.Diagnostics.CodeAnalysis;

namespace IOC.Host.Bridges;

/// <summary>A pattern of topics with captures: <c>city/{district}/sensor-{id}/#</c>.</summary>
internal sealed class TopicPattern
{
    private readonly Level[] _levels;
    private readonly bool _open;

    private TopicPattern(Level[] levels, bool open)
    {
        _levels = levels;
        _open = open;
    }

    /// <summary>Names of what it captures.</summary>
    public IEnumerable<string> Captures => _levels.Where(l => l.Capture is not null).Select(l => l.Capture!);

    /// <summary>Reads a pattern; <paramref name="problem"/> says in English what is wrong.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TopicPattern? pattern, out string problem)
    {
        pattern = null;
        problem = "";
        var parts = text.Split('/');
        var open = parts[^1] == "#";
        var levels = new List<Level>();
        foreach (var part in open ? parts[..^1] : parts)
        {
            if (ParseLevel(part) is not { } level)
            {
                problem = $"'{part}' is no level of a pattern: use text, '+', or one '{{name}}' with text around it; '#' only at the end.";
                return false;
            }

            if (level.Capture is not null && levels.Exists(l => l.Capture == level.Capture))
            {
                problem = $"'{{{level.Capture}}}' is there twice.";
                return false;
            }

            levels.Add(level);
        }

        pattern = new TopicPattern([.. levels], open);
        return true;
    }

    /// <summary>Whether a topic fits; what was captured goes into <paramref name="captured"/>.</summary>
    public bool Matches(string[] topic, Dictionary<string, string> captured)
    {
        captured.Clear();
        if (topic.Length < _levels.Length || (topic.Length > _levels.Length && !_open))
        {
            return false;
        }

        for (var i = 0; i < _levels.Length; i++)
        {
            if (!_levels[i].Matches(topic[i], captured))
            {
                return false;
            }
        }

        return true;
    }

    private static Level? ParseLevel(string part)
    {
        if (part == "+")
        {
            return new Level("", "", null, IsAny: true);
        }

        var open = part.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            return part.AsSpan().IndexOfAny("+#}") < 0 ? new Level(part, "", null, IsAny: false) : null;
        }

        var close = part.IndexOf('}', open);
        if (close < open + 2)
        {
            return null;
        }

        var (before, name, after) = (part[..open], part[(open + 1)..close], part[(close + 1)..]);
        return (before + after).AsSpan().IndexOfAny("+#{}") < 0 && IsName(name) ? new Level(before, after, name, IsAny: false) : null;
    }

    /// <summary>Names of captures and tables.</summary>
    internal static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private sealed record Level(string Before, string After, string? Capture, bool IsAny)
    {
        public bool Matches(string level, Dictionary<string, string> captured)
        {
            if (IsAny)
            {
                return true;
            }

            if (Capture is null)
            {
                return level == Before;
            }

            if (level.Length <= Before.Length + After.Length || !level.StartsWith(Before, StringComparison.Ordinal)
                || !level.EndsWith(After, StringComparison.Ordinal))
            {
                return false;
            }

            captured[Capture] = level[Before.Length..^After.Length];
            return true;
        }
    }
}
