namespace IOC.Mqtt;

/// <summary>What a connection's batch of publishes has set going at other connections: whom to wake when the batch is over, so that
/// each subscriber gets the whole batch in one write, and what to wait for before more is read. For one read loop.</summary>
internal sealed class Outbox(MqttConnection owner)
{
    /// <summary>Pumps that the read loop runs itself: the usual few subscribers cost no thread switch.</summary>
    private const int RunHere = 2;

    private readonly List<MqttConnection> _woken = [];

    /// <summary>The connection that publishes.</summary>
    public MqttConnection Owner => owner;

    /// <summary>A subscriber whose queue is filling asks for patience; null when none does.</summary>
    public Task? Hold { get; set; }

    /// <summary>The connection's queue was empty and is no longer.</summary>
    public void Wake(MqttConnection connection) => _woken.Add(connection);

    /// <summary>The batch is over: everything that was queued may leave.</summary>
    public void Flush()
    {
        if (_woken.Count == 0)
        {
            return;
        }

        foreach (var connection in _woken)
        {
            if (_woken.Count <= RunHere)
            {
                connection.PumpOnce();
            }
            else
            {
                connection.Schedule();
            }
        }

        _woken.Clear();
    }
}
