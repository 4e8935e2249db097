using System.Security.Cryptography;
using System.Text;

namespace IOC.Host.Security.Accounts;

/// <summary>Encrypts what must be had again, with a key of the data folder: a copy of the database alone gives none of it away. AES-256-GCM;
/// what belongs to one account cannot be read as another's.</summary>
internal sealed class SecretBox
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly byte[] _key;

    public SecretBox(DataFolder data)
    {
        var file = data.Combine("keys", "accounts.key");
        _key = File.Exists(file) ? File.ReadAllBytes(file) : Make(file);
        if (_key.Length != KeyBytes)
        {
            throw new Settings.SettingsException([$"Ioc:DataDirectory: {file} is damaged: it must have {KeyBytes} bytes. Restore it from a backup; without it, second factors have to be set up again."]);
        }
    }

    public string Seal(ReadOnlySpan<byte> secret, string owner)
    {
        var box = new byte[NonceBytes + TagBytes + secret.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), secret, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(owner));
        return Convert.ToBase64String(box);
    }

    /// <returns>Null when another key or another owner sealed it, or when it is damaged.</returns>
    public byte[]? TryOpen(string sealedSecret, string owner)
    {
        try
        {
            var box = Convert.FromBase64String(sealedSecret);
            if (box.Length < NonceBytes + TagBytes)
            {
                return null;
            }

            var secret = new byte[box.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), secret, Encoding.UTF8.GetBytes(owner));
            return secret;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Make(string file)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        PrivateFile.Write(file, key);
        return key;
    }
}
