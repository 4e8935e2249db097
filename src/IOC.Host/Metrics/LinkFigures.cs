using IOC.Access;
using IOC.Host.Bridges;
using IOC.Host.Hardening;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using static IOC.Host.Metrics.HostMeter;

namespace IOC.Host.Metrics;

/// <summary>Figures of the links to devices, other brokers and the web side.</summary>
internal static class LinkFigures
{
    public static void Add(HostMeter meter, IServiceProvider services)
    {
        var mqtt = services.GetRequiredService<MqttServer>();
        AddConnections(meter, mqtt);
        AddMessages(meter, mqtt.Counters);
        AddBridges(meter, services.GetRequiredService<BridgeService>());
        var refusals = services.GetRequiredService<RefusalLog>();
        meter.Counter("ioc.device.refusals", "{refusal}", "Logins, publishes and subscriptions of devices that were refused.", () => refusals.Count);
        var rates = services.GetRequiredService<RequestRates>();
        meter.Counter(
            "ioc.http.refused", "{request}", "HTTP requests refused because an address or an account sent too many.",
            () => [Of(rates.RefusedByAddress, "by", "address"), Of(rates.RefusedByUser, "by", "user")]);
    }

    private static void AddConnections(HostMeter meter, MqttServer mqtt)
    {
        var counters = mqtt.Counters;
        meter.Gauge("ioc.mqtt.connections", "{connection}", "MQTT connections open.", () => counters.ConnectionsOpen);
        meter.Counter("ioc.mqtt.opened_connections", "{connection}", "MQTT connections opened.", () => counters.ConnectionsOpened);
        meter.Gauge("ioc.mqtt.sessions", "{session}", "MQTT sessions held, connected or not.", () => mqtt.SessionCount);
        meter.Counter("ioc.mqtt.expired_sessions", "{session}", "MQTT sessions whose life was over.", () => counters.SessionsExpired);
        meter.Counter("ioc.mqtt.refused_connects", "{connect}", "CONNECTs refused, by reason.", () => ByReason(counters.RefusedConnects));
        meter.Counter("ioc.mqtt.server_disconnects", "{connection}", "Connections that the server closed, by reason.", () => ByReason(counters.ClosedByServer));
        meter.Counter("ioc.mqtt.throttles", "{time}", "Times that a connection was read no further because it had used up its rate.", () => counters.Throttles);
        meter.Counter("ioc.mqtt.holds", "{time}", "Times that publishers were held back because a subscriber's queue was filling.", () => counters.Holds);
        meter.Gauge("ioc.mqtt.store_failing", null, "1 while sessions and retained messages cannot be stored, else 0.", () => mqtt.StoreHealth.IsFailing ? 1 : 0);
    }

    private static void AddMessages(HostMeter meter, MqttServerCounters counters)
    {
        meter.Counter("ioc.mqtt.received", "By", "Bytes received over MQTT.", () => counters.BytesIn);
        meter.Counter("ioc.mqtt.sent", "By", "Bytes sent over MQTT.", () => counters.BytesOut);
        meter.Counter("ioc.mqtt.received_packets", "{packet}", "MQTT packets received.", () => counters.PacketsIn);
        meter.Counter("ioc.mqtt.sent_packets", "{packet}", "MQTT packets sent.", () => counters.PacketsOut);
        meter.Counter(
            "ioc.mqtt.received_publishes", "{publish}", "Publishes received, by QoS.",
            () => Enum.GetValues<MqttQos>().Select(q => Of(counters.PublishesIn(q), "qos", (int)q)));
        meter.Counter("ioc.mqtt.acknowledged_publishes", "{publish}", "Publishes answered with PUBACK or PUBREC, each after it was on disk.", () => counters.AcksOut);
        meter.Counter("ioc.mqtt.unacknowledged_publishes", "{publish}", "Publishes not acknowledged because storing them failed.", () => counters.DurableFailures);
        meter.Counter("ioc.mqtt.refused_publishes", "{publish}", "Publishes refused, by reason.", () => ByReason(counters.RefusedPublishes));
        meter.Counter("ioc.mqtt.delivered_publishes", "{publish}", "Publishes sent to subscribers.", () => counters.PublishesOut);
        meter.Counter(
            "ioc.mqtt.dropped_publishes", "{publish}", "Publishes to subscribers that were dropped: QoS 0 to a slow one, or from a queue that was full.",
            () => [Of(counters.DroppedQos0, "qos", "0"), Of(counters.DroppedQueued, "qos", "1+")]);
    }

    private static void AddBridges(HostMeter meter, BridgeService bridges)
    {
        void Counter(string name, string help, Func<BridgeCounts, double> read) =>
            meter.Counter(name, "{message}", help, () => bridges.Statuses.Select(b => Of(read(b.Counts), "bridge", b.Name)));

        meter.Gauge(
            "ioc.bridge.connected", null, "1 while a bridge to another broker is connected and all is well, else 0; absent for one that is switched off.",
            () => bridges.Statuses.Where(b => b.State != BridgeState.Disabled).Select(b => Of(b.State == BridgeState.Connected ? 1 : 0, "bridge", b.Name)));
        meter.Gauge("ioc.bridge.waiting", "{message}", "Messages of a bridge that wait for the disk.", () => bridges.Statuses.Select(b => Of(b.Counts.Waiting, "bridge", b.Name)));
        Counter("ioc.bridge.received", "Messages received by a bridge.", c => c.Received);
        Counter("ioc.bridge.stored", "Messages of a bridge that are on disk.", c => c.Stored);
        Counter("ioc.bridge.refused", "Messages of a bridge kept as dead letters.", c => c.Refused + c.Unmapped);
        Counter("ioc.bridge.lost_sessions", "Connections of a bridge to a broker that had lost its session.", c => c.LostSessions);
    }

    private static IEnumerable<System.Diagnostics.Metrics.Measurement<double>> ByReason(IReadOnlyDictionary<MqttReasonCode, long> counts) =>
        counts.Select(c => Of(c.Value, "reason", BridgeTexts.Code(c.Key)));
}
