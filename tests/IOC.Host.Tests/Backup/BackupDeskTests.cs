using IOC.Host.Backup;
using IOC.Host.Settings;
using IOC.Host.State;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Host.Tests.Backup;

/// <summary>Backups of a log and a store of states, with a clock that the test moves.</summary>
public sealed class BackupDeskTests : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly IocOptions _options = new();
    private readonly DataFolder _data;
    private SqliteReadingLog _log;

    public BackupDeskTests()
    {
        _data = DataFolder.Open(_folder.Combine("data"));
        _options.Backup.Directory = _folder.Combine("shelf");
        _log = OpenLog();
    }

    [Fact]
    public async Task Backups_are_made_when_they_are_due_and_the_oldest_go()
    {
        (_options.Backup.IntervalHours, _options.Backup.Keep) = (24, 2);
        using var desk = await StartAsync();
        for (var n = 1; n <= 4; n++)
        {
            var asked = n;
            await Eventually.HoldsAsync(
                () =>
                {
                    _time.Advance(TimeSpan.FromMinutes(1));
                    return desk.Figures.Made == asked && desk.List().Running is null;
                },
                $"backup {n}");
            _time.Advance(TimeSpan.FromHours(12));
            Assert.Equal(n, desk.Figures.Made);
            Assert.Null(desk.List().LastFailure);
            _time.Advance(TimeSpan.FromHours(12));
        }

        await desk.StopAsync(CancellationToken.None);
        Assert.Equal(2, desk.List().Backups.Count);
    }

    [Fact]
    public async Task What_a_killed_host_left_neither_keeps_the_log_whole_nor_stays()
    {
        _log.RegisterReader("state");
        _log.RegisterReader(BackupWriter.Keeper);
        var half = Path.Combine(_options.Backup.Directory, "ioc-20260101-000000-n1");
        Directory.CreateDirectory(half);
        var other = Directory.CreateDirectory(Path.Combine(_options.Backup.Directory, "somebody-elses"));
        await AppendAsync(10);
        SaveState(9);
        _log.SaveCheckpoint("state", 0, 9);

        using var desk = await StartAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => _log.Tail(0) > 1, "the log to be cut");
        Assert.True(desk.TryBegin("test"), "none is being made");
        await Eventually.HoldsAsync(() => desk.Figures.Made == 1, "the backup");
        await desk.StopAsync(CancellationToken.None);
        Assert.False(Directory.Exists(half), "half of a backup goes");
        Assert.True(other.Exists, "what is no backup stays");
    }

    [Fact]
    public async Task A_started_copy_reads_what_its_stores_have_not_read_however_far_the_log_was_read_meanwhile()
    {
        _log.RegisterReader("state");
        await AppendAsync(10);
        SaveState(4);

        // As when the checkpoint moves on between the copy of the states and that of the log.
        _log.RegisterReader(BackupWriter.Keeper);
        _log.SaveCheckpoint("state", 0, 9);
        _time.Advance(TimeSpan.FromSeconds(2));
        await AppendAsync(1);
        var (folder, manifest) = await new BackupWriter(_time).MakeAsync(
            new BackupPlan(_data.Path, _options.Backup.Directory, null, "n1", Online: true, []), _ => { }, CancellationToken.None);
        Assert.Equal((4, 1, 11), (manifest.Positions[0].State, manifest.Positions[0].LogFirst, manifest.Positions[0].LogLast));

        await _log.DisposeAsync();
        var restored = _folder.Combine("restored");
        await RestoreWork.RestoreAsync(folder, restored, null, _ => { }, CancellationToken.None);
        _log = OpenLog(restored);
        _time.Advance(TimeSpan.FromSeconds(2));
        await AppendAsync(1);
        Assert.Equal(1, _log.Tail(0));
    }

    [Fact]
    public async Task A_second_one_within_the_same_second_waits_for_the_next_and_has_a_name_of_its_own()
    {
        await AppendAsync(1);
        var plan = new BackupPlan(_data.Path, _options.Backup.Directory, null, "n1", Online: true, []);
        var (first, _) = await new BackupWriter(_time).MakeAsync(plan, _ => { }, CancellationToken.None);
        var making = new BackupWriter(_time).MakeAsync(plan, _ => { }, CancellationToken.None);
        Assert.False(making.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        var (second, _) = await making;
        Assert.True(string.CompareOrdinal(first, second) < 0, $"{first} is the older of it and {second}");
    }

    [Theory]
    [InlineData("data/catalogue", "data/shelf")]
    [InlineData("data/city", "city-backups")]
    [InlineData("", "shelf")]
    [InlineData("elsewhere", "elsewhere/shelf")]
    public async Task Catalogue_and_backups_may_lie_within_the_data_folder_or_around_it(string catalogue, string shelf)
    {
        await AppendAsync(1);
        Directory.CreateDirectory(_folder.Combine(catalogue));
        await File.WriteAllTextAsync(_folder.Combine(catalogue, "sensors.csv"), "id");
        Directory.CreateDirectory(_folder.Combine("data", "catalogue"));
        await File.WriteAllTextAsync(_folder.Combine("data", "catalogue", "districts.csv"), "id");
        var plan = new BackupPlan(_data.Path, _folder.Combine(shelf), _folder.Combine(catalogue), "n1", Online: true, []);
        var (_, first) = await new BackupWriter(_time).MakeAsync(plan, _ => { }, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        var (folder, second) = await new BackupWriter(_time).MakeAsync(plan, _ => { }, CancellationToken.None);
        Assert.Equal(first.Files.Select(f => f.Path), second.Files.Select(f => f.Path));
        Assert.Equal(second.Files.Count, second.Files.Select(f => f.Path).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(second.Files, f => f.Path == "catalogue/sensors.csv");
        Assert.Single(second.Files, f => f.Sqlite);

        var (data, city) = (_folder.Combine("restored"), _folder.Combine("restored", "catalogue"));
        await RestoreWork.RestoreAsync(folder, data, city, _ => { }, CancellationToken.None);
        Assert.True(File.Exists(Path.Combine(city, "sensors.csv")), "a catalogue within the data folder comes back to it");
    }

    [Fact]
    public async Task Stores_that_do_not_fit_together_are_no_backup()
    {
        await AppendAsync(3);
        SaveState(7);

        var error = await Assert.ThrowsAsync<BackupException>(() => new BackupWriter(_time).MakeAsync(
            new BackupPlan(_data.Path, _options.Backup.Directory, null, "n1", Online: true, []), _ => { }, CancellationToken.None));
        Assert.Contains("do not fit together", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_options.Backup.Directory));
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _data.Dispose();
        _folder.Dispose();
    }

    private SqliteReadingLog OpenLog(string? data = null) =>
        new(new ReadingLogOptions { Directory = Path.Combine(data ?? _data.Path, "log"), Partitions = 1 }, new AddressBook(), new PropertyCatalogue([]), _time);

    private async Task<BackupDesk> StartAsync()
    {
        var desk = new BackupDesk(_options, _data, _log, _time, NullLogger<BackupDesk>.Instance);
        await desk.StartAsync(CancellationToken.None);
        return desk;
    }

    private void SaveState(long offset)
    {
        using var grains = new SqliteGrainStore(_data.Combine("state", "grains.db"));
        grains.Save(0, offset, []);
    }

    private async Task AppendAsync(int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            await _log.AppendTick(MessageKind.Tick, _time.NowMs).Durable;
        }
    }
}
