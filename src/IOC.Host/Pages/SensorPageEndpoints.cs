using IOC.Access;
using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Assets;
using IOC.Host.Live;
using IOC.Host.Security;
using IOC.Ingest.Log;
using IOC.Mqtt;
using IOC.Telemetry;

namespace IOC.Host.Pages;

/// <summary>What is known of a sensor besides its values. Times are Unix milliseconds.</summary>
/// <param name="Id">Slug.</param>
/// <param name="Registered">Whether the catalogue knows it.</param>
/// <param name="Commune">Commune that it stands in; null when that is not known.</param>
/// <param name="Assets">What it depends on, the nearest first.</param>
/// <param name="Priority">Why its alerts matter more or less than by their rule alone; empty when they do not.</param>
/// <param name="Devices">Credentials that may report for it; empty when there is none of its own.</param>
/// <param name="DeadLetters">Payloads of it that were refused within the last day.</param>
/// <param name="DeadLettersMore">True when there were more than are counted.</param>
/// <param name="LastDeadLetters">The latest refused payloads, whenever that was.</param>
public sealed record SensorDetailsDto(
    string Id, bool Registered, SensorCommuneDto? Commune, IReadOnlyList<SensorAssetDto> Assets, IReadOnlyList<SensorPriorityDto> Priority,
    IReadOnlyList<SensorDeviceDto> Devices, int DeadLetters, bool DeadLettersMore, IReadOnlyList<DeadLetterDto> LastDeadLetters);

/// <summary>A commune.</summary>
public sealed record SensorCommuneDto(string Id, LocalText Name);

/// <summary>An asset that a sensor depends on.</summary>
public sealed record SensorAssetDto(string Id, string Kind, LocalText Name);

/// <summary>Why alerts matter more (1) or less (-1) there.</summary>
public sealed record SensorPriorityDto(int Shift, LocalText Reason);

/// <summary>A credential that may report for a sensor. <c>State</c>: valid, disabled, expired or without_secret.</summary>
public sealed record SensorDeviceDto(string Name, string Profile, string State, long? ExpiresAt, bool Connected, long? LastLogin, long FailedLogins);

/// <summary>What the page of a sensor asks for besides its values, trends and alerts.</summary>
internal static class SensorPageEndpoints
{
    private const int MostCounted = 1000;
    private const long DayMs = 86_400_000;

    public static void Map(RouteGroupBuilder api) => api.MapGet("/sensors/{id}/details", Get).Needs(Permission.View)
        .Produces<SensorDetailsDto>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("What is known of a sensor besides its values: where it stands, what it depends on, its device's credential, its last refused payloads (letters = 0 to 50)");

    private static IResult Get(
        string id, Caller caller, LiveView live, Catalogue catalogue, Topology topology, DeviceBook devices, MqttServer mqtt, IReadingLog log, TimeProvider time, int letters = 5)
    {
        if (letters is < 0 or > 50)
        {
            return Problems.BadRequest("bad_query", "letters phải từ 0 đến 50.", "letters must be 0 to 50.");
        }

        if (live.Sensor(id) is not { } sensor || !caller.Sees(sensor.District, sensor.Domain))
        {
            return Problems.NotFound("sensor", id);
        }

        var definition = catalogue.Sensors.FirstOrDefault(s => s.Address.Sensor == id);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var refused = log.DeadLetters.List(new DeadLetterQuery(Sensor: id, Limit: MostCounted));
        var lately = refused.Count(d => d.AtMs >= now - DayMs);
        IReadOnlyList<Asset> assets = definition is null ? [] : topology.Above(definition.Address);
        return Results.Ok(new SensorDetailsDto(
            id, definition is not null, Commune(catalogue, definition), [.. assets.Select(a => new SensorAssetDto(a.Id, AssetEndpoints.KindName(a.Kind), a.Name))],
            [.. Priority(catalogue, definition, assets)], Devices(devices, mqtt, id, now), lately, lately == MostCounted,
            [.. refused.Take(letters).Select(DeadLetterEndpoints.ToDto)]));
    }

    private static SensorCommuneDto? Commune(Catalogue catalogue, SensorDefinition? sensor) =>
        sensor?.CommuneId is { } commune && catalogue.Areas.FirstOrDefault(a => a.Id == commune) is { } area ? new SensorCommuneDto(area.Id, area.Name) : null;

    private static IEnumerable<SensorPriorityDto> Priority(Catalogue catalogue, SensorDefinition? sensor, IReadOnlyList<Asset> assets) => sensor is null ? [] : catalogue.Places
        .Where(p => p.Kind switch
        {
            PlaceKind.Sensor => p.Id == sensor.Address.Sensor,
            PlaceKind.Asset => assets.Any(a => a.Id == p.Id),
            _ => p.Id == sensor.CommuneId || p.Id == sensor.Address.District,
        })
        .Select(p => new SensorPriorityDto(p.Shift, p.Reason));

    private static List<SensorDeviceDto> Devices(DeviceBook book, MqttServer mqtt, string sensor, long nowMs)
    {
        // Those alone that name it: a gateway for a whole district says nothing about one sensor.
        var own = book.All.Where(d => d.Credential.Sensors.Contains(sensor, StringComparer.Ordinal)).ToList();
        if (own.Count == 0)
        {
            return [];
        }

        var connected = mqtt.Clients.Select(c => c.Principal).ToHashSet(StringComparer.Ordinal);
        return [.. own.Select(d => new SensorDeviceDto(
            d.Credential.Name, d.Credential.Profile, State(d.Credential, nowMs), d.Credential.ExpiresAtMs, connected.Contains(d.Credential.Name),
            d.Use.LastLoginMs == 0 ? null : d.Use.LastLoginMs, d.Use.Failures))];
    }

    private static string State(DeviceCredential credential, long nowMs) =>
        credential.Disabled ? "disabled"
        : credential.ExpiresAtMs <= nowMs ? "expired"
        : credential.Certificates.Count == 0 && !credential.Secrets.Any(s => s.ExpiresAtMs is null || s.ExpiresAtMs > nowMs) ? "without_secret"
        : "valid";
}
