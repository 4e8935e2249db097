namespace IOC.Architecture.Tests;

/// <summary>A room of the architecture: what it may reference and what it may not touch (docs/architecture.md).</summary>
internal sealed record Room(string Name, string[] References, string[] Packages, string[] BannedNamespaces, string[] BannedMembers)
{
    private static readonly string[] Io = ["System.IO.File", "System.IO.Directory", "System.Net", "Microsoft.Data.Sqlite", "Microsoft.EntityFrameworkCore"];
    private static readonly string[] Rx = ["System.Reactive"];
    private static readonly string[] Web = ["Microsoft.AspNetCore"];
    private static readonly string[] Clock =
    [
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow",
        "System.Diagnostics.Stopwatch::GetTimestamp", "System.Diagnostics.Stopwatch::StartNew", "System.TimeProvider::get_System", "System.Environment::get_TickCount64",
    ];

    // A room that takes the clock by injection may name the machine's clock as what is injected by default.
    private static readonly string[] ClockButDefault = [.. Clock.Except(["System.TimeProvider::get_System"])];

    public static readonly Room[] All =
    [
        new("IOC.Telemetry", [], [], [.. Io, .. Rx, .. Web], Clock),
        new("IOC.Mqtt.Wire", [], [], [.. Io, .. Rx, .. Web, "System.Threading.Tasks", "Microsoft.Extensions.Logging"], Clock),
        new("IOC.Mqtt", ["IOC.Mqtt.Wire"], [], [.. Rx, "Microsoft.Data.Sqlite", "System.Text.Json"], ClockButDefault),
        new("IOC.Ingest", ["IOC.Telemetry"], ["Google.Protobuf", "Grpc.Tools", "Microsoft.Data.Sqlite"], [.. Rx, .. Web, "IOC.Mqtt"], Clock),
        new("IOC.Grains", ["IOC.Telemetry"], [], [.. Io, .. Rx, .. Web], Clock),
        new("IOC.Detection", ["IOC.Telemetry"], ["System.Reactive"], [.. Io, .. Web], Clock),
        new("IOC.Alerts", ["IOC.Telemetry"], [], [.. Io, .. Rx, .. Web], Clock),
        new("IOC.Commands", ["IOC.Telemetry"], [], [.. Io, .. Rx, .. Web], Clock),
        new("IOC.History", ["IOC.Telemetry"], ["Microsoft.Data.Sqlite"], [.. Rx, .. Web], Clock),
        new("IOC.Access", ["IOC.Telemetry"], [], [.. Io.Except(["System.Net"]), "System.Net.Http", .. Rx, .. Web, "IOC.Mqtt"], Clock),
        new("IOC.Registry", ["IOC.Telemetry", "IOC.Alerts", "IOC.Commands", "IOC.Access"], ["CsvHelper", "Microsoft.EntityFrameworkCore.Sqlite", "Npgsql.EntityFrameworkCore.PostgreSQL"], [.. Rx, .. Web], Clock),
        new(
            "IOC.Host",
            ["IOC.Telemetry", "IOC.Mqtt.Wire", "IOC.Mqtt", "IOC.Ingest", "IOC.Grains", "IOC.Detection", "IOC.Alerts", "IOC.Commands", "IOC.Access", "IOC.History", "IOC.Registry"],
            ["Microsoft.AspNetCore.OpenApi", "Microsoft.Data.Sqlite", "Microsoft.IdentityModel.Protocols.OpenIdConnect", "QRCoder", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "Serilog", "Serilog.Extensions.Logging", "Serilog.Sinks.Console", "Serilog.Sinks.File", "CsvHelper", "Spectre.Console", "System.CommandLine"],
            Rx,
            ClockButDefault),
        new("firmware-sim", ["IOC.Mqtt", "IOC.Mqtt.Wire"], ["System.CommandLine", "Spectre.Console", "CsvHelper"], [.. Rx, "Microsoft.Data.Sqlite"], []),
    ];

    public override string ToString() => Name;
}
