using IOC.Registry;

namespace IOC.Host.Pump;

/// <summary>Work that is done again and again while the host runs. A failure is logged and the next turn tries again.</summary>
internal static class Recurring
{
    public static async Task RunAsync(string what, TimeSpan every, Func<CancellationToken, Task> work, TimeProvider time, ILogger logger, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    await work(stop);
                }
                catch (RegistryUnavailableException e)
                {
                    // Said once, when it went; every second of it is of no use to anybody.
                    logger.LogDebug(e, "{Work} waits for the registry", what);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    logger.LogError(e, "{Work} failed; it is tried again in {Interval}", what, every);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
