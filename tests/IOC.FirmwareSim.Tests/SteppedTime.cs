using System.Diagnostics;
using IOC.Testing;

namespace IOC.FirmwareSim.Tests;

/// <summary>A clock that moves step by step; after a step that woke the code under test it lets it run until it waits again.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    private readonly ManualTimeProvider _time = new();
    private int _waits;
    private int _woken;
    private int _armed;

    /// <summary>Timers that are running: what the code under test waits for.</summary>
    public int Armed => Volatile.Read(ref _armed);

    public override TimeZoneInfo LocalTimeZone => _time.LocalTimeZone;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this);
        timer.Inner = _time.CreateTimer(
            s =>
            {
                timer.Disarm();
                Interlocked.Increment(ref _woken);
                callback(s);
            },
            state,
            dueTime,
            period);
        Interlocked.Increment(ref _waits);
        return timer;
    }

    /// <summary>Moves the clock until a task ends; it stands still while the code under test is busy.</summary>
    public async Task RunAsync(Task task, TimeSpan step, Func<bool> isIdle)
    {
        var limit = Stopwatch.StartNew();
        while (!task.IsCompleted)
        {
            var (waits, woken) = (Volatile.Read(ref _waits), Volatile.Read(ref _woken));
            if (isIdle())
            {
                _time.Advance(step);
            }

            // Not everything that wakes waits again, so after a while of real time the clock moves on.
            var settling = Stopwatch.StartNew();
            while (woken != Volatile.Read(ref _woken) && waits == Volatile.Read(ref _waits) && !task.IsCompleted && settling.Elapsed < Settle)
            {
                await Task.Yield();
            }

            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(60), "the code under test does not end");
            await Task.Yield();
        }

        await task;
    }

    private sealed class Timer : ITimer
    {
        private readonly SteppedTime _owner;
        private int _disarmed;

        public Timer(SteppedTime owner)
        {
            _owner = owner;
            Interlocked.Increment(ref owner._armed);
        }

        public ITimer? Inner { get; set; }

        public void Disarm()
        {
            if (Interlocked.Exchange(ref _disarmed, 1) == 0)
            {
                Interlocked.Decrement(ref _owner._armed);
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner!.Change(dueTime, period);

        public void Dispose()
        {
            Disarm();
            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
