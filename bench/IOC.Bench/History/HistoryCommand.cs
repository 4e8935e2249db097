using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using IOC.Testing;

namespace IOC.Bench.History;

/// <summary>"history": the embedded store side by side with Debian's InfluxDB and victoria-metrics, each by itself, on the same readings.</summary>
internal static class HistoryCommand
{
    private const long Minute = 60_000;
    private const int MostAsked = 20;
    private static readonly long s_start = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static Command Create()
    {
        var fleet = new Option<int>("--series") { Description = "series of the first part (write rate, latest values)", DefaultValueFactory = _ => 10_000 };
        var minutes = new Option<int>("--minutes") { Description = "readings of each of them, one a minute", DefaultValueFactory = _ => 600 };
        var days = new Option<int>("--days") { Description = "length of the second part: 100 series, a reading a minute", DefaultValueFactory = _ => 365 };
        var real = new Option<double>("--real") { Description = "readings of each of the real files, which are repeated for as many stations as that takes", DefaultValueFactory = _ => 16_000_000 };
        var only = new Option<string[]>("--only") { Description = "embedded, influx, victoria", AllowMultipleArgumentsPerToken = true };
        var command = new Command("history", "Write rate, bytes a reading, and questions, side by side with influxdb and victoria-metrics (Debian packages).") { fleet, minutes, days, real, only };
        command.SetAction(async (parsed, _) =>
        {
            string[] names = parsed.GetValue(only) is { Length: > 0 } chosen ? chosen : ["embedded", "influx", "victoria"];
            foreach (var name in names)
            {
                await FleetAsync(name, parsed.GetValue(fleet), parsed.GetValue(minutes));
            }

            foreach (var name in names)
            {
                await YearAsync(name, parsed.GetValue(days));
            }

            foreach (var file in RealFiles())
            {
                foreach (var name in names)
                {
                    await RealAsync(name, file, parsed.GetValue(real));
                }
            }

            return 0;
        });
        return command;
    }

    private static async Task<IHistoryCandidate> StartAsync(string name, string folder, int series) => name switch
    {
        "embedded" => new EmbeddedCandidate(folder, series),
        "influx" => await InfluxCandidate.StartAsync(folder, series),
        "victoria" => await VictoriaCandidate.StartAsync(folder, series),
        _ => throw new ArgumentException($"'{name}' is none of embedded, influx, victoria.", nameof(name)),
    };

    private static async Task FleetAsync(string name, int series, int minutes)
    {
        using var folder = new TempDirectory();
        await using var store = await StartAsync(name, folder.Combine("store"), series);
        var walk = new Walk(series);
        var watch = Stopwatch.StartNew();
        for (var m = 0; m < minutes; m++)
        {
            store.Write(s_start + (m * Minute), walk.Step());
        }

        await store.FlushAsync();
        var seconds = watch.Elapsed.TotalSeconds - walk.Seconds;
        var readings = (long)series * minutes;
        Tell($"{store.Name}: {series:N0} series x {minutes}: {readings / seconds:N0} readings a second");
        await AskAsync(store, $"latest of {series:N0}", () => store.LatestAsync(s_start + (minutes * Minute)));
        Tell($"{store.Name}: {await store.SettleAsync() / (double)readings:F2} bytes a reading (random walk of one decimal)");
    }

    private static async Task YearAsync(string name, int days)
    {
        const int Series = 100;
        using var folder = new TempDirectory();
        await using var store = await StartAsync(name, folder.Combine("store"), Series);
        var walk = new Walk(Series);
        for (var m = 0; m < days * 1440; m++)
        {
            store.Write(s_start + (m * Minute), walk.Step());
        }

        await store.FlushAsync();
        var size = await store.SettleAsync();
        Tell($"{store.Name}: {days} days x {Series} series: {size / (double)(days * 1440L * Series):F2} bytes a reading");
        var end = s_start + (days * 1440L * Minute);
        await AskAsync(store, "hourly means, 1 series", () => store.HourlyMeansAsync(1, s_start, end));
        await AskAsync(store, $"hourly means, {Series} series", () => store.HourlyMeansAsync(Series, s_start, end));
        await AskAsync(store, "a raw day of one series", () => store.RawAsync(50, s_start + (days / 2 * 1440L * Minute), s_start + (((days / 2) + 1) * 1440L * Minute)));
    }

