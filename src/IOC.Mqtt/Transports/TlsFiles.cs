using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace IOC.Mqtt;

/// <summary>The bytes of a TLS listener's files at one moment.</summary>
internal sealed class TlsFiles
{
    private readonly MqttTlsOptions _options;
    private readonly byte[] _certificate;
    private readonly byte[] _key;
    private readonly byte[] _password;
    private readonly byte[] _authorities;

    private TlsFiles(MqttTlsOptions options)
    {
        _options = options;
        _certificate = ReadFile(options.Certificate);
        _key = ReadFile(options.Key);
        _password = ReadFile(options.PasswordFile);
        _authorities = options.ClientCertificates == MqttClientCertificates.None ? [] : ReadFile(options.ClientCa);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { _certificate, _key, _password, _authorities })
        {
            hash.AppendData(SHA256.HashData(part));
        }

        Fingerprint = Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Differs when a file differs.</summary>
    public string Fingerprint { get; }

    /// <exception cref="MqttTlsException">One cannot be read.</exception>
    public static TlsFiles Read(MqttTlsOptions options) => new(options);

    /// <summary>The server's certificate with its key; <paramref name="chain"/> is what comes after it in the file.</summary>
    /// <exception cref="MqttTlsException">The files do not hold that.</exception>
    public X509Certificate2 LoadCertificate(out X509Certificate2Collection chain)
    {
        try
        {
            return _certificate.AsSpan().IndexOf("-----BEGIN"u8) >= 0 ? LoadPem(out chain) : LoadPkcs12(out chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            var key = _options.Key.Length > 0 ? $" with key {_options.Key}" : "";
            throw new MqttTlsException($"{_options.Certificate}{key}: {e.Message}", e);
        }
    }

    /// <exception cref="MqttTlsException">The file holds no certificate.</exception>
    public X509Certificate2Collection LoadClientAuthorities()
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(Encoding.UTF8.GetString(_authorities));
            return authorities.Count > 0 ? authorities : throw new MqttTlsException($"{_options.ClientCa}: there is no certificate in it.");
        }
        catch (CryptographicException e)
        {
            throw new MqttTlsException($"{_options.ClientCa}: {e.Message}", e);
        }
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return path.Length == 0 ? [] : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MqttTlsException($"{path}: {e.Message}", e);
        }
    }

    private X509Certificate2 LoadPem(out X509Certificate2Collection chain)
    {
        var text = Encoding.UTF8.GetString(_certificate);
        var key = _key.Length > 0 ? Encoding.UTF8.GetString(_key) : text;
        chain = [];
        chain.ImportFromPem(text);
        chain.RemoveAt(0);
        return key.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
            ? X509Certificate2.CreateFromEncryptedPem(text, key, Password())
            : X509Certificate2.CreateFromPem(text, key);
    }

    private X509Certificate2 LoadPkcs12(out X509Certificate2Collection chain)
    {
        chain = X509CertificateLoader.LoadPkcs12Collection(_certificate, Password());
        var leaf = chain.FirstOrDefault(c => c.HasPrivateKey) ?? throw new CryptographicException("There is no certificate with a private key in it.");
        chain.Remove(leaf);
        return leaf;
    }

    private string? Password() => _options.PasswordFile.Length == 0 ? null : Encoding.UTF8.GetString(_password).Split('\r', '\n')[0];
}
