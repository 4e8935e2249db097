using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>A template that cannot be read.</summary>
/// <param name="text">What is wrong and where, in both languages.</param>
public sealed class TemplateException(LocalText text) : Exception(text.En)
{
    /// <summary>What is wrong and where.</summary>
    public LocalText Text { get; } = text;
}
