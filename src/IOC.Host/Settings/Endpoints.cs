using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace IOC.Host.Settings;

/// <summary>Reads ADDRESS:PORT, and several of them.</summary>
public static class Endpoints
{
    /// <summary>Parses any number of ADDRESS:PORT separated by ';'.</summary>
    /// <returns>Null when one of them is none.</returns>
    public static IReadOnlyList<IPEndPoint>? TryParseAll(string? text)
    {
        var all = new List<IPEndPoint>();
        foreach (var part in (text ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParse(part, out var endpoint))
            {
                return null;
            }

            all.Add(endpoint);
        }

        return all;
    }

    /// <summary>Parses "127.0.0.1:8080", "[::1]:8080" or "localhost:8080".</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (string.IsNullOrWhiteSpace(text) || text.LastIndexOf(':') is not (var colon and > 0))
        {
            return false;
        }

        var host = text[..colon];
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        // "::1:8080" would be read as an address without a port: brackets are required.
        var bare = host is ['[', .., ']'] ? host[1..^1] : host.Contains(':', StringComparison.Ordinal) ? "" : host;
        if (bare == "localhost")
        {
            bare = "127.0.0.1";
        }

        if (!IPAddress.TryParse(bare, out var address))
        {
            return false;
        }

        endpoint = new IPEndPoint(address, port);
        return true;
    }
}
