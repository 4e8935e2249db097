using System.Globalization;

namespace IOC.Alerts;

/// <summary>
/// An alert's id, "{node}-{partition}-{offset}-{n}": the n-th alert (from 0) opened by the batch at an offset of a
/// partition's log. It is a function of the log, so a replay gives the same id, and the node keeps it apart from other nodes' ids.
/// </summary>
/// <param name="Node">Node id, a slug (it may hold hyphens).</param>
/// <param name="Partition">Log partition, 0 or more.</param>
/// <param name="Offset">Offset of the batch, from 1.</param>
/// <param name="Number">Number within the batch, from 0.</param>
public readonly record struct AlertId(string Node, int Partition, long Offset, int Number)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Node}-{Partition}-{Offset}-{Number}");

    /// <summary>Reads an id; false when the text is none.</summary>
    public static bool TryParse(string? text, out AlertId id)
    {
        id = default;
        if (text is null)
        {
            return false;
        }

        // From the right: the node's name may hold hyphens itself.
        var rest = text.AsSpan();
        if (!TakeNumber(ref rest, out var number) || !TakeNumber(ref rest, out var offset)
            || !TakeNumber(ref rest, out var partition) || !Telemetry.Slug.IsValid(rest)
            || partition > int.MaxValue || number > int.MaxValue)
        {
            return false;
        }

        id = new AlertId(rest.ToString(), (int)partition, offset, (int)number);
        return true;
    }

    private static bool TakeNumber(ref ReadOnlySpan<char> rest, out long number)
    {
        number = 0;
        var hyphen = rest.LastIndexOf('-');
        if (hyphen < 0 || !long.TryParse(rest[(hyphen + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        rest = rest[..hyphen];
        return true;
    }
}
