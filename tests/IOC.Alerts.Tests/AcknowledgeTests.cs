using IOC.Testing;

namespace IOC.Alerts.Tests;

/// <summary>Acknowledging groups: when a part of it fails, and while the pump goes on.</summary>
public class AcknowledgeTests
{
    private const long T0 = AlertSamples.T0;
    private readonly AlertSamples _samples = new();
    private readonly MemoryAlertStore _store = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void When_one_partition_fails_what_the_others_stored_is_returned(int failing)
    {
        var books = new AlertBooks(Enumerable.Range(0, 3).Select(NewBook));
        var ids = books.All.SelectMany(b => b.Apply(1, [_samples.Raised(sensor: $"s{b.Partition}a"), _samples.Raised(sensor: $"s{b.Partition}b")])).Select(a => a.Id).ToList();
        _store.FailsFor = failing;

        string[] asked = [.. ids, "n1-9-1-0", "nonsense"];
        var results = books.Acknowledge(asked, "vh01", null, T0);
        Assert.Equal(asked, results.Select(r => r.Id));
        Assert.All(results.Take(6), r => Assert.Equal(Failing(r.Id) ? ActOutcome.Failed : ActOutcome.Ok, r.Outcome));
        Assert.All(results.Skip(6), r => Assert.Equal(ActOutcome.NotFound, r.Outcome));
        Assert.All(results, r => Assert.Equal(r.Outcome == ActOutcome.Failed, r.Error is IOException));
        Assert.All(ids, id => Assert.Equal(Failing(id) ? AlertState.Unacknowledged : AlertState.Acknowledged, _store.Find(id)!.State));

        _store.FailsFor = null;
        Assert.All(books.Acknowledge(ids, "vh01", null, T0),
            r => Assert.Equal(Failing(r.Id) ? ActOutcome.Ok : ActOutcome.AlreadyAcknowledged, r.Outcome));

        bool Failing(string id) => id.StartsWith($"n1-{failing}-", StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_look_up_fails_the_partition_before_anything_is_stored()
    {
        var books = new AlertBooks([NewBook(0)]);
        var id = books.All.Single().Apply(1, [_samples.Raised()])[0].Id;
        _store.OnFind = _ => throw new IOException("The disk is gone.");
        Assert.All(books.Acknowledge([id, "n1-0-77-0"], "vh01", null, T0), r => Assert.Equal(ActOutcome.Failed, r.Outcome));
        Assert.Equal(AlertState.Unacknowledged, books.Open().Single().State);
    }

    [Fact]
    public async Task Looking_up_alerts_that_are_not_open_does_not_hold_up_the_pump()
    {
        var book = NewBook(0);
        var id = book.Apply(1, [_samples.Raised()])[0].Id;
        using var looking = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        _store.OnFind = _ =>
        {
            looking.Set();
            go.Wait();
        };
        var operatorsAct = Task.Run(() => book.Acknowledge(["n1-0-77-0", id], "vh01", null, T0));
        var pump = Task.Run(() =>
        {
            looking.Wait();
            return book.Apply(2, [_samples.Raised(sensor: "other")]);
        });
        try
        {
            await Eventually.HoldsAsync(() => pump.IsCompletedSuccessfully, "the pump to apply a batch while an operator's look-up goes on");
        }
        finally
        {
            go.Set();
        }

        Assert.Equal([ActOutcome.NotFound, ActOutcome.Ok], (await operatorsAct).Select(r => r.Outcome));
    }

    [Fact]
    public void An_alert_that_closes_while_another_is_looked_up_is_told_as_closed()
    {
        var book = NewBook(0);
        var id = book.Apply(1, [_samples.Raised()])[0].Id;
        _store.OnFind = asked =>
        {
            if (asked == "n1-0-77-0")
            {
                Assert.Equal(ActOutcome.Ok, book.Acknowledge(id, "vh02", null, T0).Outcome);
                book.Apply(2, [_samples.Cleared()]);
            }
        };
        var results = book.Acknowledge([id, "n1-0-77-0"], "vh01", null, T0 + 1);
        Assert.Equal([ActOutcome.Closed, ActOutcome.NotFound], results.Select(r => r.Outcome));
        Assert.Equal("vh02", results[0].Alert!.AcknowledgedBy);
    }

    private AlertBook NewBook(int partition) => new(partition, "n1", AlertSamples.Catalogue, _store, new AlertOptions());
}
