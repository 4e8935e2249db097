using System.Text.Json.Serialization;
using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Detection;
using IOC.Grains;
using IOC.History;
using IOC.Host.Alerts;
using IOC.Host.Api;
using IOC.Host.Assets;
using IOC.Host.Auditing;
using IOC.Host.Backup;
using IOC.Host.Basemap;
using IOC.Host.Bridges;
using IOC.Host.Commands;
using IOC.Host.Devices;
using IOC.Host.Hardening;
using IOC.Host.Health;
using IOC.Host.Health.Damage;
using IOC.Host.Live;
using IOC.Host.Metrics;
using IOC.Host.Notification;
using IOC.Host.Otlp;
using IOC.Host.Pages;
using IOC.Host.Planning;
using IOC.Host.Priming;
using IOC.Host.Procedures;
using IOC.Host.Pump;
using IOC.Host.Registry;
using IOC.Host.Replay;
using IOC.Host.Rules;
using IOC.Host.Security;
using IOC.Host.Security.Accounts;
using IOC.Host.Sensors;
using IOC.Host.Settings;
using IOC.Host.Shifts;
using IOC.Host.Sparkplug;
using IOC.Host.State;
using IOC.Host.Transports;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Mqtt;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Serilog;

namespace IOC.Host;

/// <summary>Puts the rooms together.</summary>
public static class IocApplication
{
    /// <summary>Exit code when a setting, the catalogue or the data folder keeps the host from starting.</summary>
    public const int BadSetting = 2;

    /// <summary>Runs the host until it is told to stop.</summary>
    /// <returns>0 after a clean stop, <see cref="BadSetting"/> when it could not start as told.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = await BuildAsync(args, TimeProvider.System);
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when ((DamageReport.AtStart(e, args) ?? Explain(e)) is { } problems)
        {
            await Console.Error.WriteLineAsync("IOC cannot start:");
            await Console.Error.WriteLineAsync(problems);
            return BadSetting;
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    /// <summary>Builds the whole from arguments and environment; nothing listens yet.</summary>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    /// <exception cref="CatalogueException">The catalogue has mistakes.</exception>
    public static Task<WebApplication> BuildAsync(string[] args, TimeProvider time) => BuildAsync(args, time, replace: null);

    /// <summary>The same with parts of it replaced: a bench puts a log of its own in the place of the one on disk.</summary>
    internal static async Task<WebApplication> BuildAsync(string[] args, TimeProvider time, Action<IServiceCollection>? replace)
    {
        ArgumentNullException.ThrowIfNull(args);
        SettingsReader.CheckArguments(args);
        var pages = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            // Not named where it is not there, built without the pages: it would be made, in a folder that may be for reading only.
            WebRootPath = Directory.Exists(pages) ? pages : null,
        });
        builder.Configuration.AddCommandLine(args, new Dictionary<string, string>(SettingsReader.Switches, StringComparer.OrdinalIgnoreCase));
        var options = SettingsReader.Read(builder.Configuration);
        var data = DataFolder.Open(options.DataDirectory);
        Log.Logger = Logging.Create(options);
        builder.Logging.ClearProviders().AddSerilog(Log.Logger);

