using System.Text;

namespace IOC.Ingest.Formats;

/// <summary>A <see cref="FormatOptions"/> made ready for use.</summary>
internal sealed class FormatRule
{
    private readonly byte[] _contentType;

    /// <summary>Makes it of settings that were validated.</summary>
    public FormatRule(FormatOptions options)
    {
        _contentType = Encoding.ASCII.GetBytes(options.ContentType);
        Pattern = TopicPattern.TryParse(options.Topic, out var pattern) ? pattern : null;
        Format = options.Format;
        Precision = options.Precision;
        SeveralSensors = options.SeveralSensors;
    }

    /// <summary>Topics; null = every telemetry topic.</summary>
    public TopicPattern? Pattern { get; }

    /// <summary>What the payload is.</summary>
    public PayloadFormat Format { get; }

    /// <summary>Unit of the line protocol's time stamps.</summary>
    public TimePrecision Precision { get; }

    /// <summary>Whether payloads may speak for any registered sensor.</summary>
    public bool SeveralSensors { get; }

    /// <summary>Whether it holds for any content type.</summary>
    public bool AnyContentType => _contentType.Length == 0;

    /// <summary>Whether it is about this content type by name.</summary>
    public bool Names(ReadOnlySpan<byte> contentType) => _contentType.Length > 0 && Ascii.EqualsIgnoreCase(contentType, _contentType);
}
