using System.Text;
using System.Text.Json;

namespace IOC.Ingest.Formats;

/// <summary>What a payload was found to be.</summary>
/// <param name="Format">Never <see cref="PayloadFormat.Auto"/>.</param>
/// <param name="Precision">Unit of the line protocol's time stamps.</param>
/// <param name="SeveralSensors">Whether it may speak for any registered sensor.</param>
internal readonly record struct FormatChoice(PayloadFormat Format, TimePrecision Precision, bool SeveralSensors);

/// <summary>
/// Tells what a payload is: by the content type that the sender gives, else by the topic's rule, else by the payload's form.
/// Immutable.
/// </summary>
internal sealed class FormatChooser
{
    private readonly FormatRule[] _everywhere;

    /// <summary>Makes it of validated settings.</summary>
    public FormatChooser(IEnumerable<FormatOptions> options)
    {
        var rules = options.Select(o => new FormatRule(o)).ToArray();
        _everywhere = [.. rules.Where(r => r.Pattern is null)];
        WithTopic = [.. rules.Where(r => r.Pattern is not null)];
    }

    /// <summary>The rules that are about topics.</summary>
    public FormatRule[] WithTopic { get; }

    /// <summary>Chooses; false when the content type names a format that is not read here.</summary>
    public bool TryChoose(FormatRule[]? ofTopic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> contentType, out FormatChoice choice)
    {
        contentType = Bare(contentType);
        FormatRule? byType = null, byTopic = null;
        var several = false;
        foreach (var rule in ofTopic ?? [])
        {
            several |= rule.SeveralSensors;
            byTopic ??= rule.AnyContentType ? rule : null;
            byType ??= rule.Names(contentType) ? rule : null;
        }

        foreach (var rule in _everywhere)
        {
            byType ??= rule.Names(contentType) ? rule : null;
        }

        var format = byType?.Format ?? PayloadFormat.Auto;
        if (byType is null && !TryKnown(contentType, out format))
        {
            choice = default;
            return false;
        }

        format = format == PayloadFormat.Auto && byType is null ? byTopic?.Format ?? PayloadFormat.Auto : format;
        format = format == PayloadFormat.Auto ? ByForm(payload) : format;
        choice = new FormatChoice(format, (byType ?? byTopic)?.Precision ?? TimePrecision.Ns, several);
        return true;
    }

    /// <summary>Tells a payload by its form: an object is the product's JSON; an array is SenML when its first object looks like a
    /// record; text with an equals sign is line protocol; the rest is left to the JSON decoder to explain.</summary>
    public static PayloadFormat ByForm(ReadOnlySpan<byte> payload)
    {
        var start = payload.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty || start[0] == '{')
        {
            return PayloadFormat.Json;
        }

        if (start[0] == '[')
        {
            return LooksLikeSenMl(start) ? PayloadFormat.SenMl : PayloadFormat.Json;
        }

        return start.Contains((byte)'=') ? PayloadFormat.Line : PayloadFormat.Json;
    }

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> contentType)
    {
        var parameters = contentType.IndexOf((byte)';');
        return (parameters < 0 ? contentType : contentType[..parameters]).Trim(" \t"u8);
    }

    /// <summary>Content types that are known without a setting. The line protocol has no registered one.</summary>
    private static bool TryKnown(ReadOnlySpan<byte> contentType, out PayloadFormat format)
    {
        format = PayloadFormat.Auto;
        if (contentType.IsEmpty)
        {
            return true;
        }

        if (Ascii.EqualsIgnoreCase(contentType, "application/senml+json"u8) || Ascii.EqualsIgnoreCase(contentType, "application/sensml+json"u8))
        {
            format = PayloadFormat.SenMl;
            return true;
        }

        if (Ascii.EqualsIgnoreCase(contentType, "application/vnd.influxdata.line-protocol"u8)
            || Ascii.EqualsIgnoreCase(contentType, "text/x-influx-line-protocol"u8))
        {
            format = PayloadFormat.Line;
            return true;
        }

        // RFC 8428's other representations (CBOR, XML, EXI, patches): they are not JSON whatever they look like.
        return !StartsWith(contentType, "application/senml"u8) && !StartsWith(contentType, "application/sensml"u8);
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);

    private static bool LooksLikeSenMl(ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array);
        try
        {
            if (!reader.Read() || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (Label(ref reader) is { } senml)
                {
                    return senml;
                }

                reader.Read();
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // A name that is no UTF-8.
            return false;
        }

        return false;
    }

    /// <summary>True for a label of SenML, false for a member of the product's JSON, null for what is in both or neither.</summary>
    private static bool? Label(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("ts"u8) || reader.ValueTextEquals("q"u8))
        {
            return false;
        }

        if (reader.ValueTextEquals("v"u8) || reader.ValueTextEquals("u"u8))
        {
            reader.Read();
            return reader.TokenType != JsonTokenType.StartObject;
        }

        var known = reader.ValueTextEquals("n"u8) || reader.ValueTextEquals("bn"u8) || reader.ValueTextEquals("t"u8) || reader.ValueTextEquals("bt"u8)
            || reader.ValueTextEquals("bu"u8) || reader.ValueTextEquals("bv"u8) || reader.ValueTextEquals("bs"u8) || reader.ValueTextEquals("bver"u8)
            || reader.ValueTextEquals("vs"u8) || reader.ValueTextEquals("vb"u8) || reader.ValueTextEquals("vd"u8) || reader.ValueTextEquals("s"u8)
            || reader.ValueTextEquals("ut"u8);
        return known ? true : null;
    }
}
