using System.CommandLine;
using static IOC.Host.Cli.Language;

namespace IOC.Host.Cli;

/// <summary>The program's commands besides running the host. They talk to a running host over its API.</summary>
internal static class CommandLine
{
    /// <summary>Whether the arguments are a command, and not settings of a host that is to run.</summary>
    public static bool IsCommand(string[] args) => args is [['-', ..], ..] ? args[0] is "--help" or "-h" or "-?" or "--version" : args.Length > 0;

    /// <summary>Runs a command and returns its exit code (<see cref="ExitCodes"/>).</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(Say(
            "IOC, the operations centre backend. Without a command it runs the host: --data FOLDER, --http ADDRESS:PORT, --mqtt ADDRESS:PORT, --Ioc:Name=value.",
            "IOC, phần lõi của trung tâm điều hành. Không có lệnh thì chạy máy chủ: --data THƯ-MỤC, --http ĐỊA-CHỈ:CỔNG, --mqtt ĐỊA-CHỈ:CỔNG, --Ioc:Tên=giá-trị."))
        {
            new DevicesCommand(output, error).Create(),
            new RulesCommand(output, error).Create(),
            new HistoryCommand(output, error).Create(),
            new SensorsCommand(output, error).Create(),
            new BackupCommand(output, error).Create(),
            new RestoreCommand(output, error).Create(),
            new AuditCommand(output, error).Create(),
            new DoctorCommand(output).Create(),
            new AccountsCommand(output).Create(),
            new TokensCommand(output).Create(),
            new HealthCommand(output).Create(),
        };
        var parsed = root.Parse(args);
        try
        {
            var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
        }
        catch (CliException e)
        {
            await error.WriteLineAsync(e.Message);
            return e.Code;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Refused;
        }
    }
}
