using System.Text;

namespace IOC.Access;

/// <summary>What a part of a level stands for.</summary>
internal enum PatternPart
{
    /// <summary>Itself.</summary>
    Text,

    /// <summary>The client identifier.</summary>
    ClientId,

    /// <summary>The user name.</summary>
    UserName,

    /// <summary>A sensor of the credential; alone in its level.</summary>
    Sensor,

    /// <summary>Anything; alone in its level.</summary>
    Any,

    /// <summary>Anything from here on; alone in its level.</summary>
    Rest,
}

/// <summary>One level of a pattern, as the parts that make it up.</summary>
internal sealed class PatternLevel
{
    private readonly (PatternPart Kind, byte[] Text)[] _parts;

    private PatternLevel(params (PatternPart Kind, byte[] Text)[] parts) => _parts = parts;

    public bool IsAny => _parts is [{ Kind: PatternPart.Any }];

    public bool IsRest => _parts is [{ Kind: PatternPart.Rest }];

    public bool IsWildcard => IsAny || IsRest;

    public bool BeginsWithDollar => _parts is [{ Kind: PatternPart.Text, Text: [(byte)'$', ..] }, ..];

    public bool Uses(PatternPart kind) => Array.Exists(_parts, p => p.Kind == kind);

    public static bool TryParse(string text, bool isLast, out PatternLevel? level)
    {
        level = text switch
        {
            "+" => new PatternLevel((PatternPart.Any, [])),
            "#" when isLast => new PatternLevel((PatternPart.Rest, [])),
            "%s" => new PatternLevel((PatternPart.Sensor, [])),
            _ => text.AsSpan().IndexOfAny('+', '#') < 0 ? ParseParts(text) : null,
        };
        return level is not null;
    }

    /// <summary>Whether a level of a topic, or a level without wildcard of a filter, is one of this level's.</summary>
    public bool Matches(ReadOnlySpan<byte> level, AclSubject subject)
    {
        if (_parts is [{ Kind: var only }] && only is not (PatternPart.Text or PatternPart.ClientId or PatternPart.UserName))
        {
            return only != PatternPart.Sensor || subject.HasSensor(level);
        }

        foreach (var (kind, text) in _parts)
        {
            var expected = kind switch
            {
                PatternPart.ClientId => subject.ClientId,
                PatternPart.UserName => subject.UserName,
                _ => text,
            };
            if (!level.StartsWith(expected))
            {
                return false;
            }

            level = level[expected.Length..];
        }

        return level.IsEmpty;
    }

    /// <summary>Whether there is any topic level that matches.</summary>
    public bool HasAny(AclSubject subject) => _parts is not [{ Kind: PatternPart.Sensor }] || subject.HasSensors;

    private static PatternLevel? ParseParts(string text)
    {
        var parts = new List<(PatternPart, byte[])>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                literal.Append(text[i]);
                continue;
            }

            var next = ++i < text.Length ? text[i] : '\0';
            if (next == '%')
            {
                literal.Append('%');
                continue;
            }

            if (next is not ('c' or 'u'))
            {
                return null;
            }

            TakeLiteral();
            parts.Add((next == 'c' ? PatternPart.ClientId : PatternPart.UserName, []));
        }

        TakeLiteral();
        return new PatternLevel([.. parts]);

        void TakeLiteral()
        {
            if (literal.Length > 0)
            {
                parts.Add((PatternPart.Text, Encoding.UTF8.GetBytes(literal.ToString())));
                literal.Clear();
            }
        }
    }
}
