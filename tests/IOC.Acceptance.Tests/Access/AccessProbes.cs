using System.Globalization;
using System.Text.Json;
using IOC.Access.Accounts;

namespace IOC.Acceptance.Tests.Access;

/// <summary>A place with something in it.</summary>
public sealed record Place(string District, string Domain)
{
    public string Sensor => Domain switch
    {
        "environment" => $"air-{District}",
        "traffic" => $"dust-{District}",
        _ => $"lamp-{District}",
    };

    /// <summary>An asset at the place.</summary>
    public string Asset => $"post-{Sensor}";

    public override string ToString() => $"{District}/{Domain}";
}

/// <summary>A request about one thing at a place.</summary>
/// <param name="Key">The endpoint.</param>
/// <param name="Permission">What it needs there.</param>
/// <param name="Places">Places to try.</param>
/// <param name="Make">Makes the path and the body; what it needs is made by an administrator before.</param>
internal sealed record ObjectProbe(string Key, Permission Permission, IReadOnlyList<Place> Places, Func<AccessHost, Place, Task<(string Path, object? Body)>> Make);

/// <summary>A request that lists things of all places.</summary>
/// <param name="Key">The endpoint.</param>
/// <param name="Permission">What it needs there.</param>
/// <param name="Path">The path.</param>
/// <param name="Places">Places of which it tells something to who sees them.</param>
internal sealed record ListProbe(string Key, Permission Permission, string Path, IReadOnlyList<Place> Places);

