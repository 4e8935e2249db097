using System.Data.Common;
using IOC.Alerts;
using IOC.Alerts.Tests;
using IOC.Testing;

namespace IOC.Registry.Tests;

/// <summary>A server that goes away while a host works, at any moment.</summary>
[Trait(PostgreSqlTestRegistry.Trait, PostgreSqlTestRegistry.TraitValue)]
public sealed class PostgreSqlAwayTests
{
    private const long T0 = AlertSamples.T0;
    private readonly AlertSamples _samples = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_whose_answer_never_came_counts_if_it_was_done_and_only_then(bool done)
    {
        using var home = new PostgreSqlTestRegistry();
        await using var proxy = new BreakingProxy(PostgreSqlTestRegistry.Server.Port);
        var options = home.Options();
        options.Port = proxy.Port;
        using var database = RegistryDatabase.Open(options, TimeProvider.System);
        var left = 0;
        database.AwayChanged += (_, e) => Interlocked.Add(ref left, e.Away is null ? 0 : 1);
        var store = new AlertStore(database, _samples.Book);
        var book = new AlertBook(2, "n1", AlertSamples.Catalogue, store, new AlertOptions());

        await BrokenAsync(() => book.Apply(1, [_samples.Raised()]));
        var alert = Assert.Single(book.Apply(1, [_samples.Raised()]));
        Assert.Equal(alert, Assert.Single(store.Query(new AlertQuery()).Items));
        Assert.Equal([AlertActKind.Raised], store.ActsOf(alert.Id).Select(a => a.Kind));

        await BrokenAsync(() => book.Acknowledge(alert.Id, "vh01", null, T0));
        Assert.Equal(done ? ActOutcome.AlreadyAcknowledged : ActOutcome.Ok, book.Acknowledge(alert.Id, "vh02", null, T0).Outcome);
        Assert.Equal([null, done ? "vh01" : "vh02"], store.ActsOf(alert.Id).Select(a => a.Operator));
        Assert.Equal(done ? "vh01" : "vh02", store.Find(alert.Id)!.AcknowledgedBy);

        async Task BrokenAsync(Action act)
        {
            if (done)
            {
                proxy.BreakAfterCommit();
            }
            else
            {
                proxy.BreakBeforeCommit();
            }

            var before = Volatile.Read(ref left);
            var error = Assert.ThrowsAny<DbException>(act);
            Assert.False(proxy.Waits);
            Assert.IsNotType<RegistryUnavailableException>(error);

            // Until the server has been asked, everything is refused.
            Assert.True(Volatile.Read(ref left) > before);
            await Eventually.HoldsAsync(() => database.Away is null, "the server to be found again");
        }
    }

    [Fact]
    public async Task While_the_server_is_away_everything_is_refused_at_once_and_afterwards_goes_on()
    {
        await using var server = await PostgresServer.StartAsync();
        using var database = RegistryDatabase.Open(PostgreSqlTestRegistry.OptionsOf(server, "postgres"), TimeProvider.System);
        List<bool> told = [];
        database.AwayChanged += (_, e) => told.Add(e.Away is not null);
        var store = new AlertStore(database, _samples.Book);
        var book = new AlertBook(2, "n1", AlertSamples.Catalogue, store, new AlertOptions());
        var alert = Assert.Single(book.Apply(1, [_samples.Raised()]));

        await server.CrashAsync();
        await Eventually.HoldsAsync(() => database.Away is not null, "the host to notice");
        Assert.Contains("PostgreSQL cannot be reached", database.Away!.Reason.En, StringComparison.Ordinal);
        Assert.Throws<RegistryUnavailableException>(() => book.Acknowledge(alert.Id, "vh01", null, T0));
        Assert.Throws<RegistryUnavailableException>(() => book.Apply(2, [_samples.Raised(sensor: "s2")]));
        Assert.Throws<RegistryUnavailableException>(() => store.Find(alert.Id));
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => new DeviceStore(database).RemoveAsync("a", default));
        Assert.Empty(book.Apply(1, []));

        await server.StartAgainAsync();
        await Eventually.HoldsAsync(() => database.Away is null, "the host to find the server again");
        Assert.Equal(ActOutcome.Ok, book.Acknowledge(alert.Id, "vh01", null, T0).Outcome);
        Assert.Equal("s2", Assert.Single(book.Apply(2, [_samples.Raised(sensor: "s2")])).Sensor!.Sensor);
        Assert.Equal(2, store.Query(new AlertQuery()).Items.Count);
        Assert.Equal(["vh01"], store.ActsOf(alert.Id).Skip(1).Select(a => a.Operator));
        Assert.Equal((true, false), (told[0], told[^1]));
    }

    [Fact]
    public async Task A_database_that_another_host_took_meanwhile_is_not_written_to()
    {
        using var home = new PostgreSqlTestRegistry();
        using var first = RegistryDatabase.Open(home.Options(), TimeProvider.System, "ioc n1");
        var store = new AlertStore(first, _samples.Book);
        var options = home.Options();
        options.OwnerSeconds = 30;

        // The server is shared with other tests: theirs are not touched.
        const string ownersHere = "locktype = 'advisory' AND objid = 1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        var waiting = Task.Run(() => RegistryDatabase.Open(options, TimeProvider.System, "ioc n2"));
        await Eventually.HoldsAsync(
            () => home.Query($"SELECT 'x' FROM pg_locks WHERE {ownersHere} AND NOT granted").Count == 1, "the second host to wait for the first");

        home.Execute($"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE {ownersHere} AND granted");
        using var second = await waiting;
        Assert.ThrowsAny<DbException>(() => store.Save(2, 8, [_samples.Alert("n1-2-8-0")], [AlertSamples.Act("n1-2-8-0")], []));
        await Eventually.HoldsAsync(() => first.Away?.Reason.En.Contains("in use by another host: ioc n2", StringComparison.Ordinal) == true, "the first host to say who has it");
        new AlertStore(second, _samples.Book).Save(2, 9, [_samples.Alert("n1-2-9-0")], [AlertSamples.Act("n1-2-9-0")], []);
        Assert.Equal(9, new AlertStore(second, _samples.Book).Load(2).Watermark);
    }
}
