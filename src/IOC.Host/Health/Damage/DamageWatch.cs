using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using IOC.History;
using IOC.Host.Live;
using IOC.Host.Settings;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Host.Health.Damage;

/// <summary>
/// Reads the databases of the data folder through every so often, and at once when something that was read from one made no sense, whoever read
/// it; says which file is damaged and what to do: in the log, on health, on the operators' page, in figures.
/// </summary>
internal sealed class DamageWatch(DataFolder data, IocOptions options, LiveView live, TimeProvider time, ILogger<DamageWatch> logger) : BackgroundService
{
    private static readonly TimeSpan s_first = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_calm = TimeSpan.FromMinutes(5);

    [ThreadStatic]
    private static bool t_looking;

    private readonly SemaphoreSlim _suspicion = new(0, 1);
    private readonly ConcurrentDictionary<string, string> _noted = new(StringComparer.Ordinal);
    private LocalText? _warning;
    private IReadOnlyList<DamagedFile> _damaged = [];
    private long? _suspectedAt;
    private int _isSuspicious;

    /// <summary>What people are told; null when nothing is known to be damaged.</summary>
    public LocalText? Warning => Volatile.Read(ref _warning);

    /// <summary>What is damaged, as far as is known.</summary>
    public IReadOnlyList<DamagedFile> Damaged => Volatile.Read(ref _damaged);

    /// <summary>When everything was last read through, Unix milliseconds; null before.</summary>
    public long? LookedAtMs { get; private set; }

    /// <summary>Reads everything through now.</summary>
    public void Look(CancellationToken stop)
    {
        t_looking = true;
        try
        {
            var found = DamageReport.Look(data.Path, stop);
            IReadOnlyList<DamagedFile> damaged = [.. found, .. _noted.Where(n => !found.Any(f => f.File == n.Key)).Select(n => new DamagedFile(n.Key, n.Value))];
            Tell(damaged);
            LookedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        }
        finally
        {
            t_looking = false;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _suspicion.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var every = options.Storage.CheckHours > 0 ? TimeSpan.FromHours(options.Storage.CheckHours) : Timeout.InfiniteTimeSpan;
        var next = every > s_first || every == Timeout.InfiniteTimeSpan ? s_first : every;
        AppDomain.CurrentDomain.FirstChanceException += Notice;
        try
        {
            while (true)
            {
                await WaitAsync(options.Storage.CheckHours > 0 ? next : Timeout.InfiniteTimeSpan, stoppingToken);
                next = every;
                try
                {
                    // Off this thread's pool: reading a large history through takes minutes.
                    await Task.Factory.StartNew(() => Look(stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    logger.LogError(e, "The data folder could not be read through");
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Notice;
        }
    }

    private async Task WaitAsync(TimeSpan atMost, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var first = await Task.WhenAny(_suspicion.WaitAsync(either.Token), Task.Delay(atMost, time, either.Token));
        await either.CancelAsync();
        stop.ThrowIfCancellationRequested();
        if (first.IsCompletedSuccessfully)
        {
            Volatile.Write(ref _isSuspicious, 0);
        }
    }

    // Damage shows in whatever reads the file next, and most of what reads files handles its own failures: here all of them pass by. It runs
    // within the throw, so it does no more than to ring a bell.
    private void Notice(object? sender, FirstChanceExceptionEventArgs e)
    {
        if (t_looking || !DamageReport.IsSignOf(e.Exception))
        {
            return;
        }

        switch (e.Exception)
        {
            case CorruptBatchException:
                _noted["log/reading-log.db"] = e.Exception.Message;
                break;
            case CorruptBlockException:
                _noted["history"] = e.Exception.Message;
                break;
            case InvalidDataException:
                // Of states and of what people sent: reading files through finds nothing more about it.
                return;
            default:
                break;
        }

        Ring();
    }

    private void Ring()
    {
        // What is damaged is read again and again: looking once is enough for a while.
        var now = time.GetTimestamp();
        if ((_suspectedAt is { } before && time.GetElapsedTime(before, now) < s_calm) || Interlocked.Exchange(ref _isSuspicious, 1) == 1)
        {
            return;
        }

        _suspectedAt = now;
        try
        {
            _suspicion.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It rings already, or the host has stopped.
        }
    }

    private void Tell(IReadOnlyList<DamagedFile> damaged)
    {
        var warning = damaged.Count > 0 ? DamageReport.Tell(damaged, options) : null;
        if (warning is not null && warning != Warning)
        {
            logger.LogCritical("{Warning}", warning.En);
        }
        else if (warning is null && Warning is not null)
        {
            logger.LogInformation("The databases are sound again");
        }

        Volatile.Write(ref _damaged, damaged);
        Volatile.Write(ref _warning, warning);
        live.UpdateWarning(LiveWarning.Damage, warning);
    }
}
