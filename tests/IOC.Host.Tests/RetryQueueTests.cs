using IOC.Host.Bridges;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Testing;

namespace IOC.Host.Tests;

public sealed class RetryQueueTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<int> _taken = [];
    private readonly List<bool> _firsts = [];
    private readonly RetryQueue _queue;
    private int _emptied;
    private volatile bool _full;

    public RetryQueueTests() => _queue = new RetryQueue(_time, _stop.Token) { Emptied = () => Interlocked.Increment(ref _emptied) };

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task What_could_not_be_stored_is_tried_again_in_the_order_in_which_it_came()
    {
        await StoreAsync(1);
        _full = true;
        var waiting = new List<Task> { StoreAsync(2) };
        Assert.True(_queue.IsRetrying);
        await Eventually.HoldsAsync(() => MoveOn() && Taken().Count >= 4, "several attempts");
        waiting.Add(StoreAsync(3));
        waiting.Add(StoreAsync(4));
        Assert.DoesNotContain(3, Taken().Take(4));
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        _full = false;
        await Eventually.HoldsAsync(() => MoveOn() && waiting.TrueForAll(w => w.IsCompletedSuccessfully), "all to be stored");
        Assert.Equal([2, 3, 4], Taken().TakeLast(3));
        await Eventually.HoldsAsync(() => !_queue.IsRetrying && Volatile.Read(ref _emptied) == 1, "the queue to be empty");
        await StoreAsync(5);
        Assert.Equal((5, 1), (Taken()[^1], Taken().Count(t => t == 5)));
        Assert.Single(_firsts, f => f);
    }

    [Fact]
    public async Task Messages_that_fail_together_keep_their_order_whichever_is_told_first()
    {
        _full = true;
        var failures = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        var older = _queue.StoreAsync(() => Take(1, _full ? failures[0].Task : Task.CompletedTask), (_, _) => { });
        var newer = _queue.StoreAsync(() => Take(2, _full ? failures[1].Task : Task.CompletedTask), (_, _) => { });
        failures[1].SetException(new LogCommitException("full"));
        await Eventually.HoldsAsync(() => _queue.IsRetrying, "the newer to wait");
        failures[0].SetException(new LogCommitException("full"));
        _full = false;
        await Eventually.HoldsAsync(() => MoveOn() && older.IsCompletedSuccessfully && newer.IsCompletedSuccessfully, "both to be stored");
        Assert.Equal([1, 2], Taken().Take(2));
    }

    [Fact]
    public async Task A_message_that_cannot_be_handed_over_fails_alone()
    {
        _full = true;
        var attempts = 0;
        var bad = _queue.StoreAsync(() => ++attempts == 1 ? Take(1, Failed()) : throw new InvalidOperationException("bad"), (_, _) => { });
        var good = StoreAsync(2);
        _full = false;
        await Eventually.HoldsAsync(() => MoveOn() && bad.IsFaulted && good.IsCompletedSuccessfully, "both to end");
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
    }

    [Fact]
    public async Task The_end_ends_the_waiting()
    {
        _full = true;
        var waiting = StoreAsync(1);
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static Task Failed() => Task.FromException(new LogCommitException("full"));

    private Task<IngestVerdict> StoreAsync(int message) => _queue.StoreAsync(
        () => Take(message, _full ? Failed() : Task.CompletedTask),
        (_, isFirst) =>
        {
            lock (_taken)
            {
                _firsts.Add(isFirst);
            }
        });

    private IngestVerdict Take(int message, Task durable)
    {
        lock (_taken)
        {
            _taken.Add(message);
        }

        return new IngestVerdict(IngestOutcome.Accepted, null, durable, null);
    }

    private List<int> Taken()
    {
        lock (_taken)
        {
            return [.. _taken];
        }
    }

    private bool MoveOn()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return true;
    }
}
