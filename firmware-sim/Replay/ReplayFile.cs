using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using IOC.FirmwareSim.Cli;

namespace IOC.FirmwareSim.Replay;

/// <summary>A row of the file.</summary>
/// <param name="Line">Line in the file, from 1.</param>
/// <param name="UnixMs">Its time; null when it cannot be read.</param>
/// <param name="Fields">All fields; valid until the next row is asked for.</param>
internal readonly record struct ReplayRow(long Line, long? UnixMs, string[] Fields);

/// <summary>What a first look at the file found.</summary>
/// <param name="Rows">Rows in the time range.</param>
/// <param name="FirstMs">Earliest time among them, Unix ms.</param>
/// <param name="LastMs">Latest time among them, Unix ms.</param>
internal sealed record ReplayExtent(long Rows, long FirstMs, long LastMs);

/// <summary>A CSV file whose first column is named timestamp.</summary>
internal sealed class ReplayFile
{
    private const string TimeColumn = "timestamp";
    private static readonly CsvConfiguration Form = new(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, BadDataFound = null };

    private readonly string _path;

    private ReplayFile(string path, string[] header)
    {
        _path = path;
        Header = header;
    }

    /// <summary>Column names; the first is the timestamp.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="UserErrorException">It is absent, cannot be read, or has not this form.</exception>
    public static ReplayFile Open(string path)
    {
        try
        {
            using var csv = new CsvParser(new StreamReader(path, Encoding.UTF8), Form);
            var header = csv.Read() ? csv.Record! : [];
            if (header.Length < 2 || !string.Equals(header[0], TimeColumn, StringComparison.OrdinalIgnoreCase))
            {
                throw new UserErrorException(
                    $"{path}: the first column must be named {TimeColumn}, with others after it.", $"{path}: cột đầu phải tên là {TimeColumn}, sau đó là các cột khác.");
            }

            return new ReplayFile(path, header);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {e.Message}", $"Không đọc được {path}: {e.Message}");
        }
    }

    /// <summary>All rows in order.</summary>
    public IEnumerable<ReplayRow> Rows(LocalTimes times)
    {
        using var csv = new CsvParser(new StreamReader(_path, Encoding.UTF8), Form);
        csv.Read();
        while (csv.Read())
        {
            var fields = csv.Record!;
            yield return new ReplayRow(csv.RawRow, times.TryRead(fields[0]), fields);
        }
    }

    /// <summary>Looks through the file for the rows of a time range (Unix ms, the end excluded).</summary>
    public ReplayExtent Survey(LocalTimes times, long fromMs, long toMs)
    {
        var (rows, first, last) = (0L, long.MaxValue, long.MinValue);
        foreach (var row in Rows(times))
        {
            if (row.UnixMs is { } at && at >= fromMs && at < toMs)
            {
                rows++;
                first = Math.Min(first, at);
                last = Math.Max(last, at);
            }
        }

        return new ReplayExtent(rows, first, last);
    }
}
