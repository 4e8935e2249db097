using System.CommandLine;
using System.Globalization;
using IOC.FirmwareSim.Replay;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Cli;

/// <summary>firmware-sim replay: sends a recorded CSV file.</summary>
internal sealed class ReplayCommand
{
    private readonly SimulatorHost _host;
    private readonly Argument<FileInfo> _file = new("file")
    {
        Description = Say(
            "CSV file: first column timestamp (local time), other columns numbers.", "Tệp CSV: cột đầu timestamp (giờ địa phương), các cột khác là số."),
    };

    private readonly BrokerCommandOptions _broker = new();
    private readonly Option<FileInfo?> _map = new("--map")
    {
        Description = Say("File with a column mapping a line, as in --column; # begins a comment.", "Tệp ánh xạ cột, mỗi dòng như --column; # là chú thích."),
    };

    private readonly Option<string[]> _columns = new("--column")
    {
        Description = Say("csvcolumn=district/domain/sensor:property[:factor]; may be repeated.", "cột=huyện/lĩnh-vực/cảm-biến:đại-lượng[:hệ-số]; có thể lặp lại."),
    };

    private readonly Option<string[]> _templates = new("--column-template")
    {
        Description = Say(
            "The same for all columns that match, e.g. *=downtown/traffic/loop-{column}:speed:1.609344.",
            "Như trên cho mọi cột khớp mẫu, ví dụ *=downtown/traffic/loop-{column}:speed:1.609344."),
    };

    private readonly Option<string> _zone = new("--zone")
    {
        Description = Say("Time zone of the file's times.", "Múi giờ của thời gian trong tệp."),
        DefaultValueFactory = _ => "Asia/Ho_Chi_Minh",
    };

