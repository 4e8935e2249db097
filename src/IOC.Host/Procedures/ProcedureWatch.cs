using IOC.Host.Settings;

namespace IOC.Host.Procedures;

/// <summary>Loads the procedures before anything listens, and takes the files in when they have changed and rest again.</summary>
internal sealed class ProcedureWatch(ProcedureDesk desk, IocOptions options, TimeProvider time, ILogger<ProcedureWatch> logger) : BackgroundService
{
    private string _taken = "";

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _taken = Look();
        await desk.LoadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Procedures.Watch)
        {
            return;
        }

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Procedures.PollSeconds), time);
        var before = _taken;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = Look();
                if (now == before && now != _taken)
                {
                    await TakeAsync(now, stoppingToken);
                }

                before = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TakeAsync(string seen, CancellationToken stop)
    {
        _taken = seen;
        try
        {
            await desk.ReloadAsync("the files have changed", stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A disk that fails, most likely; tried again at the next look.
            logger.LogError(e, "The procedure files could not be taken in");
            _taken = "";
        }
    }

    // Names, sizes and times: a change of the content shows in them.
    private string Look()
    {
        try
        {
            var files = new DirectoryInfo(Path.Combine(desk.Folder, "procedures"));
            return !files.Exists ? "-" : "+" + string.Join('|', files.EnumerateFiles("*.json").OrderBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}"));
        }
        catch (IOException)
        {
            // Being written at this moment.
            return "?";
        }
    }
}
