namespace IOC.Ingest;

/// <summary>Publishes what ingest has to say to devices. Called on the threads of senders: it must not block and must not come
/// back into ingest on the same call; what cannot be sent is dropped (ingest asks again).</summary>
public interface IIngestOutput
{
    /// <summary>Publishes at QoS 0, not retained.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="payload">Payload; the receiver may keep it.</param>
    void Publish(string topic, byte[] payload);
}
