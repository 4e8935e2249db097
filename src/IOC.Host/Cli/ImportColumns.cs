using System.Globalization;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>What a column of a file holds: a property of a sensor, in a unit that a factor turns into the property's.</summary>
internal sealed record ImportColumn(int Index, string Sensor, string Property, double Factor);

/// <summary>Which columns of a file are read, and as what.</summary>
/// <param name="Time">Column of the time.</param>
/// <param name="Values">Columns of values, of files with one row for each time; empty for files with one row for each reading.</param>
/// <param name="Sensor">Column of the sensor, where a row is a reading.</param>
/// <param name="Property">Column of the property, likewise.</param>
/// <param name="Value">Column of the value, likewise.</param>
/// <param name="Quality">Column of the quality; -1 when there is none.</param>
internal sealed record ImportColumns(int Time, IReadOnlyList<ImportColumn> Values, int Sensor, int Property, int Value, int Quality)
{
    // The names of our own export come first.
    private static readonly string[] s_times = ["time_utc", "time", "timestamp", "datetime", "date", "ts"];

    /// <summary>Works it out from a heading and what the command line says.</summary>
    /// <param name="header">Names of the columns.</param>
    /// <param name="time">Name of the time's column; null = found by its name.</param>
    /// <param name="maps">"column=sensor/property" or "column=sensor/property*factor".</param>
    /// <exception cref="CliException">It cannot be worked out.</exception>
    public static ImportColumns Of(string[] header, string? time, string[] maps)
    {
        // Of several names that fit the first of the list wins, wherever it stands.
        var at = time is not null ? Find(header, time)
            : s_times.Select(t => Array.FindIndex(header, h => h.Equals(t, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(i => i >= 0, -1);
        if (at < 0)
        {
            throw Wrong(
                $"no column of the time: name it with --time. The file has {string.Join(", ", header)}.",
                $"không thấy cột thời gian: hãy nêu bằng --time. Tệp có {string.Join(", ", header)}.");
        }

        if (maps.Length > 0)
        {
            return new ImportColumns(at, [.. maps.Select(m => Map(header, m))], -1, -1, -1, -1);
        }

        var (sensor, property, value) = (Array.IndexOf(header, "sensor"), Array.IndexOf(header, "property"), Array.IndexOf(header, "value"));
        return sensor >= 0 && property >= 0 && value >= 0
            ? new ImportColumns(at, [], sensor, property, value, Array.IndexOf(header, "quality"))
            : throw Wrong(
                "say which columns hold what with --map COLUMN=SENSOR/PROPERTY (once for each), or give a file with the columns sensor, property and value.",
                "hãy nêu cột nào chứa gì bằng --map CỘT=CẢM-BIẾN/THÔNG-SỐ (mỗi cột một lần), hoặc dùng tệp có các cột sensor, property và value.");
    }

    private static ImportColumn Map(string[] header, string map)
    {
        // A column's name may hold an equals sign; slugs and factors do not.
        var equals = map.LastIndexOf('=');
        var target = equals < 1 ? [] : map[(equals + 1)..].Split('/');
        var product = target.Length == 2 ? target[1].Split('*') : [];
        var factor = 1.0;
        if (product.Length is not (1 or 2) || target[0].Length == 0 || product[0].Length == 0
            || (product.Length == 2 && !(double.TryParse(product[1], NumberStyles.Float, CultureInfo.InvariantCulture, out factor) && double.IsFinite(factor) && factor != 0)))
        {
            throw Wrong($"--map '{map}': write COLUMN=SENSOR/PROPERTY or COLUMN=SENSOR/PROPERTY*FACTOR.", $"--map '{map}': hãy viết CỘT=CẢM-BIẾN/THÔNG-SỐ hoặc CỘT=CẢM-BIẾN/THÔNG-SỐ*HỆ-SỐ.");
        }

        return new ImportColumn(Find(header, map[..equals]), target[0], product[0], factor);
    }

    private static int Find(string[] header, string name)
    {
        var at = Array.IndexOf(header, name);
        return at >= 0 ? at : throw Wrong($"there is no column '{name}'; the file has {string.Join(", ", header)}.", $"không có cột '{name}'; tệp có {string.Join(", ", header)}.");
    }

    private static CliException Wrong(string english, string vietnamese) => new(ExitCodes.Usage, Say(english, vietnamese));
}
