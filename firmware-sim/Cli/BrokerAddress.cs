using System.Globalization;
using System.Net;

namespace IOC.FirmwareSim.Cli;

/// <summary>Where a broker listens.</summary>
/// <param name="Host">Name or address; IPv6 without brackets.</param>
/// <param name="Port">TCP port, 1 to 65535.</param>
internal sealed record BrokerAddress(string Host, int Port)
{
    /// <summary>MQTT's port when none is named.</summary>
    public const int UsualPort = 1883;

    /// <summary>Reads "host", "host:port", "[::1]:port".</summary>
    public static bool TryParse(string text, out BrokerAddress address)
    {
        address = new BrokerAddress("", 0);
        var colon = text.LastIndexOf(':');
        var bare = IPAddress.TryParse(text, out var ip) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !text.StartsWith('[');
        var hasPort = colon >= 0 && !bare && !text.EndsWith(']');
        var host = (hasPort ? text[..colon] : text).Trim('[', ']');
        var port = UsualPort;
        if (hasPort && (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
        {
            return false;
        }

        if (host.Length == 0 || host.AsSpan().ContainsAny(" /") || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return false;
        }

        address = new BrokerAddress(host, port);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
