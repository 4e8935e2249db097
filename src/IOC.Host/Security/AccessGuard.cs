using IOC.Host.Settings;

namespace IOC.Host.Security;

/// <summary>Lets a request through to its endpoint only when who calls has what the endpoint declares that it needs.</summary>
internal static class AccessGuard
{
    public static IApplicationBuilder UseAccessGuard(this IApplicationBuilder app)
    {
        var off = app.ApplicationServices.GetRequiredService<IocOptions>().Security.Accounts == AccountsMode.Off;
        return app.Use(async (context, next) =>
        {
            var caller = off ? Caller.Anybody : Caller.Nobody;
            context.Features.Set(caller);
            if (context.GetEndpoint() is RouteEndpoint endpoint && Refusal(endpoint, caller, context) is { } refusal)
            {
                await refusal.ExecuteAsync(context);
                return;
            }

            await next(context);
        });
    }

    // Only what was mapped is a RouteEndpoint: what routing itself answers (405, 415) tells nothing.
    private static IResult? Refusal(RouteEndpoint endpoint, Caller caller, HttpContext context)
    {
        if (endpoint.Metadata.GetMetadata<AccessNeed>() is not { } need)
        {
            context.RequestServices.GetRequiredService<ILogger<AccessNeed>>().LogError("{Endpoint} declares nothing that it needs, and is refused", endpoint.DisplayName);
            return AccessAnswers.Undeclared();
        }

        return need.Open ? null
            : !caller.IsSomebody ? AccessAnswers.SignInFirst()
            : need.Permission is not { } permission ? null
            : !caller.May(permission) ? AccessAnswers.NotAllowed(permission)
            : need.Everywhere && !caller.MayEverywhere(permission) ? AccessAnswers.NotAllowedEverywhere(permission)
            : null;
    }
}
