using System.CommandLine;
using static IOC.FirmwareSim.Cli.Language;

namespace IOC.FirmwareSim.Cli;

/// <summary>The program's commands and how their errors become exit codes.</summary>
internal static class CommandLine
{
    /// <summary>How long a stopped command may take to say goodbye to the broker.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Runs the program and returns its exit code (<see cref="ExitCodes"/>).</summary>
    public static async Task<int> RunAsync(string[] args, SimulatorHost host, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand(Say(
            "Simulated city for IOC: a fleet of sensors, replay of recorded data, and the fleet's catalogue.",
            "Thành phố mô phỏng cho IOC: đội cảm biến, phát lại dữ liệu đã ghi và danh mục cảm biến."))
        {
            FleetCommand.Create(host), ReplayCommand.Create(host), CatalogueCommand.Create(host),
        };
        var parsed = root.Parse(args);
        var console = new InvocationConfiguration
        {
            Output = host.Output,
            Error = host.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = StopTimeout,
        };
        try
        {
            var code = await parsed.InvokeAsync(console, cancellationToken);
            return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
        }
        catch (UserErrorException e)
        {
            await host.Error.WriteLineAsync(e.Message);
            return ExitCodes.Usage;
        }
    }
}
