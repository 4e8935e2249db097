using IOC.Ingest.Decoding;
using IOC.Ingest.Log;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Ingest.Tests;

public sealed class SqliteReadingLogTests : IDisposable
{
    private const string Sensor = "viet-yen/environment/aq-001";

    private readonly TempDirectory _folder = new();
    private readonly AddressBook _addresses = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Batches_come_in_order_without_gaps_and_wait_for_those_to_come()
    {
        await using var log = Open();
        var batch = new TelemetryBatch();
        var waiting = log.ReadAsync(0, 0, batch);
        Assert.False(waiting.IsCompleted);
        for (var i = 1; i <= 20; i++)
        {
            await Append(log, i);
            Assert.Equal(i, log.Head(0));
        }

        Assert.True(await waiting);
        Assert.Equal(1, batch.Offset);
        for (var i = 2; i <= 20; i++)
        {
            Assert.True(await log.ReadAsync(0, i - 1, batch));
            Assert.Equal((i, i), ((int)batch.Offset, (int)batch.Values[0].Value));
        }

        Assert.False(log.TryRead(0, 20, batch));
        Assert.Equal(1, log.Tail(0));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled_and_ends_with_the_log()
    {
        var log = Open();
        using var cancel = new CancellationTokenSource();
        var cancelled = log.ReadAsync(0, 0, new TelemetryBatch(), cancel.Token).AsTask();
        var ended = log.ReadAsync(1, 0, new TelemetryBatch()).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await log.DisposeAsync();
        Assert.False(await ended);
    }

    [Fact]
    public async Task What_was_durable_survives_a_crash_at_any_moment()
    {
        await using var log = Open();
        for (var i = 1; i <= 10; i++)
        {
            await Append(log, i);
            await log.AppendDeadLetter(Samples.Letter(payload: $"{i}")).Durable;

            // The files as a power cut would leave them, without any closing.
            using var crashed = new TempDirectory();
            File.Copy(_folder.Combine("reading-log.db"), crashed.Combine("reading-log.db"));
            File.Copy(_folder.Combine("reading-log.db-wal"), crashed.Combine("reading-log.db-wal"));
            await using var again = new SqliteReadingLog(Options(crashed.Path), _addresses, Samples.Properties, _time);
            Assert.Equal(Enumerable.Range(1, i), Values(again));
            Assert.Equal(i, again.Head(0));
            Assert.Equal(i, again.DeadLetters.List(new()).Count);
            Assert.Equal(i, again.DeadLetters.Counts()[RefusalReason.Empty]);
            await Append(again, i + 1);
            Assert.Equal(i + 1, again.Head(0));
        }
    }

    [Fact]
    public async Task Closing_commits_what_waits_and_empties_the_write_ahead_log()
    {
        var log = Open();
        var waiting = Enumerable.Range(1, 500).Select(i => Append(log, i)).ToArray();
        await log.DisposeAsync();
        await Task.WhenAll(waiting);
        Assert.False(File.Exists(_folder.Combine("reading-log.db-wal")));
        await Assert.ThrowsAsync<LogCommitException>(() => Append(log, 501));
        await Assert.ThrowsAsync<LogCommitException>(() => log.AppendDeadLetter(Samples.Letter()).Durable);
        await log.DisposeAsync();
        await using var again = Open();
        Assert.Equal(Enumerable.Range(1, 500), Values(again));
    }

    [Fact]
    public async Task Two_readers_read_all_at_their_own_pace_from_memory_and_from_the_file()
    {
        await using var log = Open(o => o.TailBytes = 0);
        var slow = new TelemetryBatch();
        var quick = new TelemetryBatch();
        var lines = new List<string>();
        for (var i = 1; i <= 50; i++)
        {
            await Append(log, i);
            Assert.True(await log.ReadAsync(0, quick.Offset, quick));
            lines.AddRange(Samples.Lines(quick));
        }

        var later = new List<string>();
        while (log.TryRead(0, slow.Offset, slow))
        {
            later.AddRange(Samples.Lines(slow));
        }

        Assert.Equal(50, lines.Count);
        Assert.Equal(lines, later);
    }

    [Fact]
    public async Task Batches_go_when_the_slowest_reader_has_them_and_the_newest_stays()
    {
        await using var log = Open();
        log.RegisterReader("grains");
        log.RegisterReader("history");
        for (var i = 1; i <= 20; i++)
        {
            await Append(log, i);
        }

        log.SaveCheckpoint("grains", 0, 20);
        log.SaveCheckpoint("history", 0, 12);
        Housekeep();
        await Eventually.HoldsAsync(() => log.Tail(0) == 13 && Rows() == 8, "the first 12 batches to go");
        log.SaveCheckpoint("history", 0, 20);
        Housekeep();
        await Eventually.HoldsAsync(() => log.Tail(0) == 20 && Rows() == 1, "all but the newest to go");
        log.RegisterReader("late");
        Assert.Equal(19, log.Checkpoint("late", 0));
        await Append(log, 21);
        Assert.Equal(21, log.Head(0));
    }

    [Fact]
    public async Task Many_batches_go_in_several_steps()
    {
        await using var log = Open();
        log.RegisterReader("grains");
        for (var i = 1; i <= 700; i++)
        {
            await Append(log, i);
        }

        log.SaveCheckpoint("grains", 0, 650);
        Housekeep();
        await Eventually.HoldsAsync(() => Rows() == 50, "650 batches to go after one request");
        Assert.Equal(651, log.Tail(0));
    }

    [Fact]
    public async Task Nothing_goes_without_a_registered_reader()
    {
        await using var log = Open();
        log.RegisterReader("history");
        log.UnregisterReader("history");
        for (var i = 1; i <= 5; i++)
        {
            await Append(log, i);
        }

        log.RegisterReader("marker");
        Housekeep();
        log.UnregisterReader("marker");
        Assert.Equal(5, Rows());
        Assert.Throws<InvalidOperationException>(() => log.SaveCheckpoint("history", 0, 5));
    }

    [Fact]
    public async Task Checkpoints_are_there_after_a_restart()
    {
        await using (var log = Open())
        {
            log.RegisterReader("grains");
            log.RegisterReader("history");
            for (var i = 1; i <= 9; i++)
            {
                await Append(log, i);
            }

            log.SaveCheckpoint("grains", 0, 7);
            log.SaveCheckpoint("history", 0, 5);
            log.SaveCheckpoint("history", 3, 0);
        }

        await using var again = Open();
        Assert.Equal((7, 5, 0), (again.Checkpoint("grains", 0), again.Checkpoint("history", 0), again.Checkpoint("history", 3)));
        again.RegisterReader("history");
        Assert.Equal(5, again.Checkpoint("history", 0));
        Assert.Equal(6, again.Tail(0));
        Assert.Equal([6, 7, 8, 9], Values(again));
        await Append(again, 10);
        Assert.Equal(10, again.Head(0));
    }

    [Fact]
    public async Task A_corrupt_batch_is_named_and_the_next_can_be_read()
    {
        await using (var log = Open())
        {
            for (var i = 1; i <= 3; i++)
            {
                await Append(log, i);
            }
        }

        Sql("UPDATE batch SET data = substr(data, 1, 20) || x'00' || substr(data, 22) WHERE offset = 2 AND partition = 0");
        await using var again = Open();
        var batch = new TelemetryBatch();
        Assert.True(again.TryRead(0, 0, batch));
        var error = Assert.Throws<CorruptBatchException>(() => again.TryRead(0, 1, batch));
        Assert.Equal((0, 2), (error.Partition, error.Offset));
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
        Assert.True(again.TryRead(0, 2, batch));
        Assert.Equal(3, batch.Values[0].Value);
    }

    [Fact]
    public async Task A_missing_batch_is_noticed()
    {
        await using (var log = Open())
        {
            for (var i = 1; i <= 3; i++)
            {
                await Append(log, i);
            }
        }

        Sql("DELETE FROM batch WHERE offset = 2 AND partition = 0");
        await using var again = Open();
        Assert.Equal(2, Assert.Throws<CorruptBatchException>(() => again.TryRead(0, 1, new TelemetryBatch())).Offset);
    }

    [Fact]
    public async Task A_full_disk_fails_the_group_and_the_log_goes_on_when_there_is_room()
    {
        await using var log = Open(o =>
        {
            o.MaxFileBytes = 400_000;
            o.PauseAfterFailure = TimeSpan.FromMilliseconds(1);
        });
        log.RegisterReader("grains");
        var written = 0;
        LogCommitException? error = null;
        while (error is null)
        {
            try
            {
                await AppendMany(log, 1000);
                written++;
            }
            catch (LogCommitException e)
            {
                error = e;
            }
        }

        Assert.InRange(written, 3, 100);
        Assert.IsType<SqliteException>(error.InnerException);
        Assert.Equal((written, written), ((int)log.Head(0), Rows()));
        Assert.True(log.Health.IsFailing);
        Assert.Equal(_time.GetUtcNow(), log.Health.Since);
        Assert.Contains("full", log.Health.LastError, StringComparison.Ordinal);
        Assert.Equal(1, log.Figures.FailedGroups);

        log.SaveCheckpoint("grains", 0, written);
        Housekeep();
        await Eventually.HoldsAsync(() => Rows() == 1, "room to be made");
        await AppendMany(log, 1000);
        Assert.Equal(written + 1, log.Head(0));
        Assert.False(log.Health.IsFailing);
        Assert.Null(log.Health.Since);
        Assert.NotNull(log.Health.LastError);
        var batch = new TelemetryBatch();
        Assert.True(log.TryRead(0, written, batch));
        Assert.Equal(1000, batch.MessageCount);
    }

    [Fact]
    public async Task Senders_are_held_back_while_too_much_waits()
    {
        await using var log = Open(o => o.MaxOpenBatchBytes = 1024);
        var one = log.AppendReadings(0, Address(), Samples.Readings(Samples.Now, ("a", 1)), Samples.Now, null);
        Assert.Null(one.BackPressure);
        var readings = new ReadingBuffer();
        for (var i = 0; i < 500; i++)
        {
            Samples.AddTo(readings, Samples.Now, Quality.Ok, ("a", i));
        }

        var many = log.AppendReadings(0, Address(), readings, Samples.Now, null);
        Assert.NotNull(many.BackPressure);
        await many.BackPressure;
        await many.Durable;
    }

    [Fact]
    public async Task Senders_of_dead_letters_are_held_back_too()
    {
        await using var log = Open(o => o.MaxOpenDeadLetters = 1);
        var append = log.AppendDeadLetter(Samples.Letter());
        Assert.NotNull(append.BackPressure);
        await append.BackPressure;
        await append.Durable;
    }

    [Fact]
    public async Task Another_number_of_partitions_is_a_configuration_error()
    {
        await Open().DisposeAsync();
        var error = Assert.Throws<ReadingLogException>(() => Open(o => o.Partitions = 8));
        Assert.Contains("ReadingLog:Partitions is 8", error.Message, StringComparison.Ordinal);
        Assert.Contains("made with 4", error.Message, StringComparison.Ordinal);
        await Open().DisposeAsync();
    }

    [Fact]
    public async Task A_log_is_open_once_and_only_in_its_version()
    {
        await using (Open())
        {
            Assert.Contains("another process", Assert.Throws<ReadingLogException>(() => Open()).Message, StringComparison.Ordinal);
        }

        Sql("PRAGMA user_version = 9");
        Assert.Contains("(it says 9)", Assert.Throws<ReadingLogException>(() => Open()).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.Combine("reading-log.db"), new string('x', 5000));
        Assert.Throws<ReadingLogException>(() => Open());
    }

    [Fact]
    public async Task Dead_letters_are_listed_by_reason_and_sensor_and_paged()
    {
        await using var log = Open();
        Task last = Task.CompletedTask;
        for (var i = 0; i < 10; i++)
        {
            var reason = i % 2 == 0 ? RefusalReason.ClockAhead : RefusalReason.WrongUnit;
            last = log.AppendDeadLetter(Samples.Letter(Samples.Now + i, reason, $"s-{i % 3}", $"{i}")).Durable;
        }

        await last;
        Assert.Equal([9, 8, 7], Times(new(Limit: 3)));
        var page = log.DeadLetters.List(new(Limit: 3));
        Assert.Equal([6, 5, 4], Times(new(Before: page[^1].Id, Limit: 3)));
        Assert.Equal([8, 6, 4, 2, 0], Times(new(Reason: RefusalReason.ClockAhead)));
        Assert.Equal([7, 4, 1], Times(new(Sensor: "s-1")));
        Assert.Equal([7, 1], Times(new(RefusalReason.WrongUnit, "s-1")));
        Assert.Equal((5, 5), (log.DeadLetters.Counts()[RefusalReason.ClockAhead], log.DeadLetters.Counts()[RefusalReason.WrongUnit]));

        IEnumerable<long> Times(DeadLetterQuery query) => log.DeadLetters.List(query).Select(l => l.AtMs - Samples.Now);
    }

    [Fact]
    public async Task Old_dead_letters_and_those_too_many_go_but_stay_counted()
    {
        await using var log = Open(o =>
        {
            o.MaxDeadLetters = 5;
            o.MaxDeadLetterAge = TimeSpan.FromDays(2);
        });
        for (var i = 0; i < 8; i++)
        {
            await log.AppendDeadLetter(Samples.Letter(_time.NowMs, payload: $"{i}")).Durable;
        }

        Housekeep();
        await Eventually.HoldsAsync(() => log.DeadLetters.List(new()).Count == 5, "the oldest three to go");
        Assert.Equal("3", System.Text.Encoding.UTF8.GetString(log.DeadLetters.List(new())[^1].Payload));
        _time.Advance(TimeSpan.FromDays(1));
        await log.AppendDeadLetter(Samples.Letter(_time.NowMs)).Durable;
        _time.Advance(TimeSpan.FromDays(1));
        await Eventually.HoldsAsync(() => log.DeadLetters.List(new()).Count == 1, "those of two days ago to go");
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => log.DeadLetters.List(new()).Count == 0, "the last to go");
        Assert.Equal(9, log.DeadLetters.Counts()[RefusalReason.Empty]);
        await log.AppendDeadLetter(Samples.Letter(_time.NowMs)).Durable;
        Assert.Equal(10, Assert.Single(log.DeadLetters.List(new())).Id);
    }

