using IOC.Access;
using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Security;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Telemetry;

namespace IOC.Host.Devices;

/// <summary>Profiles, bans, connections and refusals of devices.</summary>
internal static class AccessEndpoints
{
    private const int MaxList = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        var profiles = api.MapGroup("/device-profiles").WithTags("devices");
        profiles.MapGet("", (DeviceBook book) => book.Profiles.Select(ToDto)).NeedsEverywhere(Permission.Engineer).WithSummary("Profiles: rules and limits that devices share");
        profiles.MapPut("/{name}", SaveProfile).NeedsEverywhere(Permission.Engineer).Produces<ProfileDto>().ProducesProblem(400).WithSummary("Makes or replaces a profile; the connections of its devices end");
        profiles.MapDelete("/{name}", async (DeviceDesk desk, string name, CancellationToken stop) =>
                await desk.RemoveProfileAsync(name, stop) is { } problem ? DeviceEndpoints.Problem(problem) : Results.NoContent()).NeedsEverywhere(Permission.Engineer)
            .Produces(204).ProducesProblem(404).ProducesProblem(409).WithSummary("Removes a profile that no device has; a built-in one is as it was at first");

        var bans = api.MapGroup("/device-bans").WithTags("devices");
        bans.MapGet("", (BanList list) => list.All().Select(b => new BanDto(b.Subject, b.Reason, b.SinceMs, b.UntilMs, b.By))).NeedsEverywhere(Permission.Engineer).WithSummary("Bans in force");
        bans.MapPost("", AddBan).NeedsEverywhere(Permission.Engineer).Produces(204).ProducesProblem(400).WithSummary("Bans an address, a prefix or a client, and ends its connections");
        bans.MapDelete("", async (DeviceDesk desk, string subject, CancellationToken stop) =>
                await desk.LiftAsync(subject, stop) ? Results.NoContent() : Problems.NotFound("ban", subject)).NeedsEverywhere(Permission.Engineer)
            .Produces(204).ProducesProblem(404).WithSummary("Lifts a ban, whoever made it");

        api.MapGet("/device-connections", Connections).NeedsEverywhere(Permission.Engineer).WithTags("devices").Produces<ConnectionsDto>().ProducesProblem(400).WithSummary("Clients that are connected, by client identifier");
        api.MapPost("/device-connections/{clientId}/disconnect", (MqttServer mqtt, string clientId) =>
                new DisconnectedDto(mqtt.Disconnect(c => c.ClientId == clientId, MqttReasonCode.AdministrativeAction))).NeedsEverywhere(Permission.Engineer)
            .WithTags("devices").WithSummary("Ends a client's connection; it may come back");
        api.MapGet("/device-refusals", Refusals).NeedsEverywhere(Permission.Engineer).WithTags("devices").Produces<RefusalsDto>().ProducesProblem(400).WithSummary("What devices were refused lately, the newest first");
    }

    private static ProfileDto ToDto(DeviceProfile p) =>
        new(p.Name, p.Title, [.. p.Rules.Select(r => r.ToString())], p.Limits, p.Audit is { } audit ? DeviceEndpoints.ToDto(audit) : null);

    private static async Task<IResult> SaveProfile(string name, ProfileRequest request, DeviceDesk desk, DeviceBook book, Caller caller, CancellationToken stop)
    {
        var title = request.Title is { Vi: not null, En: not null } given ? given : new LocalText(name, name);
        var problem = await desk.SaveProfileAsync(name, title, request.Rules ?? [], request.Limits ?? new DeviceLimits(), caller.By(request.By), stop);
        if (problem is not null)
        {
            return DeviceEndpoints.Problem(problem);
        }

        return book.TryGetProfile(name, out var profile) ? Results.Ok(ToDto(profile)) : Problems.NotFound("profile", name);
    }

    private static async Task<IResult> AddBan(BanRequest request, DeviceDesk desk, Caller caller, CancellationToken stop)
    {
        if (request.Seconds is { } seconds && (!double.IsFinite(seconds) || seconds is <= 0 or > 3_153_600_000))
        {
            return Problems.BadRequest("bad_ban", "seconds phải lớn hơn 0.", "seconds must be more than 0.");
        }

        var duration = request.Seconds is { } s ? TimeSpan.FromSeconds(s) : (TimeSpan?)null;
        var problem = await desk.BanAsync(request.Subject ?? "", request.Reason ?? "", duration, caller.By(request.By), stop);
        return problem is null ? Results.NoContent() : DeviceEndpoints.Problem(problem);
    }

    private static IResult Connections(MqttServer mqtt, string? device = null, string? search = null, int limit = 100)
    {
        if (limit is < 1 or > MaxList)
        {
            return BadLimit();
        }

        var found = mqtt.Clients
            .Where(c => (device is null || c.Principal == device) && (search is null || c.ClientId.Contains(search, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        return Results.Ok(new ConnectionsDto([.. found.OrderBy(c => c.ClientId, StringComparer.Ordinal).Take(limit).Select(ToDto)], found.Count));
    }

    private static IResult Refusals(RefusalLog log, int limit = 100) =>
        limit is < 1 or > MaxList ? BadLimit() : Results.Ok(new RefusalsDto(log.Newest(limit), log.Count));

    private static IResult BadLimit() => Problems.BadRequest("bad_limit", $"limit phải từ 1 đến {MaxList}.", $"limit must be 1 to {MaxList}.");

    private static ConnectionDto ToDto(MqttClientContext c) => new(
        c.ClientId, c.Principal, c.RemoteEndPoint?.ToString(),
        c.Transport switch
        {
            MqttTransportKind.Tls => "tls",
            MqttTransportKind.WebSocket => "ws",
            MqttTransportKind.SecureWebSocket => "wss",
            _ => "tcp",
        },
        c.Version == MqttVersion.V500 ? "5.0" : "3.1.1", c.ConnectedAt.ToUnixTimeMilliseconds(), c.Publishes, c.Bytes, c.Refused);
}
