using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using IOC.Alerts.Notification;

namespace IOC.Host.Notification;

/// <summary>
/// Posts messages to HTTP receivers, with the message's id as Idempotency-Key and, where the channel has a key for it, a
/// signature over time stamp and body (docs/notifications.md). Follows no redirect: a message goes where it was meant to, or nowhere.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    /// <summary>Header of the time at which a request was signed, Unix seconds.</summary>
    public const string TimestampHeader = "X-IOC-Timestamp";

    /// <summary>Header of the signature: "v1=" and the HMAC-SHA-256 of "TIMESTAMP.BODY", hexadecimal.</summary>
    public const string SignatureHeader = "X-IOC-Signature";

    private const int MaxAnswer = 1024;
    private const string Placeholder = "{{secret}}";
    private readonly HttpClient _client;
    private readonly ChannelSecrets _secrets;
    private readonly MessageWriter _writer;
    private readonly TimeProvider _time;

    public WebhookSender(ChannelSecrets secrets, MessageWriter writer, TimeProvider time)
    {
        (_secrets, _writer, _time) = (secrets, writer, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 64,
        })
        {
            // Each try has its own.
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<SendOutcome> SendAsync(Channel channel, Message message, CancellationToken cancel)
    {
        if (!_secrets.TryFind(channel, Channel.Token, out var token, out var problem) || !_secrets.TryFind(channel, Channel.Signing, out var key, out problem))
        {
            return new SendOutcome(SendResult.Retry, Error: problem, ConcernsChannel: true);
        }

        var webhook = channel.Webhook!;
        if (!Uri.TryCreate(webhook.Url.Replace(Placeholder, token, StringComparison.Ordinal), UriKind.Absolute, out var address) || address.Host != channel.Target)
        {
            return new SendOutcome(SendResult.Retry, Error: "the address with its secret is no address of the channel's host", ConcernsChannel: true);
        }

        using var request = Request(channel, message, address, token ?? "", key);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        return await OutcomeAsync(response, token, cancel);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The signature of a request.</summary>
    /// <param name="key">The key that both sides have.</param>
    /// <param name="timestamp">Unix seconds, as in the header.</param>
    /// <param name="body">The body, byte for byte.</param>
    internal static string Sign(string key, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];
        return $"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed))}";
    }

    private HttpRequestMessage Request(Channel channel, Message message, Uri address, string token, string? key)
    {
        var webhook = channel.Webhook!;
        var ready = webhook.Template is { } name ? MessageTemplates.Find(name)! : null;
        var form = ready?.Form ?? webhook.BodyForm;
        var template = Template.Parse(ready?.Body ?? webhook.Body!, form, MessageTemplates.Names);
        var body = Encoding.UTF8.GetBytes(template.Render(MessageTemplates.Scope(message, _writer, token)));
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MessageTemplates.MediaType(form), "utf-8");
        request.Headers.TryAddWithoutValidation("User-Agent", "IOC");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", message.Delivery.Id);
        foreach (var (header, value) in ready is null ? webhook.Headers : ready.Headers.Concat(webhook.Headers))
        {
            request.Headers.Remove(header);
            request.Headers.TryAddWithoutValidation(header, value.Replace(Placeholder, token, StringComparison.Ordinal));
        }

        if (key is not null)
        {
            var timestamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.TryAddWithoutValidation(TimestampHeader, timestamp);
            request.Headers.TryAddWithoutValidation(SignatureHeader, Sign(key, timestamp, body));
        }

        return request;
    }

    private async Task<SendOutcome> OutcomeAsync(HttpResponseMessage response, string? token, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return new SendOutcome(SendResult.Sent, status);
        }

        var said = $"HTTP {status}: {await ReadAsync(response, cancel)}".TrimEnd(' ', ':');
        if (!string.IsNullOrEmpty(token))
        {
            said = said.Replace(token, "***", StringComparison.Ordinal);
        }

        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new SendOutcome(SendResult.Retry, status, said, RetryAfter(response), ConcernsChannel: true),

            // The receiver does not know us, which somebody will mend: what waits is not to be lost meanwhile.
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired =>
                new SendOutcome(SendResult.Retry, status, said, ConcernsChannel: true),

            // Conflict: the same key is being worked on there, by the draft of the Idempotency-Key header.
            HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or (HttpStatusCode)425 => new SendOutcome(SendResult.Retry, status, said, RetryAfter(response)),
            >= HttpStatusCode.InternalServerError => new SendOutcome(SendResult.Retry, status, said, RetryAfter(response)),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new SendOutcome(SendResult.Refused, status, $"HTTP {status}: the receiver sends elsewhere ({response.Headers.Location?.Host}); redirects are not followed"),
            _ => new SendOutcome(SendResult.Refused, status, said),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
        _ => null,
    };

    // Only the beginning, and none of it when the receiver is slow with it: the status counts.
    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var buffer = new byte[MaxAnswer];
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            return Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }
    }
}