    [Fact]
    public async Task Everything_of_many_senders_is_read_once_and_in_each_senders_order()
    {
        const int Senders = 8;
        const int Each = 4_000;
        await using var log = Open();
        log.RegisterReader("all");
        var reading = Task.WhenAll(Enumerable.Range(0, 4).Select(p => Task.Run(() => ReadAll(log, p, Senders / 4 * Each))));
        var sending = Enumerable.Range(0, Senders).Select(s => Task.Run(async () =>
        {
            var sensor = _addresses.GetOrAdd($"d-{s}", "environment", $"s-{s}");
            var readings = new ReadingBuffer();
            Task last = Task.CompletedTask;
            for (var i = 1; i <= Each; i++)
            {
                readings.Reset();
                Samples.AddTo(readings, Samples.Now, Quality.Ok, ("a", i));
                last = log.AppendReadings(s % 4, sensor, readings, Samples.Now, i % 1000 == 0 ? Samples.Letter() : null).Durable;
                if (i % 500 == 0)
                {
                    await last;
                }
            }

            await last;
        }));
        await Task.WhenAll(sending);
        var bySender = (await reading).SelectMany(p => p).ToDictionary(p => p.Key, p => p.Value);
        Assert.Equal(Senders, bySender.Count);
        Assert.All(bySender.Values, v => Assert.Equal(Enumerable.Range(1, Each), v));
        Assert.Equal(Senders * Each / 1000, log.DeadLetters.Counts()[RefusalReason.Empty]);
        var figures = log.Figures;
        Assert.Equal((Senders * Each, Senders * Each), (figures.Messages, figures.Values));
        Assert.Equal(figures.Groups, figures.GroupSizes.Sum());
        Assert.Equal(0, figures.OpenBytes);
    }

