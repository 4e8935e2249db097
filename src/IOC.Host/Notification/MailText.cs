using System.Globalization;
using System.Text;
using IOC.Alerts.Notification;

namespace IOC.Host.Notification;

/// <summary>A message as a mail: plain text and a page, in base64, so that no server on the way changes it (RFC 5322, 2045 to 2047).</summary>
internal static class MailText
{
    private const int BytesPerWord = 45;

    /// <summary>Writes a mail.</summary>
    /// <param name="message">The message.</param>
    /// <param name="from">Sender's address.</param>
    /// <param name="hostName">Domain of the message id.</param>
    /// <param name="date">Date of the mail: when the message was made, so that a repetition is the same mail.</param>
    public static byte[] Write(Message message, string from, string hostName, DateTimeOffset date)
    {
        var id = message.Delivery.Id;
        var boundary = $"=_ioc_{id}";
        var mail = new StringBuilder();
        void Line(string line = "") => mail.Append(line).Append("\r\n");

        Line($"From: {from}");
        Line($"To: {message.Delivery.Recipient}");
        Line($"Subject: {Words(message.Subject)}");
        Line($"Date: {date.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000");
        Line($"Message-ID: <{id}@{hostName}>");
        Line($"Idempotency-Key: {id}");
        Line("Auto-Submitted: auto-generated");
        Line("X-Auto-Response-Suppress: All");
        Line(message.Delivery.Severity == Telemetry.Severity.P1 && message.Delivery.Count > 0 ? "Importance: high" : "Importance: normal");
        Line("MIME-Version: 1.0");
        Line($"Content-Type: multipart/alternative; boundary=\"{boundary}\"");
        Line();
        foreach (var (type, text) in new[] { ("text/plain", message.Text.Replace("\n", "\r\n", StringComparison.Ordinal)), ("text/html", message.Html) })
        {
            Line($"--{boundary}");
            Line($"Content-Type: {type}; charset=utf-8");
            Line("Content-Transfer-Encoding: base64");
            Line();
            Line(Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks));
        }

        Line($"--{boundary}--");
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    /// <summary>A header's text as encoded words of at most 75 characters, none of which cuts a character (RFC 2047).</summary>
    internal static string Words(string text)
    {
        if (text.Length < 60 && text.All(c => c is >= ' ' and < '\x7f') && !text.Contains("=?", StringComparison.Ordinal))
        {
            return text;
        }

        var words = new List<string>();
        var word = new List<byte>(BytesPerWord);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var size = rune.EncodeToUtf8(utf8);
            if (word.Count + size > BytesPerWord)
            {
                words.Add(Word(word));
                word.Clear();
            }

            word.AddRange(utf8[..size]);
        }

        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    private static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
}
