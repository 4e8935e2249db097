using System.Diagnostics;
using IOC.Host.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace IOC.Host.Otlp;

/// <summary>Puts the export by OTLP in place.</summary>
internal static class OtlpSetup
{
    public static IServiceCollection AddOtlp(this IServiceCollection services) => services.AddHostedService<OtlpExport>();

    /// <summary>Names the framework's spans of requests as OpenTelemetry's conventions for HTTP say. Nothing while the export is off.</summary>
    public static IApplicationBuilder UseSpanNames(this IApplicationBuilder app) => app.ApplicationServices.GetRequiredService<IocOptions>().Otlp.Endpoint.Length == 0
        ? app
        : app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            finally
            {
                if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
                {
                    Name(span, context);
                }
            }
        });

    // The path itself is left out: it may name a person or a sensor.
    private static void Name(Activity span, HttpContext context)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
        span.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route).SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
