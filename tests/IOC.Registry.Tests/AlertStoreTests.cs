using IOC.Alerts;
using IOC.Alerts.Tests;
using IOC.Testing;

namespace IOC.Registry.Tests;

public sealed class AlertStoreTests : AlertStoreContract, IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly RegistryDatabase _database;

    public AlertStoreTests()
    {
        _database = RegistryDatabase.Open(_folder.Combine("registry.db"));
        Store = new AlertStore(_database, Samples.Book);
    }

    protected override IAlertStore Store { get; }

    [Fact]
    public void What_was_saved_is_there_after_the_file_is_closed_and_opened_again()
    {
        var path = _folder.Combine("again.db");
        var alert = Samples.Alert("n1-2-7-0");
        using (var first = RegistryDatabase.Open(path))
        {
            new AlertStore(first, Samples.Book).Save(2, 7, [alert], [AlertSamples.Act(alert.Id)], []);
        }

        using var second = RegistryDatabase.Open(path);
        var store = new AlertStore(second, Samples.Book);
        Assert.Equal((7, alert), (store.Load(2).Watermark, Assert.Single(store.Load(2).Open)));
        Assert.Single(store.ActsOf(alert.Id));
    }

    [Fact]
    public void A_book_over_the_real_store_keeps_a_burst_of_2000_alerts()
    {
        var book = new AlertBook(2, "n1", AlertSamples.Catalogue, Store, new AlertOptions());
        book.Apply(1, [.. Enumerable.Range(0, 2000).Select(i => Samples.Raised(sensor: $"s{i}"))]);
        book.Apply(2, [.. Enumerable.Range(0, 2000).Select(i => Samples.Cleared(sensor: $"s{i}"))]);

        var restored = new AlertBook(2, "n1", AlertSamples.Catalogue, Store, new AlertOptions());
        Assert.Equal((2, 2000), (restored.Watermark, restored.OpenCounts()["bac-giang"].Total));
        Assert.All(restored.Open(), a => Assert.Equal((AlertState.Returned, 2), (a.State, a.ActCount)));
    }

    [Fact]
    public void Operators_and_pumps_of_all_partitions_write_at_the_same_time()
    {
        var books = new AlertBooks(Enumerable.Range(0, 4).Select(p => new AlertBook(p, "n1", AlertSamples.Catalogue, Store, new AlertOptions())));
        Parallel.ForEach(books.All, book =>
        {
            for (var offset = 1; offset <= 10; offset++)
            {
                var alert = book.Apply(offset, [Samples.Raised(sensor: $"s{book.Partition}-{offset}")])[0];
                Assert.Equal(ActOutcome.Ok, books.Acknowledge(alert.Id, "vh01", null, T0).Outcome);
            }
        });
        Assert.Equal(40, Store.Query(new AlertQuery { OpenOnly = true }).Items.Count(a => a.State == AlertState.Acknowledged));
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }
}
