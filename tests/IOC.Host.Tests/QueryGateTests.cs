using IOC.Host.Planning;

namespace IOC.Host.Tests;

public sealed class QueryGateTests
{
    [Fact]
    public async Task Long_questions_wait_for_each_other_and_never_hold_up_short_ones()
    {
        using var gate = new QueryGate(atOnce: 2, longReadings: 1000, queue: 5);
        using var firstLong = await gate.EnterAsync(5000, "an", default);
        var secondLong = gate.EnterAsync(1000, "an", default);
        Assert.False(secondLong.IsCompleted);
        using (await gate.EnterAsync(999, "an", default))
        using (await gate.EnterAsync(0, "an", default))
        {
            var third = gate.EnterAsync(0, "an", default);
            Assert.False(third.IsCompleted);
            firstLong!.Dispose();
            Assert.NotNull(await secondLong);
            Assert.False(third.IsCompleted);
        }
    }

    [Fact]
    public async Task Nobody_waits_for_one_others_long_question_nor_for_a_slow_line()
    {
        using var gate = new QueryGate(atOnce: 2, longReadings: 1000, queue: 5);
        using var streaming = await gate.EnterAsync(5000, "an", default, streams: true);
        var next = gate.EnterAsync(5000, "an", default);
        Assert.False(next.IsCompleted);
        using var binhs = await gate.EnterAsync(5000, "binh", default);
        using var chis = await gate.EnterAsync(5000, "chi", default);
        var dungs = gate.EnterAsync(5000, "dung", default);
        Assert.False(dungs.IsCompleted);

        // The answer is worked out and on its way: the store is free, and the user's own next one still waits.
        binhs!.Leave();
        Assert.NotNull(await dungs);
        chis!.Dispose();
        var binhsNext = gate.EnterAsync(5000, "binh", default);
        Assert.False(binhsNext.IsCompleted);
        binhs.Dispose();
        Assert.NotNull(await binhsNext);
    }

    [Fact]
    public async Task When_too_many_wait_the_next_is_turned_away_and_one_that_gives_up_makes_room()
    {
        using var gate = new QueryGate(1, 1000, queue: 1);
        using var inside = await gate.EnterAsync(0, "an", default);
        using var stop = new CancellationTokenSource();
        var waiting = gate.EnterAsync(0, "an", stop.Token);
        Assert.Null(await gate.EnterAsync(0, "an", default));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = gate.EnterAsync(0, "an", default);
        inside!.Dispose();
        Assert.NotNull(await next);
    }
}
