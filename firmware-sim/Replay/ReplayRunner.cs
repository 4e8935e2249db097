using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Publishing;

namespace IOC.FirmwareSim.Replay;

/// <summary>How a replay ended.</summary>
internal enum ReplayEnd
{
    /// <summary>Every row was sent and every message has an outcome.</summary>
    Finished,

    /// <summary>It was stopped before.</summary>
    Interrupted,

    /// <summary>No acknowledgement came for too long.</summary>
    Stalled,

    /// <summary>The broker could not be reached at the start.</summary>
    NoConnection,
}

/// <summary>Sends a recorded file: row after row, a message for each sensor, paced or as fast as it is acknowledged.</summary>
internal sealed class ReplayRunner(
    ReplayFile file, ColumnMap map, LocalTimes times, ReplayExtent extent, ReplayOptions options, ILinkFactory links, TimeProvider time, ReplayStatistics statistics)
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    private readonly RowEncoder _encoder = new(file, statistics, options.Missing);
    private TaskCompletionSource? _drained;

    /// <summary>Sends the file. The counts are in the statistics.</summary>
    public async Task<ReplayEnd> RunAsync(CancellationToken cancellationToken)
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var count = Math.Min(options.Connections, map.Sensors.Count);
        var open = Enumerable.Range(0, count).Select(i => links.Create(new LinkIdentity($"fw-replay-{run}-{i}", null), options.InFlight)).ToArray();
        try
        {
            return await ConnectAsync(open, cancellationToken) ?? await SendAndDrainAsync(open, cancellationToken);
        }
        finally
        {
            foreach (var link in open)
            {
                await link.DisposeAsync();
            }
        }
    }

    private async Task<ReplayEnd?> ConnectAsync(ILink[] open, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.ConnectWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await Task.WhenAll(open.Select(l => l.ConnectAsync(either.Token)));
            return null;
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? ReplayEnd.Interrupted : ReplayEnd.NoConnection;
        }
    }

    private async Task<ReplayEnd> SendAndDrainAsync(ILink[] open, CancellationToken cancellationToken)
    {
        using var stalled = new CancellationTokenSource();
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stalled.Token);
        using var watching = new CancellationTokenSource();
        var watch = WatchAsync(stalled, watching.Token);
        var end = ReplayEnd.Finished;
        try
        {
            await SendAsync(open, sending.Token);
            await DrainAsync(sending.Token);
        }
        catch (OperationCanceledException)
        {
            end = stalled.IsCancellationRequested ? ReplayEnd.Stalled : ReplayEnd.Interrupted;
        }

        await watching.CancelAsync();
        await watch;
        await SayGoodbyeAsync(open, drain: end == ReplayEnd.Interrupted);
        return end;
    }

    private async Task SendAsync(ILink[] open, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        var shift = options.ShiftToNow ? ShiftMs(began) : 0;
        foreach (var row in file.Rows(times))
        {
            if (row.UnixMs is not { } at)
            {
                statistics.CountBadTime(row.Line);
                continue;
            }

            if (at < options.FromMs || at >= options.ToMs)
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await PaceAsync(began, at, cancellationToken);
            for (var i = 0; i < map.Sensors.Count; i++)
            {
                await SendAsync(open[i % open.Length], row, map.Sensors[i], at + shift, cancellationToken);
            }

            statistics.CountRow();
        }
    }

    private async ValueTask SendAsync(ILink link, ReplayRow row, SensorColumns sensor, long unixMs, CancellationToken cancellationToken)
    {
        if (_encoder.Encode(row, sensor, unixMs) is not var (payload, values))
        {
            return;
        }

        var acknowledgement = await link.PublishAsync(sensor.Topic, payload, retain: false, cancellationToken);
        statistics.CountMessage(values);
        _ = CountAsync(acknowledgement);
    }

    // The last row is due when everything before it has taken its time, so that is the moment that it is moved to.
    private long ShiftMs(DateTimeOffset began)
    {
        var lasts = options.Speed is { } speed ? (extent.LastMs - extent.FirstMs) / speed : 0;
        return began.ToUnixTimeMilliseconds() + (long)lasts - extent.LastMs;
    }

    private async ValueTask PaceAsync(DateTimeOffset began, long at, CancellationToken cancellationToken)
    {
        if (options.Speed is { } speed)
        {
            var wait = began.AddMilliseconds((at - extent.FirstMs) / speed) - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellationToken);
            }
        }
    }

    private async Task CountAsync(Task<PublishOutcome> acknowledgement)
    {
        statistics.Count(await acknowledgement);
        if (statistics.Outstanding == 0)
        {
            Volatile.Read(ref _drained)?.TrySetResult();
        }
    }

    // The exchange is a full fence: either the last outcome sees the source, or the check below sees the last outcome.
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _drained, drained);
        if (statistics.Outstanding > 0)
        {
            await drained.Task.WaitAsync(cancellationToken);
        }
    }

    private async Task WatchAsync(CancellationTokenSource stalled, CancellationToken cancellationToken)
    {
        var (known, since) = (-1L, time.GetTimestamp());
        while (!cancellationToken.IsCancellationRequested)
        {
            var outcomes = statistics.Messages - statistics.Outstanding;
            if (outcomes != known || statistics.Outstanding == 0)
            {
                (known, since) = (outcomes, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(since) >= options.StalledAfter)
            {
                await stalled.CancelAsync();
                return;
            }

            await Task.Delay(WatchEvery, time, cancellationToken)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task SayGoodbyeAsync(ILink[] open, bool drain)
    {
        using var patience = new CancellationTokenSource(LastWords, time);
        try
        {
            if (drain)
            {
                await DrainAsync(patience.Token);
            }

            await Task.WhenAll(open.Select(l => l.CloseAsync(patience.Token)));
        }
        catch (OperationCanceledException)
        {
            // What has no outcome by now is counted as not acknowledged.
        }
    }
}
