using IOC.Host;

return await IocApplication.RunAsync(args);
