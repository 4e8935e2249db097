using System.Globalization;
using System.Text.RegularExpressions;
using IOC.History.Influx;
using IOC.Telemetry;
using IOC.Testing;

namespace IOC.History.Tests.Grafana;

/// <summary>A day of readings of some sensors of the shipped catalogue, and of the host's own figures, in an InfluxDB.</summary>
internal sealed partial class GrafanaCity(InfluxServer server, string folder) : IHistoryRefusals
{
    private const int Steps = 144;
    private const long StepMs = 600_000;
    private static readonly string s_catalogue = Path.Combine(Repository.Root, "deploy", "catalogue", "bac-giang");

    private readonly PropertyCatalogue _properties = new(Rows("properties.csv").Select(
        r => new PropertyDefinition(r[0], r[1], new LocalText(r[3], r[4]), Number(r[5]), Number(r[6]), int.Parse(r[7], CultureInfo.InvariantCulture), r[2])));

    /// <summary>Database.</summary>
    public const string Database = "ioc";

    /// <summary>Time of the newest reading.</summary>
    public static DateTimeOffset End { get; } = DateTimeOffset.FromUnixTimeMilliseconds(TestCity.T0 + (Steps * StepMs));

    /// <summary>Writes everything through the store, and fills the hourly figures by the statement that the server runs again and again.</summary>
    public async Task FillAsync()
    {
        await using var store = new InfluxHistoryStore(new InfluxOptions { Url = server.Url, Directory = folder, Database = Database }, _properties, this, TimeProvider.System);
        var (book, log) = (new AddressBook(), new TestLog());

        // Of each kind of sensor one in each of two districts.
        var sensors = Rows("sensors.csv").GroupBy(r => (Domain: r[2], Properties: r[7]))
            .SelectMany(kind => kind.DistinctBy(r => r[1]).Take(2).Select(r => (Address: book.GetOrAdd(r[1], r[2], r[0]), Properties: r[7].Split(' ')))).ToList();
        for (var step = 0; step <= Steps; step++)
        {
            log.Append(store, [.. sensors.SelectMany(s => s.Properties.Select(p => Reading(s.Address, p, step)))]);
        }

        await store.CheckpointAsync(0);
        for (var step = Steps - 18; step <= Steps; step++)
        {
            Assert.Null(await store.WriteHostFiguresAsync(Figures(step), TestCity.T0 + (step * StepMs)));
        }

        var range = string.Create(CultureInfo.InvariantCulture, $" AND time >= {TestCity.T0}ms AND time <= {End.ToUnixTimeMilliseconds()}ms");
        using var written = await InfluxAsk.AsJsonAsync(server.Url, Database, InfluxProvisioning.HourlyFigures(Database, range));
        Assert.Equal(0, store.WriteFailures + store.HostFigureFailures);
    }

    /// <inheritdoc/>
    public void Refused(string line, string reason) => Assert.Fail($"{line}: {reason}");

    private TestReading Reading(SensorAddress sensor, string code, int step)
    {
        Assert.True(_properties.TryGetIndex(code, out var property), code);
        var p = _properties[property];
        var value = code == "energy" ? step * 0.5 : p.PlausibleMin + ((p.PlausibleMax - p.PlausibleMin) * (0.2 + (0.1 * Math.Sin(step * 0.1))));
        return new TestReading(sensor, property, TestCity.T0 + (step * StepMs), value, step % 20 == 7 ? Quality.Fault : Quality.Ok);
    }

    private static HostFigures Figures(int step) => new("n1", 1000 + step, 3000 + step)
    {
        Messages = step * 1000,
        Readings = step * 3000,
        Implausible = step,
        DeadLetters = step,
        UnregisteredSensors = 2,
        LogBytes = step * 1_000_000,
        LogCommitMs = 3.5,
        LogLagBatches = 1,
        HistoryLagBatches = 2,
        HistoryReadings = step * 3000,
        OpenAlerts = [1, 2, 3, 4],
        Connections = 500,
        Sessions = 510,
        Dropped = step,
        MemoryBytes = 400_000_000,
    };

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Rows(string file) => File.ReadLines(Path.Combine(s_catalogue, file)).Skip(1).Select(l => CommaOutsideQuotes().Split(l));

    [GeneratedRegex("""",(?=(?:[^"]*"[^"]*")*[^"]*$)"""", RegexOptions.ExplicitCapture)]
    private static partial Regex CommaOutsideQuotes();
}
