using System.Globalization;
using System.Reflection;
using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Mqtt;

/// <summary>The broker's own figures under $SYS, by the names that mosquitto gave them and operators' tools know. A figure is
/// published when it has changed; new subscribers get the last one.</summary>
internal sealed class SysTopics
{
    private const string Root = "$SYS/broker/";
    private static readonly int[] s_minutes = [1, 5, 15];
    private static readonly string s_version = "IOC version "
        + (typeof(SysTopics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown");

    private readonly MqttServer _server;
    private readonly Dictionary<string, string> _published = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Load> _loads = new(StringComparer.Ordinal);
    private readonly TimeSpan _interval;
    private long _lastMs;
    private long _heapMaximum;

    public SysTopics(MqttServer server)
    {
        _server = server;
        _interval = server.Options.SysInterval;
        _lastMs = server.NowMs - (long)_interval.TotalMilliseconds;
    }

    /// <summary>Whether only the server may publish to a topic.</summary>
    public static bool IsSys(ReadOnlySpan<byte> topic) => topic.StartsWith("$SYS/"u8) || topic.SequenceEqual("$SYS"u8);

    /// <summary>Publishes when the interval is over. Only the server's one timer calls it.</summary>
    public void Sweep(long nowMs)
    {
        if (_interval <= TimeSpan.Zero || nowMs - _lastMs < (long)_interval.TotalMilliseconds)
        {
            return;
        }

        var minutes = (nowMs - _lastMs) / 60_000.0;
        _lastMs = nowMs;
        PublishClients(nowMs);
        PublishMessages();
        PublishLoads(minutes);
    }

    private void PublishClients(long nowMs)
    {
        var counters = _server.Counters;
        var connected = counters.ConnectionsOpen;
        var total = Math.Max(connected, _server.SessionCount);
        Publish("version", s_version);
        Publish("uptime", string.Create(CultureInfo.InvariantCulture, $"{nowMs / 1000} seconds"));
        Publish("clients/total", total);
        Publish("clients/connected", connected);
        Publish("clients/active", connected);
        Publish("clients/disconnected", total - connected);
        Publish("clients/inactive", total - connected);
        Publish("clients/maximum", counters.ConnectionsMost);
        Publish("clients/expired", counters.SessionsExpired);
        Publish("subscriptions/count", _server.SubscriptionCount);
        Publish("shared_subscriptions/count", _server.Sessions.CountSharedSubscriptions());
        Publish("retained messages/count", _server.RetainedCount);
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        _heapMaximum = Math.Max(_heapMaximum, heap);
        Publish("heap/current", heap);
        Publish("heap/maximum", _heapMaximum);
    }

    private void PublishMessages()
    {
        var counters = _server.Counters;
        var (queued, inFlight) = _server.Sessions.CountMessages();
        Publish("messages/received", counters.PacketsIn);
        Publish("messages/sent", counters.PacketsOut);
        Publish("messages/inflight", inFlight);
        Publish("messages/stored", queued + inFlight + _server.RetainedCount);
        Publish("store/messages/count", queued + inFlight + _server.RetainedCount);
        Publish("store/messages/bytes", _server.QueuedBytes + _server.RetainedBytes);
        Publish("publish/messages/received", Received());
        Publish("publish/messages/sent", counters.PublishesOut);
        Publish("publish/messages/dropped", counters.DroppedQos0 + counters.DroppedQueued);
        Publish("publish/bytes/received", counters.PayloadBytesIn);
        Publish("publish/bytes/sent", counters.PayloadBytesOut);
        Publish("bytes/received", counters.BytesIn);
        Publish("bytes/sent", counters.BytesOut);
    }

    private void PublishLoads(double minutes)
    {
        var counters = _server.Counters;
        PublishLoad("messages/received", counters.PacketsIn, minutes);
        PublishLoad("messages/sent", counters.PacketsOut, minutes);
        PublishLoad("publish/received", Received(), minutes);
        PublishLoad("publish/sent", counters.PublishesOut, minutes);
        PublishLoad("publish/dropped", counters.DroppedQos0 + counters.DroppedQueued, minutes);
        PublishLoad("bytes/received", counters.BytesIn, minutes);
        PublishLoad("bytes/sent", counters.BytesOut, minutes);
        PublishLoad("sockets", counters.ConnectionsOpened, minutes);
        PublishLoad("connections", counters.ConnectionsOpened, minutes);
    }

    private long Received() =>
        _server.Counters.PublishesIn(MqttQos.AtMostOnce) + _server.Counters.PublishesIn(MqttQos.AtLeastOnce) + _server.Counters.PublishesIn(MqttQos.ExactlyOnce);

    /// <summary>Averages a minute, exponentially weighted, so that after N minutes what was before counts 1/e.</summary>
    private void PublishLoad(string name, long total, double minutes)
    {
        if (!_loads.TryGetValue(name, out var load))
        {
            _loads[name] = load = new Load(new double[s_minutes.Length]);
        }

        var rate = (total - load.Total) / minutes;
        load.Total = total;
        for (var i = 0; i < s_minutes.Length; i++)
        {
            var keeps = Math.Exp(-minutes / s_minutes[i]);
            load.Averages[i] = (load.Averages[i] * keeps) + (rate * (1 - keeps));
            Publish($"load/{name}/{s_minutes[i]}min", load.Averages[i].ToString("F2", CultureInfo.InvariantCulture));
        }
    }

    private void Publish(string name, long value) => Publish(name, value.ToString(CultureInfo.InvariantCulture));

    private void Publish(string name, string value)
    {
        if (_published.TryGetValue(name, out var last) && last == value)
        {
            return;
        }

        _published[name] = value;
        _server.PublishSys(new MqttMessage { Topic = Encoding.UTF8.GetBytes(Root + name), Payload = Encoding.UTF8.GetBytes(value), Qos = MqttQos.ExactlyOnce });
    }

    private sealed class Load(double[] averages)
    {
        public double[] Averages => averages;

        public long Total { get; set; }
    }
}
