using System.Diagnostics.CodeAnalysis;
using IOC.Alerts.Notification;

namespace IOC.Host.Notification;

/// <summary>Finds the secrets of channels, each for the hosts that it is for.</summary>
internal sealed class ChannelSecrets(NotificationSettings settings)
{
    /// <summary>A channel's secret in a slot.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="secret">The secret; null when the channel has none there.</param>
    /// <param name="problem">Why it cannot be had.</param>
    public bool TryFind(Channel channel, string slot, out string? secret, [NotNullWhen(false)] out string? problem)
    {
        (secret, problem) = (null, null);
        if (!channel.Secrets.TryGetValue(slot, out var reference))
        {
            return true;
        }

        if (reference.Setting is not { } name)
        {
            secret = reference.Value;
            return true;
        }

        if (settings.Secrets.Find(s => s.Name == name) is not { } setting)
        {
            problem = $"there is no secret '{name}' in Ioc:Notification:Secrets";
        }
        else if (!setting.Hosts.Split(';', StringSplitOptions.TrimEntries).Contains(channel.Target, StringComparer.OrdinalIgnoreCase))
        {
            problem = $"secret '{name}' is not for host '{channel.Target}' (Hosts of Ioc:Notification:Secrets)";
        }
        else
        {
            secret = setting.File.Length == 0 ? setting.Value : Read(setting.File, out problem);
        }

        return problem is null;
    }

    private static string? Read(string file, out string? problem)
    {
        try
        {
            problem = null;
            if (File.ReadLines(file).FirstOrDefault() is { Length: > 0 } line)
            {
                return line;
            }

            problem = $"file '{file}' of a secret is empty";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"file '{file}' of a secret cannot be read: {e.Message}";
        }

        return null;
    }
}
