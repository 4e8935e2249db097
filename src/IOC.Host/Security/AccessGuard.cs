using System.Security.Claims;
using IOC.Access.Accounts;
using IOC.Host.Security.Accounts;
using IOC.Host.Security.OpenId;

namespace IOC.Host.Security;

/// <summary>Lets a request through to its endpoint only when who calls has what the endpoint declares that it needs.</summary>
internal static class AccessGuard
{
    /// <summary>Header in which a page sends what <c>GET /api/v1/session</c> told it, with every change.</summary>
    public const string CsrfHeader = "X-IOC-CSRF";

    /// <summary>Finds out who calls.</summary>
    public static IApplicationBuilder UseCallers(this IApplicationBuilder app)
    {
        var door = app.ApplicationServices.GetRequiredService<CallerDoor>();
        return app.Use(async (context, next) =>
        {
            var caller = await door.FindAsync(context);
            context.Features.Set(caller);
            if (caller.IsSomebody)
            {
                context.User = new ClaimsPrincipal(new CallerIdentity(caller));
            }

            await next(context);
        });
    }

    /// <summary>Refuses; after it is known who calls.</summary>
    public static IApplicationBuilder UseAccessGuard(this IApplicationBuilder app) => app.Use((context, next) =>
        context.GetEndpoint() is RouteEndpoint endpoint && Refusal(endpoint, context.Features.Get<Caller>() ?? Caller.Nobody, context) is { } refusal
            ? refusal.ExecuteAsync(context)
            : next(context));

    // Only what was mapped is a RouteEndpoint: what routing itself answers (405, 415) tells nothing.
    private static IResult? Refusal(RouteEndpoint endpoint, Caller caller, HttpContext context)
    {
        if (endpoint.Metadata.GetMetadata<AccessNeed>() is not { } need)
        {
            context.RequestServices.GetRequiredService<ILogger<AccessNeed>>().LogError("{Endpoint} declares nothing that it needs, and is refused", endpoint.DisplayName);
            return AccessAnswers.Undeclared();
        }

        if (need.Open)
        {
            return null;
        }

        if (!caller.IsSomebody)
        {
            var refusal = context.Features.Get<CallerRefusal>();
            context.Response.Headers.WWWAuthenticate = refusal?.Challenge ?? "Bearer";
            return refusal?.Answer ?? AccessAnswers.SignInFirst();
        }

        return Lacks(need, caller) ?? (IsForged(caller, context) ? AccessAnswers.NotFromItsPage() : null);
    }

    private static IResult? Lacks(AccessNeed need, Caller caller) =>
        need.Permission is not { } permission ? (caller.OnWall && !need.AlsoOnWall ? AccessAnswers.NotOnWall() : null)
        : caller.MustEnrol ? AccessAnswers.EnrolFirst()
        : !caller.May(permission) ? AccessAnswers.NotAllowed(permission)
        : need.Everywhere && !caller.MayEverywhere(permission) ? AccessAnswers.NotAllowedEverywhere(permission)
        : null;

    // The cookie is sent along by the browser whoever made it send the request; this header only by a page that could read the session.
    // A hub's connection is opened by a POST without it: there the origin is checked (BrowserGuard).
    private static bool IsForged(Caller caller, HttpContext context)
    {
        var method = context.Request.Method;
        return caller.Kind == CallerKind.Session && !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)
            && !context.Request.Path.StartsWithSegments("/hub", StringComparison.OrdinalIgnoreCase)
            && !(SessionCookie.Read(context.Request) is { } key && AccountKeys.Same(AccountKeys.CsrfOf(key), context.Request.Headers[CsrfHeader].ToString()));
    }
}
