using System.CommandLine;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.Fleet;
using IOC.FirmwareSim.Publishing;
using IOC.FirmwareSim.World;
using Spectre.Console;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Cli;

/// <summary>firmware-sim fleet: a city's sensors, live.</summary>
internal sealed class FleetCommand
{
    private static readonly TimeSpan UsualStartAgo = TimeSpan.FromDays(1);

    private readonly SimulatorHost _host;
    private readonly BrokerCommandOptions _broker = new();
    private readonly Option<DirectoryInfo?> _catalogue = CommonOptions.Catalogue();
    private readonly Option<ulong> _seed = CommonOptions.Seed();
    private readonly Option<int?> _sensors = CommonOptions.OptionalCount("--sensors", Say(
        "How many sensors: fewer are spread over the catalogue, more are made up. Default: all of the catalogue.",
        "Số cảm biến: ít hơn thì chọn rải trong danh mục, nhiều hơn thì tạo thêm. Mặc định: toàn bộ danh mục."));
    private readonly Option<double> _speed = CommonOptions.Number("--speed", 1, 0, Say(
        "How many times faster than real. Above 1 it begins in the past (--start-ago), catches up and then keeps real time.",
        "Nhanh gấp bao nhiêu lần thời gian thực. Lớn hơn 1 thì bắt đầu từ quá khứ (--start-ago), đuổi kịp rồi chạy theo thời gian thực."));
    private readonly Option<TimeSpan?> _startAgo = CommonOptions.Time("--start-ago", Say(
        "How far in the past to begin (90s, 15m, 6h, 2d). Default: 1d when --speed is above 1, else 0.",
        "Bắt đầu từ bao lâu trước (90s, 15m, 6h, 2d). Mặc định: 1d khi --speed lớn hơn 1, ngược lại 0."));
    private readonly Option<double> _faultRate = CommonOptions.Number("--fault-rate", FleetOptions.DefaultFaultRate, null, Say(
        "Faults per sensor and day; 0 = none.", "Số sự cố mỗi cảm biến mỗi ngày; 0 = không có."));
    private readonly Option<double> _periodScale = CommonOptions.Number("--period-scale", 1, 0, Say(
        "Factor on every reporting period: 0.1 reports ten times as often.", "Hệ số nhân với chu kỳ gửi: 0.1 là gửi dày gấp mười."));
    private readonly Option<FileInfo?> _truth = new("--truth")
    {
        Description = Say(
            "File for the ground truth of the faults (NDJSON). Default: none is written.", "Tệp ghi sự thật về các sự cố (NDJSON). Mặc định: không ghi."),
    };

    private readonly Option<int> _connections = CommonOptions.Count("--connections", FleetOptions.DefaultConnections, Say(
        "Most connections; more sensors than that share gateways.", "Số kết nối tối đa; nhiều cảm biến hơn thì dùng chung cổng kết nối."));
    private readonly Option<double> _muteLamps = CommonOptions.Share("--mute-lamps", Say(
        "Share of the lamps, 0 to 1, that never answer a command.", "Tỷ lệ đèn, 0 đến 1, không bao giờ trả lời lệnh."));
    private readonly Option<double> _failingLamps = CommonOptions.Share("--failing-lamps", Say(
        "Share of the lamps, 0 to 1, that fail at every command.", "Tỷ lệ đèn, 0 đến 1, luôn thực hiện lệnh thất bại."));
    private readonly Option<Outage[]> _outages = OutageOption();
    private readonly Option<TimeSpan?> _duration = CommonOptions.Time("--duration", Say(
        "How long to run, real time (90s, 15m, 6h, 2d). Default: until stopped.", "Chạy trong bao lâu, thời gian thực (90s, 15m, 6h, 2d). Mặc định: đến khi dừng."));
    private readonly Option<bool> _quiet = CommonOptions.Quiet();

    private FleetCommand(SimulatorHost host) => _host = host;

    /// <summary>Makes the command.</summary>
    public static Command Create(SimulatorHost host) => new FleetCommand(host).Build();

