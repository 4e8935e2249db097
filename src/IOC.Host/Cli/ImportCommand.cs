using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using IOC.Host.Planning;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc history import: a CSV file of any size into a running host's history, part by part.</summary>
internal sealed class ImportCommand(HostOption host, TextWriter output, TextWriter error)
{
    // Well below what the host takes at once.
    private const int PartBytes = 8 << 20;
    private static readonly TimeSpan s_tellEvery = TimeSpan.FromSeconds(2);

    private readonly Argument<string> _file = new("file")
    {
        Description = Say("CSV file with a heading. Either a row for each reading (columns sensor, property, value, a time, quality if wanted; as exported), or a row for each time and --map.",
            "Tệp CSV có dòng tiêu đề. Mỗi dòng một số liệu (các cột sensor, property, value, thời gian, có thể có quality; như khi xuất), hoặc mỗi dòng một thời điểm với --map."),
    };

    private readonly Option<string[]> _maps = new("--map")
    {
        Description = Say("COLUMN=SENSOR/PROPERTY, with *FACTOR behind it where the file has another unit. Once for each column.", "CỘT=CẢM-BIẾN/THÔNG-SỐ, thêm *HỆ-SỐ nếu tệp dùng đơn vị khác. Mỗi cột một lần."),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _time = new("--time") { Description = Say("Column of the time; else time_utc, time, timestamp, datetime, date or ts.", "Cột thời gian; mặc định time_utc, time, timestamp, datetime, date hoặc ts.") };

    private readonly Option<string?> _timeFormat = new("--time-format")
    {
        Description = Say(
            "How times are written, where that is not plain: unix (seconds), unixms, or a pattern such as yyyyMMdd or yyyyMMddHHmm.",
            "Cách viết thời gian, khi không rõ ràng: unix (giây), unixms, hoặc mẫu như yyyyMMdd hay yyyyMMddHHmm."),
    };

    private readonly Option<string> _zone = new("--zone")
    {
        Description = Say("Zone of times without an offset.", "Múi giờ của thời điểm không ghi múi giờ."),
        DefaultValueFactory = _ => "Asia/Ho_Chi_Minh",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = Say("Check everything, store nothing.", "Chỉ kiểm tra, không lưu.") };

    private readonly Option<bool> _restart = new("--restart") { Description = Say("Begin anew where a former try was interrupted.", "Làm lại từ đầu thay vì tiếp tục lần trước.") };

    public Command Create()
    {
        var command = new Command("import", Say(
            "Load a CSV file of years into history. Interrupted, it goes on where it was when it is run again.",
            "Nạp tệp CSV nhiều năm vào lịch sử. Nếu bị gián đoạn, chạy lại sẽ tiếp tục từ chỗ cũ."))
        {
            _file, _maps, _time, _timeFormat, _zone, _dryRun, _restart,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        var (file, dryRun) = (parsed.GetValue(_file)!, parsed.GetValue(_dryRun));
        var zoneName = parsed.GetValue(_zone)!;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone))
        {
            throw new CliException(ExitCodes.Usage, Say($"--zone: there is no time zone '{zoneName}'.", $"--zone: không có múi giờ '{zoneName}'."));
        }

        if (!File.Exists(file))
        {
            throw new CliException(ExitCodes.Usage, Say($"There is no file '{file}'.", $"Không có tệp '{file}'."));
        }

        var maps = parsed.GetValue(_maps) ?? [];
        var times = new ImportTimes(zone, parsed.GetValue(_timeFormat), TimeProvider.System);
        await using var stream = File.OpenRead(file);
        using var csv = new CsvParser(new StreamReader(stream), new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null });
        if (!csv.Read() || csv.Record is null)
        {
            throw new CliException(ExitCodes.Usage, Say($"'{file}' is empty.", $"Tệp '{file}' trống."));
        }

        var columns = ImportColumns.Of(csv.Record, parsed.GetValue(_time), maps);
        using var connection = host.Open(parsed);

