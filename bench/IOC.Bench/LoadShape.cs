using System.Globalization;

namespace IOC.Bench;

/// <summary>Shape of a load: connections, and publishes in flight on each.</summary>
/// <param name="Connections">Number of MQTT connections, each one sensor.</param>
/// <param name="InFlight">QoS 1 publishes that a connection sends ahead of their PUBACKs.</param>
internal sealed record LoadShape(int Connections, int InFlight)
{
    /// <summary>The three shapes that are always reported.</summary>
    public static readonly LoadShape[] Standard = [new(50, 100), new(1000, 10), new(1000, 1)];

    /// <summary>Reads "50x100".</summary>
    public static LoadShape Parse(string text)
    {
        var parts = text.Split('x');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var connections) && connections is > 0 and <= 10_000
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var inFlight) && inFlight is > 0 and <= 60_000
            ? new LoadShape(connections, inFlight)
            : throw new FormatException($"'{text}' is no shape: use CONNECTIONSxINFLIGHT, such as 50x100.");
    }

    public override string ToString() => $"{Connections} connections x {InFlight} in flight";
}
