using System.Globalization;

namespace IOC.History.Influx;

/// <summary>Reads the CSV of an answer row by row: name, tags, and then the columns asked for.</summary>
internal sealed class InfluxAnswer(StreamReader text) : IDisposable
{
    private string _line = "";
    private int _at;

    /// <summary>Measurement (property code) of the current row.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Tags of the current row as "name=value" pairs with commas between.</summary>
    public string Tags { get; private set; } = "";

    /// <summary>Goes to the next row; false at the end.</summary>
    /// <exception cref="HistoryStoreException">The answer is an error.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        while (await text.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0 || line.StartsWith("name,tags,", StringComparison.Ordinal))
            {
                continue;
            }

            if (line == "error")
            {
                throw new HistoryStoreException($"InfluxDB: {await text.ReadLineAsync(cancellationToken)}");
            }

            (_line, _at) = (line, 0);
            Name = Field().ToString();
            Tags = Field().ToString();
            return true;
        }

        return false;
    }

    /// <summary>The next field as a whole number.</summary>
    public long Long() => long.Parse(Field(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>The next field as a number.</summary>
    public double Double() => double.Parse(Field(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The next two fields as value and quality. The server stores the two one after the other: of a reading that is being written
    /// at this moment it may tell one only.</summary>
    /// <returns>False for such a reading.</returns>
    public bool TryReading(out double value, out byte quality)
    {
        var (isValue, isQuality) = (double.TryParse(Field(), NumberStyles.Float, CultureInfo.InvariantCulture, out value), byte.TryParse(Field(), NumberStyles.None, CultureInfo.InvariantCulture, out quality));
        return isValue && isQuality;
    }

    /// <summary>The next field as text.</summary>
    public string Text() => Field().ToString();

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

    public void Dispose() => text.Dispose();

    // Only lists of tags are ever quoted, and no name of ours holds a quote.
    private ReadOnlySpan<char> Field()
    {
        var rest = _line.AsSpan(Math.Min(_at, _line.Length));
        if (rest is ['"', ..])
        {
            var close = rest[1..].IndexOf('"') + 1;
            _at += close + 2;
            return rest[1..close];
        }

        var end = rest.IndexOf(',');
        _at += (end < 0 ? rest.Length : end) + 1;
        return end < 0 ? rest : rest[..end];
    }
}
