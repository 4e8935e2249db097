namespace IOC.FirmwareSim.Publishing;

/// <summary>What became of a message.</summary>
internal enum PublishOutcome
{
    /// <summary>The broker acknowledged it: it is stored.</summary>
    Acknowledged,

    /// <summary>The broker refused it with a reason code.</summary>
    Refused,

    /// <summary>No acknowledgement came: the connection ended for good.</summary>
    Lost,
}

/// <summary>How a device introduces itself to the broker.</summary>
/// <param name="ClientId">Client identifier, unique on the broker.</param>
/// <param name="WillTopic">Topic on which the broker publishes "offline", retained, when the connection breaks; null = no will.</param>
internal sealed record LinkIdentity(string ClientId, string? WillTopic);

/// <summary>One connection to the broker, of one sensor or of a gateway that several share. Calls come from one caller at
/// a time; messages keep the order of the calls.</summary>
internal interface ILink : IAsyncDisposable
{
    /// <summary>True while connected.</summary>
    bool IsConnected { get; }

    /// <summary>Called when the connection has come back by itself: the broker has published the will meanwhile.</summary>
    Action? Reconnected { get; set; }

    /// <summary>Takes what is published to a topic (QoS 1), on every connection from the next one on. The handler must not block.</summary>
    void Listen(string topic, Action<byte[]> handler);

    /// <summary>Connects and, from then on, reconnects by itself until <see cref="DropAsync"/> or <see cref="CloseAsync"/>.
    /// Completes with the first connection.</summary>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Hands a message over (QoS 1). The outer task completes when there is room for it, the inner one with
    /// its outcome. The payload must not change until then.</summary>
    ValueTask<Task<PublishOutcome>> PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken);

    /// <summary>Breaks the connection without DISCONNECT, as a power cut does. <see cref="ConnectAsync"/> may follow.</summary>
    Task DropAsync();

    /// <summary>Ends with DISCONNECT.</summary>
    Task CloseAsync(CancellationToken cancellationToken);
}

/// <summary>Makes links to one broker.</summary>
internal interface ILinkFactory
{
    /// <summary>Where the broker is, for people.</summary>
    string Address { get; }

    /// <summary>Why the last attempt to connect failed; null when the last one succeeded.</summary>
    string? LastProblem { get; }

    /// <summary>Makes a link that is not connected yet.</summary>
    /// <param name="identity">How it introduces itself.</param>
    /// <param name="inFlight">Most messages sent and not acknowledged at a time.</param>
    ILink Create(LinkIdentity identity, int inFlight);
}
