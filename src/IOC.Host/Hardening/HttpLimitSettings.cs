namespace IOC.Host.Hardening;

/// <summary>
/// What one visitor of the web side may take, section "Ioc:Http:Limits". The defaults leave a control room of ten people behind one
/// address ample room: each of their pages asks for some fifty things when it opens, and for a few a second after that.
/// </summary>
public sealed class HttpLimitSettings
{
    /// <summary>Requests a second of one address (of IPv6 a /64), 0 to 100,000; 0 = no limit. Health probes, and messages on a live stream that is open, do not count.</summary>
    public int RequestsPerSecondPerAddress { get; set; } = 200;

    /// <summary>Requests of one address at once, before the rate above counts.</summary>
    public int BurstPerAddress { get; set; } = 3000;

    /// <summary>Requests a second of one account or token, from wherever, 0 to 100,000; 0 = no limit.</summary>
    public int RequestsPerSecondPerUser { get; set; } = 50;

    /// <summary>Requests of one account or token at once, before the rate above counts.</summary>
    public int BurstPerUser { get; set; } = 1000;

    /// <summary>Open connections of one address to the web side's ports, 0 to 100,000; 0 = no limit. Proxies of Ioc:Http:TrustedProxies are free.</summary>
    public int ConnectionsPerAddress { get; set; } = 500;

    /// <summary>Largest body of a request, bytes, 1,024 to 1,073,741,824. Imports have a limit of their own, which their description names.</summary>
    public long MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Largest headers of a request, bytes, 4,096 to 1,048,576.</summary>
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>Longest time from a request's first byte to the end of its headers; 1 second to 10 minutes.</summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes a second that a body must come with, and an answer must be taken with, after five seconds of grace; 0 = any.</summary>
    public int MinBytesPerSecond { get; set; } = 240;
}
