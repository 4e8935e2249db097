using System.Globalization;
using System.Text.Json;

namespace IOC.Testing;

/// <summary>A series with the windows in which something was wrong, in the form of the Numenta benchmark.</summary>
public sealed class LabelledSeries
{
    /// <summary>"folder/file.csv".</summary>
    public required string Key { get; init; }

    /// <summary>Time stamps as they stand in the file.</summary>
    public required string[] Stamps { get; init; }

    /// <summary>Local time of each row, milliseconds.</summary>
    public required long[] LocalMs { get; init; }

    /// <summary>Values; NaN where one is missing.</summary>
    public required double[] Values { get; init; }

    /// <summary>First and last row of each window, in order; empty when none is known.</summary>
    public required (int First, int Last)[] Windows { get; init; }

    /// <summary>Reads every CSV file below a folder, in the order of its path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="windowsFile">JSON file of windows by key; null for none.</param>
    /// <exception cref="InvalidDataException">A file is not of this form; the message names it and the line.</exception>
    public static List<LabelledSeries> ReadAll(string folder, string? windowsFile)
    {
        var windows = windowsFile is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string[][]>>(File.ReadAllText(windowsFile))!;
        var series = new List<LabelledSeries>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var key = Path.GetRelativePath(folder, path).Replace('\\', '/');
            series.Add(Read(path, key, windows.GetValueOrDefault(key) ?? []));
        }

        return series;
    }

    private static LabelledSeries Read(string path, string key, string[][] windows)
    {
        var lines = File.ReadAllLines(path);
        var header = lines.Length == 0 ? [] : lines[0].Split(',');
        var valueAt = Math.Max(1, Array.IndexOf(header, "value"));
        if (header.Length < 2 || header[0].Trim() != "timestamp")
        {
            throw new InvalidDataException($"{path}: the header must be 'timestamp,value'.");
        }

        var rows = lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(',')).ToArray();
        var stamps = new string[rows.Length];
        var times = new long[rows.Length];
        var values = new double[rows.Length];
        var rowAt = new Dictionary<long, int>();
        for (var i = 0; i < rows.Length; i++)
        {
            stamps[i] = rows[i][0];
            if (rows[i].Length <= valueAt || !TryTime(stamps[i], out times[i]) || !TryValue(rows[i][valueAt], out values[i]))
            {
                throw new InvalidDataException($"{path}, data row {i + 1}: no time stamp and value.");
            }

            rowAt.TryAdd(times[i], i);
        }

        return new LabelledSeries
        {
            Key = key,
            Stamps = stamps,
            LocalMs = times,
            Values = values,
            Windows = [.. windows.Select(w => (RowOf(w[0]), RowOf(w[1]))).Order()],
        };

        int RowOf(string stamp) => TryTime(stamp, out var time) && rowAt.TryGetValue(time, out var row)
            ? row : throw new InvalidDataException($"{path}: no row has the window's limit {stamp}.");
    }

    private static bool TryTime(string text, out long localMs)
    {
        var known = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        localMs = time.ToUnixTimeMilliseconds();
        return known;
    }

    private static bool TryValue(string text, out double value)
    {
        value = double.NaN;
        return text.Length == 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
