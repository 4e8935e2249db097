using IOC.Alerts;
using IOC.Alerts.Tests;

namespace IOC.Registry.Tests;

public abstract class AlertLivesTests : IDisposable
{
    private const long T0 = AlertSamples.T0;
    private const long Day = 86_400_000;
    private protected TestRegistry Home { get; }
    private readonly AlertSamples _samples = new();
    private readonly RegistryDatabase _database;
    private readonly AlertStore _store;

    protected AlertLivesTests(RegistryStoreKind kind)
    {
        Home = TestRegistry.Of(kind);
        _database = Home.Open();
        _store = new AlertStore(_database, _samples.Book);
    }

    [Fact]
    public async Task Every_alert_that_was_open_in_the_period_comes_once_with_its_acts_in_order()
    {
        Save("n1-2-1-0", T0 - (9 * Day), closedAtMs: T0 - Day);
        Save("n1-2-2-0", T0 - (8 * Day), closedAtMs: T0 + Day);
        Save("n1-2-3-0", T0 - (7 * Day), closedAtMs: null);
        Save("n1-2-4-0", T0 + 2, closedAtMs: T0 + 3);
        Save("n1-2-5-0", T0 + 1, closedAtMs: null);
        Save("n1-2-6-0", T0 + (3 * Day), closedAtMs: null);

        List<AlertLife> lives = [];
        await foreach (var life in new AlertLives(_database, _samples.Book).LivesAsync(T0, T0 + (2 * Day)))
        {
            lives.Add(life);
        }

        Assert.Equal(["n1-2-2-0", "n1-2-3-0", "n1-2-5-0", "n1-2-4-0"], lives.Select(l => l.Alert.Id));
        Assert.All(lives, l => Assert.Equal(_store.ActsOf(l.Alert.Id), l.Acts));
        Assert.All(lives, l => Assert.Equal(_store.Find(l.Alert.Id), l.Alert));
    }

    public void Dispose()
    {
        _database.Dispose();
        Home.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Save(string id, long raisedAtMs, long? closedAtMs)
    {
        var alert = _samples.Alert(id, raisedAtMs, closedAtMs is null ? AlertState.Unacknowledged : AlertState.Closed, sensor: id, closedAtMs: closedAtMs);
        _store.Save(2, 7, [alert], [AlertSamples.Act(id), AlertSamples.Act(id, 2, AlertActKind.Acknowledged, raisedAtMs + 1)], []);
    }
}
