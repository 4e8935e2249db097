using System.Net;
using IOC.Host.Settings;

namespace IOC.Host.Hardening;

/// <summary>Checks the settings of TLS, proxies and limits of the web side. Where it listens is checked with the other listeners.</summary>
internal static class HttpSettingsValidator
{
    public static void Validate(HttpSettings http, List<string> errors)
    {
        void Require(bool holds, string setting, object? value, string what)
        {
            if (!holds)
            {
                errors.Add($"{IocOptions.Section}:Http:{setting} = '{value}': {what}");
            }
        }

        var tls = http.Tls;
        Require(tls.Listen.Length == 0 || tls.Certificate.Length > 0, "Tls:Certificate", tls.Certificate, "name the file of the server's certificate, or leave Ioc:Http:Tls:Listen empty.");
        Require(tls.PublicPort is >= 0 and <= IPEndPoint.MaxPort, "Tls:PublicPort", tls.PublicPort, "use 0 to 65535.");
        Require(tls.HstsDays is >= 0 and <= 3650, "Tls:HstsDays", tls.HstsDays, "use 0 to 3650.");
        Require(TrustedProxies.TryParse(http.TrustedProxies, out _), "TrustedProxies", http.TrustedProxies, "name addresses or networks, such as 10.1.0.4 or 10.1.0.0/24, separated by ';'.");

        var limits = http.Limits;
        Require(limits.RequestsPerSecondPerAddress is >= 0 and <= 100_000, "Limits:RequestsPerSecondPerAddress", limits.RequestsPerSecondPerAddress, "use 0 to 100000.");
        Require(limits.RequestsPerSecondPerUser is >= 0 and <= 100_000, "Limits:RequestsPerSecondPerUser", limits.RequestsPerSecondPerUser, "use 0 to 100000.");
        Require(limits.BurstPerAddress >= Math.Max(1, limits.RequestsPerSecondPerAddress), "Limits:BurstPerAddress", limits.BurstPerAddress, "use at least Ioc:Http:Limits:RequestsPerSecondPerAddress.");
        Require(limits.BurstPerUser >= Math.Max(1, limits.RequestsPerSecondPerUser), "Limits:BurstPerUser", limits.BurstPerUser, "use at least Ioc:Http:Limits:RequestsPerSecondPerUser.");
        Require(limits.ConnectionsPerAddress is >= 0 and <= 100_000, "Limits:ConnectionsPerAddress", limits.ConnectionsPerAddress, "use 0 to 100000.");
        Require(limits.MaxBodyBytes is >= 1024 and <= 1L << 30, "Limits:MaxBodyBytes", limits.MaxBodyBytes, "use 1024 to 1073741824.");
        Require(limits.MaxHeaderBytes is >= 4096 and <= 1 << 20, "Limits:MaxHeaderBytes", limits.MaxHeaderBytes, "use 4096 to 1048576.");
        Require(limits.HeaderTimeout >= TimeSpan.FromSeconds(1) && limits.HeaderTimeout <= TimeSpan.FromMinutes(10), "Limits:HeaderTimeout", limits.HeaderTimeout, "use 00:00:01 to 00:10:00.");
        Require(limits.MinBytesPerSecond is >= 0 and <= 1 << 20, "Limits:MinBytesPerSecond", limits.MinBytesPerSecond, "use 0 to 1048576.");
    }
}
