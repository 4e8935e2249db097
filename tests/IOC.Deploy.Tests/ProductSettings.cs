using IOC.Host.Settings;
using Microsoft.Extensions.Configuration;

namespace IOC.Deploy.Tests;

/// <summary>Settings that a file of deploy/ gives to the host in its environment, taken as the host takes them.</summary>
internal static class ProductSettings
{
    /// <summary>Reads and checks them by the host's own reader: an unknown name or a bad value fails the test.</summary>
    public static IocOptions Read(IEnumerable<KeyValuePair<string, string>> environment)
    {
        var own = environment.Where(e => e.Key.StartsWith("Ioc__", StringComparison.Ordinal)).ToDictionary(e => e.Key.Replace("__", ":", StringComparison.Ordinal), e => (string?)e.Value, StringComparer.Ordinal);
        Assert.NotEmpty(own);
        return SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(own).Build());
    }
}
