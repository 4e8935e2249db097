using System.Globalization;
using IOC.Host.Hardening;
using IOC.Host.Settings;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace IOC.Host;

/// <summary>Log to the console for people and to rolling JSON files for machines; to neither with a secret in it.</summary>
internal static class Logging
{
    private const string ForPeople = "{Timestamp:HH:mm:ss} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}";

    public static Logger Create(IocOptions options)
    {
        var level = Enum.Parse<LogEventLevel>(options.Log.Level);
        var redactor = Redactor.For(options);
        return new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", level < LogEventLevel.Information ? level : LogEventLevel.Warning)
            .WriteTo.Logger(console => console.Filter.ByExcluding(IsToldOtherwise)
                .WriteTo.Console(new RedactingFormatter(new MessageTemplateTextFormatter(ForPeople, CultureInfo.InvariantCulture), redactor)))
            .WriteTo.File(
                new RedactingFormatter(new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture), redactor),
                Path.Combine(options.DataDirectory, "logs", "ioc-.json"),
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: 256L * 1024 * 1024,
                retainedFileTimeLimit: TimeSpan.FromDays(options.Log.RetainDays),
                retainedFileCountLimit: null)
            .CreateLogger();
    }

    // Why a host does not start is told in words where it ends; where it has none, the runtime tells all there is.
    private static bool IsToldOtherwise(LogEvent e) => e.MessageTemplate.Text == "Hosting failed to start";
}
