using IOC.Host;
using IOC.Host.Cli;

return CommandLine.IsCommand(args) ? await CommandLine.RunAsync(args, Console.Out, Console.Error) : await IocApplication.RunAsync(args);
