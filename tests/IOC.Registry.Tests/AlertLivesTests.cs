using IOC.Alerts;
using IOC.Alerts.Tests;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Registry.Tests;

public sealed class AlertLivesTests : IDisposable
{
    private const long T0 = AlertSamples.T0;
    private const long Day = 86_400_000;
    private readonly TempDirectory _folder = new();
    private readonly AlertSamples _samples = new();
    private readonly RegistryDatabase _database;
    private readonly AlertStore _store;

    public AlertLivesTests()
    {
        _database = RegistryDatabase.Open(_folder.Combine("registry.db"));
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

    [Fact]
    public void They_are_read_along_indexes_and_never_sorted_as_a_whole()
    {
        using var connection = new SqliteConnection($"Data Source={_database.Path};Pooling=False");
        connection.Open();
        foreach (var part in new[] { "a.raised_at_ms < 9 AND (a.closed_at_ms IS NULL OR a.closed_at_ms >= 9)", "a.raised_at_ms >= 9 AND a.raised_at_ms < 99" })
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
            command.CommandText = $"EXPLAIN QUERY PLAN SELECT * FROM alerts a JOIN alert_acts t ON a.id = t.alert_id WHERE {part} ORDER BY a.raised_at_ms, a.id, t.sequence";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            List<string> plan = [];
            while (reader.Read())
            {
                plan.Add(reader.GetString(3));
            }

            Assert.DoesNotContain(plan, p => p.StartsWith("SCAN", StringComparison.Ordinal));
            Assert.Contains(plan, p => p.Contains("USING INDEX", StringComparison.Ordinal));
            if (part.EndsWith("99", StringComparison.Ordinal))
            {
                Assert.DoesNotContain(plan, p => p.Equals("USE TEMP B-TREE FOR ORDER BY", StringComparison.Ordinal));
            }
        }
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private void Save(string id, long raisedAtMs, long? closedAtMs)
    {
        var alert = _samples.Alert(id, raisedAtMs, closedAtMs is null ? AlertState.Unacknowledged : AlertState.Closed, sensor: id, closedAtMs: closedAtMs);
        _store.Save(2, 7, [alert], [AlertSamples.Act(id), AlertSamples.Act(id, 2, AlertActKind.Acknowledged, raisedAtMs + 1)], []);
    }
}
