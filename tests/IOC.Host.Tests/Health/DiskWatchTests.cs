using IOC.Host.Health.Disk;
using IOC.Host.Live;
using IOC.Host.Settings;
using IOC.Testing;
using Microsoft.Extensions.Logging;

namespace IOC.Host.Tests.Health;

/// <summary>The watch over the disk, with a disk and a clock of the test's own.</summary>
public sealed class DiskWatchTests : IDisposable
{
    private const long Gib = 1L << 30;
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly IocOptions _options = new();
    private readonly FakeDisk _disk = new();
    private readonly LogLines _log = new();
    private readonly DataFolder _data;
    private readonly LiveView _live;

    public DiskWatchTests()
    {
        _data = DataFolder.Open(_folder.Path);
        _live = new LiveView(_time, _options);
    }

    [Fact]
    public void It_says_so_a_week_before_once_and_takes_it_back_when_there_is_room()
    {
        using var watch = Watch();
        _disk.Free = 20 * Gib;
        var warnedAt = -1.0;
        for (var hour = 0; hour < 15 * 24 && warnedAt < 0; hour++)
        {
            Pass(watch, 1, perHour: Gib / 24);
            warnedAt = watch.State!.Warning is null ? -1 : (watch.State.FullAt!.Value - _time.NowMs) / 86_400_000.0;
        }

        Assert.Equal(7, warnedAt, 0.1);
        Assert.Contains("The disk will be full in about 6 days", watch.State!.Warning!.En, StringComparison.Ordinal);
        Assert.Contains("Đĩa sẽ đầy sau khoảng 6 ngày", watch.State.Warning.Vi, StringComparison.Ordinal);
        Assert.Contains("history +1024 MiB", watch.State.Warning.En, StringComparison.Ordinal);
        Assert.Equal(watch.State.Warning, _live.Collect(new LiveRequest(null, 0)).Fleet.MachineWarning);
        Pass(watch, 5, perHour: Gib / 24);
        Assert.Single(_log.Lines, l => l.Level == LogLevel.Warning);

        _disk.Free += 200 * Gib;
        Pass(watch, 1, perHour: Gib / 24);
        Assert.Null(watch.State.Warning);
        Assert.Null(_live.Collect(new LiveRequest(null, 0)).Fleet.MachineWarning);
        Assert.Single(_log.Lines, l => l.Level == LogLevel.Information);
    }

    [Fact]
    public void A_wobble_about_the_week_does_not_take_the_warning_back_and_a_setting_makes_it_earlier()
    {
        _options.Storage.WarnDays = 30;
        using var watch = Watch();
        _disk.Free = 30 * Gib;
        Pass(watch, 48, perHour: Gib / 24);
        Assert.NotNull(watch.State!.Warning);
        _disk.Free += 4 * Gib;
        Pass(watch, 1, perHour: Gib / 24);
        Assert.NotNull(watch.State.Warning);
    }

    [Fact]
    public void A_restart_does_not_forget_how_fast_the_disk_fills()
    {
        _disk.Free = 8 * Gib;
        using (var first = Watch())
        {
            Pass(first, 48, perHour: Gib / 24);
            Assert.NotNull(first.State!.Warning);
        }

        using var second = Watch();
        second.Look();
        Assert.NotNull(second.State!.Warning);
        Assert.Equal(Gib, second.State.BytesPerDay!.Value, 0.05 * Gib);
    }

    [Fact]
    public void A_file_of_samples_that_cannot_be_read_is_as_good_as_none()
    {
        Directory.CreateDirectory(_data.Combine("state"));
        File.WriteAllText(_data.Combine("state", "disk.json"), "{");
        using var watch = Watch();
        watch.Look();
        Assert.Null(watch.State!.BytesPerDay);
    }

    [Fact]
    public void The_real_gauge_measures_the_folders_of_the_data_folder()
    {
        Directory.CreateDirectory(_data.Combine("history", "deep"));
        File.WriteAllBytes(_data.Combine("history", "deep", "x"), new byte[1234]);
        var (free, total, stores) = new DiskGauge(_data).Read();
        Assert.InRange(free, 1, total);
        Assert.Equal(1234, stores["history"]);
        Assert.False(stores.ContainsKey("run"), "what is there only while the host runs is no store");
    }

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }

    private DiskWatch Watch() => new(_disk, _data, _options, _live, _time, _log);

    private void Pass(DiskWatch watch, int hours, long perHour)
    {
        for (var i = 0; i < hours; i++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            _disk.Free -= perHour;
            _disk.History += perHour;
            watch.Look();
        }
    }

    private sealed class FakeDisk : IDiskGauge
    {
        public long Free { get; set; }

        public long History { get; set; }

        public (long Free, long Total, IReadOnlyDictionary<string, long> Stores) Read() =>
            (Free, 1000 * Gib, new Dictionary<string, long>(StringComparer.Ordinal) { ["history"] = History });
    }

    private sealed class LogLines : ILogger<DiskWatch>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception)));
    }
}