    private Command Build()
    {
        var command = new Command("fleet", Say(
            "Run the fleet: sensors of environment, traffic and lighting report live, with faults at a known rate.",
            "Chạy đội cảm biến: môi trường, giao thông, chiếu sáng gửi số liệu trực tiếp, có sự cố với tần suất biết trước."))
        {
            _catalogue, _sensors, _seed, _speed, _startAgo, _faultRate, _periodScale, _truth, _connections, _duration, _muteLamps, _failingLamps, _outages, _quiet,
        };
        _broker.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var seed = parsed.GetValue(_seed);
        var sensors = Sensors(parsed, seed);
        var assets = AssetFile.ReadIn(CatalogueFolder.Find(parsed.GetValue(_catalogue)?.FullName));
        var options = Options(parsed, assets);
        var links = _host.Links(_broker.Read(parsed));
        var statistics = new FleetStatistics();
        using var truth = OpenTruth(parsed.GetValue(_truth));
        await using var fleet = new FleetRunner(new City(seed, sensors, assets), options, links, _host.Time, truth, statistics);
        var progress = new FleetProgress(statistics, sensors.Count, fleet.Connections, links, _host.Time);
        var quiet = parsed.GetValue(_quiet);
        if (!quiet)
        {
            await _host.Output.WriteLineAsync(Say($"{sensors.Count} sensors → {links.Address}, seed {seed}", $"{sensors.Count} cảm biến → {links.Address}, số mầm {seed}"));
        }

        using var done = new CancellationTokenSource();
        var showing = quiet ? Task.CompletedTask : Show(progress, done.Token);
        try
        {
            await fleet.RunAsync(cancellationToken);
        }
        finally
        {
            await done.CancelAsync();
            await showing;
        }

        if (!quiet)
        {
            await _host.Output.WriteLineAsync(progress.Summary());
        }

        return statistics.Acknowledged > 0 || cancellationToken.IsCancellationRequested ? ExitCodes.Ok : NoConnection(links);
    }

    private Task Show(FleetProgress progress, CancellationToken cancellationToken) => _host.Terminal is { } terminal
        ? progress.ShowTableAsync(terminal, cancellationToken)
        : progress.WriteLinesAsync(_host.Output, cancellationToken);

    private int NoConnection(ILinkFactory links)
    {
        _host.Error.WriteLine(Say($"Nothing was acknowledged by {links.Address}.", $"{links.Address} không xác nhận bản tin nào."));
        if (links.LastProblem is { } problem)
        {
            _host.Error.WriteLine(problem);
        }

        return ExitCodes.NoConnection;
    }

    private static Option<Outage[]> OutageOption() => new("--outage")
    {
        Description = Say(
            "An asset that fails, with everything below it: ASSET[@AFTER][/FOR] in simulated time, such as bg-f-01@5m/30m (default 1m after the start, for 30m). May be given several times.",
            "Thiết bị hạ tầng hỏng cùng mọi cảm biến phụ thuộc: MÃ[@SAU][/TRONG] theo thời gian mô phỏng, ví dụ bg-f-01@5m/30m (mặc định sau khi chạy 1m, trong 30m). Có thể lặp lại."),
        CustomParser = result =>
        {
            List<Outage> outages = [];
            foreach (var token in result.Tokens)
            {
                if (Outage.TryParse(token.Value, out var outage))
                {
                    outages.Add(outage);
                }
                else
                {
                    result.AddError(Say($"--outage: '{token.Value}' is not ASSET[@AFTER][/FOR].", $"--outage: '{token.Value}' không có dạng MÃ[@SAU][/TRONG]."));
                }
            }

            return [.. outages];
        },
    };

    private FleetOptions Options(ParseResult parsed, List<SimAsset> assets)
    {
        var outages = parsed.GetValue(_outages) ?? [];
        if (Array.Find(outages, o => !assets.Exists(a => a.Id == o.Asset)) is { } unknown)
        {
            throw new UserErrorException(
                $"--outage: there is no asset {unknown.Asset} in the catalogue's {AssetFile.Name}.",
                $"--outage: không có thiết bị {unknown.Asset} trong {AssetFile.Name} của danh mục.");
        }

        var speed = parsed.GetValue(_speed);
        return new FleetOptions
        {
            Speed = speed,
            StartAgo = parsed.GetValue(_startAgo) ?? (speed > 1 ? UsualStartAgo : TimeSpan.Zero),
            FaultRate = parsed.GetValue(_faultRate),
            PeriodScale = parsed.GetValue(_periodScale),
            Connections = parsed.GetValue(_connections),
            Duration = parsed.GetValue(_duration),
            MuteLamps = parsed.GetValue(_muteLamps),
            FailingLamps = parsed.GetValue(_failingLamps),
            Outages = outages,
        };
    }

    private List<SimSensor> Sensors(ParseResult parsed, ulong seed)
    {
        var folder = CatalogueFolder.Find(parsed.GetValue(_catalogue)?.FullName);
        var all = SensorFile.Read(Path.Combine(folder, "sensors.csv"));
        var known = all.FindAll(s => s.Properties.Any(p => PropertySpec.Find(p) is not null));
        if (known.Count == 0)
        {
            throw new UserErrorException(
                $"{folder}: no sensor measures anything that the simulator has a model of.", $"{folder}: không cảm biến nào đo đại lượng mà bộ mô phỏng biết.");
        }

        return FleetSelection.Take(known, parsed.GetValue(_sensors) ?? known.Count, new CatalogueGenerator(seed, CatalogueFolder.OutlinesOf(folder)));
    }

    private static FaultTruth? OpenTruth(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            file.Directory?.Create();
            return new FaultTruth(new StreamWriter(file.FullName, append: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{file} cannot be written: {e.Message}", $"Không ghi được {file}: {e.Message}");
        }
    }
}
