using IOC.Host.Planning;

namespace IOC.Host.Tests;

public sealed class QueryGateTests
{
    [Fact]
    public async Task Long_questions_wait_for_each_other_and_never_hold_up_short_ones()
    {
        using var gate = new QueryGate(shortOnes: 2, longReadings: 1000, queue: 5);
        using var firstLong = await gate.EnterAsync(5000, default);
        var secondLong = gate.EnterAsync(1000, default);
        Assert.False(secondLong.IsCompleted);
        using (await gate.EnterAsync(999, default))
        using (await gate.EnterAsync(0, default))
        {
            var third = gate.EnterAsync(0, default);
            Assert.False(third.IsCompleted);
            firstLong!.Dispose();
            Assert.NotNull(await secondLong);
            Assert.False(third.IsCompleted);
        }
    }

    [Fact]
    public async Task When_too_many_wait_the_next_is_turned_away_and_one_that_gives_up_makes_room()
    {
        using var gate = new QueryGate(1, 1000, queue: 1);
        using var inside = await gate.EnterAsync(0, default);
        using var stop = new CancellationTokenSource();
        var waiting = gate.EnterAsync(0, stop.Token);
        Assert.Null(await gate.EnterAsync(0, default));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = gate.EnterAsync(0, default);
        inside!.Dispose();
        Assert.NotNull(await next);
    }
}
