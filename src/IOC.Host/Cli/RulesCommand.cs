using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IOC.Registry;
using IOC.Telemetry;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc rules: check files without a host; list, reload and try rules on a running one.</summary>
internal sealed class RulesCommand(TextWriter output, TextWriter error)
{
    private readonly HostOption _host = new();
    private readonly Printer _print = new(output);

    public Command Create()
    {
        var command = new Command("rules", Say("Rules: what is watched.", "Luật: những gì được giám sát.")) { Check(), List(), Reload(), Test() };
        _host.AddTo(command);
        return command;
    }

    private Command Check()
    {
        var folder = new Argument<string?>("folder") { Arity = ArgumentArity.ZeroOrOne, Description = Say("Folder of the catalogue. Default: the one that comes with the program.", "Thư mục danh mục. Mặc định: danh mục đi kèm.") };
        var zone = new Option<string>("--zone") { Description = Say("The city's time zone.", "Múi giờ của thành phố."), DefaultValueFactory = _ => "Asia/Ho_Chi_Minh" };
        var command = new Command("check", Say("Check the files of a catalogue, without a host; exit code 0 or 2.", "Kiểm tra các tệp danh mục, không cần máy chủ; mã thoát 0 hoặc 2.")) { folder, zone };
        command.SetAction(async (parsed, stop) =>
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(parsed.GetValue(zone)!, out var city))
            {
                throw new CliException(ExitCodes.Usage, Say($"--zone: there is no time zone '{parsed.GetValue(zone)}'.", $"--zone: không có múi giờ '{parsed.GetValue(zone)}'."));
            }

            var check = await RuleCheck.RunAsync(parsed.GetValue(folder) ?? Path.Combine(AppContext.BaseDirectory, "catalogue"), city, stop);
            foreach (var mistake in check.Errors)
            {
                error.WriteLine($"{mistake.File}{(mistake.Line == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{mistake.Line}"))}{(mistake.Column is null ? "" : " " + mistake.Column)}: {Pick(mistake.Message)}");
            }

            foreach (var warning in check.Warnings)
            {
                error.WriteLine(Say("note: ", "lưu ý: ") + Pick(warning));
            }

            output.WriteLine(check.Errors.Count == 0
                ? Say($"{check.Rules} rules, no mistakes", $"{check.Rules} luật, không có lỗi")
                : Say($"{check.Errors.Count} mistakes", $"{check.Errors.Count} lỗi"));
            return check.Errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Usage;
        });
        return command;
    }

    private Command List()
    {
        var command = new Command("list", Say("List the rules of a running host.", "Liệt kê luật của máy chủ đang chạy."));
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            _print.Table(
                [Say("id", "mã"), Say("version", "phiên bản"), Say("kind", "loại"), "P", Say("in force", "áp dụng"), Say("from", "từ"), Say("changed", "đã sửa"), Say("name", "tên")],
                (await host.GetAsync("rules?all=true", stop)).EnumerateArray().Select(r => new[]
                {
                    Printer.Text(r, "id"), Printer.Text(r, "version"), Printer.Text(r, "kind"), Printer.Text(r, "severity"), Printer.Text(r, "inForce"),
                    Printer.Text(r, "file") is { Length: > 0 } file ? file : "API", Printer.Text(r, "overridden") == "true" ? Printer.Text(r, "changedBy") : "",
                    Printer.Text(r.GetProperty("name"), IsVietnamese ? "vi" : "en"),
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command Reload()
    {
        var command = new Command("reload", Say("Let a running host read its rule files now.", "Yêu cầu máy chủ đọc lại tệp luật ngay."));
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            var answer = await host.PostAsync("rules/reload", new { }, stop);
            foreach (var note in answer.GetProperty("notes").EnumerateArray())
            {
                error.WriteLine(Printer.Text(note, IsVietnamese ? "vi" : "en"));
            }

            output.WriteLine(Say("rule set ", "bộ luật ") + answer.GetProperty("set").GetProperty("number"));
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command Test()
    {
        var what = new Argument<string>("rule") { Description = Say("Id of a rule, or a file that holds one rule.", "Mã luật, hoặc tệp chứa một luật.") };
        var from = new Option<string>("--from") { Description = Say("First instant, such as 2026-01-01T00:00:00+07:00.", "Thời điểm đầu, ví dụ 2026-01-01T00:00:00+07:00."), Required = true };
        var to = new Option<string>("--to") { Description = Say("First instant no longer asked for.", "Thời điểm cuối (không gồm)."), Required = true };
        var sensors = new Option<string[]>("--sensor") { Description = Say("Only these sensors.", "Chỉ các cảm biến này."), AllowMultipleArgumentsPerToken = true };
        var command = new Command("test", Say("What would this rule have raised? Runs it over the history of a running host.", "Luật này lẽ ra đã cảnh báo gì? Chạy trên lịch sử của máy chủ.")) { what, from, to, sensors };
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            var rule = await RuleOf(parsed.GetValue(what)!, stop);
            var answer = await host.PostAsync("rules/test", new
            {
                rule,
                id = rule is null ? parsed.GetValue(what) : null,
                from = parsed.GetValue(from),
                to = parsed.GetValue(to),
                sensors = parsed.GetValue(sensors) is { Length: > 0 } some ? some : null,
            }, stop);
            Print(answer);
            return ExitCodes.Ok;
        });
        return command;
    }

    private void Print(JsonElement answer)
    {
        output.WriteLine(Say($"{answer.GetProperty("sensors")} sensors, {answer.GetProperty("readings")} readings", $"{answer.GetProperty("sensors")} cảm biến, {answer.GetProperty("readings")} số liệu"));
        foreach (var (name, label) in new[] { ("candidate", Say("this rule", "luật này")), ("present", Say("present version", "phiên bản hiện tại")) })
        {
            if (!answer.TryGetProperty(name, out var result))
            {
                continue;
            }

            var (alerts, open, share) = (result.GetProperty("alerts"), result.GetProperty("openAtEnd"), result.GetProperty("share").GetDouble().ToString("P2", CultureInfo.InvariantCulture));
            output.WriteLine($"{label}: " + Say($"{alerts} alerts, {open} of them open at the end, active {share} of the time", $"{alerts} cảnh báo, {open} còn mở ở cuối, {share} thời gian"));
        }

        _print.Table([Say("subject", "đối tượng"), Say("alerts", "cảnh báo"), Say("active, minutes", "số phút")], answer.GetProperty("candidate").GetProperty("subjects").EnumerateArray().Select(s => new[]
        {
            Printer.Text(s, "subject"), Printer.Text(s, "alerts"), (s.GetProperty("activeMs").GetInt64() / 60_000).ToString(CultureInfo.InvariantCulture),
        }));
    }

    private static async Task<JsonElement?> RuleOf(string what, CancellationToken stop)
    {
        if (!File.Exists(what))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(
                await File.ReadAllTextAsync(what, stop), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCodes.Usage, Say($"{what} is no JSON: {e.Message}", $"{what} không phải JSON: {e.Message}"));
        }
    }

    private static string Pick(LocalText text) => Say(text.En, text.Vi);
}
