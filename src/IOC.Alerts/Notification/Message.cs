using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>A message in words, as mail and templates take it.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Notices">The notices that it lists.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text of several lines.</param>
/// <param name="Short">One line of at most <see cref="MaxShort"/> characters, for SMS.</param>
/// <param name="Html">The same as <paramref name="Text"/> as a page.</param>
/// <param name="PageUrl">The operators' page; empty = unknown.</param>
public sealed record Message(Delivery Delivery, IReadOnlyList<AlertNotice> Notices, string Subject, string Text, string Short, string Html, string PageUrl)
{
    /// <summary>Longest short form, in characters: two SMS of Unicode letters (3GPP TS 23.038: 67 each when joined).</summary>
    public const int MaxShort = 134;

    /// <summary>A text of the message's language.</summary>
    public string In(LocalText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Delivery.Language == NoticeLanguage.Vi ? text.Vi : text.En;
    }

    /// <summary>Number of notices that it does not list.</summary>
    public int Unlisted => Math.Max(0, Delivery.Count - Notices.Count);
}
