using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IOC.Commands;

/// <summary>A place in a list of commands: the last one of a page. As text "{createdAtMs}.{id}".</summary>
/// <param name="CreatedAtMs">When it was asked for.</param>
/// <param name="Id">Its id.</param>
public sealed record CommandCursor(long CreatedAtMs, string Id)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CreatedAtMs}.{Id}");

    /// <summary>Reads a cursor; false when the text is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CommandCursor? cursor)
    {
        cursor = null;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot <= 0 || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var at) || !CommandId.IsValid(text![(dot + 1)..]))
        {
            return false;
        }

        cursor = new CommandCursor(at, text[(dot + 1)..]);
        return true;
    }
}

/// <summary>Ids of commands and of their groups.</summary>
public static class CommandId
{
    private const int HexDigits = 32;
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>A new id: the node keeps it apart from other nodes' ids, the UUID (version 7, RFC 9562) from everything that the
    /// node ever made or will make, a restored backup included.</summary>
    public static string New(string node, DateTimeOffset now) => $"{node}-{Guid.CreateVersion7(now):N}";

    /// <summary>Tells whether a text has the form of an id.</summary>
    public static bool IsValid(string? text)
    {
        var hyphen = text?.LastIndexOf('-') ?? -1;
        return hyphen > 0 && text!.Length - hyphen - 1 == HexDigits && Telemetry.Slug.IsValid(text.AsSpan(0, hyphen))
            && text.AsSpan(hyphen + 1).IndexOfAnyExcept(s_hex) < 0;
    }
}
