namespace IOC.Testing;

/// <summary>The machine's clock, moved forward by as much as a test says; what waits goes on waiting as long as it would.</summary>
public sealed class ShiftedTimeProvider : TimeProvider
{
    private long _ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

    /// <summary>Moves it forward.</summary>
    public void Shift(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
