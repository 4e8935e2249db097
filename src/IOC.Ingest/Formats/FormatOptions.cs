using System.Text;

namespace IOC.Ingest.Formats;

/// <summary>A rule of the settings that says what certain telemetry is: "Ioc:Ingest:Formats:{n}".</summary>
public sealed class FormatOptions
{
    /// <summary>Topics that it is about: an MQTT topic filter, in which one whole level may be <c>{sensor}</c>, which stands for
    /// the slug of a registered sensor. Such topics are telemetry, inside and outside <c>ioc/v1/</c>. Empty = every
    /// telemetry topic.</summary>
    public string Topic { get; set; } = "";

    /// <summary>MQTT 5 content type that it is about, without parameters; letter case is ignored. Empty = any and none.</summary>
    public string ContentType { get; set; } = "";

    /// <summary>What the payload is. Default: told by its form.</summary>
    public PayloadFormat Format { get; set; }

    /// <summary>Unit of the line protocol's time stamps. Default nanoseconds.</summary>
    public TimePrecision Precision { get; set; }

    /// <summary>Whether the sender is a gateway, whose payloads may speak for any registered sensor. Needs
    /// <see cref="Topic"/>: who may publish there is what the right hangs on.</summary>
    public bool SeveralSensors { get; set; }

    /// <summary>Says what is wrong, beginning with the setting's name within the rule; null when nothing is.</summary>
    internal string? Problem()
    {
        if (Topic.Length == 0 && ContentType.Length == 0)
        {
            return $"{nameof(Topic)} and {nameof(ContentType)} are both empty: name one";
        }

        TopicPattern? pattern = null;
        if (Topic.Length > 0 && !TopicPattern.TryParse(Topic, out pattern))
        {
            return $"{nameof(Topic)} '{Topic}' is no topic filter ('+' and '{{sensor}}' fill a level, '#' is the last, '{{sensor}}' stands once)";
        }

        if (pattern is { NamesSensor: false } && !SeveralSensors && !Topic.StartsWith("ioc/v1/", StringComparison.Ordinal))
        {
            return $"{nameof(Topic)} '{Topic}' tells no sensor: put '{{sensor}}' into it, or set {nameof(SeveralSensors)} and let the payloads tell";
        }

        if (SeveralSensors && Topic.Length == 0)
        {
            return $"{nameof(SeveralSensors)} needs {nameof(Topic)}";
        }

        if (!Enum.IsDefined(Format) || !Enum.IsDefined(Precision))
        {
            return $"{nameof(Format)} or {nameof(Precision)} is none of the names";
        }

        return ContentType.Contains(';', StringComparison.Ordinal) || !Ascii.IsValid(ContentType)
            ? $"{nameof(ContentType)} '{ContentType}' is written in ASCII without parameters"
            : null;
    }
}