        // A heading alone: which history it is, before anything goes there.
        var address = host.Address(parsed);
        var history = HistoryOf(await connection.PostCsvAsync("history/import?dryRun=true", Encoding.UTF8.GetBytes($"{ImportRows.Heading}\n"), stop));
        var progress = ImportProgress.Open(
            file, $"{string.Join('\n', maps)}\n{parsed.GetValue(_time)}\n{parsed.GetValue(_timeFormat)}\n{zoneName}\n{dryRun}", history, parsed.GetValue(_restart));
        if (progress.Rows > 0)
        {
            await output.WriteLineAsync(Say($"Going on after row {progress.Rows}, at the host {address}.", $"Tiếp tục sau dòng {progress.Rows}, tại máy chủ {address}."));
        }

        return await SendAsync(connection, csv, columns, times, progress, new Meter(stream, TimeProvider.System), dryRun, stop);
    }

    private async Task<int> SendAsync(
        HostConnection connection, CsvParser csv, ImportColumns columns, ImportTimes times, ImportProgress progress, Meter meter, bool dryRun, CancellationToken stop)
    {
        var part = new ImportPart();
        var row = 0L;
        while (true)
        {
            var more = csv.Read();
            if (more && ++row <= progress.Rows)
            {
                continue;
            }

            if (more)
            {
                part.Add(row, csv, columns, times);
            }

            if (part.Length >= PartBytes || (!more && (part.Count > 0 || part.Refused.Count > 0)))
            {
                await SendAsync(connection, part, row, progress, dryRun, stop);
                meter.Tell(output, progress);
            }

            if (!more)
            {
                break;
            }
        }

        progress.Finish();
        await output.WriteLineAsync(dryRun
            ? Say($"{progress.Readings} readings are right, {progress.Refused} refused.", $"{progress.Readings} số liệu hợp lệ, {progress.Refused} bị từ chối.")
            : Say($"{progress.Readings} readings imported, {progress.Refused} refused.", $"Đã nhập {progress.Readings} số liệu, từ chối {progress.Refused}."));
        return progress.Refused == 0 ? ExitCodes.Ok : ExitCodes.Refused;
    }

    private async Task SendAsync(HostConnection connection, ImportPart part, long row, ImportProgress progress, bool dryRun, CancellationToken stop)
    {
        foreach (var refused in part.Refused)
        {
            await error.WriteLineAsync(refused);
        }

        var (accepted, left) = (0, part.Refused.Count);
        if (part.Count > 0)
        {
            var answer = await connection.PostCsvAsync($"history/import?dryRun={(dryRun ? "true" : "false")}", part.Bytes, stop);
            foreach (var refused in answer.GetProperty("rows").EnumerateArray())
            {
                // The host counts the rows of its part; people count those of their file.
                var text = Printer.Text(refused, IsVietnamese ? "detailVi" : "detail");
                await error.WriteLineAsync($"{Say("row", "dòng")} {part.RowOf(refused.GetProperty("row").GetInt32())}{text[text.IndexOf(':', StringComparison.Ordinal)..]}");
            }

            var unlisted = answer.GetProperty("refused").GetInt32() - answer.GetProperty("rows").GetArrayLength();
            if (unlisted > 0)
            {
                await error.WriteLineAsync(Say($"and {unlisted} more up to row {row}", $"và {unlisted} dòng nữa cho đến dòng {row}"));
            }

            progress.Check(HistoryOf(answer));
            accepted = answer.GetProperty("accepted").GetInt32();
            left += answer.GetProperty("refused").GetInt32();
        }

        progress.Advance(row, accepted, left);
        part.Clear();
    }

    // A host of an older version does not say.
    private static string HistoryOf(JsonElement answer) => answer.TryGetProperty("history", out var history) ? history.GetString()! : "";

    /// <summary>Tells from time to time how far it is.</summary>
    private sealed class Meter(FileStream file, TimeProvider time)
    {
        private readonly long _start = time.GetTimestamp();
        private TimeSpan _toldAt;
        private long _before = -1;

        public void Tell(TextWriter output, ImportProgress progress)
        {
            _before = _before < 0 ? progress.Readings : _before;
            var elapsed = time.GetElapsedTime(_start);
            if (elapsed - _toldAt < s_tellEvery)
            {
                return;
            }

            _toldAt = elapsed;
            var share = (double)file.Position / Math.Max(1, file.Length);
            var rate = (progress.Readings - _before) / elapsed.TotalSeconds;
            output.WriteLine(Say(
                $"{share:P0}, {progress.Readings:N0} readings, {rate:N0} a second",
                $"{share:P0}, {progress.Readings:N0} số liệu, {rate:N0} mỗi giây"));
        }
    }
}

