using Microsoft.Data.Sqlite;

namespace IOC.Ingest.Log;

/// <summary>Writes dead letters, within the log's transactions.</summary>
internal sealed class DeadLetterWriter : IDisposable
{
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _count;
    private readonly SqliteCommand _thinByCount;
    private readonly SqliteCommand _thinByAge;

    public DeadLetterWriter(SqliteConnection connection)
    {
        _insert = SqliteLogStore.Statements.Prepare(
            connection,
            "INSERT INTO dead_letter(at, topic, sensor, reason, detail, client, payload, payload_bytes) VALUES ($at, $topic, $sensor, $reason, $detail, $client, $payload, $bytes)",
            "$at", "$topic", "$sensor", "$reason", "$detail", "$client", "$payload", "$bytes");
        _count = SqliteLogStore.Statements.Prepare(
            connection,
            "INSERT INTO dead_letter_count(reason, count) VALUES ($reason, $count) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            "$reason", "$count");
        _thinByCount = SqliteLogStore.Statements.Prepare(connection, "DELETE FROM dead_letter WHERE id <= (SELECT MAX(id) FROM dead_letter) - $keep", "$keep");

        // Ids rise with time but for the order within a commit group: what lies before the oldest letter that is young enough.
        _thinByAge = SqliteLogStore.Statements.Prepare(
            connection,
            "DELETE FROM dead_letter WHERE id < COALESCE((SELECT id FROM dead_letter WHERE at >= $oldest ORDER BY id LIMIT 1), (SELECT MAX(id) + 1 FROM dead_letter))",
            "$oldest");
    }

    /// <summary>Adds letters and counts them.</summary>
    public void Insert(IReadOnlyList<DeadLetter> letters)
    {
        var counts = new long[RefusalReasons.Count];
        foreach (var letter in letters)
        {
            counts[(int)letter.Reason]++;
            SqliteLogStore.Statements.Run(
                _insert, letter.AtMs, letter.Topic, letter.Sensor ?? (object)DBNull.Value, RefusalReasons.Name(letter.Reason), letter.Detail, letter.Client, letter.Payload, letter.PayloadBytes);
        }

        for (var reason = 0; reason < counts.Length; reason++)
        {
            if (counts[reason] > 0)
            {
                SqliteLogStore.Statements.Run(_count, RefusalReasons.Name((RefusalReason)reason), counts[reason]);
            }
        }
    }

    /// <summary>Deletes what is too many or too old.</summary>
    /// <param name="keep">Most to keep.</param>
    /// <param name="oldestMs">Time of receipt before which none is kept, Unix milliseconds.</param>
    public void Thin(long keep, long oldestMs)
    {
        SqliteLogStore.Statements.Run(_thinByCount, keep);
        SqliteLogStore.Statements.Run(_thinByAge, oldestMs);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _count.Dispose();
        _thinByCount.Dispose();
        _thinByAge.Dispose();
    }
}

/// <summary>Answers questions about dead letters, each on a connection of its own so that a long one holds up nobody.</summary>
internal sealed class DeadLetterReader(SqliteLogStore store) : IDeadLetters
{
    /// <inheritdoc/>
    public IReadOnlyList<DeadLetter> List(DeadLetterQuery query)
    {
        using var connection = store.Connect(SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, at, topic, sensor, reason, detail, client, payload, payload_bytes FROM dead_letter WHERE id < $before"
            + (query.Reason is null ? "" : " AND reason = $reason") + (query.Sensor is null ? "" : " AND sensor = $sensor")
            + " ORDER BY id DESC LIMIT $limit";
        command.Parameters.AddWithValue("$before", query.Before ?? long.MaxValue);
        command.Parameters.AddWithValue("$limit", Math.Clamp(query.Limit, 1, 1000));
        if (query.Reason is { } reason)
        {
            command.Parameters.AddWithValue("$reason", RefusalReasons.Name(reason));
        }

        if (query.Sensor is { } sensor)
        {
            command.Parameters.AddWithValue("$sensor", sensor);
        }

        using var row = command.ExecuteReader();
        var letters = new List<DeadLetter>();
        while (row.Read())
        {
            letters.Add(Letter(row));
        }

        return letters;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<RefusalReason, long> Counts()
    {
        using var connection = store.Connect(SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT reason, count FROM dead_letter_count";
        using var row = command.ExecuteReader();
        var counts = new Dictionary<RefusalReason, long>();
        while (row.Read())
        {
            counts[Reason(row.GetString(0))] = row.GetInt64(1);
        }

        return counts;
    }

    private static DeadLetter Letter(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        AtMs = row.GetInt64(1),
        Topic = row.GetString(2),
        Sensor = row.IsDBNull(3) ? null : row.GetString(3),
        Reason = Reason(row.GetString(4)),
        Detail = row.GetString(5),
        Client = row.GetString(6),
        Payload = row.GetFieldValue<byte[]>(7),
        PayloadBytes = row.GetInt32(8),
    };

    private static RefusalReason Reason(string name) => RefusalReasons.TryParse(name, out var reason)
        ? reason
        : throw new ReadingLogException($"The dead letters hold a reason '{name}' that this program does not know.");
}
