using System.Data.Common;
using IOC.Host.Api;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace IOC.Host.Registry;

/// <summary>
/// Tells whoever asked that the registry could not be read or written. What was refused because the server is away is not done; where
/// the connection broke in the middle only the server knows, and the books ask it before anything else is done.
/// </summary>
internal sealed class RegistryProblems(RegistryDatabase database, ILogger<RegistryProblems> logger) : IExceptionHandler
{
    private const string RetrySeconds = "5";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (Of(exception) is not { } failure)
        {
            return false;
        }

        if (failure is RegistryUnavailableException away)
        {
            httpContext.Response.Headers.RetryAfter = RetrySeconds;
            await Away(away).ExecuteAsync(httpContext);
            return true;
        }

        logger.LogError(exception, "Registry {Database}: {Method} {Path} failed", database.Name, httpContext.Request.Method, httpContext.Request.Path);
        httpContext.Response.Headers.RetryAfter = RetrySeconds;
        await Problems.Result(
            StatusCodes.Status503ServiceUnavailable, "not_stored",
            new LocalText(
                "Cơ sở dữ liệu không trả lời được; hãy xem lại kết quả rồi thử lại.",
                "The database could not answer; look at how it stands, then try again.")).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>That the server is away and nothing was done.</summary>
    public static IResult Away(RegistryUnavailableException away) => Problems.Result(
        StatusCodes.Status503ServiceUnavailable, "registry_away",
        new LocalText(
            $"Cơ sở dữ liệu không dùng được lúc này; chưa làm gì cả, hãy thử lại sau. {away.Text.Vi}",
            $"The database cannot be used at present; nothing was done, try again later. {away.Text.En}"));

    private static DbException? Of(Exception e) => e switch
    {
        DbException failure => failure,
        DbUpdateException { InnerException: DbException failure } => failure,
        _ => null,
    };
}
