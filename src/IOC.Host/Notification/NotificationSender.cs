using System.Net.Sockets;
using System.Security.Authentication;
using IOC.Alerts.Notification;

namespace IOC.Host.Notification;

/// <summary>Sends a message through a channel.</summary>
internal interface IChannelSender
{
    /// <summary>Tries once. Never throws but for a cancellation by the caller.</summary>
    Task<SendOutcome> SendAsync(Channel channel, Message message, CancellationToken stop);
}

/// <summary>Tries once, within the time for a try, and turns whatever happens into an outcome.</summary>
internal sealed class NotificationSender(
    NotificationSettings settings, SmtpSender smtp, WebhookSender webhook, TimeProvider time, ILogger<NotificationSender> logger) : IChannelSender
{
    private const int MaxError = 300;

    public async Task<SendOutcome> SendAsync(Channel channel, Message message, CancellationToken stop)
    {
        if (!settings.Allows(channel.Target))
        {
            return new SendOutcome(SendResult.Retry, Error: $"host '{channel.Target}' is not in Ioc:Notification:AllowedHosts", ConcernsChannel: true);
        }

        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            var outcome = channel.Kind == ChannelKind.Smtp
                ? await smtp.SendAsync(channel, message, either.Token)
                : await webhook.SendAsync(channel, message, either.Token);
            return outcome with { Error = Tidy(outcome.Error, channel) };
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return new SendOutcome(SendResult.Retry, Error: $"no answer within {settings.Timeout.TotalSeconds:0.###} s", ConcernsChannel: true);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or AuthenticationException)
        {
            logger.LogDebug(e, "Channel {Channel} could not be reached", channel.Name);
            return new SendOutcome(SendResult.Retry, Error: Tidy(Explain(e), channel), ConcernsChannel: true);
        }
    }

    private static string Explain(Exception e) => e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message;

    // What a receiver says may hold anything, even what it was sent.
    private static string? Tidy(string? text, Channel channel)
    {
        if (text is null)
        {
            return null;
        }

        foreach (var secret in channel.Secrets.Values.Select(s => s.Value).OfType<string>().Where(s => s.Length > 0))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        var clean = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return clean.Length <= MaxError ? clean : clean[..MaxError];
    }
}
