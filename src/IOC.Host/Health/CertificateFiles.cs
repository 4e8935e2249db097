using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IOC.Host.Settings;

namespace IOC.Host.Health;

/// <summary>A certificate that the host shows.</summary>
/// <param name="Setting">The setting that names its file.</param>
/// <param name="File">The file.</param>
/// <param name="NotAfter">Until when it is valid; null when the file cannot be read.</param>
/// <param name="Problem">Why it cannot be read.</param>
internal sealed record CertificateState(string Setting, string File, DateTimeOffset? NotAfter, string? Problem);

/// <summary>The certificate files that the settings name, and until when they are valid.</summary>
internal static class CertificateFiles
{
    /// <summary>Reads them.</summary>
    public static IReadOnlyList<CertificateState> Of(IocOptions options)
    {
        (string Setting, string File, string Password)[] files =
        [
            ("Ioc:Mqtt:Tls:Certificate", options.Mqtt.Tls.Certificate, ""),
            ("Ioc:Http:Tls:Certificate", options.Http.Tls.Certificate, ""),
        ];
        return [.. files.Where(f => f.File.Length > 0).Select(f => Read(f.Setting, f.File))];
    }

    private static CertificateState Read(string setting, string file)
    {
        try
        {
            // The first of a chain is the host's own. A PKCS #12 file needs its password, which is looked at where it is used.
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            return new CertificateState(setting, file, new DateTimeOffset(certificate.NotAfter), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return new CertificateState(setting, file, null, e.Message);
        }
    }
}
