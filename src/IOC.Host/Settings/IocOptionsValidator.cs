using IOC.Mqtt;
using IOC.Telemetry;
using Microsoft.Extensions.Options;
using Serilog.Events;

namespace IOC.Host.Settings;

/// <summary>Checks <see cref="IocOptions"/> at start; every failure names the setting in full and says what to do.</summary>
public sealed class IocOptionsValidator : IValidateOptions<IocOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, IocOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = new List<string>();

        void Require(bool holds, string setting, object? value, string what)
        {
            if (!holds)
            {
                errors.Add($"{IocOptions.Section}:{setting} = '{value}': {what}");
            }
        }

        Require(!string.IsNullOrWhiteSpace(options.DataDirectory), "DataDirectory", options.DataDirectory, "name a folder.");
        Require(
            options.CatalogueDirectory.Length == 0 || Directory.Exists(options.CatalogueDirectory),
            "CatalogueDirectory", options.CatalogueDirectory, "there is no such folder.");
        Require(Slug.IsValid(options.Node.AsSpan()) && options.Node.Length <= 16, "Node", options.Node, "use 1 to 16 of a-z, 0-9, '-' and '_'.");
        Require(options.Partitions is >= 1 and <= 64, "Partitions", options.Partitions, "use 1 to 64.");
        Require(TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _), "TimeZone", options.TimeZone, "this is no IANA zone known here, such as Asia/Ho_Chi_Minh.");
        Require(options.CheckpointSeconds is >= 1 and <= 3600, "CheckpointSeconds", options.CheckpointSeconds, "use 1 to 3600.");
        Require(Enum.TryParse<LogEventLevel>(options.Log.Level, out _), "Log:Level", options.Log.Level, "use Verbose, Debug, Information, Warning, Error or Fatal.");
        Require(options.Log.RetainDays is >= 1 and <= 3650, "Log:RetainDays", options.Log.RetainDays, "use 1 to 3650.");
        Require(options.Http.AllowedHosts.Split(';').All(h => h.Trim().Length > 0), "Http:AllowedHosts", options.Http.AllowedHosts, "name hosts, separated by ';'.");
        CheckListen(options.Http.Listen, "Http:Listen", options.Security, errors);
        CheckListen(options.Mqtt.Listen, "Mqtt:Listen", options.Security, errors);
        CheckRooms(options, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // The rooms check their own settings and name them from their own section on.
    private static void CheckRooms(IocOptions options, List<string> errors)
    {
        var mqtt = new MqttServerOptionsValidator().Validate(null, options.Mqtt);
        errors.AddRange((mqtt.Failures ?? []).Select(f => $"{IocOptions.Section}:{f}"));
        errors.AddRange(options.Alerts.Validate().Select(p => $"{IocOptions.Section}:{p.En}"));
        Action[] checks =
        [
            () => options.Ingest.Validate(), () => options.ReadingLog.Validate(), options.Grains.Validate, options.Detection.Validate,
            options.History.ToOptions("history").Validate,
        ];
        foreach (var check in checks)
        {
            try
            {
                check();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                errors.Add($"{IocOptions.Section}:{e.Message}");
            }
        }
    }

    /// <summary>Checks an ADDRESS:PORT and that it is not open to a network without leave.</summary>
    private static void CheckListen(string? listen, string setting, SecurityOptions security, List<string> errors)
    {
        if (!Endpoints.TryParse(listen, out var endpoint))
        {
            errors.Add($"{IocOptions.Section}:{setting} = '{listen}': use ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080.");
        }
        else if (!System.Net.IPAddress.IsLoopback(endpoint.Address) && !security.AllowUnauthenticatedNetwork)
        {
            errors.Add(
                $"{IocOptions.Section}:{setting} = '{listen}': this address is reachable from the network and there are no accounts yet; "
                + "listen on loopback behind a proxy that signs people in, or set Ioc:Security:AllowUnauthenticatedNetwork = true.");
        }
    }
}
