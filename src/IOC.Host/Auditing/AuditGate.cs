using IOC.Access.Auditing;
using IOC.Host.Api;
using IOC.Host.Security;
using IOC.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace IOC.Host.Auditing;

/// <summary>An endpoint that changes nothing although it is no GET: it is not recorded.</summary>
internal sealed record ChangesNothing;

/// <summary>
/// Records every change and every export before its answer leaves: what is not in the audit has not been answered. Attempts that were
/// refused for want of a right are recorded too; those of somebody who has not signed in are only where they try to.
/// </summary>
internal static class AuditGate
{
    private const string Api = "/api/v1";

    /// <summary>Readings as they are, in one answer of JSON, that are still looked at: what a page's table holds. More are taken away.</summary>
    public const int MostLookedAt = 5000;

    // Data that is taken away; what the pages show is JSON.
    private static readonly string[] s_files = ["text/csv", "application/x-ndjson"];

    /// <summary>Marks an endpoint that takes a question in a body and changes nothing.</summary>
    public static T OnlyAsks<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new ChangesNothing());

    /// <summary>Says of an answer that it is an export, although its form does not tell.</summary>
    public static void IsTakenAway(this HttpContext context) => context.Features.Set(new TakenAway());

    /// <summary>Watches for exports and for refused changes; before the guard that refuses.</summary>
    public static IApplicationBuilder UseAudit(this IApplicationBuilder app)
    {
        var desk = app.ApplicationServices.GetRequiredService<AuditDesk>();
        return app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments(Api, StringComparison.OrdinalIgnoreCase))
            {
                await next(context);
                return;
            }

            if (!IsChange(context))
            {
                context.Response.OnStarting(() => IsExport(context) ? desk.RecordAsync(context, context.Response.StatusCode, "", CancellationToken.None) : Task.CompletedTask);
                await next(context);
                return;
            }

            // Whoever hangs up on a change does not stop it midway: what was begun goes to its end, and is recorded as what it came to.
            context.RequestAborted = CancellationToken.None;
            if (AuditDetail.CanKeep(context.Request))
            {
                context.Request.EnableBuffering(AuditDetail.MaxBody);
            }

            context.Response.OnStarting(() => context.Response.StatusCode == StatusCodes.Status403Forbidden && context.Features.Get<Recorded>() is null
                ? desk.RecordAsync(context, StatusCodes.Status403Forbidden, "", CancellationToken.None)
                : Task.CompletedTask);
            await next(context);
        });
    }

    /// <summary>Records changes: as the outermost filter of all endpoints of the API.</summary>
    public static async ValueTask<object?> RecordAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (!IsChange(context))
        {
            return await next(invocation);
        }

        var desk = context.RequestServices.GetRequiredService<AuditDesk>();

        // The body was buffered: it has been read already where it is a parameter, and is there once more for an endpoint that reads it itself.
        var detail = await AuditDetail.ReadAsync(context.Request, context.RequestAborted);
        object? answer;
        try
        {
            answer = await next(invocation);
        }
        catch (Exception e)
        {
            // Some of it may have been done. What could not be read is refused with the status that it brings along.
            await TryRecordAsync(desk, context, e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError, detail);
            throw;
        }

        var status = StatusOf(answer, context.Response);

        if (!IsWorthRecording(context, status))
        {
            return answer;
        }

        try
        {
            await desk.RecordAsync(context, status, detail, CancellationToken.None);
            context.Features.Set(new Recorded());
            return answer;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            context.RequestServices.GetRequiredService<ILogger<AuditDesk>>().LogError(e, "{Method} {Path} was answered with {Status}, and could not be recorded in the audit", context.Request.Method, context.Request.Path, status);
            if (status >= StatusCodes.Status400BadRequest)
            {
                // Nothing was done: why not is the better answer.
                return answer;
            }

            return Problems.Result(StatusCodes.Status503ServiceUnavailable, "audit_unavailable", new LocalText(
                "Không ghi được nhật ký kiểm tra, nên không xác nhận được thao tác. Hãy xem lại trạng thái trước khi làm lại.",
                "The audit cannot be written, so the act cannot be confirmed. Look at the state before you do it again."));
        }
    }

    private static bool IsChange(HttpContext context)
    {
        var method = context.Request.Method;
        return !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method)
            && context.GetEndpoint()?.Metadata.GetMetadata<ChangesNothing>() is null;
    }

    // Somebody who has not signed in must not be able to fill the audit: of what they try in vain, wrong sign-ins are recorded (as many as
    // the limit of tries lets through), and nothing else is.
    private static bool IsWorthRecording(HttpContext context, int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => false,
        StatusCodes.Status401Unauthorized or < StatusCodes.Status400BadRequest => true,
        _ => (context.Features.Get<Caller>() ?? Caller.Nobody).IsSomebody,
    };

    private static bool IsExport(HttpContext context) =>
        context.Response is { StatusCode: StatusCodes.Status200OK } response && (context.Features.Get<TakenAway>() is not null
            || response.Headers.ContentDisposition.ToString().StartsWith("attachment", StringComparison.OrdinalIgnoreCase)
            || (response.ContentType is { } type && s_files.Any(file => type.StartsWith(file, StringComparison.OrdinalIgnoreCase))));

    private static int StatusOf(object? answer, HttpResponse response) => answer switch
    {
        IStatusCodeHttpResult { StatusCode: { } status } => status,
        INestedHttpResult { Result: IStatusCodeHttpResult { StatusCode: { } status } } => status,
        _ => response.StatusCode,
    };

    private static async Task TryRecordAsync(AuditDesk desk, HttpContext context, int status, string detail)
    {
        try
        {
            await desk.RecordAsync(context, status, detail, CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            context.RequestServices.GetRequiredService<ILogger<AuditDesk>>().LogError(e, "{Method} {Path} failed, and could not be recorded in the audit", context.Request.Method, context.Request.Path);
        }
    }

    private sealed record Recorded;

    private sealed record TakenAway;
}
