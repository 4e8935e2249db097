using System.Globalization;
using System.Text;

namespace IOC.History.Influx;

/// <summary>What the host tells about itself: measurement <c>ioc_host</c>, tag <c>node</c>, beside the readings. Counters are since the
/// start of the host.</summary>
/// <param name="Node">Name of the node, a slug.</param>
/// <param name="MessagesPerSecond">Messages taken in lately, per second.</param>
/// <param name="ReadingsPerSecond">Readings taken in lately, per second.</param>
public sealed record HostFigures(string Node, double MessagesPerSecond, double ReadingsPerSecond)
{
    /// <summary>Name of the measurement.</summary>
    public const string Measurement = "ioc_host";

    /// <summary>Messages taken in.</summary>
    public long Messages { get; init; }

    /// <summary>Readings taken in.</summary>
    public long Readings { get; init; }

    /// <summary>Readings outside of what is plausible.</summary>
    public long Implausible { get; init; }

    /// <summary>Payloads ever refused, wholly or in part: dead letters of this data folder, also those of earlier starts.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Sensors that sent and are not registered.</summary>
    public long UnregisteredSensors { get; init; }

    /// <summary>Bytes written to the reading log.</summary>
    public long LogBytes { get; init; }

    /// <summary>Duration of the log's last commit, milliseconds.</summary>
    public double LogCommitMs { get; init; }

    /// <summary>Batches of the log that the state of sensors has yet to read, all partitions.</summary>
    public long LogLagBatches { get; init; }

    /// <summary>Batches of the log that the history store has yet to read, all partitions.</summary>
    public long HistoryLagBatches { get; init; }

    /// <summary>Readings written to history.</summary>
    public long HistoryReadings { get; init; }

    /// <summary>Open alerts by priority, P1 first; four.</summary>
    public IReadOnlyList<int> OpenAlerts { get; init; } = [0, 0, 0, 0];

    /// <summary>MQTT connections that are open.</summary>
    public long Connections { get; init; }

    /// <summary>MQTT sessions that are kept.</summary>
    public long Sessions { get; init; }

    /// <summary>MQTT messages that were dropped on their way to a subscriber.</summary>
    public long Dropped { get; init; }

    /// <summary>Memory of the process, bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The figures as a line.</summary>
    internal byte[] ToLine(long atMs, long historyFailures, long hostFigureFailures)
    {
        var line = new StringBuilder(512).Append(Measurement).Append(",node=").Append(Node)
            .Append(CultureInfo.InvariantCulture, $" messages_per_second={MessagesPerSecond},readings_per_second={ReadingsPerSecond},log_commit_ms={LogCommitMs}");
        (string Name, long Value)[] counts =
        [
            ("messages", Messages), ("readings", Readings), ("implausible", Implausible), ("dead_letters", DeadLetters), ("unregistered_sensors", UnregisteredSensors),
            ("log_bytes", LogBytes), ("log_lag_batches", LogLagBatches), ("history_lag_batches", HistoryLagBatches), ("history_readings", HistoryReadings),
            ("history_failures", historyFailures), ("host_figure_failures", hostFigureFailures), ("connections", Connections), ("sessions", Sessions),
            ("dropped", Dropped), ("memory_bytes", MemoryBytes),
            .. OpenAlerts.Select((count, i) => (string.Create(CultureInfo.InvariantCulture, $"open_alerts_p{i + 1}"), (long)count)),
        ];
        foreach (var (name, value) in counts)
        {
            line.Append(CultureInfo.InvariantCulture, $",{name}={value}i");
        }

        return Encoding.UTF8.GetBytes(line.Append(CultureInfo.InvariantCulture, $" {atMs}\n").ToString());
    }
}
