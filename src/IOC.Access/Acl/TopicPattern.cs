using System.Diagnostics.CodeAnalysis;
using System.Text;
using IOC.Telemetry;

namespace IOC.Access;

/// <summary>A topic pattern of an access rule: a topic filter of MQTT (4.7) in which <c>%c</c> stands for the client identifier,
/// <c>%u</c> for the user name and <c>%s</c>, alone in its level, for any sensor of the credential; <c>%%</c> is a percent sign.
/// What stands for a value is compared with it byte by byte: a value that holds wildcards never widens the pattern.</summary>
public sealed class TopicPattern
{
    private const int MaxBytes = 1024;
    private const int MaxLevels = 64;
    private readonly PatternLevel[] _levels;

    private TopicPattern(string text, PatternLevel[] levels)
    {
        Text = text;
        _levels = levels;
        UsesClientId = levels.Any(l => l.Uses(PatternPart.ClientId));
        UsesUserName = levels.Any(l => l.Uses(PatternPart.UserName));
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    internal bool UsesClientId { get; }

    internal bool UsesUserName { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The pattern read.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TopicPattern? pattern, [NotNullWhen(false)] out LocalText? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        pattern = null;
        problem = null;
        var parts = text.Split('/');
        if (text.Length == 0 || Encoding.UTF8.GetByteCount(text) > MaxBytes || parts.Length > MaxLevels || text.Contains('\0', StringComparison.Ordinal))
        {
            problem = new LocalText(
                $"Mẫu chủ đề phải có từ 1 đến {MaxBytes} byte và tối đa {MaxLevels} cấp.", $"A topic pattern has 1 to {MaxBytes} bytes and at most {MaxLevels} levels.");
            return false;
        }

        var levels = new PatternLevel[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!PatternLevel.TryParse(parts[i], i == parts.Length - 1, out levels[i]!))
            {
                problem = new LocalText(
                    $"Cấp '{parts[i]}' của mẫu '{text}' không hợp lệ: '+' và '%s' phải đứng một mình trong cấp, '#' chỉ ở cuối, sau '%' là c, u, s hoặc %.",
                    $"Level '{parts[i]}' of pattern '{text}' is not valid: '+' and '%s' stand alone in their level, '#' only at the end, and '%' is followed by c, u, s or %.");
                return false;
            }
        }

        pattern = new TopicPattern(text, levels);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Whether a topic name is one of the pattern's. A pattern that begins with a wildcard has no topic that begins with $.</summary>
    internal bool Matches(ReadOnlySpan<byte> topic, AclSubject subject)
    {
        if (topic is [(byte)'$', ..] && _levels[0].IsWildcard)
        {
            return false;
        }

        var ended = false;
        foreach (var level in _levels)
        {
            if (level.IsRest)
            {
                // "a/#" has "a" as well.
                return true;
            }

            if (ended || !level.Matches(TakeLevel(ref topic, out ended), subject))
            {
                return false;
            }
        }

        return ended;
    }

    /// <summary>Whether every topic of a filter is one of the pattern's. Errs on the side of false where a filter has the same topics
    /// in other words, such as "#" and "+/#".</summary>
    internal bool Contains(ReadOnlySpan<byte> filter, AclSubject subject)
    {
        if (filter is [(byte)'$', ..] && _levels[0].IsWildcard)
        {
            return false;
        }

        var ended = false;
        foreach (var level in _levels)
        {
            if (level.IsRest)
            {
                return true;
            }

            if (ended)
            {
                return false;
            }

            var theirs = TakeLevel(ref filter, out ended);
            if (theirs.SequenceEqual("#"u8) || !(theirs.SequenceEqual("+"u8) ? level.IsAny : level.Matches(theirs, subject)))
            {
                return false;
            }
        }

        return ended;
    }

    /// <summary>Whether some topic of a filter is one of the pattern's.</summary>
    internal bool Intersects(ReadOnlySpan<byte> filter, AclSubject subject)
    {
        if ((filter is [(byte)'$', ..] && _levels[0].IsWildcard) || (filter is [(byte)'+' or (byte)'#', ..] && _levels[0].BeginsWithDollar))
        {
            return false;
        }

        var ended = false;
        foreach (var level in _levels)
        {
            if (level.IsRest)
            {
                return true;
            }

            if (ended)
            {
                return false;
            }

            var theirs = TakeLevel(ref filter, out ended);
            if (theirs.SequenceEqual("#"u8))
            {
                return true;
            }

            if (!theirs.SequenceEqual("+"u8) ? !level.Matches(theirs, subject) : !level.HasAny(subject))
            {
                return false;
            }
        }

        return ended || filter.SequenceEqual("#"u8);
    }

    private static ReadOnlySpan<byte> TakeLevel(ref ReadOnlySpan<byte> rest, out bool ended)
    {
        var slash = rest.IndexOf((byte)'/');
        ended = slash < 0;
        var level = ended ? rest : rest[..slash];
        rest = ended ? [] : rest[(slash + 1)..];
        return level;
    }
}
