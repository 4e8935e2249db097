using IOC.Alerts.Notification;

namespace IOC.Host.Notification;

/// <summary>Hands messages to a mail server, one recipient each, so that each has an outcome of its own.</summary>
internal sealed class SmtpSender(NotificationSettings settings, ChannelSecrets secrets)
{
    private const int ServiceClosing = 421;

    public async Task<SendOutcome> SendAsync(Channel channel, Message message, CancellationToken cancel)
    {
        var server = channel.Smtp!;
        if (!secrets.TryFind(channel, Channel.Password, out var password, out var problem))
        {
            return new SendOutcome(SendResult.Retry, Error: problem, ConcernsChannel: true);
        }

        try
        {
            await using var connection = await SmtpConnection.OpenAsync(server, settings.EffectiveHostName, cancel);
            if (server.User is { } user)
            {
                await connection.SignInAsync(user, password ?? "", cancel);
            }

            var mail = MailText.Write(
                message, server.From, settings.EffectiveHostName, DateTimeOffset.FromUnixTimeMilliseconds(message.Delivery.CreatedAtMs));
            var reply = await connection.SendAsync(server.From, message.Delivery.Recipient!, mail, cancel);
            await connection.QuitAsync(cancel);
            return new SendOutcome(SendResult.Sent, reply.Code);
        }
        catch (SmtpRefusedException e)
        {
            // What concerns this recipient or this message is its own matter; all before that (greeting, sign-in, sender) is
            // the channel's, and somebody will mend it: what waits is not to be lost meanwhile.
            var own = e.Step is "RCPT" or "DATA" or "message" && e.Reply.Code != ServiceClosing;
            return new SendOutcome(own && !e.Reply.IsTransient ? SendResult.Refused : SendResult.Retry, e.Reply.Code, e.Message, ConcernsChannel: !own);
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            return new SendOutcome(SendResult.Retry, Error: $"smtp.caFile: {e.Message}", ConcernsChannel: true);
        }
    }
}
