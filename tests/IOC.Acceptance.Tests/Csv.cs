using System.Globalization;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>A data file read in the simplest way, so that the tests share nothing with the simulator's reader. The files
/// hold no quotes.</summary>
internal sealed class Csv
{
    private Csv(string[] columns, IReadOnlyList<(long AtMs, string[] Cells)> rows)
    {
        Columns = columns;
        Rows = rows;
    }

    public string[] Columns { get; }

    public IReadOnlyList<(long AtMs, string[] Cells)> Rows { get; }

    public static string PathOf(string name) => Path.Combine(Repository.SharedData, "replay", name);

    public static Csv Read(string name)
    {
        var lines = File.ReadAllLines(PathOf(name));
        var rows = lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))
            .Select(cells => (DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds(), cells));
        return new Csv(lines[0].Split(','), [.. rows]);
    }

    /// <summary>The values of a column: times and numbers of the cells that hold a number.</summary>
    public IReadOnlyList<(long AtMs, double Value)> Numbers(string column)
    {
        var index = Array.IndexOf(Columns, column);
        Assert.True(index > 0, $"there is no column {column}");
        return [.. Rows.Where(r => r.Cells[index].Length > 0).Select(r => (r.AtMs, double.Parse(r.Cells[index], CultureInfo.InvariantCulture)))];
    }
}
