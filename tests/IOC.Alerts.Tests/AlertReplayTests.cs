using IOC.Telemetry;

namespace IOC.Alerts.Tests;

/// <summary>Crashes, replays and races.</summary>
public class AlertReplayTests
{
    private const long T0 = AlertSamples.T0;
    private readonly AlertSamples _samples = new();
    private readonly MemoryAlertStore _store = new();

    [Fact]
    public void A_batch_applied_before_is_ignored_in_the_same_process_and_after_a_restart()
    {
        var book = NewBook(_store);
        book.Apply(5, [_samples.Raised()]);
        var saves = _store.Saves;
        Assert.Empty(book.Apply(5, [_samples.Raised()]));
        Assert.Empty(book.Apply(4, [_samples.Raised(sensor: "other")]));
        Assert.Empty(NewBook(_store).Apply(5, [_samples.Raised()]));
        Assert.Equal((saves, 1), (_store.Saves, NewBook(_store).Open().Count));
    }

    [Fact]
    public void A_log_replayed_from_any_point_ends_in_the_same_alerts_and_acts()
    {
        var log = RandomLog(seed: 11, batches: 120);
        var whole = new MemoryAlertStore();
        Play(NewBook(whole), log, from: 1);
        var expected = Dump(whole);
        Assert.True(expected.Count > 40, "The log must open many alerts for the test to mean something.");

        for (var crash = 1; crash <= log.Count; crash += 7)
        {
            var store = new MemoryAlertStore();
            var book = NewBook(store);
            foreach (var (offset, findings) in log.Take(crash))
            {
                book.Apply(offset, findings);
            }

            // The process dies; the log is read again from some checkpoint before.
            Play(NewBook(store), log, from: Math.Max(1, crash - 30));
            Assert.Equal(expected, Dump(store));
        }
    }

    [Fact]
    public void A_failed_save_leaves_the_book_as_it_was_and_the_batch_can_be_applied_again()
    {
        var book = NewBook(_store);
        var id = book.Apply(1, [_samples.Raised()])[0].Id;
        _store.Fails = true;
        Assert.Throws<IOException>(() => book.Apply(2, [_samples.Cleared(), _samples.Raised(sensor: "b")]));
        Assert.Throws<IOException>(() => book.Acknowledge(id, "vh01", null, T0));
        Assert.Equal((1L, AlertState.Unacknowledged), (book.Watermark, Assert.Single(book.Open()).State));
        Assert.Equal(1, book.OpenCounts()["bac-giang"].Total);

        _store.Fails = false;
        Assert.Equal([AlertState.Returned, AlertState.Unacknowledged], book.Apply(2, [_samples.Cleared(), _samples.Raised(sensor: "b")]).Select(a => a.State));
        Assert.Equal(2, book.OpenCounts()["bac-giang"].Total);
    }

    [Fact]
    public void Batches_that_change_nothing_are_not_saved()
    {
        var book = NewBook(_store);
        for (var offset = 1; offset <= 1000; offset++)
        {
            book.Apply(offset, []);
        }

        Assert.Equal((1000, 0), (book.Watermark, _store.Saves));
    }

    [Fact]
    public void A_burst_opens_each_alert_once_in_one_transaction()
    {
        var findings = Enumerable.Range(0, 2000).Select(i => _samples.Raised(sensor: $"s{i}")).ToList();
        var book = NewBook(_store);
        var alerts = book.Apply(1, findings);
        Assert.Equal(2000, alerts.Select(a => a.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal((1, 2000), (_store.Saves, book.OpenCounts()["bac-giang"].Total));
    }

    [Fact]
    public void Of_many_operators_exactly_one_acknowledges_each_alert_while_findings_go_on()
    {
        const int Sensors = 200;
        var book = NewBook(_store);
        var ids = book.Apply(1, [.. Enumerable.Range(0, Sensors).Select(i => _samples.Raised(sensor: $"s{i}"))]).Select(a => a.Id).ToList();
        var results = new ActResult[4][];
        using var start = new Barrier(5);
        var operators = Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            start.SignalAndWait();
            results[n] = [.. ids.Select(id => book.Acknowledge(id, $"vh0{n}", null, T0))];
        })).ToList();
        operators.ForEach(t => t.Start());
        start.SignalAndWait();
        for (var i = 0; i < Sensors; i++)
        {
            book.Apply(2 + i, [_samples.Cleared(sensor: $"s{i}")]);
        }

        operators.ForEach(t => t.Join());
        for (var i = 0; i < Sensors; i++)
        {
            var winner = Assert.Single(results, r => r[i].Outcome == ActOutcome.Ok)[i];
            var stored = _store.Find(ids[i])!;
            Assert.Equal((AlertState.Closed, winner.Alert!.AcknowledgedBy, 3), (stored.State, stored.AcknowledgedBy, stored.ActCount));
            Assert.Equal([1, 2, 3], _store.ActsOf(ids[i]).Select(a => a.Sequence));
        }

        Assert.Equal((0, 0), (book.Open().Count, book.OpenCounts()["bac-giang"].Total));
    }

    [Fact]
    public void A_restarted_book_goes_on_where_the_old_one_stopped()
    {
        var first = NewBook(_store);
        var ids = first.Apply(9, [_samples.Raised(sensor: "a"), _samples.Raised(sensor: "b"), _samples.Cleared(sensor: "b")]).Select(a => a.Id).ToList();
        var second = NewBook(_store);
        Assert.Equal((9, 2), (second.Watermark, second.OpenCounts()["bac-giang"].Total));
        Assert.Equal(AlertState.Closed, second.Acknowledge(ids[1], "vh01", null, T0).Alert!.State);
        Assert.Equal(ids[0], Assert.Single(second.Apply(10, [_samples.Cleared(sensor: "a")])).Id);
    }

    private static AlertBook NewBook(IAlertStore store) => new(0, "n1", AlertSamples.Catalogue, store, new AlertOptions());

    private static void Play(AlertBook book, List<(long Offset, List<Finding> Findings)> log, int from)
    {
        foreach (var (offset, findings) in log.Skip(from - 1))
        {
            book.Apply(offset, findings);
        }
    }

    private List<(long Offset, List<Finding> Findings)> RandomLog(int seed, int batches)
    {
        var random = new Random(seed);
        List<(long, List<Finding>)> log = [];
        for (var offset = 1; offset <= batches; offset++)
        {
            List<Finding> findings = [];
            for (var n = random.Next(4); n > 0; n--)
            {
                var (sensor, at) = ($"s{random.Next(60)}", T0 + (offset * 1000));
                findings.Add(random.Next(2) == 0 ? _samples.Raised(at, sensor, random.Next(500)) : _samples.Cleared(at, sensor));
            }

            log.Add((offset, findings));
        }

        return log;
    }

    private static List<string> Dump(MemoryAlertStore store) =>
    [
        .. store.Query(new AlertQuery { Limit = AlertQuery.MaxLimit }).Items
            .SelectMany(a => store.ActsOf(a.Id).Select(act => act.ToString()).Append(a.ToString())),
    ];
}
