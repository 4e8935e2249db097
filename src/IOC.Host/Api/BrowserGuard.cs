using IOC.Telemetry;

namespace IOC.Host.Api;

/// <summary>
/// What keeps other web pages out while there are no accounts: a browser tells the origin of the page that sends a
/// request, and requests of a foreign origin are refused for everything but plain reads. Host names are checked by the
/// framework's host filtering, so that a foreign name that resolves to this machine is refused too.
/// </summary>
internal static class BrowserGuard
{
    public static IApplicationBuilder UseBrowserGuard(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (IsForeign(context.Request))
        {
            await Problems.Result(
                StatusCodes.Status403Forbidden, "foreign_origin",
                new LocalText("Yêu cầu đến từ một trang web khác.", "The request comes from another web site.")).ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    private static bool IsForeign(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return false;
        }

        // A browser opens a WebSocket with a GET, and no policy of the browser keeps a foreign page from it. Routes ignore case.
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        var live = request.HttpContext.WebSockets.IsWebSocketRequest || request.Headers.Upgrade.Count > 0
            || request.Path.StartsWithSegments("/hub", StringComparison.OrdinalIgnoreCase);
        return (changes || live) && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Authority != request.Host.Value);
    }
}