    [Fact]
    public async Task A_districts_partition_never_changes()
    {
        await using var log = Open();
        string[] districts = ["bac-giang", "viet-yen", "hiep-hoa", "luc-nam", "luc-ngan", "lang-giang", "son-dong", "tan-yen", "yen-dung", "yen-the"];
        Assert.Equal([3, 2, 2, 1, 3, 3, 0, 2, 0, 1], districts.Select(log.PartitionOf));
    }

    private static async Task<Dictionary<string, List<int>>> ReadAll(SqliteReadingLog log, int partition, int expected)
    {
        var bySender = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var batch = new TelemetryBatch();
        for (var read = 0; read < expected; read += batch.MessageCount)
        {
            var before = batch.Offset;
            Assert.True(await log.ReadAsync(partition, before, batch));
            Assert.Equal(before + 1, batch.Offset);
            Assert.Equal(partition, batch.Partition);
            foreach (var message in batch.Messages)
            {
                if (!bySender.TryGetValue(message.Sensor!.Path, out var values))
                {
                    bySender[message.Sensor.Path] = values = [];
                }

                values.Add((int)batch.ValuesOf(in message)[0].Value);
            }

            log.SaveCheckpoint("all", partition, batch.Offset);
        }

        return bySender;
    }

    private static ReadingLogOptions Options(string folder) => new() { Directory = folder };

