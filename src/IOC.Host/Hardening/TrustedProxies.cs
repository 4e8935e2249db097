using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace IOC.Host.Hardening;

/// <summary>The proxies whose word about where a request comes from is taken.</summary>
internal sealed class TrustedProxies
{
    private TrustedProxies(IReadOnlyList<IPNetwork> networks) => Networks = networks;

    /// <summary>Networks of the proxies; a single address is a network of one.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; }

    /// <summary>Reads addresses and networks separated by ';'.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TrustedProxies? proxies)
    {
        proxies = null;
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPAddress.TryParse(part, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(part, out var network) && network.PrefixLength > 0)
            {
                networks.Add(network);
            }
            else
            {
                return false;
            }
        }

        proxies = new TrustedProxies(networks);
        return true;
    }

    /// <summary>The same of a text that was checked.</summary>
    public static TrustedProxies Parse(string text) =>
        TryParse(text, out var proxies) ? proxies : throw new InvalidOperationException($"'{text}' passed the check of settings and is no list of addresses.");

    /// <summary>Whether an address is one of them.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is null || Networks.Count == 0)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Networks.Any(n => n.Contains(plain));
    }
}
