using IOC.Bench.Soak;

namespace IOC.Bench.Tests;

/// <summary>What the soak calls growth, with samples made by hand: 48 of them, a minute apart.</summary>
public class SoakFigureTests
{
    private static readonly SoakFigure Files = SoakFigure.All.Single(f => f.Name == "open files");

    [Fact]
    public void A_figure_that_rises_by_more_than_is_let_pass_grows()
    {
        var verdict = Files.Judge(Samples(i => 100 + (i / 10)));
        Assert.True(verdict.Grows);
        Assert.InRange(verdict.PerHour, 5.5, 6.5);
        Assert.Contains("GROWS", verdict.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Noise_peaks_and_a_fall_are_no_growth(int noise)
    {
        var random = new Random(7);
        Assert.False(Files.Judge(Samples(_ => 100 + random.Next(noise + 1))).Grows);
        Assert.False(Files.Judge(Samples(i => i == 47 ? 5000 : 100 + random.Next(noise + 1))).Grows);
        Assert.False(Files.Judge(Samples(i => 200 - i)).Grows);
    }

    [Fact]
    public void A_rise_that_is_sure_and_small_is_let_pass()
    {
        var verdict = Files.Judge(Samples(i => 1000 + (i / 5)));
        Assert.True(verdict.Trend > 2.33);
        Assert.False(verdict.Grows);
    }

    [Fact]
    public void A_figure_that_was_never_measured_does_not_pass() =>
        Assert.True(SoakFigure.All.Single(f => f.Name == "publish to alert at the hub, p50").Judge(Samples(_ => 1)).Grows);

    [Fact]
    public void The_trend_is_that_of_a_worked_example()
    {
        // Ten values that only rise: S = 45, its variance 10 * 9 * 25 / 18 = 125, (45 - 1) / sqrt(125).
        Assert.Equal(3.9355, SoakFigure.Trend([.. Enumerable.Range(0, 10).Select(i => (double)i)]), 4);
        Assert.Equal(0, SoakFigure.Trend([5, 5, 5, 5]));
    }

    [Fact]
    public async Task A_process_is_made_to_collect_its_garbage()
    {
        var before = GC.CollectionCount(GC.MaxGeneration);
        await HostCollection.AskAsync(Environment.ProcessId).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(GC.CollectionCount(GC.MaxGeneration) > before);
    }

    private static List<SoakSample> Samples(Func<int, double> files) =>
    [
        .. Enumerable.Range(0, 48).Select(i => new SoakSample
        {
            At = TimeSpan.FromMinutes(i),
            Acknowledged = i,
            Cpu = TimeSpan.Zero,
            Heap = 0,
            Resident = 0,
            Files = files(i),
            Threads = 0,
            ToAck = [],
            ToHub = [],
            Waiting = 0,
            Kept = 0,
            Lag = 0,
            PoolQueue = 0,
        }),
    ];
}
