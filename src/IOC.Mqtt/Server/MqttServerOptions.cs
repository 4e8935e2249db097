using Microsoft.Extensions.Options;

namespace IOC.Mqtt;

/// <summary>Limits and times of the endpoint.</summary>
public class MqttServerOptions
{
    /// <summary>Configuration section that the host binds these from.</summary>
    public const string Section = "Mqtt";

    /// <summary>This node's name; part of every client identifier that the server makes up. Default "node1".</summary>
    public string NodeId { get; set; } = "node1";

    /// <summary>Largest packet taken, header included, bytes; 128 to 268,435,460. Default 1 MiB.</summary>
    public int MaxPacketSize { get; set; } = 1024 * 1024;

    /// <summary>Most clients connected at once, from 1. Default 200,000.</summary>
    public int MaxConnections { get; set; } = 200_000;

    /// <summary>Most sessions, connected ones included, from 1. Default 500,000.</summary>
    public int MaxSessions { get; set; } = 500_000;

    /// <summary>Time from the connection to its CONNECT, and for the authenticator to answer. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time that a client without keep-alive may leave its socket unread while nothing more is taken from it for that reason;
    /// then it is closed and its will published. With a keep-alive it is 1.5 times that. The time that the sink takes never
    /// counts. Default 60 s.</summary>
    public TimeSpan SlowClientTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest keep-alive in seconds that an MQTT 5 client is given, 0 to 65,535; 0 leaves the choice to the client.
    /// Clients of 3.1.1 cannot be told and keep theirs. Default 0.</summary>
    public int MaxKeepAliveSeconds { get; set; }

