using IOC.Access;
using IOC.Access.Accounts;
using IOC.Host.Api;
using IOC.Host.Auditing;
using IOC.Host.Security;
using IOC.Mqtt;
using IOC.Mqtt.Wire;
using IOC.Registry;
using IOC.Telemetry;

namespace IOC.Host.Devices;

/// <summary>Device credentials.</summary>
internal static class DeviceEndpoints
{
    private const int MaxPage = 1000;
    private const int MaxImport = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        var devices = api.MapGroup("/devices").WithTags("devices");
        devices.MapGet("", List).NeedsEverywhere(Permission.Engineer).Produces<DevicePage>().ProducesProblem(400).WithSummary("Device credentials by name");
        devices.MapGet("/{name}", (DeviceBook book, string name) => book.TryGet(name, out var entry) ? Results.Ok(ToDto(entry)) : Problems.NotFound("device", name)).NeedsEverywhere(Permission.Engineer)
            .Produces<DeviceDto>().ProducesProblem(404).WithSummary("A device credential");
        devices.MapPost("", Create).NeedsEverywhere(Permission.Engineer).Produces<DeviceCreated>(201).ProducesProblem(400).ProducesProblem(409).WithSummary("Makes a credential; its secret is told only in this answer");
        devices.MapPost("/import", Import).NeedsEverywhere(Permission.Engineer).Produces<DeviceImportResult>().ProducesProblem(400).WithSummary("Makes up to 1,000 credentials; each that is refused says why");
        devices.MapPost("/for-sensors", ForSensors).NeedsEverywhere(Permission.Engineer).Produces<DeviceImportResult>().ProducesProblem(400).WithSummary("Makes a credential for every registered sensor that has none");
        devices.MapPatch("/{name}", Change).NeedsEverywhere(Permission.Engineer).Produces<DeviceDto>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Changes rights, limits, certificates or note, or disables; connections end when rights change");
        devices.MapPost("/{name}/rotate", Rotate).NeedsEverywhere(Permission.Engineer).Produces<DeviceCreated>().ProducesProblem(400).ProducesProblem(404).WithSummary("Gives a new secret; the one before stays valid for a while");
        devices.MapPost("/{name}/disconnect", (MqttServer mqtt, string name) => new DisconnectedDto(mqtt.Disconnect(c => c.Principal == name, MqttReasonCode.AdministrativeAction))).NeedsEverywhere(Permission.Engineer)
            .WithSummary("Ends a device's connections; it may come back");
        devices.MapPost("/{name}/check", Check).OnlyAsks().NeedsEverywhere(Permission.Engineer).Produces<AccessAnswer>().ProducesProblem(400).ProducesProblem(404).WithSummary("Whether a device may publish, retain or subscribe to a topic");
        devices.MapDelete("/{name}", async (DeviceDesk desk, string name, CancellationToken stop) =>
                await desk.RemoveAsync(name, stop) ? Results.NoContent() : Problems.NotFound("device", name)).NeedsEverywhere(Permission.Engineer)
            .Produces(204).ProducesProblem(404).WithSummary("Removes a credential, its connections and its stored sessions");
    }

    internal static IResult Problem(AccessProblem problem) => Problems.Result(
        problem.Code switch
        {
            "not_found" => StatusCodes.Status404NotFound,
            "exists" or "certificate_taken" or "profile_in_use" => StatusCodes.Status409Conflict,
            _ => StatusCodes.Status400BadRequest,
        },
        problem.Code, problem.Text);

    internal static AuditDto ToDto(Audit audit) => new(audit.CreatedAtMs, audit.CreatedBy, audit.ChangedAtMs, audit.ChangedBy);

    private static IResult List(DeviceBook book, string? search = null, string? profile = null, string? after = null, int limit = 100)
    {
        if (limit is < 1 or > MaxPage)
        {
            return Problems.BadRequest("bad_limit", $"limit phải từ 1 đến {MaxPage}.", $"limit must be 1 to {MaxPage}.");
        }

        var found = book.All
            .Where(e => (search is null || e.Credential.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || e.Credential.Sensors.Contains(search, StringComparer.Ordinal))
                && (profile is null || e.Credential.Profile == profile))
            .ToList();
        var page = found.Where(e => after is null || string.CompareOrdinal(e.Credential.Name, after) > 0).Take(limit + 1).ToList();
        return Results.Ok(new DevicePage([.. page.Take(limit).Select(ToDto)], found.Count, page.Count > limit ? page[limit - 1].Credential.Name : null));
    }

    private static async Task<IResult> Create(DeviceRequest request, DeviceDesk desk, DeviceBook book, HttpResponse response, Caller caller, CancellationToken stop)
    {
        var made = (await desk.AddAsync([request.ToDraft()], caller.By(request.By), stop))[0];
        if (made.Problem is { } problem)
        {
            return Problem(problem);
        }

        KeepOutOfCaches(response);
        return Results.Created($"/api/v1/devices/{Uri.EscapeDataString(made.Name)}", new DeviceCreated(Find(book, made), made.Secret));
    }

    private static async Task<IResult> Import(DeviceImport request, DeviceDesk desk, HttpResponse response, Caller caller, CancellationToken stop)
    {
        if (request.Devices is not { Count: > 0 and <= MaxImport } devices || devices.Any(d => d is null))
        {
            return Problems.BadRequest("bad_import", $"devices phải có từ 1 đến {MaxImport} thiết bị.", $"devices must hold 1 to {MaxImport} devices.");
        }

        KeepOutOfCaches(response);
        return Results.Ok(ToResult(await desk.AddAsync([.. devices.Select(d => d.ToDraft())], caller.By(request.By), stop, request.DryRun)));
    }

    private static async Task<IResult> ForSensors(
        DevicesForSensors request, DeviceDesk desk, DeviceBook book, RegistryReader registry, HttpResponse response, Caller caller, CancellationToken stop)
    {
        var sensors = await registry.SensorsAsync(request.District, cancel: stop);
        if (request.District is { } district && sensors.Count == 0)
        {
            return Problems.BadRequest("no_sensors", $"Huyện '{district}' không có cảm biến nào.", $"District '{district}' has no sensors.");
        }

        var drafts = sensors.Select(s => s.Definition.Address.Sensor).Where(s => !book.TryGet(s, out _))
            .Select(s => new DeviceDraft { Name = s, Sensors = [s], Profile = request.Profile }).ToList();
        KeepOutOfCaches(response);
        return Results.Ok(ToResult(await desk.AddAsync(drafts, caller.By(request.By), stop)));
    }

    private static async Task<IResult> Change(string name, DevicePatch patch, DeviceDesk desk, DeviceBook book, Caller caller, CancellationToken stop)
    {
        var made = await desk.ChangeAsync(name, patch.ToChange(), caller.By(patch.By), stop);
        return made.Problem is { } problem ? Problem(problem) : Results.Ok(Find(book, made));
    }

    private static async Task<IResult> Rotate(string name, RotateRequest request, DeviceDesk desk, DeviceBook book, HttpResponse response, Caller caller, CancellationToken stop)
    {
        if (request.GraceSeconds is { } seconds && (!double.IsFinite(seconds) || seconds is < 0 or > 31_536_000))
        {
            return Problems.BadRequest("bad_grace", "graceSeconds phải từ 0 đến 31536000.", "graceSeconds must be 0 to 31536000.");
        }

        var rotation = new Rotation
        {
            Grace = request.GraceSeconds is { } grace ? TimeSpan.FromSeconds(grace) : null,
            UntilUsed = request.UntilUsed,
            Secret = request.Secret,
            SecretIsRandom = request.SecretIsRandom,
        };
        var made = await desk.RotateAsync(name, rotation, caller.By(request.By), stop);
        KeepOutOfCaches(response);
        return made.Problem is { } problem ? Problem(problem) : Results.Ok(new DeviceCreated(Find(book, made), made.Secret));
    }

    private static IResult Check(string name, AccessQuestion question, DeviceBook book)
    {
        if (!book.TryGet(name, out var entry))
        {
            return Problems.NotFound("device", name);
        }

        var topic = question.Topic ?? "";
        var isFilter = question.Action == "subscribe";
        if (question.Action is not ("publish" or "retain" or "subscribe") || !(isFilter ? MqttTopic.IsValidFilter(topic) : MqttTopic.IsValidName(topic)))
        {
            return Problems.BadRequest(
                "bad_question", "action phải là publish, retain hoặc subscribe; topic phải hợp lệ.", "action must be publish, retain or subscribe; topic must be valid.");
        }

        var subject = new AclSubject(question.ClientId ?? name, name, entry.Sensors);
        return Results.Ok(new AccessAnswer(isFilter
            ? entry.Acl.MaySubscribe(subject, topic)
            : entry.Acl.MayPublish(subject, System.Text.Encoding.UTF8.GetBytes(topic), question.Action == "retain")));
    }

    private static DeviceImportResult ToResult(IReadOnlyList<DeviceMade> made) => new(
        [.. made.Where(m => m.Problem is null).Select(m => new DeviceMadeDto(m.Name, m.Secret))],
        [.. made.Where(m => m.Problem is not null).Select(m => new DeviceRefusedDto(m.Name, m.Problem!.Code, m.Problem.Text))]);

    private static void KeepOutOfCaches(HttpResponse response) => response.Headers.CacheControl = "no-store";

    // It may have been changed or removed since: the answer is what was made.
    private static DeviceDto Find(DeviceBook book, DeviceMade made) =>
        ToDto(made.Credential!, book.TryGet(made.Name, out var entry) ? entry.Use : new DeviceUse());

    private static DeviceDto ToDto(DeviceEntry entry) => ToDto(entry.Credential, entry.Use);

    private static DeviceDto ToDto(DeviceCredential c, DeviceUse use) => new(
        c.Name, c.Profile, c.Sensors, [.. c.Rules.Select(r => r.ToString())], c.Limits, c.Disabled, c.ExpiresAtMs, c.Note,
        [.. c.Secrets.Select(s => new DeviceSecretDto(s.Number, s.Hash.IsCheap ? "generated" : "chosen", s.CreatedAtMs, s.CreatedBy, s.ExpiresAtMs, s.UntilNextUsed))],
        [.. c.Certificates.Where(x => x.Binding == CertificateBinding.Fingerprint).Select(x => x.Value)],
        [.. c.Certificates.Where(x => x.Binding == CertificateBinding.Subject).Select(x => x.Value)],
        ToDto(c.Audit), use.LastLoginMs == 0 ? null : use.LastLoginMs, use.Logins, use.Failures);
}
