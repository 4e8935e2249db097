using System.CommandLine;
using IOC.Host.Backup;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc restore: puts a backup into an empty data folder, on which a host can then be started.</summary>
internal sealed class RestoreCommand(TextWriter output, TextWriter error)
{
    public Command Create()
    {
        var backup = new Argument<string>("backup") { Description = Say("Folder of the backup.", "Thư mục của bản sao lưu.") };
        var data = new Option<string>("--data") { Description = Say("Data folder to make; must be absent or empty.", "Thư mục dữ liệu cần tạo; phải chưa có hoặc trống."), Required = true };
        var catalogue = new Option<string?>("--catalogue") { Description = Say("Folder for the backup's catalogue; must be absent or empty.", "Thư mục cho danh mục trong bản sao lưu; phải chưa có hoặc trống.") };
        var command = new Command("restore", Say(
            "Check a backup and put it into an empty data folder. The host is started afterwards as ever.",
            "Kiểm tra bản sao lưu và đưa vào thư mục dữ liệu trống. Sau đó khởi động máy chủ như thường.")) { backup, data, catalogue };
        command.SetAction(async (parsed, stop) =>
        {
            var manifest = await BackupCommand.WithAsync(() => RestoreWork.RestoreAsync(
                parsed.GetValue(backup)!, parsed.GetValue(data)!, parsed.GetValue(catalogue), new BackupProgressLine(error).Tell, stop));
            output.WriteLine(Say(
                $"Restored {manifest.Id}: {manifest.Files.Count} files. Start the host with --data {parsed.GetValue(data)}.",
                $"Đã khôi phục {manifest.Id}: {manifest.Files.Count} tệp. Khởi động máy chủ với --data {parsed.GetValue(data)}."));
            if (parsed.GetValue(catalogue) is null && manifest.Files.Any(f => f.Path.StartsWith(BackupFiles.CatalogueFolder + "/", StringComparison.Ordinal)))
            {
                error.WriteLine(Say(
                    "The backup holds the city's catalogue too; --catalogue FOLDER puts it there.", "Bản sao lưu có cả danh mục của thành phố; --catalogue THƯ-MỤC để lấy ra."));
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
