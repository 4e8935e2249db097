using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>Puts a message in words.</summary>
/// <param name="zone">The city's zone: times are told in it.</param>
/// <param name="pageUrl">The operators' page; empty = no links.</param>
public sealed class MessageWriter(TimeZoneInfo zone, string pageUrl)
{
    // All letters as they are: the page is UTF-8.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Writes a message.</summary>
    /// <param name="delivery">The delivery.</param>
    /// <param name="notices">Its first notices.</param>
    public Message Write(Delivery delivery, IReadOnlyList<AlertNotice> notices)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(notices);
        var words = new Words(delivery.Language == NoticeLanguage.Vi);
        var subject = Subject(delivery, notices, words);
        var more = delivery.Count - notices.Count;
        var text = new StringBuilder();
        text.Append(subject).Append('\n');
        foreach (var notice in notices)
        {
            text.Append('\n').Append("- ").Append(Line(notice, words));
        }

        if (more > 0)
        {
            text.Append('\n').Append(words.Of($"… và {more} tin nữa", $"... and {more} more"));
        }

        if (pageUrl.Length > 0)
        {
            text.Append("\n\n").Append(words.Of("Trang điều hành: ", "Operators' page: ")).Append(pageUrl);
        }

        return new Message(delivery, notices, subject, text.ToString(), Cut(subject, Message.MaxShort), Html(subject, notices, more, words), pageUrl);
    }

    /// <summary>An alert in one line.</summary>
    public string Line(AlertNotice notice, NoticeLanguage language) => Line(notice, new Words(language == NoticeLanguage.Vi));

    private static string Subject(Delivery delivery, IReadOnlyList<AlertNotice> notices, Words words)
    {
        if (delivery.Purpose == DeliveryPurpose.Test)
        {
            return words.Of("[IOC] Tin thử: kênh này hoạt động", "[IOC] Test: this channel works");
        }

        if (notices.Count == 1 && delivery.Count == 1)
        {
            var only = notices[0];
            var what = delivery.Purpose == DeliveryPurpose.Summary ? words.Of("Trong giờ yên lặng: ", "In quiet hours: ") : "";
            return $"[{only.Severity}] {what}{words.Event(only)}: {words.Of(only.Title)} - {words.Of(only.SubjectName)} ({words.Of(only.DistrictName)})";
        }

        var districts = notices.Select(n => words.Of(n.DistrictName)).Distinct(StringComparer.Ordinal).ToList();
        var where = string.Join(", ", districts.Take(3)) + (districts.Count > 3 || delivery.Count > notices.Count ? ", …" : "");
        return delivery.Purpose == DeliveryPurpose.Summary
            ? words.Of($"[{delivery.Severity}] Trong giờ yên lặng: {delivery.Count} tin cảnh báo - {where}", $"[{delivery.Severity}] In quiet hours: {delivery.Count} alert messages - {where}")
            : words.Of($"[{delivery.Severity}] {delivery.Count} tin cảnh báo - {where}", $"[{delivery.Severity}] {delivery.Count} alert messages - {where}");
    }

    private string Line(AlertNotice notice, Words words)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"[{notice.Severity}] {Time(notice.AtMs)} {words.Event(notice)}: {words.Of(notice.Title)} - {words.Of(notice.SubjectName)} ({words.Of(notice.DistrictName)})");
        if (Measured(notice, words) is { Length: > 0 } measured)
        {
            line.Append("; ").Append(measured);
        }

        if (notice.Late)
        {
            line.Append("; ").Append(words.Of("số liệu đến muộn", "the data came late"));
        }

        if (notice.Event is not (NotificationEvent.Raised or NotificationEvent.ReRaised))
        {
            line.Append("; ").Append(words.Of("bắt đầu ", "since ")).Append(Time(notice.RaisedAtMs));
        }

        if (notice.Operator is { } who)
        {
            line.Append("; ").Append(who).Append(notice.Note is { } note ? $": {note}" : "");
        }

        return line.ToString();
    }

    private static string Measured(AlertNotice notice, Words words)
    {
        if (notice.Value is not { } value)
        {
            return "";
        }

        var text = $"{words.Number(value)} {notice.Unit}".TrimEnd();
        return notice.Limit is { } limit ? $"{text} ({words.Of("ngưỡng", "limit")} {words.Number(limit)})"
            : notice is { ExpectedLow: { } low, ExpectedHigh: { } high } ? $"{text} ({words.Of("thường", "usual")} {words.Number(low)} - {words.Number(high)})"
            : text;
    }

    private string Time(long ms) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    // One table, no images, no style sheet: mail programs show nothing else alike.
    private string Html(string subject, IReadOnlyList<AlertNotice> notices, int more, Words words)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html><html lang=\"").Append(words.IsVietnamese ? "vi" : "en").Append("\"><head><meta charset=\"utf-8\"><title>")
            .Append(Encoder.Encode(subject)).Append("</title></head><body style=\"font-family:sans-serif\"><h1 style=\"font-size:1.1em\">")
            .Append(Encoder.Encode(subject)).Append("</h1>");
        if (notices.Count > 0)
        {
            html.Append("<table border=\"1\" cellpadding=\"4\" style=\"border-collapse:collapse\"><thead><tr>");
            foreach (var head in words.Heads)
            {
                html.Append("<th scope=\"col\" align=\"left\">").Append(Encoder.Encode(head)).Append("</th>");
            }

            html.Append("</tr></thead><tbody>");
            foreach (var notice in notices)
            {
                string[] cells =
                [
                    notice.Severity.ToString(), Time(notice.AtMs), words.Event(notice), words.Of(notice.Title), words.Of(notice.SubjectName), words.Of(notice.DistrictName),
                    Measured(notice, words),
                ];
                html.Append("<tr>");
                Array.ForEach(cells, c => html.Append("<td>").Append(Encoder.Encode(c)).Append("</td>"));
                html.Append("</tr>");
            }

            html.Append("</tbody></table>");
        }

        if (more > 0)
        {
            html.Append("<p>").Append(words.Of($"… và {more} tin nữa", $"... and {more} more")).Append("</p>");
        }

        if (pageUrl.Length > 0)
        {
            html.Append("<p><a href=\"").Append(Encoder.Encode(pageUrl)).Append("\">").Append(words.Of("Mở trang điều hành", "Open the operators' page")).Append("</a></p>");
        }

        return html.Append("</body></html>").ToString();
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1), "…");

    private sealed class Words(bool vi)
    {
        // By itself, so that it is the same where the machine knows no cultures.
        private static readonly NumberFormatInfo Vietnamese = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };

        public bool IsVietnamese => vi;

        public string[] Heads => vi
            ? ["Mức", "Lúc", "Việc", "Cảnh báo", "Nơi", "Huyện", "Giá trị"]
            : ["Priority", "Time", "What", "Alert", "Where", "District", "Value"];

        public string Of(string vietnamese, string english) => vi ? vietnamese : english;

        public string Of(LocalText text) => vi ? text.Vi : text.En;

        public string Number(double value) => value.ToString("0.###", vi ? Vietnamese : NumberFormatInfo.InvariantInfo);

        public string Event(AlertNotice notice) => notice.Event switch
        {
            NotificationEvent.Raised => Of("mới", "new"),
            NotificationEvent.ReRaised => Of("trở lại", "again"),
            NotificationEvent.Escalated => Of("leo thang", "escalated"),
            NotificationEvent.Returned => Of("đã hết, chưa xác nhận", "returned, not acknowledged"),
            NotificationEvent.Acknowledged => Of("đã xác nhận", "acknowledged"),
            NotificationEvent.Closed => Of("đã đóng", "closed"),
            _ => Of($"nhắc lần {notice.Repetition}", $"reminder {notice.Repetition}"),
        };
    }
}
