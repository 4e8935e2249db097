using IOC.Access.Auditing;
using IOC.Host.Auditing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IOC.Host.Tests.Auditing;

/// <summary>A web side of a few endpoints below /api/v1 that are audited.</summary>
internal sealed class AuditSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AuditSite(WebApplication app, TestAuditLog audit) => (_app, Audit, Client) = (app, audit, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });

    /// <summary>What was recorded.</summary>
    public TestAuditLog Audit { get; }

    public HttpClient Client { get; }

    /// <summary>Starts one.</summary>
    /// <param name="time">Its clock.</param>
    /// <param name="services">Adds what its doors need.</param>
    /// <param name="doors">What requests pass through.</param>
    /// <param name="map">Its endpoints.</param>
    public static async Task<AuditSite> StartAsync(TimeProvider time, Action<IServiceCollection> services, Action<WebApplication> doors, Action<RouteGroupBuilder> map)
    {
        var audit = new TestAuditLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IAuditLog>(audit).AddSingleton(time).AddSingleton<RefusalCounts>().AddSingleton<AuditDesk>();
        services(builder.Services);
        var app = builder.Build();
        doors(app);
        map(app.MapGroup("/api/v1").AddEndpointFilter(AuditGate.RecordAsync));
        await app.StartAsync();
        return new AuditSite(app, audit);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
