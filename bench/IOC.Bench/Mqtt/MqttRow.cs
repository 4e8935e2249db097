namespace IOC.Bench.Mqtt;

/// <summary>One row of the comparison.</summary>
/// <param name="Key">Name for the command line.</param>
/// <param name="Publishers">Connections that publish, each to a topic of its own.</param>
/// <param name="Subscribers">Connections that subscribe.</param>
/// <param name="Qos">QoS of publishes and subscriptions.</param>
/// <param name="Window">At QoS 1, publishes that a publisher sends ahead of their acknowledgements; at QoS 0, publishes between two
/// pings, of which one may be unanswered (0 is as many as TCP takes).</param>
/// <param name="Filter">What the subscribers subscribe to; null is the first publisher's topic.</param>
internal sealed record MqttRow(string Key, int Publishers, int Subscribers, int Qos, int Window, string? Filter)
{
    /// <summary>All rows.</summary>
    public static readonly MqttRow[] All =
    [
        new("q0", 50, 0, 0, 0, null),
        new("q1", 50, 0, 1, 100, null),
        new("q0-sub", 50, 1, 0, 0, "#"),
        new("q1-sub", 50, 1, 1, 100, "#"),
        new("q0-fan", 1, 1000, 0, 100, null),
        new("q1-fan", 1, 1000, 1, 100, null),
        new("1000x10", 1000, 0, 1, 10, null),
        new("1000x1", 1000, 0, 1, 1, null),
    ];

    /// <summary>Whether deliveries are what counts.</summary>
    public bool Delivers => Subscribers > 0;

    public override string ToString()
    {
        var load = $"{Publishers:N0} at QoS {Qos}{(Qos == 1 ? $", {Window} in flight" : Window > 0 ? $", a ping every {Window}" : "")}";
        return Subscribers switch { 0 => load, 1 => $"{load}, one subscriber to {Filter}", _ => $"{load}, {Subscribers:N0} subscribers" };
    }
}

/// <summary>What one run of a row gave.</summary>
/// <param name="Accepted">Publishes accepted a second: acknowledged at QoS 1, read by the server at QoS 0.</param>
/// <param name="Delivered">Publishes delivered to subscribers a second.</param>
/// <param name="Lost">Share of the deliveries due over the whole run that never came, 0 to 1.</param>
/// <param name="ServerCores">Processor time of the server a second.</param>
/// <param name="OwnCores">Processor time of the generator a second.</param>
internal sealed record MqttResult(double Accepted, double Delivered, double Lost, double ServerCores, double OwnCores)
{
    /// <summary>The figure that rows are compared by.</summary>
    public double Main(MqttRow row) => row.Delivers ? Delivered : Accepted;
}
