using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Host.Pump;

/// <summary>
/// Reads one partition of the log in order and hands each batch to a taker until it is taken: a failure is logged, shown
/// on health, and tried again with the same batch, so nothing is skipped. A batch that cannot be decoded stops the loop.
/// </summary>
internal sealed class ReaderLoop(IReadingLog log, string reader, int partition, Action<TelemetryBatch> take, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private readonly TelemetryBatch _batch = new();
    private long _takingSince;

    /// <summary>Name of the reader.</summary>
    public string Reader => reader;

    /// <summary>Partition.</summary>
    public int Partition => partition;

    /// <summary>Offset of the last batch taken.</summary>
    public long Offset { get; private set; }

    /// <summary>What keeps the loop from going on; null when nothing does.</summary>
    public string? Failure { get; private set; }

    /// <summary>How long the taker has been at the present batch; zero when it is at none. A taker that is stuck stops this reader
    /// only: the log keeps what it has not read, and other readers, partitions and publishes go on.</summary>
    public TimeSpan TakingFor => Volatile.Read(ref _takingSince) is > 0 and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Reads from behind an offset until cancelled or until the log is closed and read to its end.</summary>
    public async Task RunAsync(long after, CancellationToken stop)
    {
        Offset = after;
        try
        {
            while (await NextAsync(stop))
            {
                Volatile.Write(ref _takingSince, Math.Max(1, time.GetTimestamp()));
                await TryUntilDoneAsync(
                    "take batch",
                    () =>
                    {
                        take(_batch);
                        return ValueTask.FromResult(true);
                    },
                    stop);
                Volatile.Write(ref _takingSince, 0);
                Offset = _batch.Offset;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host stops; what is not read yet is read at the next start.
        }
        catch (CorruptBatchException e)
        {
            Failure = e.Message;
            logger.LogCritical(e, "Reader {Reader} of partition {Partition} stopped: its next batch cannot be decoded", reader, partition);
        }
    }

    private ValueTask<bool> NextAsync(CancellationToken stop) =>
        TryUntilDoneAsync("read behind batch", () => log.TryRead(partition, Offset, _batch) ? ValueTask.FromResult(true) : log.ReadAsync(partition, Offset, _batch, stop), stop);

    private async ValueTask<bool> TryUntilDoneAsync(string what, Func<ValueTask<bool>> step, CancellationToken stop)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var done = await step();
                Failure = null;
                return done;
            }
            catch (Exception e) when (e is not (OperationCanceledException or CorruptBatchException))
            {
                // A disk that is full or locked, most likely: the only right thing is to try again until it works.
                Failure = e.Message;
                logger.LogError(e, "Reader {Reader} of partition {Partition} could not {What} {Offset}; trying again in {Pause}", reader, partition, what, Offset, pause);
            }

            await Task.Delay(pause, time, stop);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
