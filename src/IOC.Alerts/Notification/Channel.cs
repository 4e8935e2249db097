namespace IOC.Alerts.Notification;

/// <summary>How a channel sends. The numbers are stored: never renumber.</summary>
public enum ChannelKind : byte
{
    /// <summary>E-mail by SMTP (RFC 5321).</summary>
    Smtp = 0,

    /// <summary>An HTTP request to an address of the receiver.</summary>
    Webhook = 1,
}

/// <summary>How the connection to a mail server is protected.</summary>
public enum SmtpSecurity : byte
{
    /// <summary>Not at all. No password is sent over such a connection.</summary>
    None = 0,

    /// <summary>By STARTTLS, which the server must offer (RFC 3207).</summary>
    StartTls = 1,

    /// <summary>TLS from the first byte (RFC 8314, usually port 465).</summary>
    Tls = 2,
}

/// <summary>A mail server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="From">Sender's address.</param>
/// <param name="User">User name; null = no sign-in. Its password is the channel's secret "password".</param>
/// <param name="CaFile">PEM file of the authority that issued the server's certificate; null = those of the machine.</param>
public sealed record SmtpChannel(string Host, int Port, SmtpSecurity Security, string From, string? User = null, string? CaFile = null);

/// <summary>An HTTP receiver.</summary>
/// <param name="Url">http or https. <c>{{secret}}</c> stands for the channel's secret "token".</param>
/// <param name="Template">Name of a ready-made template, or null when <paramref name="Body"/> is one.</param>
/// <param name="Body">A template of one's own; null when a ready-made one is named.</param>
/// <param name="BodyForm">Form of <paramref name="Body"/>.</param>
/// <param name="Headers">Further headers; values may hold <c>{{secret}}</c>.</param>
public sealed record WebhookChannel(
    string Url, string? Template, string? Body, TemplateForm BodyForm, IReadOnlyDictionary<string, string> Headers);

/// <summary>A secret of a channel: one of the two.</summary>
/// <param name="Setting">Name of a secret in the host's settings.</param>
/// <param name="Value">The secret itself, as somebody typed it in. Never told again.</param>
public sealed record SecretReference(string? Setting, string? Value)
{
    /// <summary>The reference, never the secret.</summary>
    public override string ToString() => Setting is null ? "(stored)" : $"setting {Setting}";
}

/// <summary>Where messages can be sent. Immutable.</summary>
public sealed record Channel
{
    /// <summary>Longest list of recipients.</summary>
    public const int MaxRecipients = 100;

    /// <summary>Slot of the mail server's password.</summary>
    public const string Password = "password";

    /// <summary>Slot of the receiver's key, used as <c>{{secret}}</c> in the address, in headers and in the body.</summary>
    public const string Token = "token";

    /// <summary>Slot of the key that requests are signed with.</summary>
    public const string Signing = "signing";

    /// <summary>Slug, unique.</summary>
    public required string Name { get; init; }

    /// <summary>How it sends.</summary>
    public ChannelKind Kind => Smtp is null ? ChannelKind.Webhook : ChannelKind.Smtp;

    /// <summary>False: nothing new is routed to it, and what waits for it goes on waiting.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Mail server; null for a webhook.</summary>
    public SmtpChannel? Smtp { get; init; }

    /// <summary>HTTP receiver; null for e-mail.</summary>
    public WebhookChannel? Webhook { get; init; }

    /// <summary>Mail addresses, telephone numbers or the receiver's ids of people and groups. Each gets a message, with an
    /// outcome, of its own. Empty for a webhook that is its own recipient.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Secrets by slot.</summary>
    public IReadOnlyDictionary<string, SecretReference> Secrets { get; init; } = new Dictionary<string, SecretReference>(StringComparer.Ordinal);

    /// <summary>What people call it; empty = nothing.</summary>
    public string Note { get; init; } = "";

    /// <summary>The host that it talks to, as it stands in its settings.</summary>
    public string Target => Smtp?.Host ?? (Uri.TryCreate(Webhook!.Url, UriKind.Absolute, out var uri) ? uri.Host : "");
}
