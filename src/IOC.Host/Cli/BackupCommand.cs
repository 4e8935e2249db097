using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using IOC.Host.Backup;
using IOC.Host.Settings;
using Microsoft.Extensions.Configuration;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>ioc backup: makes, lists and checks backups, of a running host over its API and of a stopped one from its folder.</summary>
internal sealed class BackupCommand(TextWriter output, TextWriter error)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);
    private readonly HostOption _host = new();
    private readonly Printer _print = new(output);

    public Command Create()
    {
        var to = new Option<string?>("--to")
        {
            Description = Say(
            "Folder that gets the backup, where the host is stopped. A running host writes below Ioc:Backup:Directory.",
            "Thư mục chứa bản sao lưu khi máy chủ đang dừng. Máy chủ đang chạy ghi vào Ioc:Backup:Directory.")
        };
        var command = new Command("backup", Say(
            "Make a checked backup of everything, while the host runs or not.", "Tạo bản sao lưu đã kiểm tra của mọi dữ liệu, dù máy chủ đang chạy hay dừng.")) { List(), Verify(), to };
        _host.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var folder = parsed.GetValue(_host.Server) is null ? parsed.GetValue(_host.Data)! : null;
            return folder is not null && !DataFolder.IsHeld(folder)
                ? await MakeHereAsync(folder, parsed.GetValue(to), stop)
                : await AskAsync(parsed, parsed.GetValue(to), stop);
        });
        return command;
    }

    private Command List()
    {
        var command = new Command("list", Say("List the backups of a running host.", "Liệt kê bản sao lưu của máy chủ đang chạy."));
        command.SetAction(async (parsed, stop) =>
        {
            using var host = _host.Open(parsed);
            var list = await host.GetAsync("backups", stop);
            _print.Table(
                [Say("id", "mã"), Say("began", "bắt đầu"), "MiB", Say("kept elsewhere", "lưu nơi khác"), Say("folder", "thư mục")],
                list.GetProperty("backups").EnumerateArray().Select(b => new[]
                {
                    Printer.Text(b, "id"), Printer.Text(b, "beganAt"), (b.GetProperty("bytes").GetInt64() >> 20).ToString(CultureInfo.InvariantCulture), Printer.Text(b, "missing"), Printer.Text(b, "folder"),
                }));
            return ExitCodes.Ok;
        });
        return command;
    }

    private Command Verify()
    {
        var folder = new Argument<string>("folder") { Description = Say("Folder of the backup.", "Thư mục của bản sao lưu.") };
        var command = new Command("verify", Say(
            "Check a backup: sizes, checksums, every database, and that its parts fit together. Exit code 0 or 2.",
            "Kiểm tra bản sao lưu: kích thước, tổng kiểm, từng cơ sở dữ liệu, và các phần khớp nhau. Mã thoát 0 hoặc 2.")) { folder };
        command.SetAction(async (parsed, stop) =>
        {
            var manifest = await WithAsync(() => BackupVerifier.VerifyAsync(parsed.GetValue(folder)!, new BackupProgressLine(error).Tell, stop));
            Tell(manifest);
            output.WriteLine(Say("The backup is good.", "Bản sao lưu tốt."));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Runs work on backups; what goes wrong is told in the user's language.</summary>
    public static async Task<T> WithAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (BackupException e)
        {
            throw new CliException(ExitCodes.Usage, Say(e.Text.En, e.Text.Vi));
        }
        catch (SettingsException e)
        {
            throw new CliException(ExitCodes.Usage, e.Message);
        }
    }

    private async Task<int> AskAsync(ParseResult parsed, string? to, CancellationToken stop)
    {
        if (to is not null)
        {
            throw new CliException(ExitCodes.Usage, Say(
                "--to: the host is running and writes below its Ioc:Backup:Directory; copy the folder from there.",
                "--to: máy chủ đang chạy và ghi vào Ioc:Backup:Directory của nó; hãy chép thư mục từ đó."));
        }

        using var host = _host.Open(parsed);
        var before = Ids(await host.GetAsync("backups", stop));
        await host.PostAsync("backups", new { by = HostConnection.By }, stop);
        var line = new BackupProgressLine(error);
        while (true)
        {
            var list = await host.GetAsync("backups", stop);
            if (list.GetProperty("running") is { ValueKind: JsonValueKind.Object } running)
            {
                line.Tell(new BackupProgress(Printer.Text(running, "step"), Printer.Text(running, "file"), running.GetProperty("doneBytes").GetInt64(), running.GetProperty("totalBytes").GetInt64()));
                await Task.Delay(s_look, stop);
                continue;
            }

            if (list.GetProperty("lastFailure") is { ValueKind: JsonValueKind.Object } failure)
            {
                throw new CliException(ExitCodes.Refused, Printer.Text(failure, IsVietnamese ? "vi" : "en"));
            }

            return Told(list.GetProperty("backups").EnumerateArray().FirstOrDefault(b => !before.Contains(Printer.Text(b, "id"))));
        }
    }

    private int Told(JsonElement made)
    {
        if (made.ValueKind == JsonValueKind.Undefined)
        {
            throw new CliException(ExitCodes.Refused, Say("The host lists no new backup; see its log.", "Máy chủ không có bản sao lưu mới; xem nhật ký của nó."));
        }

        TellMissing(made.GetProperty("missing").EnumerateArray().Select(m => m.GetString()!));
        output.WriteLine(Printer.Text(made, "folder"));
        return ExitCodes.Ok;
    }

    private async Task<int> MakeHereAsync(string folder, string? to, CancellationToken stop)
    {
        if (!Directory.Exists(folder))
        {
            throw new CliException(ExitCodes.Usage, Say($"There is no folder '{folder}'; name --data or --server.", $"Không có thư mục '{folder}'; hãy dùng --data hay --server."));
        }

        return await WithAsync(async () =>
        {
            // The environment and appsettings.json say the same here as to the host.
            var options = SettingsReader.Read(new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddEnvironmentVariables().AddInMemoryCollection([new("Ioc:DataDirectory", folder)]).Build());
            using var held = DataFolder.Open(folder);
            var plan = new BackupPlan(
                held.Path, to ?? options.Backup.In(held.Path), options.CatalogueDirectory.Length > 0 ? Path.GetFullPath(options.CatalogueDirectory) : null, options.Node, Online: false,
                BackupPlan.KeptElsewhere(options));
            var (made, manifest) = await new BackupWriter(TimeProvider.System).MakeAsync(plan, new BackupProgressLine(error).Tell, stop);
            TellMissing(manifest.Missing);
            output.WriteLine(made);
            return ExitCodes.Ok;
        });
    }

    private void Tell(BackupManifest manifest)
    {
        output.WriteLine(Say(
            $"{manifest.Id}: {manifest.Files.Count} files, {manifest.TotalBytes() >> 20} MiB; holds everything acknowledged before {manifest.BeganAt:O}",
            $"{manifest.Id}: {manifest.Files.Count} tệp, {manifest.TotalBytes() >> 20} MiB; có mọi thứ đã xác nhận trước {manifest.BeganAt:O}"));
        TellMissing(manifest.Missing);
    }

    private void TellMissing(IEnumerable<string> missing)
    {
        foreach (var what in missing)
        {
            error.WriteLine(what == "history"
                ? Say("Not in it: the readings in InfluxDB. Back that up with its own tools (docs/operate.md).", "Không có trong đó: số liệu trong InfluxDB. Hãy sao lưu bằng công cụ của InfluxDB (docs/operate.md).")
                : Say("Not in it: the registry on its database server. Back that up with its own tools (docs/operate.md).", "Không có trong đó: sổ đăng ký trên máy chủ cơ sở dữ liệu. Hãy sao lưu bằng công cụ của nó (docs/operate.md)."));
        }
    }

    private static HashSet<string> Ids(JsonElement list) => list.GetProperty("backups").EnumerateArray().Select(b => Printer.Text(b, "id")).ToHashSet(StringComparer.Ordinal);
}

/// <summary>Tells a person how far a backup is: on a terminal only, and only what changed.</summary>
internal sealed class BackupProgressLine(TextWriter error)
{
    private string _last = "";

    public void Tell(BackupProgress progress)
    {
        var share = progress.TotalBytes == 0 ? 0 : Math.Min(1, (double)progress.DoneBytes / progress.TotalBytes);
        var line = string.Create(CultureInfo.InvariantCulture, $"{(progress.Step == "copy" ? Say("copying", "đang chép") : Say("checking", "đang kiểm tra"))} {share:P0} {progress.File}");
        if (line != _last && !Console.IsErrorRedirected)
        {
            error.WriteLine(line);
        }

        _last = line;
    }
}
