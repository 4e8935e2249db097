using System.Diagnostics;
using IOC.Telemetry;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Grains.Tests;

public class MailboxHostTests(ITestOutputHelper output)
{
    private sealed class Journal
    {
        public List<string> Lines { get; } = [];

        public Action<int, string>? OnMessage { get; set; }
    }

    private readonly struct Kind(Journal journal) : IGrainKind<Journal, string>
    {
        public Journal Activate(int key) => journal;

        public void Handle(int key, Journal grain, in string message)
        {
            grain.Lines.Add($"{key}:{message}");
            grain.OnMessage?.Invoke(key, message);
        }

        public void EndTurn(int key, Journal grain) => grain.Lines.Add("|");

        public bool MayPutAway(int key, Journal grain) => key != 1;
    }

    [Fact]
    public void Messages_of_a_key_keep_their_order_and_turns_end_after_the_quantum()
    {
        var journal = new Journal();
        var host = new MailboxHost<Journal, string, Kind>(new Kind(journal), new GrainOptions { Quantum = 2 }, null);
        foreach (var message in new[] { "a", "b", "c", "d", "e" })
        {
            host.Post(7, message);
        }

        host.Post(3, "x");
        host.Run();
        Assert.Equal("7:a 7:b | 3:x | 7:c 7:d | 7:e |", string.Join(' ', journal.Lines));
        Assert.Equal((6L, 4L), (host.Counters.Messages, host.Counters.Turns));
    }

    [Fact]
    public void A_grain_may_post_to_itself_and_to_others()
    {
        var journal = new Journal();
        var host = new MailboxHost<Journal, string, Kind>(new Kind(journal), new GrainOptions { Quantum = 1 }, null);
        journal.OnMessage = (key, message) =>
        {
            if (message == "go")
            {
                host.Post(key, "again");
                host.Post(500, "there");
            }
        };
        host.Post(1, "go");
        host.Run();
        host.Post(1, "later");
        host.Run();
        Assert.Equal("1:go | 500:there | 1:again | 1:later |", string.Join(' ', journal.Lines));
    }

    [Fact]
    public void Long_turns_and_overlong_mailboxes_are_counted()
    {
        var clock = new ManualTimeProvider();
        var journal = new Journal { OnMessage = (_, message) => clock.Advance(TimeSpan.FromMilliseconds(message == "slow" ? 6 : 1)) };
        var host = new MailboxHost<Journal, string, Kind>(new Kind(journal), new GrainOptions { MailboxSoftLimit = 3 }, clock);
        host.Post(1, "slow");
        host.Post(2, "quick");
        host.Run();
        Assert.Equal((1L, 0L), (host.Counters.LongTurns, host.Counters.OverlongMailboxes));
        for (var i = 0; i < 5; i++)
        {
            host.Post(4, "quick");
        }

        host.Run();
        Assert.Equal(1, host.Counters.OverlongMailboxes);
    }

    [Fact]
    public void Idle_grains_are_put_away_unless_they_may_not()
    {
        var host = new MailboxHost<Journal, string, Kind>(new Kind(new Journal()), new GrainOptions(), null);
        host.Post(1, "a");
        host.Post(2, "a");
        host.Post(3, "a");
        host.Run();
        host.Sweep(key => key != 3);
        Assert.Equal((2, 1L), (host.Counters.Active, host.Counters.PutAway));
        host.Post(2, "b");
        host.Run();
        Assert.Equal((3, 4L), (host.Counters.Active, host.Counters.Activations));
    }

    private readonly struct Failing(Journal journal) : IGrainKind<Journal, string>
    {
        public Journal Activate(int key) => key == 2 && !journal.Lines.Contains("failed") ? throw new IOException("Not now.") : journal;

        public void Handle(int key, Journal grain, in string message) => grain.Lines.Add($"{key}:{message}");

        public void EndTurn(int key, Journal grain)
        {
        }

        public bool MayPutAway(int key, Journal grain) => true;
    }

