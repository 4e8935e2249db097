using IOC.Host.Settings;

namespace IOC.Host.Rules;

/// <summary>
/// Takes rule files in when they have changed and rest again, and lets partitions that could not take a rule set try again. The
/// operating system's word of a change only makes it look sooner: on network folders and in containers it may never come.
/// </summary>
internal sealed class RuleWatch(RuleDesk desk, RuleFolderPath folder, IocOptions options, TimeProvider time, ILogger<RuleWatch> logger) : BackgroundService
{
    private readonly SemaphoreSlim _told = new(0, 1);
    private string _seen = Look(folder.Path);

    public override void Dispose()
    {
        base.Dispose();
        _told.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watcher = options.Rules.Watch ? Watcher() : null;
        try
        {
            while (true)
            {
                await WaitAsync(TimeSpan.FromSeconds(options.Rules.PollSeconds), stoppingToken);
                if (desk.Behind.Any())
                {
                    desk.Apply();
                }

                if (options.Rules.Watch && Look(folder.Path) != _seen)
                {
                    await TakeAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TakeAsync(CancellationToken stop)
    {
        string before;
        do
        {
            before = Look(folder.Path);
            await Task.Delay(TimeSpan.FromMilliseconds(options.Rules.SettleMilliseconds), time, stop);
        }
        while (Look(folder.Path) != before);
        _seen = before;
        try
        {
            await desk.ReloadAsync("the files have changed", stop);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A disk that fails, most likely. The files are read again when they change, or when asked.
            logger.LogError(e, "The rule files could not be taken in");
            _seen = "";
        }
    }

    private async Task WaitAsync(TimeSpan most, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pause = Task.Delay(most, time, ended.Token);
        await Task.WhenAny(pause, _told.WaitAsync(ended.Token));
        await ended.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    private FileSystemWatcher? Watcher()
    {
        try
        {
            var watcher = new FileSystemWatcher(folder.Path) { IncludeSubdirectories = true };
            FileSystemEventHandler tell = (_, _) => Tell();
            watcher.Changed += tell;
            watcher.Created += tell;
            watcher.Deleted += tell;
            watcher.Renamed += (_, _) => Tell();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            logger.LogInformation("The operating system does not tell of changed rule files ({Reason}); they are looked at every {Seconds} s", e.Message, options.Rules.PollSeconds);
            return null;
        }
    }

    private void Tell()
    {
        try
        {
            _told.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // It is told already, or nobody waits any more.
        }
    }

    // Names, sizes and times: a change of the content shows in them.
    private static string Look(string catalogueFolder)
    {
        try
        {
            var files = new DirectoryInfo(Path.Combine(catalogueFolder, "rules"));
            var all = files.Exists ? files.EnumerateFiles("*.json") : [];
            return string.Join('|', all.Append(new FileInfo(Path.Combine(catalogueFolder, "rules.csv"))).Where(f => f.Exists).OrderBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}"));
        }
        catch (IOException)
        {
            // Being written at this moment.
            return "";
        }
    }
}
