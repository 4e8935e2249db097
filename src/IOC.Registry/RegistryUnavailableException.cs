using System.Data.Common;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>The registry's server cannot be used at present; nothing of what was asked for is done.</summary>
public sealed class RegistryUnavailableException : DbException, INothingStored
{
    /// <summary>Makes it.</summary>
    /// <param name="text">Why, and what to do.</param>
    /// <param name="cause">What happened.</param>
    public RegistryUnavailableException(LocalText text, Exception? cause = null)
        : base($"{text.En} / {text.Vi}", cause) => Text = text;

    /// <summary>Makes it.</summary>
    public RegistryUnavailableException()
        : this(new LocalText("Cơ sở dữ liệu danh bạ không dùng được.", "The registry's database cannot be used."))
    {
    }

    /// <summary>Makes it.</summary>
    public RegistryUnavailableException(string message)
        : this(new LocalText(message, message))
    {
    }

    /// <summary>Makes it.</summary>
    public RegistryUnavailableException(string message, Exception innerException)
        : this(new LocalText(message, message), innerException)
    {
    }

    /// <summary>Why, and what to do.</summary>
    public LocalText Text { get; }
}

/// <summary>That the registry's server cannot be used.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why.</param>
public sealed record RegistryAway(DateTimeOffset Since, LocalText Reason);

/// <summary>Tells that the server went or came back.</summary>
/// <param name="away">That it cannot be used; null when it can again.</param>
public sealed class RegistryAwayEventArgs(RegistryAway? away) : EventArgs
{
    /// <summary>That it cannot be used; null when it can again.</summary>
    public RegistryAway? Away => away;
}
