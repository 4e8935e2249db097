using System.Data.Common;
using IOC.Alerts.Notification;
using IOC.Host.Pump;

namespace IOC.Host.Notification;

/// <summary>Figures of notification.</summary>
/// <param name="Collecting">Messages that wait for more of their group.</param>
/// <param name="Held">Messages that wait for the end of quiet hours.</param>
/// <param name="Pending">Messages to be sent.</param>
/// <param name="Sent">Messages sent since the start.</param>
/// <param name="Failed">Tries that failed since the start.</param>
/// <param name="GivenUp">Messages that were given up and wait for somebody.</param>
/// <param name="FailingChannels">Channels whose receiver fails, with the last error.</param>
public sealed record NotificationFigures(
    int Collecting, int Held, int Pending, long Sent, long Failed, int GivenUp, IReadOnlyDictionary<string, string> FailingChannels);

/// <summary>Keeps notification going: takes what happened to alerts, lets time pass, and sends, each channel for itself.</summary>
internal sealed class NotificationDesk(
    NotificationBook book, INotificationStore store, IChannelSender sender, MessageWriter writer, NotificationSettings settings, TimeProvider time,
    ILogger<NotificationDesk> logger) : BackgroundService
{
    private const int FeedAtOnce = 500;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Housekeeping = TimeSpan.FromHours(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, Task> _workers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _abort = new();
    private long _sent;
    private long _failed;
    private int _givenUp;

    /// <summary>How it goes.</summary>
    public NotificationFigures Figures
    {
        get
        {
            var (collecting, held, pending) = book.Waiting;
            return new NotificationFigures(
                collecting, held, pending, Interlocked.Read(ref _sent), Interlocked.Read(ref _failed), GivenUp(),
                book.Failing.ToDictionary(f => f.Key, f => f.Value.Error, StringComparer.Ordinal));
        }
    }

    // The other figures of the host must be had while the registry is away.
    private int GivenUp()
    {
        try
        {
            return _givenUp = store.CountGivenUp(0);
        }
        catch (DbException)
        {
            return _givenUp;
        }
    }

    /// <summary>One turn: acts, time, and a worker for each channel that has something to send.</summary>
    public Task TurnAsync(CancellationToken stop)
    {
        while (store.ReadFeed(FeedAtOnce) is { Count: > 0 } acts)
        {
            book.Take(acts, time.GetUtcNow());
            stop.ThrowIfCancellationRequested();
        }

        book.Pass(time.GetUtcNow());
        foreach (var channel in book.Ready(time.GetUtcNow()))
        {
            // A receiver that hangs keeps only its own channel waiting.
            if (!_workers.TryGetValue(channel, out var worker) || worker.IsCompleted)
            {
                _workers[channel] = Task.Run(() => DrainAsync(channel, stop), CancellationToken.None);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>The test button: sends at once, once.</summary>
    /// <param name="channel">The channel; it need not be enabled.</param>
    /// <param name="recipients">To whom; null entries for a channel that is its own recipient.</param>
    /// <param name="language">Language.</param>
    /// <param name="stop">Whoever pressed the button went away.</param>
    public async Task<IReadOnlyList<Delivery>> TestAsync(Channel channel, IReadOnlyList<string?> recipients, NoticeLanguage language, CancellationToken stop)
    {
        var done = new Delivery[recipients.Count];
        await Parallel.ForAsync(0, recipients.Count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stop }, async (i, cancel) =>
        {
            var test = book.NewTest(channel.Name, recipients[i], language, time.GetUtcNow());
            var outcome = await sender.SendAsync(channel, writer.Write(test, []), cancel);
            done[i] = book.RecordTest(test, outcome, time.GetUtcNow());
        });
        return done;
    }

    /// <summary>Waits until what is being sent has an outcome.</summary>
    internal Task SettleAsync() => Task.WhenAll(_workers.Values);

    public override void Dispose()
    {
        base.Dispose();
        _abort.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            Recurring.RunAsync("Notification", Beat, TurnAsync, time, logger, stoppingToken),
            Recurring.RunAsync("The removal of old notifications", Housekeeping, _ => RemoveOld(), time, logger, stoppingToken));

        // What is on its way may end, so that it is not sent again after the start; what hangs may not.
        _abort.CancelAfter(Grace);
        await Task.WhenAll(_workers.Values);
    }

    private async Task DrainAsync(string channel, CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && book.Next(channel, time.GetUtcNow()) is { } delivery && book.Config.Channel(channel) is { } settingsOfChannel)
            {
                await SendAsync(settingsOfChannel, delivery);
            }
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            // The host stops; the message is sent after the start.
        }
        catch (Exception e)
        {
            // The store, most likely: the next turn tries again, with the same key.
            logger.LogError(e, "Channel {Channel} stopped sending; it is tried again in {Interval}", channel, Beat);
        }
    }

    private async Task SendAsync(Channel channel, Delivery delivery)
    {
        var notices = store.Notices(delivery.Id, settings.MaxListed);
        var outcome = await sender.SendAsync(channel, writer.Write(delivery, notices), _abort.Token);
        var after = book.Record(delivery.Id, outcome, time.GetUtcNow());
        if (outcome.Result == SendResult.Sent)
        {
            Interlocked.Increment(ref _sent);
            return;
        }

        Interlocked.Increment(ref _failed);
        if (after?.State == DeliveryState.GivenUp)
        {
            logger.LogError("Message {Id} of channel {Channel} was given up after {Attempts} tries: {Error}", delivery.Id, channel.Name, after.Attempts, outcome.Error);
        }
        else
        {
            logger.LogWarning("Message {Id} of channel {Channel} could not be sent: {Error}", delivery.Id, channel.Name, outcome.Error);
        }
    }

    private Task RemoveOld()
    {
        var removed = store.DeleteFinishedBefore((time.GetUtcNow() - settings.Keep).ToUnixTimeMilliseconds());
        if (removed > 0)
        {
            logger.LogInformation("{Count} messages older than {Age} were removed", removed, settings.Keep);
        }

        return Task.CompletedTask;
    }
}
