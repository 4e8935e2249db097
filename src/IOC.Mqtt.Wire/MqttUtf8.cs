using System.Text;
using System.Text.Unicode;

namespace IOC.Mqtt.Wire;

/// <summary>Strings as MQTT allows them (5.0, 1.5.4; 3.1.1, 1.5.3).</summary>
public static class MqttUtf8
{
    /// <summary>Most bytes of a string.</summary>
    public const int MaxLength = ushort.MaxValue;

    /// <summary>True for well-formed UTF-8 without U+0000; well-formed excludes surrogates and overlong forms.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8) => !utf8.Contains((byte)0) && Utf8.IsValid(utf8);

    /// <summary>The UTF-8 bytes of <paramref name="text"/>.</summary>
    /// <exception cref="ArgumentException">It holds U+0000 or a lone surrogate, or is longer than 65,535 bytes.</exception>
    public static byte[] GetBytes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(text) > MaxLength)
        {
            throw new ArgumentException("An MQTT string has no U+0000 and at most 65,535 bytes.", nameof(text));
        }

        return s_strict.GetBytes(text);
    }

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
