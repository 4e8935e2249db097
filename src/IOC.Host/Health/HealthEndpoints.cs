using IOC.Access.Accounts;
using IOC.Host.Security;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Health;

/// <summary>/health/live: the process answers. /health/ready: publishes are taken (200) or not (503).</summary>
internal static class HealthEndpoints
{
    public static void Map(WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).IsOpen();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).IsOpen();
    }

    // A load balancer needs the status; what is behind it is for those who are signed in.
    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = context.RequestServices.GetRequiredService<Caller>().May(Permission.Monitor)
            ? report.Entries.ToDictionary(e => e.Key, e => new { status = e.Value.Status.ToString(), e.Value.Description }, StringComparer.Ordinal)
            : null,
    });
}
