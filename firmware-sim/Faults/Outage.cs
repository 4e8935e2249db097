using System.Diagnostics.CodeAnalysis;
using IOC.FirmwareSim.Cli;

namespace IOC.FirmwareSim.Faults;

/// <summary>An outage that was asked for: everything below an asset fails at once.</summary>
/// <param name="Asset">Id of the asset.</param>
/// <param name="After">Simulated time after the start of the run.</param>
/// <param name="For">How long.</param>
internal sealed record Outage(string Asset, TimeSpan After, TimeSpan For)
{
    private static readonly TimeSpan UsualAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UsualFor = TimeSpan.FromMinutes(30);

    /// <summary>Reads "ASSET[@AFTER][/FOR]", such as "bg-f-01@5m/30m".</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Outage? outage)
    {
        outage = null;
        var (after, lasts) = (UsualAfter, UsualFor);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && (!Durations.TryParse(text[(slash + 1)..], out lasts) || lasts <= TimeSpan.Zero))
        {
            return false;
        }

        var head = slash < 0 ? text : text[..slash];
        var at = head.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0 && !Durations.TryParse(head[(at + 1)..], out after))
        {
            return false;
        }

        var asset = at < 0 ? head : head[..at];
        outage = new Outage(asset, after, lasts);
        return Catalogue.Slugs.IsValid(asset);
    }
}
