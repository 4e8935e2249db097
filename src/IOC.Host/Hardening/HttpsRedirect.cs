using System.Net;
using IOC.Host.Settings;
using IOC.Host.Transports;

namespace IOC.Host.Hardening;

/// <summary>Sends plain requests of other machines to HTTPS, where the host has such a listener.</summary>
internal static class HttpsRedirect
{
    public static void UseHttpsRedirect(this IApplicationBuilder app)
    {
        var tls = app.ApplicationServices.GetRequiredService<IocOptions>().Http.Tls;
        if (tls.Listen.Length == 0 || !tls.Redirect)
        {
            return;
        }

        var listeners = app.ApplicationServices.GetRequiredService<Listeners>();
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.IsHttps || context.Connection.RemoteIpAddress is not { } from || IPAddress.IsLoopback(from) || request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase))
            {
                return next(context);
            }

            var port = tls.PublicPort > 0 ? tls.PublicPort : listeners.PortOf("https");
            var host = port == 443 ? new HostString(request.Host.Host) : new HostString(request.Host.Host, port);
            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            context.Response.Headers.Location = $"https://{host.ToUriComponent()}{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.ToUriComponent()}";
            return Task.CompletedTask;
        });
    }
}