/// <summary>Rows of a file in the form that the host takes, until they are sent.</summary>
internal sealed class ImportPart
{
    private readonly StringBuilder _text = new();
    private readonly List<long> _rows = [];

    /// <summary>About how large it is.</summary>
    public int Length => _text.Length;

    /// <summary>Readings in it.</summary>
    public int Count => _rows.Count;

    /// <summary>Rows that need not be sent to be refused, in words.</summary>
    public List<string> Refused { get; } = [];

    /// <summary>What is sent.</summary>
    public byte[] Bytes => Encoding.UTF8.GetBytes($"{ImportRows.Heading}\n{_text}");

    /// <summary>Row of the file that a reading came from.</summary>
    public long RowOf(int reading) => _rows[reading - 1];

    public void Clear()
    {
        _text.Clear();
        _rows.Clear();
        Refused.Clear();
    }

    /// <summary>Takes a row.</summary>
    public void Add(long row, CsvParser csv, ImportColumns columns, ImportTimes times)
    {
        var fields = csv.Count;
        var time = columns.Time < fields ? csv[columns.Time] : "";
        if (times.Read(time) is not { } at)
        {
            Refused.Add(times.IsDoubtful(time)
                ? Say(
                    $"row {row}: '{time}' as Unix seconds or milliseconds is before 1990 or still to come; if that is meant, or it is a date, say so with --time-format",
                    $"dòng {row}: '{time}' nếu là giây hoặc mili giây Unix thì trước năm 1990 hoặc ở tương lai; nếu đúng ý, hoặc nếu là ngày tháng, hãy nêu bằng --time-format")
                : Say($"row {row}: '{time}' is no time that can be read", $"dòng {row}: không đọc được thời điểm '{time}'"));
            return;
        }

        foreach (var column in columns.Values)
        {
            // An empty field is a reading that is missing, which is no mistake.
            var text = column.Index < fields ? csv[column.Index].Trim() : "";
            if (text.Length > 0)
            {
                Add(row, column.Sensor, column.Property, at, Scaled(text, column.Factor), "");
            }
        }

        if (columns.Values.Count == 0)
        {
            string Field(int index) => index >= 0 && index < fields ? csv[index].Trim() : "";
            Add(row, Field(columns.Sensor), Field(columns.Property), at, Field(columns.Value), Field(columns.Quality));
        }
    }

    private static string Scaled(string text, double factor) =>
        factor != 1 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? (value * factor).ToString("R", CultureInfo.InvariantCulture)
            : text;

    private void Add(long row, string sensor, string property, long at, string value, string quality)
    {
        // A field that holds a separator is wrong whatever it is; the host is to say so of this row and no other.
        _rows.Add(row);
        _text.Append(Safe(sensor)).Append(',').Append(Safe(property)).Append(',').Append(at).Append(',').Append(Safe(value)).Append(',').Append(Safe(quality)).Append('\n');
    }

    private static string Safe(string field) => field.AsSpan().IndexOfAny(",\r\n") < 0 ? field : field.Replace(',', ';').Replace('\r', ' ').Replace('\n', ' ');
}
