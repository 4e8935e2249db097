using System.Text.Json;

namespace IOC.History.Influx;

/// <summary>Reads an answer row by row. It comes in chunks, each a JSON document on a line of its own. (The CSV form is shorter, but 1.x leaves
/// out of it that a statement failed: a question that the server refused would look like one about which there are no readings.)</summary>
internal sealed class InfluxAnswer(StreamReader text) : IDisposable
{
    private JsonDocument? _chunk;
    private JsonElement.ArrayEnumerator _results;
    private JsonElement.ArrayEnumerator _series;
    private JsonElement.ArrayEnumerator _rows;
    private JsonElement.ArrayEnumerator _fields;
    private bool _goesOn;

    /// <summary>Measurement (property code) of the current row.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Tags of the current row as "name=value" pairs with commas between.</summary>
    public string Tags { get; private set; } = "";

    /// <summary>Goes to the next row; false at the end.</summary>
    /// <exception cref="HistoryStoreException">The answer is an error, or not whole.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_rows.MoveNext())
            {
                _fields = _rows.Current.EnumerateArray();
                return true;
            }

            if (_series.MoveNext())
            {
                Begin(_series.Current);
            }
            else if (_results.MoveNext())
            {
                Check(_results.Current);
                _goesOn = _results.Current.TryGetProperty("partial", out var partial) && partial.ValueKind == JsonValueKind.True;
                _series = Items(_results.Current, "series");
            }
            else if (!await NextChunkAsync(cancellationToken))
            {
                return _goesOn ? throw new HistoryStoreException("InfluxDB: the answer ends before its end.") : false;
            }
        }
    }

    /// <summary>The next field as a whole number.</summary>
    public long Long() => Field().GetInt64();

    /// <summary>The next field as a number.</summary>
    public double Double() => Field().GetDouble();

    /// <summary>The next two fields as value and quality. The server stores the two one after the other: of a reading that is being written
    /// at this moment it may tell one only.</summary>
    /// <returns>False for such a reading.</returns>
    public bool TryReading(out double value, out byte quality)
    {
        var (first, second) = (Field(), Field());
        (value, quality) = (0, 0);
        return first.ValueKind == JsonValueKind.Number && first.TryGetDouble(out value) && second.ValueKind == JsonValueKind.Number && second.TryGetByte(out quality);
    }

    /// <summary>The next field as text.</summary>
    public string Text() => Field() is { ValueKind: JsonValueKind.String } field ? field.GetString()! : "";

    /// <summary>A tag of a list such as <see cref="Tags"/>; empty when it is not there.</summary>
    public static string TagOf(string tags, string name)
    {
        foreach (var range in tags.AsSpan().Split(','))
        {
            var tag = tags.AsSpan()[range];
            if (tag.Length > name.Length && tag[name.Length] == '=' && tag.StartsWith(name, StringComparison.Ordinal))
            {
                return tag[(name.Length + 1)..].ToString();
            }
        }

        return "";
    }

    /// <summary>What an object of an answer says went wrong; null when nothing did.</summary>
    public static string? ErrorOf(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String ? error.GetString() : null;

    public void Dispose()
    {
        _chunk?.Dispose();
        text.Dispose();
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement part, string name) =>
        part.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : default;

    private static void Check(JsonElement part)
    {
        // Before the first write has made the database there are no readings, which is no failure.
        if (ErrorOf(part) is { } error && !error.StartsWith("database not found", StringComparison.Ordinal))
        {
            throw new HistoryStoreException($"InfluxDB: {error}");
        }
    }

    private async ValueTask<bool> NextChunkAsync(CancellationToken cancellationToken)
    {
        string? line;
        do
        {
            line = await text.ReadLineAsync(cancellationToken);
        }
        while (line is "");
        if (line is null)
        {
            return false;
        }

        _chunk?.Dispose();
        try
        {
            _chunk = JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new HistoryStoreException($"InfluxDB: the answer is no JSON: {e.Message}", e);
        }

        Check(_chunk.RootElement);
        _results = Items(_chunk.RootElement, "results");
        return true;
    }

    private void Begin(JsonElement series)
    {
        Name = series.TryGetProperty("name", out var name) ? name.GetString()! : "";
        Tags = series.TryGetProperty("tags", out var tags) ? string.Join(',', tags.EnumerateObject().Select(t => $"{t.Name}={t.Value.GetString()}")) : "";
        _rows = Items(series, "values");
    }

    private JsonElement Field() => _fields.MoveNext() ? _fields.Current : default;
}
