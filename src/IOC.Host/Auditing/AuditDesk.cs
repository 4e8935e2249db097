using System.Text.Json;
using IOC.Access.Auditing;
using IOC.Host.Security;

namespace IOC.Host.Auditing;

/// <summary>Records what people and programs do over the web side.</summary>
internal sealed class AuditDesk(IAuditLog log, TimeProvider time)
{
    /// <summary>Records a request; it is on disk when this completes.</summary>
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
        return log.AppendAsync(
            new AuditEntry(
                time.GetUtcNow().ToUnixTimeMilliseconds(), Name(caller, detail), caller.AccountId, caller.Kind.ToString().ToLowerInvariant(), caller.KeyId,
                context.Connection.RemoteIpAddress?.ToString() ?? "", $"{context.Request.Method} {(route is null ? path : $"/{route.Trim('/')}")}",
                withQuestion ? path + context.Request.QueryString : path, status, detail),
            cancel);
    }

    /// <summary>Records something that the host itself does.</summary>
    public Task RecordAsync(string action, string detail, CancellationToken cancel) =>
        log.AppendAsync(new AuditEntry(time.GetUtcNow().ToUnixTimeMilliseconds(), "", null, "system", null, "", action, "", 0, detail), cancel);

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
