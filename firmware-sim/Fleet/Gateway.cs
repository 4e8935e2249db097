using System.Threading.Channels;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Publishing;

namespace IOC.FirmwareSim.Fleet;

/// <summary>
/// A connection and the sensors behind it. Work is queued and done in order, so that a slow or absent broker holds up this
/// gateway only; when its memory is full the oldest message is thrown away and counted, as a real one does.
/// </summary>
internal sealed class Gateway : IAsyncDisposable
{
    private const int Memory = 2_000;
    private const int InFlight = 64;

    private static readonly ReadOnlyMemory<byte> Online = "online"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Offline = "offline"u8.ToArray();

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly ILink _link;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<SimSensor> _sensors;
    private readonly FleetStatistics _statistics;
    private readonly Channel<Work> _queue;
    private readonly List<Task> _unacknowledged = [];
    private int _backlog;

    /// <summary>Makes a gateway; a will belongs to a connection, so only a sensor with its own has one. Commands to its sensors go to
    /// <paramref name="onCommand"/>, on a thread of the connection.</summary>
    public Gateway(ILinkFactory links, string clientId, IReadOnlyList<SimSensor> sensors, FleetStatistics statistics, TimeProvider time, Action<SimSensor, byte[]>? onCommand = null)
    {
        _time = time;
        _sensors = sensors;
        _statistics = statistics;
        _link = links.Create(new LinkIdentity(clientId, sensors.Count == 1 ? sensors[0].StatusTopic : null), InFlight);
        _queue = Channel.CreateBounded<Work>(
            new BoundedChannelOptions(Memory) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            Dropped);
        foreach (var sensor in sensors.Where(s => s.CommandTopic is not null))
        {
            _link.Listen(sensor.CommandTopic!, payload => onCommand?.Invoke(sensor, payload));
        }

        _link.Reconnected = () => Queue(new Work(Step.Announce, "", []));
    }

    private enum Step
    {
        Publish,
        Drop,
        Reconnect,
        Announce,
    }

    /// <summary>True while connected.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>Work that is queued or being done.</summary>
    public int Backlog => Volatile.Read(ref _backlog);

    /// <summary>Queues a reading or an answer.</summary>
    public void Publish(string topic, byte[] payload) => Queue(new Work(Step.Publish, topic, payload));

    /// <summary>Queues a break of the connection.</summary>
    public void Drop() => Queue(new Work(Step.Drop, "", []));

    /// <summary>Queues its return.</summary>
    public void Reconnect() => Queue(new Work(Step.Reconnect, "", []));

    /// <summary>Connects, says "online" for every sensor and works through the queue until it is stopped.</summary>
    /// <param name="connecting">Limits how many connect at a time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task RunAsync(SemaphoreSlim connecting, CancellationToken cancellationToken)
    {
        await connecting.WaitAsync(cancellationToken);
        try
        {
            await ConnectAsync(cancellationToken);
        }
        finally
        {
            connecting.Release();
        }

        await foreach (var work in _queue.Reader.ReadAllAsync(cancellationToken))
        {
            await (work.Step switch
            {
                Step.Drop => BreakAsync(),
                Step.Reconnect => ConnectAsync(cancellationToken),
                Step.Announce => AnnounceAsync(Online, cancellationToken),
                _ => PublishAsync(work.Topic, work.Payload, retain: false, cancellationToken),
            });
            Interlocked.Decrement(ref _backlog);
        }
    }

    /// <summary>Sends what is still queued, says "offline" for every sensor, waits for what is not acknowledged yet, and disconnects.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_link.IsConnected)
        {
            while (_queue.Reader.TryRead(out var left))
            {
                await (left.Step == Step.Publish ? PublishAsync(left.Topic, left.Payload, retain: false, cancellationToken) : Task.CompletedTask);
            }

            await AnnounceAsync(Offline, cancellationToken);
            await Task.WhenAll(_unacknowledged).WaitAsync(cancellationToken);
        }

        await _link.CloseAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await _link.ConnectAsync(cancellationToken);
        await AnnounceAsync(Online, cancellationToken);
    }

    // What was sent before the outage has usually arrived: the ground truth says what is missing, and that is the outage's reports.
    private async Task BreakAsync()
    {
        await Task.WhenAny(Task.WhenAll(_unacknowledged), Task.Delay(LastWords, _time));
        await _link.DropAsync();
    }

    private async Task AnnounceAsync(ReadOnlyMemory<byte> status, CancellationToken cancellationToken)
    {
        foreach (var sensor in _sensors)
        {
            await PublishAsync(sensor.StatusTopic, status, retain: true, cancellationToken);
        }
    }

    private async Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancellationToken)
    {
        var acknowledgement = await _link.PublishAsync(topic, payload, retain, cancellationToken);
        _statistics.CountPublished();
        _unacknowledged.RemoveAll(t => t.IsCompleted);
        _unacknowledged.Add(CountAsync(acknowledgement));
    }

    private async Task CountAsync(Task<PublishOutcome> acknowledgement) => _statistics.Count(await acknowledgement);

    private void Queue(Work work)
    {
        Interlocked.Increment(ref _backlog);
        _queue.Writer.TryWrite(work);
    }

    private void Dropped(Work work)
    {
        Interlocked.Decrement(ref _backlog);
        if (work.Step == Step.Publish)
        {
            _statistics.CountOverflow();
        }
        else
        {
            // The end of an outage must not be lost with the readings before it.
            Queue(work);
        }
    }

    private readonly record struct Work(Step Step, string Topic, byte[] Payload);
}
