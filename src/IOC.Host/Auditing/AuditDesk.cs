using System.Text.Json;
using IOC.Access.Auditing;
using IOC.Host.Security;

namespace IOC.Host.Auditing;

/// <summary>Records what people and programs do over the web side.</summary>
internal sealed class AuditDesk(IAuditLog log, RefusalCounts refusals, TimeProvider time)
{
    /// <summary>Records a request; it is on disk when this completes. Of somebody who is refused again and again it is counted only.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">Status of its answer.</param>
    /// <param name="detail">What was sent.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="withQuestion">Whether the address is kept with its question; not where that holds what opens something.</param>
    public Task RecordAsync(HttpContext context, int status, string detail, CancellationToken cancel, bool withQuestion = true)
    {
        var caller = context.Features.Get<Caller>() ?? Caller.Nobody;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var path = context.Request.Path.ToString();
        var action = $"{context.Request.Method} {(route is null ? path : $"/{route.Trim('/')}")}";
        // What failed of the host's own (5xx) may have been done in part: it is always an entry.
        if (status is >= StatusCodes.Status400BadRequest and < StatusCodes.Status500InternalServerError && caller.IsSomebody && !refusals.Add(caller, action, status))
        {
            return Task.CompletedTask;
        }

        return log.AppendAsync(
            new AuditEntry(
                time.GetUtcNow().ToUnixTimeMilliseconds(), Name(caller, detail), caller.AccountId, caller.Kind.ToString().ToLowerInvariant(), caller.KeyId,
                context.Connection.RemoteIpAddress?.ToString() ?? "", action, withQuestion ? path + context.Request.QueryString : path, status, detail),
            cancel);
    }

    /// <summary>Records something that the host itself does.</summary>
    public Task RecordAsync(string action, string detail, CancellationToken cancel) =>
        log.AppendAsync(new AuditEntry(time.GetUtcNow().ToUnixTimeMilliseconds(), "", null, "system", null, "", action, "", 0, detail), cancel);

    /// <summary>Records how often somebody was refused beyond what was recorded one by one.</summary>
    public Task RecordAsync(RefusalCount count, CancellationToken cancel) => log.AppendAsync(
        new AuditEntry(
            time.GetUtcNow().ToUnixTimeMilliseconds(), count.Caller.Name ?? "", count.Caller.AccountId, count.Caller.Kind.ToString().ToLowerInvariant(), null, "", "refusals counted", "", 0,
            AuditDetail.Shorten(JsonSerializer.Serialize(new { since = count.SinceMs, refused = count.Refused.OrderByDescending(r => r.Value).ToDictionary() }))),
        cancel);

    // Who signs in is nobody yet, and while accounts are off it is who they say: what they call themselves counts.
    private static string Name(Caller caller, string detail)
    {
        if (caller.Name is { } name)
        {
            return name;
        }

        if (detail.Length == 0 || detail[^1] != '}')
        {
            return "";
        }

        using var sent = JsonDocument.Parse(detail);
        return sent.RootElement is { ValueKind: JsonValueKind.Object } fields
            && (fields.TryGetProperty("userName", out var field) || fields.TryGetProperty("operator", out field)) && field.ValueKind == JsonValueKind.String
            ? field.GetString()!
            : "";
    }
}
