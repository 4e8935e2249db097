using System.Globalization;
using IOC.Testing;
using Xunit.Abstractions;

namespace IOC.Acceptance.Tests;

/// <summary>A whole host with its registry on a real PostgreSQL server.</summary>
[Trait("Server", "postgresql")]
public sealed class PostgreSqlTests(ITestOutputHelper output) : IDisposable
{
    private const int Crashes = 3;
    private const int Publishers = 2;

    // What is published while nobody waits for it is checked in the end, reading by reading: some hundreds a second tell as much as thousands.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(25);
    private readonly TempDirectory _folder = new();

    /// <summary>Settings of a host whose registry is on a server.</summary>
    public static string[] SettingsFor(PostgresServer server) =>
    [
        "--Ioc:Registry:Store=PostgreSql", $"--Ioc:Registry:PostgreSql:Port={server.Port.ToString(CultureInfo.InvariantCulture)}", "--Ioc:Registry:PostgreSql:Database=postgres",
        $"--Ioc:Registry:PostgreSql:User={PostgresServer.Admin}", $"--Ioc:Registry:PostgreSql:Password={PostgresServer.AdminPassword}",
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Readings_alerts_and_acts_are_whole_after_the_server_has_crashed_again_and_again()
    {
        await using var server = await PostgresServer.StartAsync();
        var publishers = Enumerable.Range(0, Publishers).Select(i => new AckedPublisher(i) { Pace = s_pace }).ToArray();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var host = await HostProcess.StartAsync(_folder.Combine("data"), [Catalogue(), "--Ioc:Alerts:Chattering:Raises=0", "--Ioc:CheckpointSeconds=1", .. SettingsFor(server)]);
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "device");
        await device.PublishAsync("ioc/v1/desk/environment/desk/telemetry", """{"v":{"pm25":100}}""");
        var alert = await AlertOfAsync(host, "desk");
        using var done = new CancellationTokenSource();
        var desk = new Desk(host, alert);
        var acting = Task.Run(() => desk.WriteNotesAsync(done.Token));
        var running = publishers.Select(p => Task.Run(() => p.RunAsync(host.MqttPort))).ToArray();
        var random = new Random(20261122);
        for (var crash = 0; crash < Crashes; crash++)
        {
            var (notes, goal) = (desk.Stored.Count + random.Next(5, 40), publishers.Sum(p => p.Acknowledged) + random.Next(50, 1000));
            await Eventually.HoldsAsync(() => desk.Stored.Count >= notes && publishers.Sum(p => p.Acknowledged) >= goal, "people and devices to work");
            await server.CrashAsync();
            var (refused, taken) = (desk.Refused.Count, publishers.Sum(p => p.Acknowledged));
            await Eventually.HoldsAsync(() => desk.Refused.Count > refused, "an act to be refused");
            await Eventually.HoldsAsync(() => publishers.Sum(p => p.Acknowledged) >= taken + 500, "readings to be taken all the same");
            var health = await host.Client.GetStringAsync(new Uri(host.Http, "/health/dependencies"));
            Assert.Contains("PostgreSQL cannot be reached", health, StringComparison.Ordinal);
            await host.GetAsync("/api/v1/status");
            await server.StartAgainAsync();
            output.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s: crash {crash}, {publishers.Sum(p => p.Acknowledged)} readings");
        }

        var last = desk.Stored.Count;
        await Eventually.HoldsAsync(() => desk.Stored.Count > last, "acts to be stored again");
        await done.CancelAsync();
        await acting;
        await host.KillAsync();
        await Task.WhenAll(running);

        output.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s: killed");
        await using var again = await HostProcess.StartAsync(_folder.Combine("data"), [Catalogue(), "--Ioc:Alerts:Chattering:Raises=0", .. SettingsFor(server)]);
        output.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s: started again");
        foreach (var publisher in publishers)
        {
            await publisher.CheckAsync(again);
        }

        var written = (await again.GetAsync($"/api/v1/alerts/{alert}/acts")).EnumerateArray().Where(a => a.GetProperty("kind").GetString() == "noted").Select(a => a.GetProperty("note").GetString()!).ToList();
        output.WriteLine($"{publishers.Sum(p => p.Acknowledged)} readings, {desk.Stored.Count} acts stored, {desk.Refused.Count} refused, {desk.Unknown.Count} unknown");
        Assert.Equal(written.Count, written.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(desk.Stored.Except(written, StringComparer.Ordinal));
        Assert.Empty(desk.Refused.Intersect(written, StringComparer.Ordinal));
        Assert.Empty(written.Except(desk.Stored, StringComparer.Ordinal).Except(desk.Unknown, StringComparer.Ordinal));
        Assert.Equal(0, await again.TerminateAsync());
        Assert.DoesNotContain(PostgresServer.AdminPassword, again.Output + host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_whose_server_is_not_there_says_so_and_ends()
    {
        var port = MosquittoBroker.FreePort().ToString(CultureInfo.InvariantCulture);
        var (code, said) = await HostProcess.RunToEndAsync(
            _folder.Combine("data"), Catalogue(), "--Ioc:Registry:Store=PostgreSql", $"--Ioc:Registry:PostgreSql:Port={port}", "--Ioc:Registry:PostgreSql:Password=not to be told");
        Assert.Equal(2, code);
        Assert.Contains($"Ioc:Registry:PostgreSql: postgresql://127.0.0.1:{port}/ioc: PostgreSQL cannot be reached", said, StringComparison.Ordinal);
        Assert.Contains("không nối được tới PostgreSQL", said, StringComparison.Ordinal);
        Assert.DoesNotContain("not to be told", said, StringComparison.Ordinal);

        (code, said) = await HostProcess.RunToEndAsync(
            _folder.Combine("data"), Catalogue(), "--Ioc:Registry:Store=PostgreSql", "--Ioc:Registry:PostgreSql:Host=db.example.org", "--Ioc:Registry:PostgreSql:Tls=Off", "--Ioc:Registry:PostgreSql:Port=0");
        Assert.Equal(2, code);
        Assert.Contains("Ioc:Registry:PostgreSql:Tls = 'Off'", said, StringComparison.Ordinal);
        Assert.Contains("Ioc:Registry:PostgreSql:Port = '0'", said, StringComparison.Ordinal);
    }

    private static async Task<string> AlertOfAsync(HostProcess host, string sensor)
    {
        string? id = null;
        await Eventually.HoldsAsync(
            async () => (id = (await host.GetAsync($"/api/v1/alerts?sensor={sensor}")).GetProperty("items").EnumerateArray().Select(a => a.GetProperty("id").GetString()).FirstOrDefault()) is not null, "the alert");
        return id!;
    }

    private string Catalogue()
    {
        var catalogue = new TestCatalogue(_folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 50, 5)
            .District("desk").Sensor("desk", "environment", "desk", 60, "pm25");
        for (var i = 0; i < Publishers; i++)
        {
            catalogue.District(AckedPublisher.District(i)).Sensor(AckedPublisher.District(i), "environment", AckedPublisher.Sensor(i), 60, "pm25");
        }

        return catalogue.Write();
    }

    /// <summary>Somebody who writes note after note on an alert and keeps what became of each.</summary>
    private sealed class Desk(HostProcess host, string alert)
    {
        private readonly Lock _gate = new();
        private readonly List<string> _stored = [];
        private readonly List<string> _refused = [];
        private readonly List<string> _unknown = [];

        public List<string> Stored => Copy(_stored);

        public List<string> Refused => Copy(_refused);

        public List<string> Unknown => Copy(_unknown);

        public async Task WriteNotesAsync(CancellationToken stop)
        {
            // As fast as the limit of requests of one address allows for.
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await pace.WaitForNextTickAsync(CancellationToken.None);
                var note = $"note {i.ToString(CultureInfo.InvariantCulture)}";
                var (status, body) = await host.PostAsync($"/api/v1/alerts/{alert}/note", new { @operator = "vh01", note });
                var outcome = status == 200 ? _stored : body.GetProperty("title").GetString() switch
                {
                    "registry_away" => _refused,
                    "not_stored" or "audit_unavailable" => _unknown,
                    var other => throw new InvalidOperationException($"{status} {other}"),
                };
                lock (_gate)
                {
                    outcome.Add(note);
                }
            }
        }

        private List<string> Copy(List<string> notes)
        {
            lock (_gate)
            {
                return [.. notes];
            }
        }
    }
}
