namespace IOC.Registry.Tests;

public sealed class EmbeddedAlertLivesTests() : AlertLivesTests(RegistryStoreKind.Embedded)
{
    [Fact]
    public void They_are_read_along_indexes_and_never_sorted_as_a_whole()
    {
        using var connection = Home.Connect();
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
}
