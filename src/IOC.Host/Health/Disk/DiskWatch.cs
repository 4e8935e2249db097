using System.Globalization;
using IOC.Host.Live;
using IOC.Host.Pump;
using IOC.Host.Settings;
using IOC.Telemetry;

namespace IOC.Host.Health.Disk;

/// <summary>What is known of the disk.</summary>
/// <param name="FreeBytes">Bytes free for the host.</param>
/// <param name="TotalBytes">Bytes of the volume.</param>
/// <param name="FullAt">When it will be full at this pace, Unix milliseconds; null when it is not filling, or it is too early to say.</param>
/// <param name="BytesPerDay">How fast it fills; negative when it empties; null while it is too early to say.</param>
/// <param name="Warning">What people are told; null when there is nothing to tell.</param>
/// <param name="Stores">Each store's size, bytes, and growth, bytes a day.</param>
public sealed record DiskDto(long FreeBytes, long TotalBytes, long? FullAt, double? BytesPerDay, LocalText? Warning, IReadOnlyList<StoreDto> Stores);

/// <summary>A store: a folder of the data folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="BytesPerDay">Its growth; null while it is too early to say.</param>
public sealed record StoreDto(string Name, long Bytes, double? BytesPerDay);

/// <summary>Looks at the disk every few minutes, and says in good time that it will be full: in the log, on health, on the page, in figures.</summary>
internal sealed class DiskWatch(IDiskGauge gauge, DataFolder data, IocOptions options, LiveView live, TimeProvider time, ILogger<DiskWatch> logger) : BackgroundService
{
    // Once warned, it takes more than a wobble to take it back.
    private const double CalmFactor = 1.25;

    private readonly DiskSamples _samples = new(data.Combine("state", "disk.json"));
    private DiskDto? _state;
    private bool _warned;

    /// <summary>What is known; null before the first look.</summary>
    public DiskDto? State => Volatile.Read(ref _state);

    /// <summary>Looks now.</summary>
    public void Look()
    {
        var now = time.GetUtcNow();
        var (free, total, stores) = gauge.Read();
        var outlook = DiskForecast.Of(_samples.Take(new DiskSample(now.ToUnixTimeMilliseconds(), free, stores)), options.Storage.ReserveBytes);
        var limit = TimeSpan.FromDays(options.Storage.WarnDays * (_warned ? CalmFactor : 1));
        var warning = outlook.FullIn is { } fullIn && fullIn <= limit ? Warning(fullIn, now + fullIn, outlook) : null;
        Volatile.Write(ref _state, new DiskDto(
            free, total, outlook.FullIn is { } left ? (now + left).ToUnixTimeMilliseconds() : null, outlook.BytesPerDay, warning,
            [.. stores.OrderByDescending(s => s.Value).Select(s => new StoreDto(s.Key, s.Value, outlook.Growth.TryGetValue(s.Key, out var perDay) ? perDay : null))]));
        Tell(warning);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        TryLook();
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Recurring.RunAsync(
        "The look at the disk", TimeSpan.FromMinutes(options.Storage.SampleMinutes),
        _ =>
        {
            Look();
            return Task.CompletedTask;
        },
        time, logger, stoppingToken);

    // What cannot be measured must not keep the host from starting.
    private void TryLook()
    {
        try
        {
            Look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(e, "The disk cannot be looked at");
        }
    }

    private void Tell(LocalText? warning)
    {
        live.UpdateWarning(LiveWarning.Disk, warning);
        if (warning is not null && !_warned)
        {
            logger.LogWarning("{Warning}", warning.En);
        }
        else if (warning is null && _warned)
        {
            logger.LogInformation("The disk is in no danger of being full any more");
        }

        _warned = warning is not null;
    }

    private static LocalText Warning(TimeSpan fullIn, DateTimeOffset at, DiskOutlook outlook)
    {
        if (fullIn == TimeSpan.Zero)
        {
            return new LocalText("Đĩa hầu như đã đầy: hãy giải phóng chỗ ngay.", "The disk is as good as full: make room now.");
        }

        var (days, day) = (Math.Floor(fullIn.TotalDays), at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var grows = outlook.Growth.Where(g => g.Value > 0).OrderByDescending(g => g.Value).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} +{g.Value / (1 << 20):F0} MiB")).FirstOrDefault();
        return new LocalText(
            (days < 1 ? "Đĩa sẽ đầy trong chưa tới một ngày" : $"Đĩa sẽ đầy sau khoảng {days} ngày ({day})") + (grows is null ? "." : $"; tăng nhanh nhất mỗi ngày: {grows}."),
            (days < 1 ? "The disk will be full in less than a day" : $"The disk will be full in about {days} day{(days == 1 ? "" : "s")} ({day})") + (grows is null ? "." : $"; growing fastest a day: {grows}."));
    }
}
