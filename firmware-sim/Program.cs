using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Publishing;
using Spectre.Console;

var terminal = Console.IsOutputRedirected ? null : AnsiConsole.Console;
var host = new SimulatorHost(TimeProvider.System, Console.Out, Console.Error, terminal, MqttLinkFactory.For);
return await CommandLine.RunAsync(args, host);
