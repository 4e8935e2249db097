using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Publishing;
using IOC.Testing;
using Spectre.Console;

namespace IOC.FirmwareSim.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fleet --mqtt nowhere:port", "nowhere:port")]
    [InlineData("fleet --speed fast", "--speed")]
    [InlineData("fleet --speed 0", "--speed")]
    [InlineData("fleet --fault-rate -1", "--fault-rate")]
    [InlineData("fleet --sensors 0", "--sensors")]
    [InlineData("fleet --mute-lamps 1.5", "--mute-lamps")]
    [InlineData("fleet --failing-lamps few", "--failing-lamps")]
    [InlineData("fleet --user u --password-file /no/such/file", "/no/such/file")]
    [InlineData("fleet --ca /no/such/ca.pem", "/no/such/ca.pem")]
    [InlineData("fleet --key k.pem", "--cert")]
    [InlineData("fleet --websocket mqtt", "--websocket")]
    [InlineData("fleet --duration 90", "--duration")]
    [InlineData("fleet --catalogue /no/such/folder", "/no/such/folder")]
    [InlineData("replay /no/such/file.csv --column a=b/c/d:e", "/no/such/file.csv")]
    [InlineData("replay", "replay")]
    [InlineData("catalogue", "--out")]
    [InlineData("fly", "fly")]
    public async Task A_wrong_command_line_is_told_and_returns_2(string line, string told)
    {
        var (code, _, error) = await RunAsync(new FakeBroker(), line.Split(' '));
        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--speed quick", "quick")]
    [InlineData("--zone Mars/Olympus", "Mars/Olympus")]
    [InlineData("--from tomorrow", "tomorrow")]
    [InlineData("--from 2030-01-01", "range")]
    [InlineData("--column b=x/y/z:p", "'b'")]
    [InlineData("--map /no/map", "/no/map")]
    public async Task A_wrong_replay_is_told_and_returns_2(string options, string told)
    {
        var (code, _, error) = await RunAsync(new FakeBroker(), ["replay", File("timestamp,a\n2020-01-01 00:00,1\n"), "--column", "a=x/y/z:p", .. options.Split(' ')]);
        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(told, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_timestamp_column_is_refused()
    {
        var (code, _, error) = await RunAsync(new FakeBroker(), ["replay", File("time,a\n1,2\n"), "--column", "a=x/y/z:p"]);
        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("timestamp", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PublishOutcome.Acknowledged, ExitCodes.Ok)]
    [InlineData(PublishOutcome.Refused, ExitCodes.NotAcknowledged)]
    [InlineData(PublishOutcome.Lost, ExitCodes.NotAcknowledged)]
    internal async Task A_replay_returns_whether_all_was_acknowledged(PublishOutcome outcome, int expected)
    {
        var broker = new FakeBroker { Outcome = n => n == 2 ? outcome : PublishOutcome.Acknowledged };
        var (code, output, _) = await RunAsync(
            broker, ["replay", File("timestamp,a\n2020-01-01 00:00,1\n2020-01-01 00:01,2\n2020-01-01 00:02,3\n"), "--column", "a=x/y/z:p", "--speed", "max"]);
        Assert.Equal(expected, code);
        Assert.Equal(3, broker.Messages.Count);
        Assert.Contains($"acknowledged {(expected == 0 ? 3 : 2)}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_replay_says_so()
    {
        using var stop = new CancellationTokenSource();
        var broker = new FakeBroker();
        var running = RunAsync(broker, ["replay", File("timestamp,a\n2020-01-01 00:00,1\n2020-01-02 00:00,2\n"), "--column", "a=x/y/z:p", "--quiet"], null, stop.Token);
        await Eventually.HoldsAsync(() => broker.Messages.Count == 1, "the first row to be sent");
        await stop.CancelAsync();
        var (code, output, _) = await running;
        Assert.Equal(ExitCodes.Interrupted, code);
        Assert.Contains("Stopped", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fleet_that_is_stopped_ends_well_and_one_without_a_broker_does_not()
    {
        SensorFile.Write(_folder.Combine("sensors.csv"), Cities.Generated(5).Sensors.Select(s => s.Sensor));
        using var stop = new CancellationTokenSource();
        var broker = new FakeBroker();
        var truth = _folder.Combine("new", "truth.ndjson");
        var running = RunAsync(broker, ["fleet", "--catalogue", _folder.Path, "--truth", truth], null, stop.Token);
        await Eventually.HoldsAsync(() => broker.Messages.Count(m => m.Payload == "online") == 5, "every sensor to be online");
        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Ok, (await running).Code);
        Assert.Equal(5, broker.Messages.Count(m => m.Payload == "offline"));
        Assert.Equal(2, System.IO.File.ReadAllLines(truth).Length);

        var (code, _, error) = await RunAsync(
            new FakeBroker { Unreachable = true }, ["fleet", "--catalogue", _folder.Path, "--duration", "50ms", "--quiet"]);
        Assert.Equal(ExitCodes.NoConnection, code);
        Assert.Contains("fake:1883", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_progress_is_drawn()
    {
        SensorFile.Write(_folder.Combine("sensors.csv"), Cities.Generated(5).Sensors.Select(s => s.Sensor));
        var screen = new StringWriter();
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(TextWriter.Synchronized(screen)),
        });
        terminal.Profile.Width = 160;
        using var stop = new CancellationTokenSource();
        var broker = new FakeBroker();
        var running = RunAsync(broker, ["fleet", "--catalogue", _folder.Path], terminal, stop.Token);
        await Eventually.HoldsAsync(() => broker.Messages.Count >= 5, "every sensor to be online");
        await stop.CancelAsync();
        var (code, _, error) = await running;
        Assert.Equal((ExitCodes.Ok, ""), (code, error));
        Assert.Contains("5 sensors → fake:1883", screen.ToString(), StringComparison.Ordinal);

        (code, _, error) = await RunAsync(new FakeBroker(), ["replay", File("timestamp,a\n2020-01-01 00:00,1\n"), "--column", "a=x/y/z:p"], terminal);
        Assert.Equal((ExitCodes.Ok, ""), (code, error));
        Assert.Contains("1/1 rows", screen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_catalogue_is_written()
    {
        var path = _folder.Combine("sensors.csv");
        var (code, output, _) = await RunAsync(new FakeBroker(), ["catalogue", "--out", path, "--sensors", "30"]);
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("30", output, StringComparison.Ordinal);
        Assert.Equal(30, SensorFile.Read(path).Count);
        Assert.NotEmpty(AssetFile.ReadIn(_folder.Path));
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("0.5d", 43200)]
    [InlineData("1500ms", 1.5)]
    public void Times_have_units(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var time));
        Assert.Equal(seconds, time.TotalSeconds);
    }

    [Theory]
    [InlineData("127.0.0.1:1883", "127.0.0.1", 1883)]
    [InlineData("broker", "broker", 1883)]
    [InlineData("[::1]:18830", "::1", 18830)]
    [InlineData("::1", "::1", 1883)]
    public void Addresses_are_read(string text, string host, int port)
    {
        Assert.True(BrokerAddress.TryParse(text, out var address));
        Assert.Equal((host, port), (address.Host, address.Port));
    }

    [Theory]
    [InlineData("vi_VN.UTF-8", true)]
    [InlineData("en_US.UTF-8", false)]
    [InlineData("", false)]
    public void The_language_follows_the_locale(string lang, bool vietnamese)
    {
        Assert.Equal(vietnamese, Language.IsVietnamese(name => name == "LANG" ? lang : null));
        Assert.True(Language.IsVietnamese(name => name == "IOC_LANG" ? "vi" : lang));
    }

    private string File(string text)
    {
        var path = _folder.Combine("file.csv");
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(FakeBroker broker, string[] args, IAnsiConsole? terminal = null, CancellationToken cancellationToken = default)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var host = new SimulatorHost(TimeProvider.System, TextWriter.Synchronized(output), error, terminal, _ => broker);
        var code = await CommandLine.RunAsync(args, host, cancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
