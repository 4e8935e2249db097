using IOC.Host.Pump;
using IOC.Host.Settings;
using IOC.Ingest.Log;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Backup;

/// <summary>A backup that there is.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Folder">Where it lies on the host's machine.</param>
/// <param name="BeganAt">Everything acknowledged before is in it.</param>
/// <param name="EndedAt">When it was complete and checked.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Missing">What is kept elsewhere: "history", "registry".</param>
public sealed record BackupDto(string Id, string Folder, DateTimeOffset BeganAt, DateTimeOffset EndedAt, long Bytes, IReadOnlyList<string> Missing);

/// <summary>Backups and what is being done.</summary>
/// <param name="Running">How far the present one is; null when none is being made.</param>
/// <param name="LastFailure">Why the last one failed; null when it did not.</param>
/// <param name="Backups">Those that there are, the newest first.</param>
public sealed record BackupListDto(BackupProgress? Running, LocalText? LastFailure, IReadOnlyList<BackupDto> Backups);

/// <summary>What backups did since the start, for figures.</summary>
/// <param name="Made">Good ones.</param>
/// <param name="Failed">Ones that failed.</param>
/// <param name="LastSuccess">When the newest good one ended, of former starts too; null when there is none.</param>
/// <param name="LastSeconds">How long the last good one of this start took.</param>
/// <param name="LastBytes">Size of the newest good one.</param>
internal sealed record BackupFigures(long Made, long Failed, DateTimeOffset? LastSuccess, double LastSeconds, long LastBytes);

/// <summary>Makes backups of the running host, one at a time: when asked, and by itself as often as the settings say.</summary>
internal sealed class BackupDesk(IocOptions options, DataFolder data, IReadingLog log, TimeProvider time, ILogger<BackupDesk> logger) : BackgroundService
{
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private BackupProgress? _progress;
    private LocalText? _failure;
    private DateTimeOffset _lastFailure = DateTimeOffset.MinValue;
    private BackupFigures _figures = new(0, 0, null, 0, 0);

    private string Into => Path.GetFullPath(options.Backup.In(data.Path));

    /// <summary>What backups did.</summary>
    public BackupFigures Figures => Volatile.Read(ref _figures);

    /// <summary>Begins a backup.</summary>
    /// <returns>False when one is being made already.</returns>
    public bool TryBegin(string by)
    {
        lock (_gate)
        {
            if (_progress is not null || _stop.IsCancellationRequested)
            {
                return false;
            }

            _progress = new BackupProgress("copy", "", 0, 0);
        }

        logger.LogInformation("Backup: {By} asks for one", by);
        _running = Task.Run(MakeAsync);
        return true;
    }

    /// <summary>Backups that there are, and what is being done.</summary>
    public BackupListDto List()
    {
        lock (_gate)
        {
            return new BackupListDto(_progress, _failure, Find());
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Left by a host that was killed while it made one: it would keep the log from ever being cut.
        LetLogBeCut();
        NoteNewest(Find());
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running;
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _stop.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => options.Backup.IntervalHours == 0
        ? Task.CompletedTask
        : Recurring.RunAsync("The look whether a backup is due", s_look, _ => Task.FromResult(IsDue() && TryBegin("the schedule")), time, logger, stoppingToken);

    // A failure waits for the next turn of an hour, not of a minute: a disk that is full stays full.
    private bool IsDue()
    {
        var now = time.GetUtcNow();
        return (Figures.LastSuccess is not { } last || now - last >= TimeSpan.FromHours(options.Backup.IntervalHours)) && now - _lastFailure >= TimeSpan.FromHours(1);
    }

    private async Task MakeAsync()
    {
        var began = time.GetTimestamp();
        try
        {
            // Before the first store is copied, until the last file is there: nothing that a copy has yet to read may be cut.
            log.RegisterReader(BackupWriter.Keeper);
            var (folder, manifest) = await new BackupWriter(time).MakeAsync(Plan(), p => Volatile.Write(ref _progress, p), _stop.Token);
            var took = time.GetElapsedTime(began);
            logger.LogInformation("Backup: {Folder} is complete and checked, {Bytes} bytes in {Seconds} s", folder, manifest.TotalBytes(), took.TotalSeconds);
            Prune();
            var (made, failed, _, _, _) = Figures;
            Volatile.Write(ref _figures, new BackupFigures(made + 1, failed, manifest.EndedAt, took.TotalSeconds, manifest.TotalBytes()));
            End(failure: null);
        }
        catch (OperationCanceledException)
        {
            End(new LocalText("Máy chủ dừng giữa chừng.", "The host stopped meanwhile."));
        }
        catch (BackupException e)
        {
            logger.LogError(e, "Backup: failed");
            Fail(e.Text);
        }
        catch (Exception e)
        {
            // Whatever it was, the next one must be able to begin.
            logger.LogError(e, "Backup: failed");
            Fail(new LocalText(e.Message, e.Message));
        }
    }

    private void Fail(LocalText why)
    {
        Volatile.Write(ref _figures, Figures with { Failed = Figures.Failed + 1 });
        _lastFailure = time.GetUtcNow();
        End(why);
    }

    // A disk that is full must not keep a host from starting.
    private void LetLogBeCut()
    {
        try
        {
            log.UnregisterReader(BackupWriter.Keeper);
        }
        catch (Exception e) when (e is Microsoft.Data.Sqlite.SqliteException or ReadingLogException or IOException)
        {
            logger.LogError(e, "Backup: the log is not cut until the next backup or start");
        }
    }

    private void End(LocalText? failure)
    {
        LetLogBeCut();
        lock (_gate)
        {
            (_progress, _failure) = (null, failure);
        }
    }

    private BackupPlan Plan() => new(
        data.Path, Into, options.CatalogueDirectory.Length > 0 ? Path.GetFullPath(options.CatalogueDirectory) : null, options.Node, Online: true,
        BackupPlan.KeptElsewhere(options));

    private List<BackupDto> Find() =>
        [.. BackupShelf.Of(Into).Select(b => new BackupDto(b.Manifest.Id, b.Folder, b.Manifest.BeganAt, b.Manifest.EndedAt, b.Manifest.TotalBytes(), b.Manifest.Missing))];

    private void Prune()
    {
        foreach (var folder in BackupShelf.Prune(Into, options.Node, options.Backup.Keep))
        {
            logger.LogInformation("Backup: {Folder} was removed, {Keep} newer ones are there", folder, options.Backup.Keep);
        }
    }

    private void NoteNewest(List<BackupDto> backups)
    {
        if (backups.FirstOrDefault() is { } newest)
        {
            Volatile.Write(ref _figures, Figures with { LastSuccess = newest.EndedAt, LastBytes = newest.Bytes });
        }
    }
}