    private SqliteReadingLog Open(Action<ReadingLogOptions>? configure = null)
    {
        var options = Options(_folder.Path);
        configure?.Invoke(options);
        return new SqliteReadingLog(options, _addresses, Samples.Properties, _time);
    }

    private SensorAddress Address() => Samples.Address(_addresses, Sensor);

    private Task Append(SqliteReadingLog log, int value) =>
        log.AppendReadings(0, Address(), Samples.Readings(Samples.Now, ("a", value)), Samples.Now, null).Durable;

    private Task AppendMany(SqliteReadingLog log, int messages)
    {
        var readings = new ReadingBuffer();
        for (var i = 0; i < messages; i++)
        {
            Samples.AddTo(readings, Samples.Now, Quality.Ok, ("a", i), ("noise", i % 100));
        }

        return log.AppendReadings(0, Address(), readings, Samples.Now, null).Durable;
    }

    private void Housekeep() => _time.Advance(TimeSpan.FromSeconds(1));

    private static List<int> Values(SqliteReadingLog log)
    {
        var batch = new TelemetryBatch();
        var values = new List<int>();
        for (var offset = 0L; log.TryRead(0, offset, batch); offset = batch.Offset)
        {
            values.AddRange(batch.Values.ToArray().Select(v => (int)v.Value));
        }

        return values;
    }

    private int Rows() => Convert.ToInt32(Sql("SELECT COUNT(*) FROM batch"), System.Globalization.CultureInfo.InvariantCulture);

    private object? Sql(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Combine("reading-log.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
