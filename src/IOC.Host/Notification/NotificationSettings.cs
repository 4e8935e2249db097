using IOC.Alerts.Notification;

namespace IOC.Host.Notification;

/// <summary>Settings of notification, section "Ioc:Notification". Channels and routes are no settings: they are made over the API.</summary>
public sealed class NotificationSettings : NotificationOptions
{
    /// <summary>Name by which this machine introduces itself to mail servers, and the domain of message ids. Empty = the host of
    /// <see cref="NotificationOptions.PageUrl"/>, or "localhost".</summary>
    public string HostName { get; set; } = "";

    /// <summary>Hosts that channels may talk to, separated by ';'; empty = any.</summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>Secrets that channels refer to by name.</summary>
    public List<NotificationSecret> Secrets { get; set; } = [];

    /// <summary>The name that is used.</summary>
    internal string EffectiveHostName => HostName.Length > 0 ? HostName : Uri.TryCreate(PageUrl, UriKind.Absolute, out var page) ? page.IdnHost : "localhost";

    /// <summary>Whether channels may talk to a host.</summary>
    internal bool Allows(string host) => AllowedHosts.Length == 0
        || AllowedHosts.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Contains(host, StringComparer.OrdinalIgnoreCase);
}

/// <summary>A secret of channels, section "Ioc:Notification:Secrets:{n}".</summary>
public sealed class NotificationSecret
{
    /// <summary>Name by which channels refer to it.</summary>
    public string Name { get; set; } = "";

    /// <summary>The secret; give it by the environment.</summary>
    public string Value { get; set; } = "";

    /// <summary>Or a file whose first line it is; read again for each message.</summary>
    public string File { get; set; } = "";

    /// <summary>Hosts to which it may be sent, separated by ';'. Without them a secret could be sent to any host that somebody makes a channel for.</summary>
    public string Hosts { get; set; } = "";
}
