namespace IOC.FirmwareSim.Fleet;

/// <summary>
/// The time in the simulated city. At speed 1 it is the real time. Faster, it begins in the past and catches up with the
/// real time, then keeps to it: a reading from the future would be refused.
/// </summary>
internal sealed class SimulatedClock
{
    private readonly TimeProvider _real;
    private readonly DateTimeOffset _realStart;
    private readonly double _speed;

    /// <summary>Starts the clock.</summary>
    /// <param name="real">The real time.</param>
    /// <param name="speed">How many times faster than real; above 0.</param>
    /// <param name="ago">How far in the past it begins; not negative.</param>
    public SimulatedClock(TimeProvider real, double speed, TimeSpan ago)
    {
        _real = real;
        _speed = speed;
        _realStart = real.GetUtcNow();
        StartMs = (_realStart - ago).ToUnixTimeMilliseconds();
    }

    /// <summary>Simulated time of the start, Unix ms.</summary>
    public long StartMs { get; }

    /// <summary>Simulated time now, Unix ms.</summary>
    public long NowMs
    {
        get
        {
            var now = _real.GetUtcNow();
            var ran = (now - _realStart).TotalMilliseconds * _speed;
            return Math.Min(StartMs + (long)ran, now.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>Real time until a simulated moment, at the speed of now; never negative.</summary>
    public TimeSpan Until(long simulatedMs)
    {
        var now = NowMs;
        var caughtUp = now >= _real.GetUtcNow().ToUnixTimeMilliseconds();
        return TimeSpan.FromMilliseconds(Math.Max(0, (simulatedMs - now) / (caughtUp ? Math.Min(1, _speed) : _speed)));
    }
}
