using System.CommandLine;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc history: what is done with stored readings.</summary>
internal sealed class HistoryCommand(TextWriter output, TextWriter error)
{
    private readonly HostOption _host = new();

    public Command Create()
    {
        var command = new Command("history", Say("Stored readings.", "Số liệu đã lưu.")) { Delete(), new ImportCommand(_host, output, error).Create(), new ExportCommand(_host, output, error).Create() };
        _host.AddTo(command);
        return command;
    }

    private Command Delete()
    {
        var sensors = new Option<string[]>("--sensor")
        {
            Description = Say("Sensors whose readings are to go.", "Cảm biến cần xóa số liệu."),
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var properties = new Option<string[]>("--property") { Description = Say("Only these properties.", "Chỉ các thông số này."), AllowMultipleArgumentsPerToken = true };
        var from = new Option<DateTimeOffset>("--from") { Description = Say("First instant to go, such as 2026-01-05T00:00:00+07:00.", "Thời điểm đầu cần xóa, ví dụ 2026-01-05T00:00:00+07:00."), Required = true };
        var to = new Option<DateTimeOffset>("--to") { Description = Say("First instant that stays.", "Thời điểm đầu được giữ lại."), Required = true };
        var reason = new Option<string>("--reason") { Description = Say("Why; goes into the host's log.", "Lý do; được ghi vào nhật ký máy chủ."), Required = true };
        var yes = new Option<bool>("--yes") { Description = Say("Remove them. Without it, only tells what would go.", "Xóa thật. Nếu không có, chỉ cho biết sẽ xóa gì.") };
        var command = new Command("delete", Say("Remove readings of sensors in a range, for good.", "Xóa vĩnh viễn số liệu của cảm biến trong một khoảng thời gian."))
        {
            sensors, properties, from, to, reason, yes,
        };
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            var result = await host.PostAsync(
                "history/delete",
                new
                {
                    sensors = parsed.GetValue(sensors),
                    properties = parsed.GetValue(properties),
                    from = parsed.GetValue(from),
                    to = parsed.GetValue(to),
                    @operator = HostConnection.By,
                    reason = parsed.GetValue(reason),
                    dryRun = !parsed.GetValue(yes),
                },
                stop);
            var (readings, series) = (result.GetProperty("readings").GetInt64(), string.Join(", ", result.GetProperty("series").EnumerateArray()));
            await output.WriteLineAsync(result.GetProperty("deleted").GetBoolean()
                ? Say($"{readings} readings removed: {series}", $"Đã xóa {readings} số liệu: {series}")
                : Say($"{readings} readings would go: {series}. Add --yes to remove them.", $"Sẽ xóa {readings} số liệu: {series}. Thêm --yes để xóa."));
            return ExitCodes.Ok;
        });
        return command;
    }
}
