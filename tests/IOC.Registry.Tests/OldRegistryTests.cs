using IOC.Alerts;
using IOC.Alerts.Tests;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Registry.Tests;

/// <summary>A file that an old version wrote is brought up to date with all that it holds.</summary>
public sealed class OldRegistryTests : IDisposable
{
    private const long T0 = AlertSamples.T0;
    private readonly TempDirectory _folder = new();

    [Fact]
    public void Alerts_of_schema_3_live_on()
    {
        var path = _folder.Combine("registry.db");
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "registry-0003.sql"));
            command.ExecuteNonQuery();
        }

        using var database = RegistryDatabase.Open(path);
        var store = new AlertStore(database, new AddressBook());
        var state = store.Load(2, TimeSpan.FromHours(1));
        Assert.Equal(77, state.Watermark);
        Assert.Equal([AlertState.Unacknowledged, AlertState.Acknowledged, AlertState.Returned], state.Open.OrderBy(a => a.Id, StringComparer.Ordinal).Select(a => a.State));
        Assert.Equal("n1-2-4-0", Assert.Single(state.RecentlyClosed).Id);
        var alert = store.Find("n1-2-1-0")!;
        Assert.Equal((Severity.P2, Severity.P2, T0 + 1001, T0 + 1), (alert.Severity, alert.RuleSeverity, alert.DemandedAtMs, alert.LastTurnAtMs));
        Assert.Equal((null, null, false, 0), (alert.Hold, alert.Assignee, alert.Chattering, alert.EscalationLevel));
        Assert.Equal(new LocalText("Quyết định A", "Quyết định A"), alert.Source);
        Assert.Equal((AlertActKind.Raised, HoldKind.None), (store.ActsOf(alert.Id)[0].Kind, store.ActsOf(alert.Id)[0].HoldAfter));

        // And go on: escalate, are shelved, close.
        var book = new AlertBook(2, "n1", AlertSamples.Catalogue, store, new AlertOptions());
        Assert.Equal(("n1-2-1-0", 1), Assert.Single(book.Apply(78, T0 + (16 * 60_000), []).Select(a => (a.Id, a.EscalationLevel))));
        Assert.Equal(AlertState.Closed, book.Acknowledge("n1-2-3-0", "vh01", null, T0 + (17 * 60_000)).Alert!.State);
        Assert.Equal(ActOutcome.Ok, book.Act(["n1-2-2-0"], new OperatorAct.Shelve("vh01", T0 + (60 * 60_000), "đang sửa"), T0 + (17 * 60_000))[0].Outcome);
    }

    public void Dispose() => _folder.Dispose();
}
