using IOC.Ingest.Log;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.Ingest.Tests;

/// <summary>A reader that does not get on at one partition: what it costs the others, and what bounds it.</summary>
public sealed class StuckReaderTests : IAsyncDisposable
{
    private const int Stuck = 0;
    private const int Lively = 1;

    private readonly TempDirectory _folder = new();
    private readonly AddressBook _addresses = new();
    private readonly ManualTimeProvider _time = new();
    private readonly TelemetryBatch _batch = new();
    private SqliteReadingLog? _log;

    public async ValueTask DisposeAsync()
    {
        if (_log is not null)
        {
            await _log.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Publishes_and_the_other_partitions_go_on_and_nothing_is_lost()
    {
        const int Each = 300;
        var log = Open(new ReadingLogOptions { TailBytes = 8192 });
        for (var i = 1; i <= Each; i++)
        {
            var stuck = Append(log, Stuck, i);
            var lively = Append(log, Lively, -i);
            Assert.Equal((null, null), (stuck.BackPressure, lively.BackPressure));
            await Task.WhenAll(stuck.Durable, lively.Durable);
            KeepUp(log);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => log.Tail(Lively) == log.Head(Lively), "what everyone has read to go");
        Assert.Equal(1, log.Tail(Stuck));

        // Neither the memory's limit nor a restart takes anything from the one who is behind.
        await log.DisposeAsync();
        log = Open(new ReadingLogOptions { TailBytes = 8192 });
        Assert.Equal(Enumerable.Range(1, Each), ReadAll(log, Stuck));
        log.SaveCheckpoint("state", Stuck, log.Head(Stuck));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => log.Tail(Stuck) == log.Head(Stuck), "the rest to go once it is read");
    }

    [Fact]
    public async Task The_files_limit_bounds_it_what_was_refused_is_not_there_and_all_goes_on_when_it_reads_again()
    {
        var log = Open(new ReadingLogOptions { MaxFileBytes = 400_000, PauseAfterFailure = TimeSpan.FromMilliseconds(1) });
        var stored = new List<int>();
        for (var i = 0; !log.Health.IsFailing; i += 500)
        {
            var readings = Samples.Readings(Samples.Now, ("a", i));
            for (var more = 1; more < 500; more++)
            {
                Samples.AddTo(readings, Samples.Now, Quality.Ok, ("a", i + more));
            }

            if (await IsStoredAsync(log.AppendReadings(Stuck, Address(Stuck), readings, Samples.Now, null)))
            {
                stored.AddRange(Enumerable.Range(i, 500));
            }
        }

        Assert.NotEmpty(stored);
        Assert.Contains("full", log.Health.LastError, StringComparison.Ordinal);
        Assert.Equal(stored, ReadAll(log, Stuck));
        log.SaveCheckpoint("state", Stuck, log.Head(Stuck));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => log.Tail(Stuck) == log.Head(Stuck), "room to be made");
        Assert.True(await IsStoredAsync(Append(log, Lively, 1)));
        Assert.True(await IsStoredAsync(Append(log, Stuck, 2)));
        Assert.False(log.Health.IsFailing);
    }

    private static async Task<bool> IsStoredAsync(LogAppend append)
    {
        try
        {
            await append.Durable;
            return true;
        }
        catch (LogCommitException)
        {
            return false;
        }
    }

    private SqliteReadingLog Open(ReadingLogOptions options)
    {
        options.Directory = _folder.Path;
        options.Partitions = 2;
        _log = new SqliteReadingLog(options, _addresses, Samples.Properties, _time);
        _log.RegisterReader("state");
        return _log;
    }

    private LogAppend Append(SqliteReadingLog log, int partition, int value) =>
        log.AppendReadings(partition, Address(partition), Samples.Readings(Samples.Now, ("a", value)), Samples.Now, null);

    private SensorAddress Address(int partition) => Samples.Address(_addresses, $"viet-yen/environment/aq-{partition}");

    private void KeepUp(SqliteReadingLog log)
    {
        while (log.TryRead(Lively, log.Checkpoint("state", Lively), _batch))
        {
            log.SaveCheckpoint("state", Lively, _batch.Offset);
        }
    }

    private static List<int> ReadAll(SqliteReadingLog log, int partition)
    {
        var batch = new TelemetryBatch();
        var values = new List<int>();
        for (var offset = log.Checkpoint("state", partition); log.TryRead(partition, offset, batch); offset = batch.Offset)
        {
            values.AddRange(batch.Values.ToArray().Select(v => (int)v.Value));
        }

        return values;
    }
}
