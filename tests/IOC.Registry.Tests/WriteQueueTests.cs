using System.Collections.Concurrent;
using System.Diagnostics;
using IOC.Alerts;
using IOC.Alerts.Tests;
using IOC.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace IOC.Registry.Tests;

/// <summary>SQLite lets a second writer sleep in steps of 150 ms; writers of one process must wait for each other before that.</summary>
public abstract class WriteQueueTests(RegistryStoreKind kind) : IDisposable
{
    private readonly TestRegistry _home = TestRegistry.Of(kind);
    private readonly AlertSamples _samples = new();

    [Fact]
    public async Task No_transaction_is_asked_for_while_another_writes()
    {
        using var database = _home.Open();
        using var watch = new TransactionWatch(database);
        var store = new AlertStore(database, _samples.Book);
        using var start = new Barrier(4);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(partition => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var offset = 1; offset <= 25; offset++)
                {
                    var id = $"n1-{partition}-{offset}-0";
                    store.Save(partition, offset, [_samples.Alert(id, partition: partition)], [AlertSamples.Act(id)], []);
                }
            },
            TaskCreationOptions.LongRunning)));
        Assert.Equal((true, 1), (watch.Begun >= 100, watch.MostAtOnce));
    }

    [Fact]
    public async Task An_import_of_the_catalogue_waits_in_the_same_queue()
    {
        using var sample = new CatalogueSample(kind);
        using var watch = new TransactionWatch(sample.Database);
        var store = new AlertStore(sample.Database, sample.Book);
        using var done = new CancellationTokenSource();
        var pump = Task.Factory.StartNew(
            () =>
            {
                for (var offset = 1; !done.IsCancellationRequested; offset++)
                {
                    var id = $"n1-2-{offset}-0";
                    store.Save(2, offset, [_samples.Alert(id)], [AlertSamples.Act(id)], []);
                }
            },
            TaskCreationOptions.LongRunning);
        await Eventually.HoldsAsync(() => watch.Begun > 0, "the pump to write");
        for (var i = 0; i < 5; i++)
        {
            sample.Replace("sensors.csv", i % 2 == 0 ? "106.2,21.29" : "106.3,21.29", i % 2 == 0 ? "106.3,21.29" : "106.2,21.29");
            Assert.NotEmpty((await sample.LoadAsync()).Report.Imported);
        }

        await done.CancelAsync();
        await pump;
        Assert.Equal(1, watch.MostAtOnce);
    }

    [Fact]
    public void A_write_that_fails_lets_the_next_one_in()
    {
        using var database = _home.Open();
        var store = new AlertStore(database, _samples.Book);
        Assert.ThrowsAny<Exception>(() => store.Save(2, 8, [_samples.Alert("n1-2-8-0")], [AlertSamples.Act("n1-2-8-0", 2, AlertActKind.Cleared)], []));
        store.Save(2, 9, [_samples.Alert("n1-2-9-0")], [AlertSamples.Act("n1-2-9-0")], []);
        Assert.Equal(9, store.Load(2).Watermark);
    }

    public void Dispose()
    {
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts the transactions on one file between being asked for and being over, by what EF Core says of them.</summary>
    private sealed class TransactionWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly string _connection;
        private readonly ConcurrentDictionary<Guid, bool> _running = new();
        private readonly ConcurrentBag<IDisposable> _subscriptions = [];
        private int _begun;
        private int _mostAtOnce;

        public TransactionWatch(RegistryDatabase database)
        {
            using var context = database.NewContext();
            _connection = Of(context);
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public int Begun => Volatile.Read(ref _begun);

        public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
            {
                _subscriptions.Add(value.Subscribe(this));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is TransactionStartingEventData asked && IsMine(asked.Context))
            {
                Interlocked.Increment(ref _begun);
                _running.TryAdd(asked.TransactionId, true);
                var now = _running.Count;
                for (var most = MostAtOnce; now > most; most = MostAtOnce)
                {
                    Interlocked.CompareExchange(ref _mostAtOnce, now, most);
                }
            }
            else if (value.Key == RelationalEventId.TransactionDisposed.Name && value.Value is TransactionEventData over)
            {
                _running.TryRemove(over.TransactionId, out _);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error) => throw error;

        public void Dispose()
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Dispose();
            }
        }

        private bool IsMine(DbContext? context) => context is not null && Of(context) == _connection;

        private static string Of(DbContext context) => $"{context.Database.GetDbConnection().DataSource}/{context.Database.GetDbConnection().Database}";
    }
}
