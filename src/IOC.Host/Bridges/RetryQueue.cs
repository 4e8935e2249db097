using IOC.Ingest;
using IOC.Ingest.Log;

namespace IOC.Host.Bridges;

/// <summary>
/// Stores messages and tries again what could not be stored. While something waits for another attempt, what comes later waits behind
/// it and all is tried in the order of arrival: a sensor that went online and offline must not end up online, nor an edge node's birth
/// come after its device's. The sender bounds what waits. <see cref="StoreAsync"/> is called by one thread at a time.
/// </summary>
/// <param name="time">Clock for the pauses.</param>
/// <param name="stop">Ends all waiting.</param>
internal sealed class RetryQueue(TimeProvider time, CancellationToken stop)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Waiting> _waiting = [];
    private long _next;
    private bool _isRetrying;

    /// <summary>Called when everything that waited has been stored.</summary>
    public Action? Emptied { get; init; }

    /// <summary>Whether something waits for another attempt.</summary>
    public bool IsRetrying
    {
        get
        {
            lock (_gate)
            {
                return _isRetrying;
            }
        }
    }

    /// <summary>Stores a message.</summary>
    /// <param name="take">Hands it to the log; called again after a failure.</param>
    /// <param name="failed">Called after each failure of this message; true when nothing waited before it.</param>
    /// <returns>The verdict of the attempt that is on disk.</returns>
    /// <exception cref="OperationCanceledException">It is over before it could be stored.</exception>
    public Task<IngestVerdict> StoreAsync(Func<IngestVerdict> take, Action<LogCommitException, bool> failed)
    {
        var waiting = new Waiting(take, failed);
        long number;
        lock (_gate)
        {
            number = ++_next;
            if (_isRetrying)
            {
                _waiting.Add(number, waiting);
                return waiting.Stored.Task;
            }
        }

        return FirstAsync(number, waiting, take());
    }

    private async Task<IngestVerdict> FirstAsync(long number, Waiting waiting, IngestVerdict verdict)
    {
        try
        {
            await OnDiskAsync(verdict);
            return verdict;
        }
        catch (LogCommitException e)
        {
            bool isFirst;
            lock (_gate)
            {
                isFirst = !_isRetrying;
                _isRetrying = true;
                _waiting.Add(number, waiting);
            }

            waiting.Failed(e, isFirst);
            if (isFirst)
            {
                _ = RetryAsync();
            }

            return await waiting.Stored.Task;
        }
    }

    private async Task RetryAsync()
    {
        try
        {
            var pause = ShortestPause;
            do
            {
                await Task.Delay(pause, time, stop);
                pause = await AttemptAsync() ? ShortestPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            while (!IsOver());
            Emptied?.Invoke();
        }
        catch (OperationCanceledException)
        {
            foreach (var waiting in Snapshot())
            {
                waiting.Value.Stored.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    private bool IsOver()
    {
        lock (_gate)
        {
            _isRetrying = _waiting.Count > 0;
            return !_isRetrying;
        }
    }

    /// <summary>Tries everything that waits; true when something was stored.</summary>
    private async Task<bool> AttemptAsync()
    {
        var attempts = new List<(long Number, Waiting Waiting, IngestVerdict Verdict)>();
        foreach (var (number, waiting) in Snapshot())
        {
            IngestVerdict verdict;
            try
            {
                verdict = waiting.Take();
            }
            catch (Exception e)
            {
                // No matter of the disk: its sender learns that it was not taken.
                Remove(number);
                waiting.Stored.TrySetException(e);
                continue;
            }

            attempts.Add((number, waiting, verdict));
            await (verdict.BackPressure ?? Task.CompletedTask);
        }

        var stored = false;
        foreach (var (number, waiting, verdict) in attempts)
        {
            try
            {
                await OnDiskAsync(verdict);
                stored = true;
                Remove(number);
                waiting.Stored.TrySetResult(verdict);
            }
            catch (LogCommitException e)
            {
                waiting.Failed(e, false);
            }
        }

        return stored;
    }

    private void Remove(long number)
    {
        lock (_gate)
        {
            _waiting.Remove(number);
        }
    }

    private KeyValuePair<long, Waiting>[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _waiting];
        }
    }

    private static async Task OnDiskAsync(IngestVerdict verdict)
    {
        await (verdict.BackPressure ?? Task.CompletedTask);
        await (verdict.Durable ?? Task.CompletedTask);
    }

    private sealed record Waiting(Func<IngestVerdict> Take, Action<LogCommitException, bool> Failed)
    {
        public TaskCompletionSource<IngestVerdict> Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
