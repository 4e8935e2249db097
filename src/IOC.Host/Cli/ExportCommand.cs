using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>
/// ioc history export: readings of a range into a file, a day at a time. What is in the file for good is noted beside it, so that an export that was
/// interrupted goes on with the day at which it was.
/// </summary>
internal sealed class ExportCommand(HostOption host, TextWriter output, TextWriter error)
{
    private static readonly TimeSpan s_step = TimeSpan.FromDays(1);
    private readonly Argument<string> _file = new("file") { Description = Say("File to write.", "Tệp cần ghi.") };
    private readonly Option<DateTimeOffset> _from = new("--from") { Description = Say("First instant, such as 2026-01-01T00:00:00+07:00.", "Thời điểm đầu, ví dụ 2026-01-01T00:00:00+07:00."), Required = true };
    private readonly Option<DateTimeOffset> _to = new("--to") { Description = Say("First instant no longer asked for.", "Thời điểm cuối (không gồm)."), Required = true };
    private readonly Option<string[]> _sensors = new("--sensor") { Description = Say("Only these sensors.", "Chỉ các cảm biến này."), AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _districts = new("--district") { Description = Say("Only these districts.", "Chỉ các huyện này."), AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _domains = new("--domain") { Description = Say("Only these domains.", "Chỉ các lĩnh vực này."), AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _properties = new("--property") { Description = Say("Only these properties.", "Chỉ các thông số này."), AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _all = new("--all-qualities") { Description = Say("Readings of every quality, not only good ones.", "Số liệu mọi chất lượng, không chỉ số liệu tốt.") };
    private readonly Option<string?> _format = new("--format") { Description = Say("csv or ndjson. Default: by the file's name.", "csv hoặc ndjson. Mặc định: theo tên tệp.") };
    private readonly Option<bool> _restart = new("--restart") { Description = Say("Begin anew, whatever was exported before.", "Làm lại từ đầu.") };

    public Command Create()
    {
        var command = new Command("export", Say(
            "Write readings to a file, as CSV or NDJSON; goes on where it was interrupted.", "Ghi số liệu ra tệp CSV hoặc NDJSON; bị ngắt thì chạy tiếp từ chỗ dở."))
        {
            _file, _from, _to, _sensors, _districts, _domains, _properties, _all, _format, _restart,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var (from, to) = (parsed.GetValue(_from), parsed.GetValue(_to));
            if (from >= to)
            {
                throw new CliException(ExitCodes.Usage, Say("--from must lie before --to.", "--from phải trước --to."));
            }

            using var connection = host.Open(parsed);
            return await ExportAsync(connection, parsed.GetValue(_file)!, Query(parsed, out var csv), csv, from, to, parsed.GetValue(_restart), stop);
        });
        return command;
    }

    private async Task<int> ExportAsync(
        HostConnection connection, string path, string query, bool csv, DateTimeOffset from, DateTimeOffset to, bool restart, CancellationToken stop)
    {
        var progress = ExportProgress.Open(path, string.Create(CultureInfo.InvariantCulture, $"{query} {from:O} {to:O}"), from, restart);
        try
        {
            await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);

            // What an interrupted day left behind the last whole one goes.
            file.SetLength(progress.Bytes);
            file.Seek(0, SeekOrigin.End);
            for (var at = progress.Next; at < to; at = progress.Next)
            {
                var end = at + s_step < to ? at + s_step : to;
                var range = $"from={Uri.EscapeDataString(at.ToString("O", CultureInfo.InvariantCulture))}&to={Uri.EscapeDataString(end.ToString("O", CultureInfo.InvariantCulture))}";
                await connection.CopyAsync($"history/readings?{range}&{query}", file, skipFirstLine: csv && file.Length > 0, stop);
                file.Flush(flushToDisk: true);
                progress.Advance(end, file.Length);
                error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(end - from) / (to - from):P0} {end:yyyy-MM-dd HH:mm} {file.Length >> 10} KiB"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, Say($"The file cannot be written: {e.Message}", $"Không ghi được tệp: {e.Message}"));
        }

        progress.Finish();
        output.WriteLine(Say($"Written: {path}", $"Đã ghi: {path}"));
        return ExitCodes.Ok;
    }

    private string Query(ParseResult parsed, out bool csv)
    {
        csv = (parsed.GetValue(_format) ?? Path.GetExtension(parsed.GetValue(_file)!).TrimStart('.')) switch
        {
            "csv" => true,
            "ndjson" or "jsonl" => false,
            var other => throw new CliException(ExitCodes.Usage, Say($"'{other}' is no form of readings; use --format csv or ndjson.", $"'{other}' không phải dạng tệp số liệu; dùng --format csv hoặc ndjson.")),
        };
        var query = new StringBuilder(csv ? "format=csv" : "format=ndjson").Append(parsed.GetValue(_all) ? "&quality=all" : "");
        foreach (var (name, option) in new[] { ("sensors", _sensors), ("districts", _districts), ("domains", _domains), ("properties", _properties) })
        {
            if (parsed.GetValue(option) is { Length: > 0 } values)
            {
                query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(string.Join(',', values)));
            }
        }

        return query.ToString();
    }
}

/// <summary>How far an export has come, kept in a file beside the exported one.</summary>
internal sealed class ExportProgress
{
    private readonly string _path;
    private readonly string _what;

    private ExportProgress(string path, string what, DateTimeOffset next, long bytes) => (_path, _what, Next, Bytes) = (path, what, next, bytes);

    /// <summary>First instant that is not in the file.</summary>
    public DateTimeOffset Next { get; private set; }

    /// <summary>Length of the file up to there.</summary>
    public long Bytes { get; private set; }

    /// <summary>Looks for the progress of a former try.</summary>
    /// <exception cref="CliException">The file is there and is no former try of the same.</exception>
    public static ExportProgress Open(string file, string settings, DateTimeOffset from, bool restart)
    {
        var (path, what) = (file + ".ioc-export", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(settings))));
        if (restart || !File.Exists(file))
        {
            return new ExportProgress(path, what, from, 0);
        }

        try
        {
            if (File.Exists(path) && JsonSerializer.Deserialize<State>(File.ReadAllText(path)) is { } state && state.What == what && new FileInfo(file).Length >= state.Bytes)
            {
                return new ExportProgress(path, what, state.Next, state.Bytes);
            }
        }
        catch (JsonException)
        {
            // As good as another file's.
        }

        throw new CliException(ExitCodes.Usage, Say(
            $"{file} is there already, and no unfinished export with the same options. Name another file, or --restart to write it anew.",
            $"{file} đã có và không phải lần xuất dở với cùng tùy chọn. Hãy chọn tệp khác, hoặc --restart để ghi lại."));
    }

    /// <summary>Notes that all before an instant is in the file for good.</summary>
    public void Advance(DateTimeOffset next, long bytes)
    {
        (Next, Bytes) = (next, bytes);
        File.WriteAllText(_path + ".new", JsonSerializer.Serialize(new State(_what, next, bytes)));
        File.Move(_path + ".new", _path, overwrite: true);
    }

    /// <summary>Notes that all is done.</summary>
    public void Finish() => File.Delete(_path);

    private sealed record State(string What, DateTimeOffset Next, long Bytes);
}