/// <summary>What is asked inside and outside of everybody's districts and domains.</summary>
internal static class AccessProbes
{
    private static readonly Place[] s_alerting = [new("d1", "environment"), new("d1", "traffic"), new("d2", "environment")];
    private static readonly Place[] s_lamps = [new("d1", "lighting"), new("d2", "lighting")];
    private static readonly Place[] s_all = [.. s_alerting, .. s_lamps];
    private static readonly string s_from = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(-2).ToString("O", CultureInfo.InvariantCulture));
    private static readonly string s_to = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(2).ToString("O", CultureInfo.InvariantCulture));
    private static readonly string s_before = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture));
    public static TestCaller Administrator { get; } = new TestCaller(Role.Administrator, Scope.Everywhere).Known();

    public static IReadOnlyList<ObjectProbe> Objects { get; } =
    [
        Of("GET /api/v1/sensors/{id}", Permission.View, s_all, p => $"/api/v1/sensors/{p.Sensor}"),
        Of("GET /api/v1/sensors/{id}/details", Permission.View, s_all, p => $"/api/v1/sensors/{p.Sensor}/details"),
        Of("GET /api/v1/sensors/{sensor}/commands", Permission.View, s_lamps, p => $"/api/v1/sensors/{p.Sensor}/commands"),
        Of("GET /api/v1/history", Permission.View, s_alerting, p => $"/api/v1/history?sensor={p.Sensor}&property=pm25&from={s_from}&to={s_to}"),
        Of("GET /api/v1/districts/{id}/summary", Permission.View, [new("d1", "environment"), new("d2", "environment")], p => $"/api/v1/districts/{p.District}/summary"),
        OfAlert("GET /api/v1/alerts/{id}", Permission.View, ""),
        OfAlert("GET /api/v1/alerts/{id}/acts", Permission.View, "/acts"),
        OfAlert("GET /api/v1/alerts/{id}/members", Permission.View, "/members"),
        OfAlert("GET /api/v1/alerts/{id}/procedure", Permission.View, "/procedure"),
        OfAlert("GET /api/v1/alerts/{id}/similar", Permission.View, "/similar"),
        Of("GET /api/v1/assets/{id}", Permission.View, s_all, p => $"/api/v1/assets/{p.Asset}"),
        new("GET /api/v1/notifications/deliveries", Permission.Operate, s_alerting, async (h, p) => ($"/api/v1/notifications/deliveries?alert={await AlertAsync(h, p)}", null)),
        new("GET /api/v1/notifications/deliveries/{id}", Permission.Operate, s_alerting, async (h, p) => ($"/api/v1/notifications/deliveries/{await DeliveryAsync(h, p)}", null)),
        OfAlert("POST /api/v1/alerts/{id}/reset", Permission.Operate, "/reset", new { }),
        OfAlert("POST /api/v1/alerts/{id}/acknowledge", Permission.Operate, "/acknowledge", new { }),
        OfAlert("POST /api/v1/alerts/{id}/assign", Permission.Operate, "/assign", new { to = "Lan" }),
        OfAlert("POST /api/v1/alerts/{id}/release", Permission.Operate, "/release", new { }),
        OfAlert("POST /api/v1/alerts/{id}/note", Permission.Operate, "/note", new { note = "đã gọi trạm" }),
        OfAlert("POST /api/v1/alerts/{id}/shelve", Permission.Operate, "/shelve", new { reason = "đang sửa", minutes = 30 }),
        OfAlert("POST /api/v1/alerts/{id}/unshelve", Permission.Operate, "/unshelve", new { }),
        new("GET /api/v1/commands/{id}", Permission.View, s_lamps, async (h, p) => ($"/api/v1/commands/{await CommandAsync(h, p)}", null)),
        new("DELETE /api/v1/commands/{id}", Permission.Operate, s_lamps, async (h, p) => ($"/api/v1/commands/{await CommandAsync(h, p)}", null)),
        new("GET /api/v1/commands/groups/{group}", Permission.View, s_lamps, async (h, p) => ($"/api/v1/commands/groups/{await GroupAsync(h, p)}", null)),
        new("DELETE /api/v1/commands/groups/{group}", Permission.Operate, s_lamps, async (h, p) => ($"/api/v1/commands/groups/{await GroupAsync(h, p)}", null)),
        Of("POST /api/v1/sensors/{sensor}/commands", Permission.Operate, s_lamps, p => $"/api/v1/sensors/{p.Sensor}/commands", _ => new { name = "auto" }),
        Of("POST /api/v1/commands", Permission.Operate, s_lamps, _ => "/api/v1/commands", p => new { name = "auto", sensors = new[] { p.Sensor } }),
        Of("POST /api/v1/alerts/out-of-service", Permission.Operate, s_all, _ => "/api/v1/alerts/out-of-service", p => new { kind = "sensor", id = p.Sensor, reason = "hiệu chuẩn", from = Later() }),
        new("POST /api/v1/alerts/out-of-service/{id}/end", Permission.Operate, s_all, async (h, p) => ($"/api/v1/alerts/out-of-service/{await OutageAsync(h, p)}/end", new { })),
        Of("POST /api/v1/history/delete", Permission.Engineer, s_all, _ => "/api/v1/history/delete", p => new
        {
            sensors = new[] { p.Sensor }, from = Uri.UnescapeDataString(s_from), to = Uri.UnescapeDataString(s_to), reason = "thử", dryRun = true,
        }),
        new("GET /api/v1/shifts/log/{number:long}", Permission.View, s_alerting, async (h, p) => ($"/api/v1/shifts/log/{await EntryAsync(h, p)}", null)),
        new("POST /api/v1/shifts/log", Permission.Operate, s_alerting, async (h, p) => ("/api/v1/shifts/log", new { text = "đã gọi", alert = await AlertAsync(h, p) })),
    ];

    public static IReadOnlyList<ListProbe> Lists { get; } =
    [
        new("GET /api/v1/sensors", Permission.View, "/api/v1/sensors", s_all),
        new("GET /api/v1/catalogue/sensors", Permission.View, "/api/v1/catalogue/sensors?format=geojson", s_all),
        new("GET /api/v1/replay", Permission.View, $"/api/v1/replay?from={s_from}&to={s_before}&step=600", []),
        new("GET /api/v1/districts", Permission.View, "/api/v1/districts", []),
        new("GET /api/v1/alerts", Permission.View, "/api/v1/alerts?held=include&limit=1000", s_alerting),
        new("GET /api/v1/alerts/held", Permission.View, "/api/v1/alerts/held", []),
        new("GET /api/v1/alerts/figures", Permission.View, "/api/v1/alerts/figures", []),
        new("GET /api/v1/assets", Permission.View, "/api/v1/assets", s_all),
        new("GET /api/v1/assets/geojson", Permission.View, "/api/v1/assets/geojson?below=true", s_all),
        new("GET /api/v1/shifts/report", Permission.View, "/api/v1/shifts/report", s_alerting),
        new("GET /api/v1/alerts/out-of-service", Permission.View, "/api/v1/alerts/out-of-service?ended=true", s_all),
        new("GET /api/v1/commands", Permission.View, "/api/v1/commands?limit=1000", s_lamps),
        new("GET /api/v1/shifts/log", Permission.View, "/api/v1/shifts/log?limit=1000&categories=note", []),
        new("GET /api/v1/history/series", Permission.Plan, "/api/v1/history/series", s_all),
        new("GET /api/v1/history/query", Permission.Plan, $"/api/v1/history/query?from={s_from}&to={s_to}&properties=pm25", s_alerting),
        new("GET /api/v1/history/readings", Permission.Plan, $"/api/v1/history/readings?from={s_from}&to={s_to}&properties=pm25", s_alerting),
        new("GET /api/v1/history/at", Permission.Plan, $"/api/v1/history/at?at={s_to}", []),
    ];

    public static async Task<string> AlertAsync(AccessHost host, Place place) =>
        (await host.GetAsync($"/api/v1/alerts?held=include&sensor={place.Sensor}")).GetProperty("items")[0].GetProperty("id").GetString()!;

    private static ObjectProbe Of(string key, Permission permission, IReadOnlyList<Place> places, Func<Place, string> path, Func<Place, object>? body = null) =>
        new(key, permission, places, (_, p) => Task.FromResult((path(p), body?.Invoke(p))));

    private static ObjectProbe OfAlert(string key, Permission permission, string tail, object? body = null) =>
        new(key, permission, s_alerting, async (h, p) => ($"/api/v1/alerts/{await AlertAsync(h, p)}{tail}", body));

    private static async Task<string> DeliveryAsync(AccessHost host, Place place) =>
        (await host.GetAsync($"/api/v1/notifications/deliveries?alert={await AlertAsync(host, place)}")).GetProperty("items")[0].GetProperty("id").GetString()!;

    private static Task<string> CommandAsync(AccessHost host, Place place) => MakeAsync(host, $"/api/v1/sensors/{place.Sensor}/commands", new { name = "auto" }, "id");

    private static Task<string> GroupAsync(AccessHost host, Place place) => MakeAsync(host, "/api/v1/commands", new { name = "auto", sensors = new[] { place.Sensor } }, "group");

    private static Task<string> OutageAsync(AccessHost host, Place place) =>
        MakeAsync(host, "/api/v1/alerts/out-of-service", new { kind = "sensor", id = place.Sensor, reason = "hiệu chuẩn", from = Later() }, "id");

    private static async Task<string> EntryAsync(AccessHost host, Place place) =>
        await MakeAsync(host, "/api/v1/shifts/log", new { text = $"về {place.Sensor}", alert = await AlertAsync(host, place) }, "number");

    private static long Later() => DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();

    private static async Task<string> MakeAsync(AccessHost host, string path, object body, string field)
    {
        var (status, code, answer) = await host.SendAsync(Administrator, "POST", path, body);
        Assert.True(status is >= 200 and < 300, $"POST {path}: {status} {code}");
        return answer.GetProperty(field) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : answer.GetProperty(field).GetString()!;
    }
}