    [Fact]
    public void A_failure_leaves_no_message_behind()
    {
        var journal = new Journal();
        var host = new MailboxHost<Journal, string, Failing>(new Failing(journal), new GrainOptions { Quantum = 1 }, null);
        void Post()
        {
            host.Post(1, "a");
            host.Post(2, "b");
            host.Post(1, "c");
            host.Post(3, "d");
            host.Post(2, "e");
        }

        Post();
        Assert.Throws<IOException>(host.Run);
        journal.Lines.Add("failed");
        host.Run();
        Post();
        host.Run();
        Assert.Equal("1:a failed 1:a 2:b 3:d 1:c 2:e", string.Join(' ', journal.Lines));
    }

    private readonly struct Idle(Journal journal) : IGrainKind<Journal, int>
    {
        public Journal Activate(int key) => journal;

        public void Handle(int key, Journal grain, in int message)
        {
        }

        public void EndTurn(int key, Journal grain)
        {
        }

        public bool MayPutAway(int key, Journal grain) => true;
    }

    [Fact]
    public void Posting_and_turns_allocate_nothing()
    {
        const int keys = 10_000;
        const int rounds = 300;
        var host = new MailboxHost<Journal, int, Idle>(new Idle(new Journal()), new GrainOptions(), TimeProvider.System);
        long elapsed = 0, allocated = 0;
        for (var round = 0; round < rounds; round++)
        {
            var (allocations, began) = (Allocations.Begin(), Stopwatch.GetTimestamp());
            for (var i = 0; i < keys; i++)
            {
                host.Post((i * 7919) % keys, i);
            }

            host.Run();
            if (round >= rounds / 2)
            {
                elapsed += Stopwatch.GetTimestamp() - began;
                allocated += allocations.Bytes;
            }
        }

        output.WriteLine($"{Stopwatch.GetElapsedTime(0, elapsed).TotalNanoseconds / (keys * rounds / 2):F0} ns per message and turn, {keys} keys");
        Assert.InRange(allocated, 0, 1000);
        Assert.Equal((keys * (long)rounds, keys * (long)rounds), (host.Counters.Messages, host.Counters.Turns));
    }

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        const int sensors = 5000;
        const int rounds = 200;
        var addresses = new AddressBook();
        var properties = new PropertyCatalogue(Enumerable.Range(0, 7).Select(i => new PropertyDefinition($"p{i}", "1", new LocalText("x", "x"), 0, 1000, 1, "1")));
        var grains = new PartitionGrains(0, new Catalogue(properties, [], [], []), addresses, new MemoryStore(), new GrainOptions(), clock: TimeProvider.System);
        var all = Enumerable.Range(0, sensors).Select(i => addresses.GetOrAdd($"d-{i % 10}", "environment", $"s-{i}")).ToArray();
        var batch = new TelemetryBatch();
        long elapsed = 0, allocated = 0;
        for (var round = 0; round < rounds; round++)
        {
            var now = Fixture.At(round / 60.0);
            batch.Reset(0, round + 1);
            foreach (var sensor in all)
            {
                batch.BeginReadings(sensor, now, now);
                for (var p = 0; p < 7; p++)
                {
                    batch.AddValue(p, Quality.Ok, round + p);
                }
            }

            batch.Add(MessageKind.Tick, null, now, now);
            var (allocations, began) = (Allocations.Begin(), Stopwatch.GetTimestamp());
            grains.Process(batch);
            if (round >= rounds / 2)
            {
                elapsed += Stopwatch.GetTimestamp() - began;
                allocated += allocations.Bytes;
            }
        }

        output.WriteLine($"{Stopwatch.GetElapsedTime(0, elapsed).TotalNanoseconds / (sensors * rounds / 2):F0} ns per message of 7 values, {allocated} B allocated");
        Assert.InRange(allocated, 0, 1000);
        Assert.Equal(sensors * rounds, grains.SensorMailboxes.Messages);
    }
}
