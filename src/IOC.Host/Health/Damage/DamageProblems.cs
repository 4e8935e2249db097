using IOC.History;
using IOC.Host.Api;
using IOC.Telemetry;
using Microsoft.AspNetCore.Diagnostics;

namespace IOC.Host.Health.Damage;

/// <summary>Tells whoever asked that history cannot be read: a part of an answer would pass for the whole.</summary>
internal sealed class DamageProblems(ILogger<DamageProblems> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not (HistoryStoreException or CorruptBlockException))
        {
            return false;
        }

        logger.LogError(exception, "{Method} {Path}: history could not be read", httpContext.Request.Method, httpContext.Request.Path);
        await Problems.Result(
            StatusCodes.Status503ServiceUnavailable, "history_unreadable",
            new LocalText(
                "Không đọc được lịch sử: tệp bị hỏng hoặc máy chủ lịch sử không trả lời. Xem /health/dependencies.",
                "History cannot be read: a file is damaged, or its server does not answer. See /health/dependencies.")).ExecuteAsync(httpContext);
        return true;
    }
}
