using IOC.Access.Accounts;
using IOC.Host.Security;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Health;

/// <summary>
/// /health/live: the process answers; nothing else is asked, since a restart mends nothing else. /health/ready: publishes are taken (200) or
/// not (503). /health/dependencies: everything that the host leans on; 503 when a part is not there, 200 when all is well or a part
/// is impaired: neither is a reason to send devices away or to restart.
/// </summary>
internal static class HealthEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).IsOpen();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = IsReadiness, ResponseWriter = WriteAsync }).IsOpen();
        app.MapHealthChecks("/health/dependencies", new HealthCheckOptions { Predicate = r => !IsReadiness(r), ResponseWriter = WriteAsync }).IsOpen();
    }

    private static bool IsReadiness(HealthCheckRegistration check) => check.Tags.Contains(HealthTags.Ready);

    // A load balancer needs the status; what is behind it is for those who are signed in.
    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = context.RequestServices.GetRequiredService<Caller>().May(Permission.Monitor)
            ? report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), e.Value.Description }, StringComparer.Ordinal)
            : null,
    });
}
