using IOC.FirmwareSim.Cli;

return await CommandLine.RunAsync(args);