    private readonly Option<double> _speed = new("--speed")
    {
        Description = Say(
            "How many times faster than recorded, or max: as fast as it is acknowledged.", "Nhanh gấp bao nhiêu lần lúc ghi, hoặc max: nhanh hết mức được xác nhận."),
        HelpName = "N|max",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "max")
            {
                return double.PositiveInfinity;
            }

            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed) && speed > 0 && double.IsFinite(speed))
            {
                return speed;
            }

            result.AddError(Say($"--speed: '{text}' is neither a number above 0 nor max.", $"--speed: '{text}' không phải số lớn hơn 0, cũng không phải max."));
            return 1;
        },
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = Say("First time to send (2013-03-01 or 2013-03-01T06:00, in the file's zone).", "Thời điểm đầu cần gửi (2013-03-01 hoặc 2013-03-01T06:00, theo múi giờ của tệp)."),
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = Say("Time at which to stop, itself not sent.", "Thời điểm dừng, bản thân nó không gửi."),
    };

    private readonly Option<bool> _shift = new("--shift-to-now")
    {
        Description = Say(
            "Move all times by one amount so that the last row falls on the moment at which it is sent.", "Dời mọi thời gian cùng một lượng để dòng cuối rơi đúng vào lúc được gửi."),
    };

    private readonly Option<int> _inFlight = CommonOptions.Count("--in-flight", new ReplayOptions().InFlight, Say(
        "Most unacknowledged messages per connection.", "Số bản tin chưa xác nhận tối đa mỗi kết nối."));
    private readonly Option<int> _connections = CommonOptions.Count("--connections", new ReplayOptions().Connections, Say(
        "Most connections; a sensor keeps to one.", "Số kết nối tối đa; mỗi cảm biến chỉ dùng một kết nối."));
    private readonly Option<string[]> _missing = new("--missing")
    {
        Description = Say("A text that means missing, besides the empty field; may be repeated.", "Chuỗi có nghĩa là thiếu, ngoài ô trống; có thể lặp lại."),
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _quiet = CommonOptions.Quiet();

    private ReplayCommand(SimulatorHost host) => _host = host;

    /// <summary>Makes the command.</summary>
    public static Command Create(SimulatorHost host)
    {
        var replay = new ReplayCommand(host);
        var command = new Command("replay", Say(
            "Replay a recorded CSV file: each row becomes a message per sensor, numbers with exactly the file's digits.",
            "Phát lại tệp CSV đã ghi: mỗi dòng thành một bản tin cho mỗi cảm biến, giữ nguyên chữ số trong tệp."))
        {
            replay._file, replay._map, replay._columns, replay._templates, replay._zone, replay._speed, replay._from,
            replay._to, replay._shift, replay._inFlight, replay._connections, replay._missing, replay._quiet,
        };
        replay._broker.AddTo(command);
        command.SetAction(replay.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var zone = LocalTimes.Zone(parsed.GetValue(_zone)!);
        var file = ReplayFile.Open(parsed.GetValue(_file)!.FullName);
        var map = Map(parsed, file);
        var options = Options(parsed, zone);
        var extent = file.Survey(new LocalTimes(zone), options.FromMs, options.ToMs);
        if (extent.Rows == 0)
        {
            throw new UserErrorException("The file has no row with a readable time in that range.", "Tệp không có dòng nào có thời gian đọc được trong khoảng đó.");
        }

        var (times, statistics) = (new LocalTimes(zone), new ReplayStatistics());
        var links = _host.Links(_broker.Read(parsed));
        var runner = new ReplayRunner(file, map, times, extent, options, links, _host.Time, statistics);
        var began = _host.Time.GetTimestamp();
        var end = await ShowWhileAsync(new ReplayProgress(statistics, extent, _host.Time), parsed.GetValue(_quiet), runner.RunAsync(cancellationToken));
        foreach (var line in ReplaySummary.Lines(statistics, end, times, map, _host.Time.GetElapsedTime(began)))
        {
            await _host.Output.WriteLineAsync(line);
        }

        if (end == ReplayEnd.NoConnection && links.LastProblem is { } problem)
        {
            await _host.Error.WriteLineAsync(problem);
        }

        return ExitCode(end, statistics);
    }

    private static int ExitCode(ReplayEnd end, ReplayStatistics statistics) => end switch
    {
        ReplayEnd.NoConnection => ExitCodes.NoConnection,
        ReplayEnd.Interrupted => ExitCodes.Interrupted,
        _ => statistics.Acknowledged == statistics.Messages && end == ReplayEnd.Finished ? ExitCodes.Ok : ExitCodes.NotAcknowledged,
    };

    private async Task<ReplayEnd> ShowWhileAsync(ReplayProgress progress, bool quiet, Task<ReplayEnd> running)
    {
        using var done = new CancellationTokenSource();
        var showing = quiet ? Task.CompletedTask
            : _host.Terminal is { } terminal ? progress.ShowBarAsync(terminal, done.Token) : progress.WriteLinesAsync(_host.Output, done.Token);
        try
        {
            return await running;
        }
        finally
        {
            await done.CancelAsync();
            await showing;
        }
    }

    private ColumnMap Map(ParseResult parsed, ReplayFile file)
    {
        var targets = (parsed.GetValue(_columns) ?? []).Select(ColumnTarget.Parse).ToList();
        if (parsed.GetValue(_map) is { } mapFile)
        {
            targets.AddRange(ColumnMap.ReadFile(mapFile.FullName));
        }

        return ColumnMap.Bind(file.Header, targets, [.. (parsed.GetValue(_templates) ?? []).Select(ColumnTarget.ParseTemplate)]);
    }

    private ReplayOptions Options(ParseResult parsed, TimeZoneInfo zone) => new()
    {
        Speed = parsed.GetValue(_speed) is var speed && double.IsFinite(speed) ? speed : null,
        FromMs = Moment(parsed, _from, zone) ?? long.MinValue,
        ToMs = Moment(parsed, _to, zone) ?? long.MaxValue,
        ShiftToNow = parsed.GetValue(_shift),
        InFlight = parsed.GetValue(_inFlight),
        Connections = parsed.GetValue(_connections),
        Missing = parsed.GetValue(_missing) ?? [],
    };

    private static long? Moment(ParseResult parsed, Option<string?> option, TimeZoneInfo zone)
    {
        var text = parsed.GetValue(option);
        return text is null ? null : new LocalTimes(zone).TryRead(text) ?? throw new UserErrorException(
            $"{option.Name}: '{text}' is no time such as 2013-03-01 or 2013-03-01T06:00.", $"{option.Name}: '{text}' không phải thời gian như 2013-03-01 hay 2013-03-01T06:00.");
    }
}