    private static async Task RealAsync(string name, string file, double mostReadings)
    {
        var rows = File.ReadLines(file).Skip(1).Select(l => l.Split(',')).ToList();
        var places = Enumerable.Range(1, rows[0].Length - 1).Where(c => rows.Any(r => IsNumber(r, c))).ToList();
        var columns = places.Select(c => ValuesOf(rows, c)).ToList();
        var (start, step) = (TimeOf(rows[0]), TimeOf(rows[1]) - TimeOf(rows[0]));

        // A store of a city holds more than one station. Each copy begins at another row, so that no two are alike at one time.
        var copies = (int)Math.Ceiling(mostReadings / ((double)rows.Count * columns.Count));
        using var folder = new TempDirectory();
        await using var store = await StartAsync(name, folder.Combine("store"), columns.Count * copies);
        var values = new double[columns.Count * copies];
        for (var r = 0; r < rows.Count; r++)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = columns[i % columns.Count][(r + ((long)(i / columns.Count) * rows.Count / copies)) % rows.Count];
            }

            store.Write(start + (r * step), values);
        }

        await store.FlushAsync();
        var readings = (long)rows.Count * values.Length;
        Tell($"{store.Name}: {Path.GetFileName(file)}: {await store.SettleAsync() / (double)readings:F2} bytes a reading, {values.Length} series x {rows.Count}");
    }

    /// <summary>A column; a missing value repeats the one before, so that all three stores are given the same.</summary>
    private static double[] ValuesOf(List<string[]> rows, int column)
    {
        var last = 0.0;
        return [.. rows.Select(r => last = IsNumber(r, column) ? double.Parse(r[column], CultureInfo.InvariantCulture) : last)];
    }

    private static long TimeOf(string[] row) =>
        DateTimeOffset.ParseExact(row[0], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();

    private static bool IsNumber(string[] row, int column) =>
        column < row.Length && double.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);

    private static IEnumerable<string> RealFiles()
    {
        var folder = Path.Combine(Repository.SharedData, "replay");
        return Directory.Exists(folder)
            ? new[] { "air_beijing/aotizhongxin.csv", "traffic_metr_la/speed_mph.csv", "power_tetouan/tetouan_2017-01_2017-08.csv", "water_lro/mainstreet_2019.csv" }.Select(f => Path.Combine(folder, f)).Where(File.Exists)
            : [];
    }

    private static async Task AskAsync(IHistoryCandidate store, string what, Func<Task<long>> ask)
    {
        var first = Stopwatch.StartNew();
        var count = await ask();
        first.Stop();
        var (best, all) = (TimeSpan.MaxValue, Stopwatch.StartNew());
        for (var i = 0; i < MostAsked && (i < 3 || all.Elapsed < TimeSpan.FromSeconds(5)); i++)
        {
            var watch = Stopwatch.StartNew();
            await ask();
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        Tell($"{store.Name}: {what}: first {first.Elapsed.TotalMilliseconds:F1} ms, then {best.TotalMilliseconds:F2} ms at best ({count:N0} values)");
    }

    private static void Tell(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Random walks of one decimal around 50. Making them is timed, to be taken off.</summary>
    private sealed class Walk(int series)
    {
        private readonly double[] _values = new double[series];
        private readonly Random _random = new(7);
        private readonly Stopwatch _watch = new();

        public double Seconds => _watch.Elapsed.TotalSeconds;

        public ReadOnlySpan<double> Step()
        {
            _watch.Start();
            for (var i = 0; i < _values.Length; i++)
            {
                _values[i] = Math.Round(Math.Clamp((_values[i] == 0 ? 50 : _values[i]) + (_random.Next(-10, 11) / 10.0), 0.1, 100), 1);
            }

            _watch.Stop();
            return _values;
        }
    }
}
