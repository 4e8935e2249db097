using System.Security.Cryptography;
using System.Text;

namespace IOC.Registry;

/// <summary>A catalogue file as read: its text and the hash of its bytes.</summary>
/// <param name="Name">File name.</param>
/// <param name="Text">Content without a byte order mark; null when it could not be read (an error was noted).</param>
/// <param name="Hash">SHA-256 of the bytes, lower-case hexadecimal.</param>
internal sealed record SourceFile(string Name, string? Text, string Hash)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file. Null when it is absent and need not be there.</summary>
    public static async Task<SourceFile?> ReadAsync(string folder, string name, bool required, CatalogueErrors errors, CancellationToken cancel)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(Path.Combine(folder, name), cancel);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            if (!required)
            {
                return null;
            }

            errors.Add(name, 0, null, "The file is missing.", "Thiếu tệp này.");
            return new SourceFile(name, null, "");
        }

        return new SourceFile(name, Decode(name, bytes, errors), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static string? Decode(string name, byte[] bytes, CatalogueErrors errors)
    {
        var content = bytes.AsSpan();
        if (content.StartsWith(Encoding.UTF8.Preamble))
        {
            content = content[3..];
        }

        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            var line = 1 + content[..Math.Max(0, e.Index)].Count((byte)'\n');
            errors.Add(name, line, null, "The file is not UTF-8 here; save it as UTF-8.", "Tệp không phải UTF-8 tại đây; hãy lưu bằng mã UTF-8.");
            return null;
        }
    }
}
