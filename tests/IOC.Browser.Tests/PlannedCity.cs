using System.Globalization;
using System.Text;
using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>
/// A host with two years of readings in it, hour by hour, from four stations of two districts. They are those of the shipped catalogue, but
/// report once an hour, so that a station that does has full coverage without millions of readings.
/// </summary>
internal sealed class PlannedCity : IAsyncDisposable
{
    /// <summary>District of the first two stations: everything came.</summary>
    public const string Full = "viet-yen";

    /// <summary>District of the others: one of them was silent for three days, from ten days ago on.</summary>
    public const string Broken = "luc-ngan";

    private const int Hours = 2 * 366 * 24;

    private readonly TempDirectory _folder;

    private PlannedCity(TempDirectory folder, HostProcess host, DateTimeOffset now) => (_folder, Host, Now) = (folder, host, now);

    public HostProcess Host { get; }

    /// <summary>The hour of the last readings.</summary>
    public DateTimeOffset Now { get; }

    public static async Task<PlannedCity> StartAsync()
    {
        var folder = new TempDirectory();
        var catalogue = folder.Combine("catalogue");
        var stations = MakeCatalogue(catalogue);
        var host = await HostProcess.StartAsync(folder.Combine("data"), $"--Ioc:CatalogueDirectory={catalogue}");
        var now = DateTimeOffset.UtcNow;
        var city = new PlannedCity(folder, host, new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero));
        for (var i = 0; i < stations.Count; i++)
        {
            await city.FillAsync(stations[i], i);
        }

        return city;
    }

    /// <summary>PM2.5 of a station so many hours ago: 10 more a year than the year before, 20 more from 7 to 9 in the morning.</summary>
    public double Dust(int station, int hoursAgo)
    {
        var local = Now.AddHours(-hoursAgo).ToOffset(TimeSpan.FromHours(7));
        return 30 + (station * 5) + (hoursAgo < 365 * 24 ? 10 : 0) + (local.Hour is >= 7 and < 9 ? 20 : 0) + (local.Day % 3);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }

    private static List<string> MakeCatalogue(string into)
    {
        var shipped = Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");
        foreach (var file in Directory.GetFiles(shipped, "*.*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".md", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(into, Path.GetRelativePath(shipped, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var path = Path.Combine(into, "sensors.csv");
        var lines = File.ReadAllLines(path);
        bool IsStationOf(string line, string district) => line.Contains($",{district},environment,", StringComparison.Ordinal) && line.Contains(",pm25 ", StringComparison.Ordinal);
        var kept = new[] { Full, Broken }.SelectMany(d => lines.Where(l => IsStationOf(l, d)).Take(2)).ToList();
        Assert.Equal(4, kept.Count);

        // The rules need the rest of the province.
        var others = lines.Where(l => !IsStationOf(l, Full) && !IsStationOf(l, Broken));
        File.WriteAllLines(path, [.. others.Select(Hourly), .. kept.Select(l => l.Replace(",60,", ",3600,", StringComparison.Ordinal))]);
        return [.. kept.Select(l => l.Split(',')[0])];
    }

    /// <summary>Gives a sensor hourly readings of so many hours back; NaN = none of that hour.</summary>
    public async Task ImportAsync(string sensor, string property, int hours, Func<int, double> value)
    {
        var csv = new StringBuilder("sensor,property,time,value,quality\n");
        for (var h = hours; h >= 0; h--)
        {
            if (value(h) is var reading && !double.IsNaN(reading))
            {
                csv.Append(CultureInfo.InvariantCulture, $"{sensor},{property},{Now.AddHours(-h).ToUnixTimeMilliseconds()},{reading},\n");
            }
        }

        using var body = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var response = await Host.Client.PostAsync(new Uri("/api/v1/history/import", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    // Three days of silence, ten days ago.
    private Task FillAsync(string station, int index) =>
        ImportAsync(station, "pm25", Hours, h => index == 2 && h is > 168 and <= 240 ? double.NaN : Dust(index, h));

    // A junction and lighting cabinets that report once an hour too.
    private static string Hourly(string line) =>
        line.StartsWith("vy-junction-01,", StringComparison.Ordinal) ? line.Replace(",30,", ",3600,", StringComparison.Ordinal)
        : line.StartsWith("vy-lamp-0", StringComparison.Ordinal) ? line.Replace(",120,", ",3600,", StringComparison.Ordinal) : line;
}
