using IOC.Bench.Proof;

namespace IOC.Bench.Tests;

/// <summary>A proof small enough for every build: the sensors of one district, four days, run once as a whole and once with
/// two restarts.</summary>
public sealed class SmallProof : IAsyncLifetime
{
    internal static ProofOptions Options { get; } = new() { Sensors = 70, Days = 2, WarmUpDays = 2, FaultRate = 0.5, Seed = 11, Partitions = 1, Tick = TimeSpan.FromSeconds(5) };

    internal ProofOutcome Whole { get; private set; } = null!;

    internal ProofOutcome Restarted { get; private set; } = null!;

    internal ProofReport Report { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Whole = await ProofRun.RunAsync(Options);
        Report = ProofReport.Of(Options, Whole, new ProofJudge(Options, Whole));

        // Neither lies at a checkpoint: hours are read again after each.
        Restarted = await ProofRun.RunAsync(Options with { RestartAt = [TimeSpan.FromHours(33.3), TimeSpan.FromHours(57.9)] });
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
