using System.Globalization;
using IOC.Host.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace IOC.Host;

/// <summary>Log to the console for people and to rolling JSON files for machines.</summary>
internal static class Logging
{
    public static Logger Create(IocOptions options)
    {
        var level = Enum.Parse<LogEventLevel>(options.Log.Level);
        return new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", level < LogEventLevel.Information ? level : LogEventLevel.Warning)
            .WriteTo.Console(
                formatProvider: CultureInfo.InvariantCulture,
                outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}")
            .WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture),
                Path.Combine(options.DataDirectory, "logs", "ioc-.json"),
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: 256L * 1024 * 1024,
                retainedFileTimeLimit: TimeSpan.FromDays(options.Log.RetainDays),
                retainedFileCountLimit: null)
            .CreateLogger();
    }
}
