using IOC.Host.Settings;

namespace IOC.Host.Hardening;

/// <summary>Headers that tell a browser what the product's pages may do. They are on every answer, errors included.</summary>
internal static class SecurityHeaders
{
    /// <summary>Content security policy: everything from the page's own origin, no inline script or style, no frame. Styles that a script sets one
    /// by one are no inline styles; a style attribute in HTML is.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
        + "manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Nothing of the computer but what a wall of screens needs: the whole screen, one that does not go dark, and the alarm's sound.</summary>
    public const string Permissions =
        "accelerometer=(), autoplay=(self), browsing-topics=(), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(), "
        + "fullscreen=(self), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        + "screen-wake-lock=(self), serial=(), usb=(), xr-spatial-tracking=()";

    private static readonly Func<object, Task> s_write = Write;

    /// <summary>Adds them in front of everything that the web framework puts in front of a pipeline, such as its check of host names.</summary>
    public static void AddSecurityHeaders(this IServiceCollection services) => services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, First>());

    // Written when an answer starts, so that nothing that clears headers on the way takes them off.
    private static void Use(IApplicationBuilder app)
    {
        var tls = app.ApplicationServices.GetRequiredService<IocOptions>().Http.Tls;
        var hsts = tls.HstsDays > 0 ? $"max-age={tls.HstsDays * 86_400L}" : null;
        app.Use((context, next) =>
        {
            context.Response.OnStarting(s_write, (context, hsts));
            return next(context);
        });
    }

    private static Task Write(object state)
    {
        var (context, hsts) = ((HttpContext, string?))state;
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (hsts is not null && context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = hsts;
        }

        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = CachingOf(context);
        }

        return Task.CompletedTask;
    }

    // What is asked of the API is about people and the city as it is: not for a cache. The names of a page's parts change with their
    // content; the page itself is asked for each time, so that nobody works with one of an older version.
    private static string CachingOf(HttpContext context) => context.Response.Headers.ETag.Count == 0 ? "no-store"
        : context.Request.Path.StartsWithSegments("/assets", StringComparison.OrdinalIgnoreCase) ? "public, max-age=31536000, immutable"
        : "private, no-cache";

    private sealed class First : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            Use(app);
            next(app);
        };
    }
}