    /// <summary>Longest life of a stored session without a connection; also the life of every stored 3.1.1 session. Default 7 days.</summary>
    public TimeSpan MaxSessionExpiry { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Most publishes of QoS 1 and 2 of one client whose answer is pending; 1 to 65,535. An MQTT 5 client is told, and
    /// disconnected when it sends more; a 3.1.1 client is read from no further. Default 4,096.</summary>
    public int ReceiveMaximum { get; set; } = 4096;

    /// <summary>Most messages of QoS 1 and 2 sent to one client whose answer is pending; 1 to 65,535. Default 1,024.</summary>
    public int MaxOutboundInFlight { get; set; } = 1024;

    /// <summary>Most messages of QoS 1 and 2 queued for one session; what comes beyond is dropped and counted. Default 10,000.</summary>
    public int MaxQueuedMessages { get; set; } = 10_000;

    /// <summary>Most messages of QoS 0 queued for one client; what comes beyond is dropped and counted. Default 10,000.</summary>
    public int MaxQueuedQos0Messages { get; set; } = 10_000;

    /// <summary>Most bytes of topic and payload queued for one session. Default 4 MiB.</summary>
    public long MaxQueuedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Longest time that a connected subscriber's queue which is more than half full holds back the publishers whose messages it
    /// is to get, while this server is what they wait for. A subscriber that does not make room in that time is slow: it holds nobody
    /// for 60 times as long or until it has made room, and loses what does not fit its queue. 0 holds nobody back. Default 500 ms.</summary>
    public TimeSpan MaxHold { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most bytes of topic, payload and properties queued for all sessions together, messages that wait for a client's answer
    /// included; what comes beyond is dropped and counted. A message for several sessions counts for each. Default 512 MiB.</summary>
    public long MaxQueuedBytesTotal { get; set; } = 512L * 1024 * 1024;

    /// <summary>Most retained messages; what comes beyond is not retained and counted. Default 500,000.</summary>
    public int MaxRetainedMessages { get; set; } = 500_000;

    /// <summary>Most bytes of topic, payload and properties of all retained messages; what comes beyond is not retained and counted,
    /// and a former message of its topic goes. Default 256 MiB.</summary>
    public long MaxRetainedBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Most subscriptions of one session. Default 1,000.</summary>
    public int MaxSubscriptionsPerSession { get; set; } = 1000;

    /// <summary>Longest topic name or filter, UTF-8 bytes; 1 to 65,535. Default 65,535, which is all that the
    /// standard allows.</summary>
    public int MaxTopicLength { get; set; } = 65_535;

    /// <summary>Most levels of a topic name or filter, 1 to 1,000. Default 200.</summary>
    public int MaxTopicLevels { get; set; } = 200;

    /// <summary>Longest client identifier, UTF-8 bytes; 23 to 65,535. Default 256.</summary>
    public int MaxClientIdLength { get; set; } = 256;

    /// <summary>Topic aliases that an MQTT 5 client may set, and most that the server sets for a client that takes some; 0 to 65,535.
    /// Default 32.</summary>
    public int TopicAliasMaximum { get; set; } = 32;

    /// <summary>What an MQTT 5 client that asks for response information is given, such as a topic that it may expect answers on; %c
    /// stands for its client identifier. Default none.</summary>
    public string ResponseInformation { get; set; } = "";

    /// <summary>Time that a stop waits for pending durable answers before it closes. Default 5 s.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time that a closed connection's last bytes get to leave. Default 2 s.</summary>
    public TimeSpan LingerTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between two publications of the server's own figures under $SYS; 0 is never. Default 0.</summary>
    public TimeSpan SysInterval { get; set; }

    /// <summary>Time that the clients of a server that was killed get to come back before their wills are published; a stored
    /// server only. Default 30 s.</summary>
    public TimeSpan WillGraceAfterRestart { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a stop of the server publishes the wills of its clients. Default false: both versions of the standard
    /// let a server defer them, and a restart should not report a whole fleet as lost.</summary>
    public bool PublishWillsOnStop { get; set; }
}

/// <summary>Fails at start with the full name of a setting that is out of range.</summary>
public sealed class MqttServerOptionsValidator : IValidateOptions<MqttServerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MqttServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var failures = new List<string>();
        Range(nameof(options.MaxPacketSize), options.MaxPacketSize, 128, 268_435_460);
        Range(nameof(options.MaxConnections), options.MaxConnections, 1, int.MaxValue);
        Range(nameof(options.MaxSessions), options.MaxSessions, 1, int.MaxValue);
        Range(nameof(options.MaxKeepAliveSeconds), options.MaxKeepAliveSeconds, 0, 65_535);
        Range(nameof(options.ReceiveMaximum), options.ReceiveMaximum, 1, 65_535);
        Range(nameof(options.MaxOutboundInFlight), options.MaxOutboundInFlight, 1, 65_535);
        Range(nameof(options.MaxQueuedMessages), options.MaxQueuedMessages, 1, int.MaxValue);
        Range(nameof(options.MaxQueuedQos0Messages), options.MaxQueuedQos0Messages, 1, int.MaxValue);
        Range(nameof(options.MaxQueuedBytes), options.MaxQueuedBytes, 1, long.MaxValue);
        Range(nameof(options.MaxHold), (long)options.MaxHold.TotalMilliseconds, 0, 60_000);
        Range(nameof(options.MaxQueuedBytesTotal), options.MaxQueuedBytesTotal, 1, long.MaxValue);
        Range(nameof(options.MaxRetainedMessages), options.MaxRetainedMessages, 0, int.MaxValue);
        Range(nameof(options.MaxRetainedBytes), options.MaxRetainedBytes, 0, long.MaxValue);
        Range(nameof(options.MaxSubscriptionsPerSession), options.MaxSubscriptionsPerSession, 0, int.MaxValue);
        Range(nameof(options.MaxTopicLength), options.MaxTopicLength, 1, 65_535);
        Range(nameof(options.MaxTopicLevels), options.MaxTopicLevels, 1, 1000);
        Range(nameof(options.MaxClientIdLength), options.MaxClientIdLength, 23, 65_535);
        Range(nameof(options.TopicAliasMaximum), options.TopicAliasMaximum, 0, 65_535);
        Positive(nameof(options.ConnectTimeout), options.ConnectTimeout);
        Positive(nameof(options.SlowClientTimeout), options.SlowClientTimeout);
        Positive(nameof(options.MaxSessionExpiry), options.MaxSessionExpiry);
        Positive(nameof(options.StopTimeout), options.StopTimeout);
        Positive(nameof(options.LingerTimeout), options.LingerTimeout);
        if (options.SysInterval < TimeSpan.Zero)
        {
            failures.Add(FormattableString.Invariant($"{MqttServerOptions.Section}:{nameof(options.SysInterval)} is {options.SysInterval}; it must not be below zero."));
        }

        Positive(nameof(options.WillGraceAfterRestart), options.WillGraceAfterRestart);
        if (string.IsNullOrWhiteSpace(options.NodeId))
        {
            failures.Add($"{MqttServerOptions.Section}:{nameof(options.NodeId)} must not be empty.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Range(string setting, long value, long min, long max)
        {
            if (value < min || value > max)
            {
                failures.Add(FormattableString.Invariant(
                    $"{MqttServerOptions.Section}:{setting} is {value}; it must be from {min} to {max}."));
            }
        }

        void Positive(string setting, TimeSpan value)
        {
            if (value <= TimeSpan.Zero)
            {
                failures.Add(FormattableString.Invariant($"{MqttServerOptions.Section}:{setting} is {value}; it must be above zero."));
            }
        }
    }
}
