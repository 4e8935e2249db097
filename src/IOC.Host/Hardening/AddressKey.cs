using System.Net;
using System.Net.Sockets;

namespace IOC.Host.Hardening;

/// <summary>What counts as one address: an IPv4 address, or the /64 that a household or an office has of IPv6.</summary>
internal static class AddressKey
{
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
