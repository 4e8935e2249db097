using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IOC.Host.Sensors;
using IOC.Registry;
using IOC.Telemetry;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc sensors: brings sensors into a city's catalogue and takes them away as a file, of a running host or of a folder.</summary>
internal sealed class SensorsCommand(TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);
    private readonly HostOption _host = new();

    private readonly Option<string?> _catalogue = new("--catalogue")
    {
        Description = Say("Work on this catalogue folder, without a host.", "Làm việc trên thư mục danh mục này, không cần máy chủ."),
    };

    private readonly Option<string?> _format = new("--format")
    {
        Description = Say("csv or geojson. Default: by the file's name.", "csv hoặc geojson. Mặc định: theo tên tệp."),
    };

    private readonly Option<string> _zone = new("--zone") { Description = Say("The city's time zone, with --catalogue.", "Múi giờ của thành phố, khi dùng --catalogue."), DefaultValueFactory = _ => "Asia/Ho_Chi_Minh" };

    public Command Create()
    {
        var command = new Command("sensors", Say("Sensors of the city's catalogue.", "Cảm biến trong danh mục của thành phố.")) { Import(), Export() };
        _host.AddTo(command);
        return command;
    }

    private Command Import()
    {
        var file = new Argument<string>("file")
        {
            Description = Say(
            $"CSV with the columns {string.Join(", ", SensorSheet.Columns)}, or GeoJSON points with these properties.",
            $"CSV có các cột {string.Join(", ", SensorSheet.Columns)}, hoặc điểm GeoJSON có các thuộc tính này.")
        };
        var replace = new Option<bool>("--replace") { Description = Say("Retire the sensors that the file does not name.", "Ngừng dùng cảm biến không có trong tệp.") };
        var dryRun = new Option<bool>("--dry-run") { Description = Say("Tell what would be done, and do nothing.", "Chỉ cho biết sẽ làm gì.") };
        var command = new Command("import", Say(
            "Add and change sensors from a file. One mistake, and nothing is imported; exit code 1.",
            "Thêm và sửa cảm biến từ tệp. Có lỗi thì không nhập gì; mã thoát 1.")) { file, replace, dryRun, _catalogue, _format, _zone };
        command.SetAction(async (parsed, stop) =>
        {
            var (path, form) = (parsed.GetValue(file)!, FormatOf(parsed, parsed.GetValue(file)!));
            var bytes = await ReadAsync(path, stop);
            var answer = parsed.GetValue(_catalogue) is { } folder
                ? await ImportHereAsync(folder, bytes, form, parsed.GetValue(replace), parsed.GetValue(dryRun), ZoneOf(parsed), stop)
                : await AskAsync(parsed, bytes, form, parsed.GetValue(replace), parsed.GetValue(dryRun), stop);
            return Tell(answer, path, form, parsed.GetValue(dryRun));
        });
        return command;
    }

    private Command Export()
    {
        var file = new Argument<string>("file") { Description = Say("File to write; - is the standard output.", "Tệp cần ghi; - là đầu ra chuẩn.") };
        var command = new Command("export", Say("Write the sensors to a file, in the form that import takes.", "Ghi cảm biến ra tệp theo dạng mà import nhận.")) { file, _catalogue, _format, _zone };
        command.SetAction(async (parsed, stop) =>
        {
            var (path, form) = (parsed.GetValue(file)!, FormatOf(parsed, parsed.GetValue(file)!));
            string text;
            if (parsed.GetValue(_catalogue) is { } folder)
            {
                text = SensorSheet.Write(await SensorFolder.ReadAsync(folder, ZoneOf(parsed), stop), form);
            }
            else
            {
                using var host = _host.Open(parsed);
                text = await host.GetTextAsync($"catalogue/sensors?format={(form == SensorFormat.Csv ? "csv" : "geojson")}", stop);
            }

            await WriteAsync(path, text, stop);
            return ExitCodes.Ok;
        });
        return command;
    }

    private async Task<SensorImportDto> AskAsync(ParseResult parsed, byte[] bytes, SensorFormat format, bool replace, bool dryRun, CancellationToken stop)
    {
        using var host = _host.Open(parsed);
        var answer = await host.PostBytesAsync(
            $"catalogue/sensors?replace={(replace ? "true" : "false")}&dryRun={(dryRun ? "true" : "false")}", bytes, format == SensorFormat.Csv ? "text/csv" : "application/geo+json",
            alsoTake: System.Net.HttpStatusCode.UnprocessableEntity, stop);
        return answer.Deserialize<SensorImportDto>(s_json)!;
    }

    private static async Task<SensorImportDto> ImportHereAsync(string folder, byte[] bytes, SensorFormat format, bool replace, bool dryRun, TimeZoneInfo zone, CancellationToken stop)
    {
        try
        {
            var plan = await SensorImport.PlanAsync(folder, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), format, replace, zone, stop);
            var imports = plan.Errors.Count == 0 && plan.ChangesAnything && !dryRun;
            if (imports)
            {
                await SensorImport.ApplyAsync(folder, plan, stop);
            }

            return new SensorImportDto(imports, imports, plan.Added, plan.Changed, plan.Retired, plan.Unchanged, plan.Errors, plan.Notes);
        }
        catch (DecoderFallbackException)
        {
            throw new CliException(ExitCodes.Usage, Say("The file is not UTF-8; save it as UTF-8.", "Tệp không phải UTF-8; hãy lưu bằng mã UTF-8."));
        }
        catch (Exception e) when (e is CatalogueException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, e.Message);
        }
    }

    private int Tell(SensorImportDto answer, string path, SensorFormat format, bool dryRun)
    {
        foreach (var mistake in answer.Errors)
        {
            var place = mistake.Row == 0 ? Say("catalogue", "danh mục")
                : format == SensorFormat.Csv ? string.Create(CultureInfo.InvariantCulture, $"{path}:{mistake.Row}")
                : string.Create(CultureInfo.InvariantCulture, $"{path}: {Say("feature", "đối tượng")} {mistake.Row}");
            error.WriteLine($"{place}{(mistake.Column is null ? "" : " " + mistake.Column)}: {Say(mistake.Message.En, mistake.Message.Vi)}");
        }

        if (answer.Errors.Count > 0)
        {
            output.WriteLine(Say($"{answer.Errors.Count} mistakes; nothing was imported.", $"{answer.Errors.Count} lỗi; chưa nhập gì."));
            return ExitCodes.Refused;
        }

        foreach (var note in answer.Notes)
        {
            error.WriteLine(Say("note: ", "lưu ý: ") + Say(note.En, note.Vi));
        }

        List("+", answer.Added);
        List("~", answer.Changed);
        List("-", answer.Retired);
        output.WriteLine(
            (dryRun ? Say("Would be: ", "Sẽ là: ") : "")
            + Say(
                $"{answer.Added.Count} added, {answer.Changed.Count} changed, {answer.Retired.Count} retired, {answer.Unchanged} unchanged.",
                $"{answer.Added.Count} thêm, {answer.Changed.Count} sửa, {answer.Retired.Count} ngừng dùng, {answer.Unchanged} giữ nguyên."));
        if (answer.RestartNeeded)
        {
            output.WriteLine(Say("Restart the host: it reads its sensors when it starts.", "Hãy khởi động lại máy chủ: cảm biến được đọc lúc khởi động."));
        }

        return ExitCodes.Ok;
    }

    private void List(string sign, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            output.WriteLine($"{sign} {id}");
        }
    }

    private SensorFormat FormatOf(ParseResult parsed, string path) => (parsed.GetValue(_format) ?? Path.GetExtension(path).TrimStart('.')) switch
    {
        "csv" or "" => SensorFormat.Csv,
        "geojson" or "json" => SensorFormat.GeoJson,
        var other => throw new CliException(ExitCodes.Usage, Say($"'{other}' is no form of sensors; use --format csv or geojson.", $"'{other}' không phải dạng tệp cảm biến; dùng --format csv hoặc geojson.")),
    };

    private TimeZoneInfo ZoneOf(ParseResult parsed) => TimeZoneInfo.TryFindSystemTimeZoneById(parsed.GetValue(_zone)!, out var zone)
        ? zone
        : throw new CliException(ExitCodes.Usage, Say($"--zone: there is no time zone '{parsed.GetValue(_zone)}'.", $"--zone: không có múi giờ '{parsed.GetValue(_zone)}'."));

    private static async Task<byte[]> ReadAsync(string path, CancellationToken stop)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, Say($"The file cannot be read: {e.Message}", $"Không đọc được tệp: {e.Message}"));
        }
    }

    private async Task WriteAsync(string path, string text, CancellationToken stop)
    {
        if (path == "-")
        {
            await output.WriteAsync(text);
            return;
        }

        try
        {
            await File.WriteAllTextAsync(path, text, stop);
            output.WriteLine(Say($"Written: {path}", $"Đã ghi: {path}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Usage, Say($"The file cannot be written: {e.Message}", $"Không ghi được tệp: {e.Message}"));
        }
    }
}
