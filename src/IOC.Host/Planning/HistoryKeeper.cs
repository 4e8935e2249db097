using IOC.History;
using IOC.Host.Pump;
using IOC.Host.Settings;

namespace IOC.Host.Planning;

/// <summary>What the keeper did last.</summary>
/// <param name="At">When it finished, Unix milliseconds; null before the first time.</param>
/// <param name="Removed">Readings removed because of their age since the start.</param>
/// <param name="Tidied">Series put in order since the start.</param>
/// <param name="Failure">Why the last time failed; null when it did not.</param>
internal sealed record KeeperFigures(long? At, long Removed, long Tidied, string? Failure);

/// <summary>Keeps the history small and quick: removes what has been kept long enough, and puts late readings in order. While the
/// host runs, now and then; a stop ends it between two steps.</summary>
internal sealed class HistoryKeeper(IHistoryStore store, Retention retention, IocOptions options, TimeProvider time, ILogger<HistoryKeeper> logger) : BackgroundService
{
    private KeeperFigures _figures = new(null, 0, 0, null);

    /// <summary>What it did.</summary>
    public KeeperFigures Figures => Volatile.Read(ref _figures);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.RunAsync("The upkeep of history", TimeSpan.FromMinutes(options.History.UpkeepMinutes), KeepAsync, time, logger, stoppingToken);

    private async Task KeepAsync(CancellationToken stop)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            var done = await store.MaintainAsync(retention.KeepFrom(now), stop);
            var (_, removed, tidied, _) = Figures;
            Volatile.Write(ref _figures, new KeeperFigures(time.GetUtcNow().ToUnixTimeMilliseconds(), removed + done.Removed, tidied + done.Tidied, null));
            if (done.Removed + done.Tidied > 0)
            {
                logger.LogInformation("History: {Removed} readings were old enough to go, {Tidied} series were put in order", done.Removed, done.Tidied);
            }
        }
        catch (HistoryStoreException e)
        {
            Volatile.Write(ref _figures, Figures with { Failure = e.Message });
            throw;
        }
    }
}
