using System.Diagnostics;
using System.Net;

namespace IOC.Bench.Mqtt;

/// <summary>Drives all links of one row from one thread.</summary>
internal sealed class Generator : IDisposable
{
    private readonly Epoll _poll = new();
    private readonly List<MqttLink> _links = [];
    private readonly byte[] _in = new byte[512 * 1024];
    private readonly byte[] _out = new byte[512 * 1024];
    private readonly byte[] _answers = new byte[64 * 1024];

    public long Sent => _links.Sum(l => l.Sent);

    public long Acknowledged => _links.Sum(l => l.Acknowledged);

    public long Delivered => _links.Sum(l => l.Delivered);

    /// <summary>Connects the links of a row.</summary>
    public static Generator Connect(int port, MqttRow row, Func<int, string> topic)
    {
        var server = new IPEndPoint(IPAddress.Loopback, port);
        var generator = new Generator();
        for (var i = 0; i < row.Subscribers; i++)
        {
            var socket = MqttLink.Connect(server, null, $"sub-{i}");
            MqttLink.Subscribe(socket, row.Filter ?? topic(0), row.Qos);
            generator.Add(new MqttLink(socket));
        }

        var first = TimeProvider.System.GetUtcNow().AddDays(-2).ToUnixTimeMilliseconds();
        for (var i = 0; i < row.Publishers; i++)
        {
            var payload = new LoadPayload(topic(i), first, seed: i, row.Qos);
            generator.Add(new MqttLink(MqttLink.Connect(server, null, $"pub-{i}"), payload, row.Qos, row.Window));
        }

        return generator;
    }

    /// <summary>Publishes for a time.</summary>
    public void Run(TimeSpan time)
    {
        foreach (var link in _links)
        {
            link.Publishing = true;
            link.Pump(_out);
        }

        Turn(time, static () => false);
    }

    /// <summary>Publishes no more and waits until everything sent is answered and deliveries have ceased for a second.</summary>
    public void Drain()
    {
        foreach (var link in _links)
        {
            link.Publishing = false;
            link.Ping();
        }

        Turn(TimeSpan.FromSeconds(120), () => _links.TrueForAll(l => l.PingsOut == 0));
        if (!_links.TrueForAll(l => l.PingsOut == 0))
        {
            throw new IOException("Pings were not answered within two minutes.");
        }

        long before;
        do
        {
            before = Delivered + Acknowledged;
            Turn(TimeSpan.FromSeconds(1), static () => false);
        }
        while (Delivered + Acknowledged > before);
    }

    public void Dispose()
    {
        _links.ForEach(l => l.Dispose());
        _poll.Dispose();
    }

    private void Add(MqttLink link)
    {
        link.Socket.Blocking = false;
        _poll.Watch(link.Socket, _links.Count, forOutput: false, isNew: true);
        _links.Add(link);
    }

    private void Turn(TimeSpan time, Func<bool> done)
    {
        for (var i = 0; i < _links.Count; i++)
        {
            _links[i].Rewatch(_poll, i);
        }

        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < time && !done())
        {
            var events = _poll.Wait(10);
            for (var i = 0; i < events; i++)
            {
                var (tag, canRead, canWrite) = _poll[i];
                var link = _links[tag];
                if (canRead)
                {
                    link.Receive(_in, _answers);
                    if (!canWrite && !link.WantsOutput)
                    {
                        link.Pump(_out);
                    }
                }

                if (canWrite)
                {
                    link.Pump(_out);
                }

                link.Rewatch(_poll, tag);
            }
        }
    }
}