        var addresses = new AddressBook();
        var database = RegistrySetup.Open(options, data, time);
        var rules = new RuleBook(database, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone), time);
        var (catalogue, ruleFiles) = await LoadCatalogueAsync(options, database, addresses, rules, time);
        Listen(builder, options);
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(time).AddSingleton(data).AddSingleton(addresses).AddRegistry(database).AddSingleton(catalogue).AddSingleton(rules).AddSingleton(ruleFiles)
            .AddSingleton(PlanningEndpoints.NewRetention(options.History, catalogue, options.TimeZone));
        AddRooms(services, options, data);
        AddWeb(services, options);
        replace?.Invoke(services);
        var app = builder.Build();
        MapWeb(app);
        app.Lifetime.ApplicationStarted.Register(() => Announce(app, data, options));
        SystemdNotice.Attach(app.Lifetime, time);
        return app;
    }

    private static async Task<(Catalogue Catalogue, RuleFolderPath RuleFiles)> LoadCatalogueAsync(IocOptions options, RegistryDatabase database, AddressBook addresses, RuleBook rules, TimeProvider time)
    {
        var folder = options.CatalogueDirectory.Length > 0 ? options.CatalogueDirectory : Path.Combine(AppContext.BaseDirectory, "catalogue");
        var loaded = await new RegistryLoader(database, addresses, time, rules, TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone)).LoadAsync(folder);
        var log = Log.ForContext(typeof(IocApplication));
        foreach (var file in loaded.Report.Imported)
        {
            log.Information("Catalogue {File}: {Entries} entries, {Added} added, {Changed} changed, {Retired} retired", file.File, file.Entries, file.Added, file.Changed, file.Retired);
        }

        foreach (var warning in loaded.Report.Warnings)
        {
            log.Debug("Catalogue: {Warning}", warning.En);
        }

        if (loaded.Report.Warnings.Count > 0)
        {
            log.Information("Catalogue: {Count} remarks, such as: {Warning} (all of them with Ioc:Log:Level=Debug)", loaded.Report.Warnings.Count, loaded.Report.Warnings[0].En);
        }

        foreach (var error in loaded.RuleErrors)
        {
            log.Error("The rule files have mistakes; rule set {Set} stays in force: {Error}", rules.Set?.Number, error.ToString());
        }

        return (loaded.Catalogue, new RuleFolderPath(folder, loaded.RuleErrors));
    }

    private static void Listen(WebApplicationBuilder builder, IocOptions options)
    {
        builder.Services.AddSingleton(new Listeners(options));
        builder.Services.AddOptions<KestrelServerOptions>().Configure<Listeners>((kestrel, listeners) =>
        {
            listeners.Configure(kestrel);
        });
    }

    private static void AddRooms(IServiceCollection services, IocOptions options, DataFolder data)
    {
        services.AddSingleton<IReadingLog>(s => new SqliteReadingLog(
            options.ReadingLog, s.GetRequiredService<AddressBook>(), s.GetRequiredService<Catalogue>().Properties, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new IngestPipeline(
            options.Ingest, s.GetRequiredService<Catalogue>(), s.GetRequiredService<AddressBook>(), s.GetRequiredService<IReadingLog>(),
            s.GetRequiredService<IIngestOutput>()));
        services.AddSingleton(Options.Create<MqttServerOptions>(options.Mqtt)).AddMqttServer();
        services.AddSingleton<IMqttPublishSink, MqttIngestSink>();
        services.AddDevices(options);
        services.AddSingleton<IMqttStore>(_ => new SqliteMqttStore(data.Combine("mqtt", "mqtt.db"), options.Mqtt.MaxStoreBytes / 4096));
        services.AddHistory(options.History, data);
        services.AddPlanning(options.History);
        services.AddSingleton<IAlertStore, AlertStore>().AddSingleton<RegistryReader>();
        services.AddSingleton(_ => new SqliteGrainStore(data.Combine("state", "grains.db")));
        services.AddSingleton<LiveView>().AddSingleton<LiveMapping>().AddSingleton<CatalogueRevisions>();
        services.AddAlertDesk(options);
        services.AddShifts(options);
        services.AddSingleton(s => Partitions(s, options));
        services.AddSingleton<IocRuntime>().AddHostedService(s => s.GetRequiredService<IocRuntime>());
        services.AddAssets();
        services.AddReplay();
        services.AddPriming(options);
        services.AddRules(options);
        services.AddProcedures(options).AddOperatorPages();
        services.AddCommands(options);
        services.AddNotification(options);
        services.AddSparkplug();
        services.AddBridges();
        services.AddHostFigures(options.History);
        services.AddBackup();
        services.AddHostMetrics();
        services.AddOtlp();
    }

    private static IReadOnlyList<PartitionState> Partitions(IServiceProvider s, IocOptions options)
    {
        var log = s.GetRequiredService<IReadingLog>();
        var catalogue = s.GetRequiredService<Catalogue>();
        var addresses = s.GetRequiredService<AddressBook>();
        var store = s.GetRequiredService<SqliteGrainStore>();
        var books = s.GetRequiredService<AlertBooks>().All.ToDictionary(b => b.Partition);
        var rules = Enumerable.Range(0, options.Partitions)
            .Select(p => RuleDesk.RulesOf(p, s.GetRequiredService<RuleBook>(), catalogue, store, log, s.GetRequiredService<ILogger<RuleDesk>>())).ToList();
        return
        [
            .. Enumerable.Range(0, options.Partitions).Select(p => new PartitionState(
                p,
                new DetectionPipeline(p, rules[p].First, addresses, store, options.Detection),
                books[p],
                new PartitionGrains(p, catalogue, addresses, store, options.Grains, district => log.PartitionOf(district) == p, s.GetRequiredService<TimeProvider>()),
                store,
                s.GetRequiredService<LiveView>(),
                s.GetRequiredService<LiveMapping>()) { Rules = rules[p] }),
        ];
    }

    private static void AddWeb(IServiceCollection services, IocOptions options)
    {
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(45));
        services.Configure<HostFilteringOptions>(o => o.AllowedHosts = [.. HttpSettings.LoopbackNames, .. options.Http.AllowedHosts.Split(';', StringSplitOptions.TrimEntries)]);
        services.AddHostFiltering(_ => { });
        services.AddSecurity(options);
        services.AddAudit();
        services.AddSignalR();
        services.AddOpenApi();
        services.AddHardening(options);
        services.AddResponseCompression();
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.AddHealth();
    }

    private static void MapWeb(WebApplication app)
    {
        app.UseSpanNames();
        app.UseTrustedProxies();
        app.UseMqttWebSocketListeners();
        app.UseHostFiltering();
        app.UseAddressLimits();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseBrowserGuard();
        app.UseMqttWebSocketOnHttp();
        app.UseAccess();
        app.UseResponseCompression();
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapOpenApi("/openapi/v1.json").NeedsSomebody();
        app.MapHub<LiveHub>("/hub/live").Needs(Permission.View);
        HealthEndpoints.Map(app);
        app.MapMetrics();
        var api = app.MapGroup("/api/v1").AddEndpointFilter(AuditGate.RecordAsync);
        CatalogueEndpoints.Map(api);
        api.MapAssets();
        api.MapReplay();
        api.MapBasemap();
        api.MapRules();
        api.MapProcedures();
        api.MapOperatorPages();
        LiveEndpoints.Map(api);
        api.MapAlerts();
        api.MapShifts();
        CommandEndpoints.Map(api);
        HistoryEndpoints.Map(api);
        PlanningEndpoints.Map(api);
        DeadLetterEndpoints.Map(api);
        StatusEndpoints.Map(api);
        api.MapDevices();
        api.MapNotification();
        api.MapBridges();
        api.MapPriming();
        api.MapBackup();
        api.MapSensorSheets();
        api.MapSecurity();
        api.MapAudit();
    }

    // The addresses are known only now when a port of 0 was asked for.
    private static void Announce(WebApplication app, DataFolder data, IocOptions options)
    {
        var listeners = app.Services.GetRequiredService<Listeners>().Bound();
        data.WriteEndpoints(listeners);
        var addresses = string.Join(", ", listeners.Select(l => $"{l.Kind}://{l.Address}"));
        app.Logger.LogInformation("Ready: {Addresses}, data in {Data}", addresses, options.DataDirectory);
        app.Services.GetRequiredService<SetupAnnouncer>().Announce(Console.Out);
    }

    private static string? Explain(Exception e) => e switch
    {
        SettingsException or CatalogueException or RegistryVersionException => e.Message,
        MqttStoreException => e.Message,
        RegistryUnavailableException => $"Ioc:Registry:PostgreSql: {e.Message}",
        ReadingLogException => $"Ioc:DataDirectory, Ioc:Partitions: {e.Message}",
        IOException { InnerException: AddressInUseException } => $"Ioc:Http:Listen, Ioc:Mqtt (Listen, Tls:Listen, WebSocket:Listen, WebSocket:TlsListen): {e.Message}",
        _ => null,
    };
}
