using IOC.Access.Accounts;
using IOC.Host.Bridges;
using IOC.Host.Hardening;
using IOC.Host.Notification;
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
        Require(options.Backup.IntervalHours is >= 0 and <= 8760, "Backup:IntervalHours", options.Backup.IntervalHours, "use 0 to 8760.");
        Require(options.Backup.Keep is >= 1 and <= 1000, "Backup:Keep", options.Backup.Keep, "use 1 to 1000.");
        Require(
            options.Otlp.Endpoint.Length == 0 || (Uri.TryCreate(options.Otlp.Endpoint, UriKind.Absolute, out var collector) && (collector.Scheme is "http" or "https")),
            "Otlp:Endpoint", options.Otlp.Endpoint, "use an address such as http://127.0.0.1:4318.");
        Require(options.Otlp.Headers.Length == 0 || options.Otlp.HeadersFile.Length == 0, "Otlp:HeadersFile", options.Otlp.HeadersFile, "Headers is set too; use one of them.");
        Require(options.Otlp.HeadersFile.Length == 0 || File.Exists(options.Otlp.HeadersFile), "Otlp:HeadersFile", options.Otlp.HeadersFile, "there is no such file.");
        Require(options.Otlp.TraceShare is >= 0 and <= 1, "Otlp:TraceShare", options.Otlp.TraceShare, "use 0 to 1.");
        Require(options.Otlp.MetricSeconds is >= 1 and <= 3600, "Otlp:MetricSeconds", options.Otlp.MetricSeconds, "use 1 to 3600.");
        Require(options.Storage.WarnDays is >= 1 and <= 365, "Storage:WarnDays", options.Storage.WarnDays, "use 1 to 365.");
        Require(options.Storage.ReserveBytes >= 0, "Storage:ReserveBytes", options.Storage.ReserveBytes, "use 0 or more.");
        Require(options.Storage.SampleMinutes is >= 1 and <= 1440, "Storage:SampleMinutes", options.Storage.SampleMinutes, "use 1 to 1440.");
        Require(options.Storage.CheckHours is >= 0 and <= 1000, "Storage:CheckHours", options.Storage.CheckHours, "use 0 to 1000.");
        Require(options.Http.AllowedHosts.Split(';').All(h => h.Trim().Length > 0), "Http:AllowedHosts", options.Http.AllowedHosts, "name hosts, separated by ';'.");
        Require(options.History.UpkeepMinutes is >= 1 and <= 10_080, "History:UpkeepMinutes", options.History.UpkeepMinutes, "use 1 to 10080.");
        Require(options.History.Influx.HostFigureSeconds is >= 0 and <= 3600, "History:Influx:HostFigureSeconds", options.History.Influx.HostFigureSeconds, "use 0 to 3600.");
        Require(options.History.MaxCells >= 1, "History:MaxCells", options.History.MaxCells, "use 1 or more.");
        Require(options.History.MaxDistributionCells >= 1, "History:MaxDistributionCells", options.History.MaxDistributionCells, "use 1 or more.");
        Require(options.History.MaxReadingsPerQuery >= 1, "History:MaxReadingsPerQuery", options.History.MaxReadingsPerQuery, "use 1 or more.");
        Require(options.History.LongQueryReadings >= 1, "History:LongQueryReadings", options.History.LongQueryReadings, "use 1 or more.");
        Require(options.History.MaxConcurrentQueries is >= 1 and <= 64, "History:MaxConcurrentQueries", options.History.MaxConcurrentQueries, "use 1 to 64.");
        Require(options.History.MaxWaitingQueries >= 0, "History:MaxWaitingQueries", options.History.MaxWaitingQueries, "use 0 or more.");
        CheckListen(options.Http.Listen, "Http:Listen", options.Security.Accounts == AccountsMode.Required, errors, mayBeEmpty: options.Http.Tls.Listen.Length > 0);
        CheckListen(options.Http.Tls.Listen, "Http:Tls:Listen", options.Security.Accounts == AccountsMode.Required, errors, mayBeEmpty: true);
        HttpSettingsValidator.Validate(options.Http, errors);
        CheckAccounts(options.Security, Require);
        options.Security.OpenId.Validate(errors);
        CheckMqttOnHttp(options, errors);
        CheckMqtt(options.Mqtt, options.Security, errors);
        CheckRooms(options, errors);
        NotificationSettingsValidator.Validate(options.Notification, errors);
        options.Registry.Validate(errors);
        BridgeSettingsValidator.Validate(options.Bridges, options.Node, errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // The rooms check their own settings and name them from their own section on.
    private static void CheckRooms(IocOptions options, List<string> errors)
    {
        var mqtt = new MqttServerOptionsValidator().Validate(null, options.Mqtt);
        errors.AddRange((mqtt.Failures ?? []).Select(f => $"{IocOptions.Section}:{f}"));
        errors.AddRange(options.Alerts.Validate().Select(p => $"{IocOptions.Section}:{p.En}"));
        errors.AddRange(options.Shifts.Validate().Select(p => $"{IocOptions.Section}:{p.En}"));
        errors.AddRange(options.Commands.Validate().Select(p => $"{IocOptions.Section}:{p.En}"));
        Action[] checks =
        [
            () => options.Ingest.Validate(), () => options.ReadingLog.Validate(), options.Grains.Validate, options.Detection.Validate, options.Rules.Validate, options.Procedures.Validate,
            options.Mqtt.Access.Validate,
            options.History.ToOptions("history").Validate, () => options.History.ToInfluxOptions("history").Validate(),
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

    private static void CheckMqtt(MqttSettings mqtt, SecurityOptions security, List<string> errors)
    {
        var tls = mqtt.Tls.Listen.Length > 0 || mqtt.WebSocket.TlsListen.Length > 0;
        var others = tls || mqtt.WebSocket.Listen.Length > 0;
        CheckListen(mqtt.Listen, "Mqtt:Listen", MqttIsGuarded(mqtt, security), errors, mayBeEmpty: others);
        CheckListen(mqtt.Tls.Listen, "Mqtt:Tls:Listen", MqttIsGuarded(mqtt, security), errors, mayBeEmpty: true);
        CheckListen(mqtt.WebSocket.Listen, "Mqtt:WebSocket:Listen", MqttIsGuarded(mqtt, security), errors, mayBeEmpty: true);
        CheckListen(mqtt.WebSocket.TlsListen, "Mqtt:WebSocket:TlsListen", MqttIsGuarded(mqtt, security), errors, mayBeEmpty: true);
        if (mqtt.MaxStoreBytes is not 0 and < 262_144)
        {
            errors.Add($"{IocOptions.Section}:Mqtt:MaxStoreBytes = '{mqtt.MaxStoreBytes}': use 0 or at least 262144.");
        }

        if (tls && mqtt.Tls.Certificate.Length == 0)
        {
            errors.Add($"{IocOptions.Section}:Mqtt:Tls:Certificate = '': name the file of the server's certificate, or leave Ioc:Mqtt:Tls:Listen and Ioc:Mqtt:WebSocket:TlsListen empty.");
        }

        if (mqtt.Tls.ClientCertificates != MqttClientCertificates.None && mqtt.Tls.ClientCa.Length == 0)
        {
            errors.Add($"{IocOptions.Section}:Mqtt:Tls:ClientCa = '': name the file of the authorities that issue clients' certificates, or set Ioc:Mqtt:Tls:ClientCertificates = None.");
        }

        foreach (var origin in mqtt.WebSocket.AllowedOrigins.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                errors.Add($"{IocOptions.Section}:Mqtt:WebSocket:AllowedOrigins = '{origin}': use SCHEME://HOST or SCHEME://HOST:PORT, such as https://app.example.org.");
            }
        }
    }

    private static void CheckAccounts(SecurityOptions security, Action<bool, string, object?, string> require)
    {
        require(security.MinPasswordLength is >= 8 and <= 64, "Security:MinPasswordLength", security.MinPasswordLength, "use 8 to 64.");
        require(security.SessionIdle >= TimeSpan.FromMinutes(1) && security.SessionIdle <= TimeSpan.FromDays(30), "Security:SessionIdle", security.SessionIdle, "use 00:01:00 to 30.00:00:00.");
        require(
            security.SessionLife >= TimeSpan.FromMinutes(5) && security.SessionLife <= TimeSpan.FromDays(365) && security.SessionLife >= security.SessionIdle,
            "Security:SessionLife", security.SessionLife, "use 00:05:00 to 365.00:00:00, and no less than Ioc:Security:SessionIdle.");
        require(
            security.WallSessionLife >= TimeSpan.FromHours(1) && security.WallSessionLife <= TimeSpan.FromDays(365), "Security:WallSessionLife", security.WallSessionLife, "use 01:00:00 to 365.00:00:00.");
        require(
            security.RolesWithSecondFactor() is not null, "Security:SecondFactorRoles", security.SecondFactorRoles,
            $"name roles, separated by ';': {string.Join(", ", RoleNames.All.Select(r => r.Name()))}.");
        require(security.MaxTokenDays is >= 1 and <= 3650, "Security:MaxTokenDays", security.MaxTokenDays, "use 1 to 3650.");
        require(security.LinkLife >= TimeSpan.FromMinutes(5) && security.LinkLife <= TimeSpan.FromDays(30), "Security:LinkLife", security.LinkLife, "use 00:05:00 to 30.00:00:00.");
    }

    private static void CheckMqttOnHttp(IocOptions options, List<string> errors)
    {
        // With LoopbackAnonymous whoever comes from elsewhere needs a credential there too.
        if (options.Mqtt.WebSocketOnHttp && options.Mqtt.Authentication == MqttAuthentication.Open && !options.Security.AllowUnauthenticatedNetwork
            && Endpoints.TryParseAll(options.Http.Listen) is { } endpoints && !endpoints.All(e => System.Net.IPAddress.IsLoopback(e.Address)))
        {
            errors.Add(
                $"{IocOptions.Section}:Mqtt:WebSocketOnHttp = 'True': devices need no credentials, and {IocOptions.Section}:Http:Listen = '{options.Http.Listen}' is reachable from the network; "
                + "set Ioc:Mqtt:WebSocketOnHttp = false or Ioc:Mqtt:Authentication = Credentials (docs/devices.md).");
        }
    }

    private static bool MqttIsGuarded(MqttSettings mqtt, SecurityOptions security) =>
        mqtt.Authentication == MqttAuthentication.Credentials || security.AllowUnauthenticatedNetwork;

    /// <summary>Checks every ADDRESS:PORT and that none is open to a network without leave.</summary>
    private static void CheckListen(string? listen, string setting, bool mayBeReached, List<string> errors, bool mayBeEmpty = false)
    {
        if (Endpoints.TryParseAll(listen) is not { } endpoints || (endpoints.Count == 0 && !mayBeEmpty))
        {
            errors.Add($"{IocOptions.Section}:{setting} = '{listen}': use ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080; several are separated by ';'.");
        }
        else if (!mayBeReached && !endpoints.All(e => System.Net.IPAddress.IsLoopback(e.Address)))
        {
            var remedy = setting.StartsWith("Mqtt:", StringComparison.Ordinal)
                ? "set Ioc:Mqtt:Authentication = Credentials (docs/devices.md), or, where the network is closed, Ioc:Security:AllowUnauthenticatedNetwork = true."
                : "with Ioc:Security:Accounts = Off everybody there would be an administrator. Set it to Required (docs/accounts.md), or listen on loopback.";
            errors.Add($"{IocOptions.Section}:{setting} = '{listen}': this address is reachable from the network; {remedy}");
        }
    }
}
