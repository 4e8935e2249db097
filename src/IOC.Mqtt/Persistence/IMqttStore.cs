namespace IOC.Mqtt;

/// <summary>Keeps what must survive the endpoint: sessions with their subscriptions and messages, retained messages, wills. The
/// endpoint decides what is written when; a store only does as it is told, in order. One thread at a time uses it.</summary>
public interface IMqttStore : IDisposable
{
    /// <summary>All that is stored. Called once, before the first <see cref="Write"/>.</summary>
    /// <exception cref="MqttStoreException">The store cannot be read, or a newer version of the program has written it.</exception>
    MqttStoredState Load();

    /// <summary>Makes the changes, all or none, in their order. They are on disk when this returns. A deletion of what is not there
    /// is no error: the endpoint may forget whether something was ever written.</summary>
    /// <exception cref="MqttStoreException">Nothing was changed.</exception>
    void Write(IReadOnlyList<MqttStoreChange> changes);
}

/// <summary>The store cannot be read or written; the message names it.</summary>
public sealed class MqttStoreException(string message, bool isFull = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether there is no room: it may be written again when there is some.</summary>
    public bool IsFull { get; } = isFull;
}
