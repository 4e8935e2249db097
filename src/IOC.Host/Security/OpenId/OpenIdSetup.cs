using IOC.Host.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Security.OpenId;

/// <summary>Puts single sign-on in place; without a provider in the settings it answers nobody.</summary>
internal static class OpenIdSetup
{
    public static IServiceCollection AddOpenId(this IServiceCollection services, IocOptions options)
    {
        services.AddSingleton(options.Security.OpenId).AddSingleton<OpenIdProvider>().AddSingleton<OpenIdTokens>().AddSingleton<OpenIdRoles>().AddSingleton<OpenIdAnswered>()
            .AddSingleton<OpenIdExchanges>().AddSingleton<OpenIdFigures>().AddScoped<OpenIdAccounts>().AddScoped<OpenIdFlow>()
            .AddSingleton<OpenIdCallers>().AddSingleton<ICallerSource>(s => s.GetRequiredService<OpenIdCallers>());
        if (options.Security.OpenId.IsOn)
        {
            services.AddHealthChecks().AddCheck<OpenIdHealthCheck>("openid");
        }

        return services;
    }

    public static void MapOpenId(this RouteGroupBuilder api)
    {
        // A role map that names what the catalogue does not have stops the start, not the first who signs in.
        ((IEndpointRouteBuilder)api).ServiceProvider.GetRequiredService<OpenIdRoles>();
        OpenIdEndpoints.Map(api);
    }
}

/// <summary>The provider answers. Degraded, not unready: accounts of the host work without it. Asking for it keeps what is known of it fresh.</summary>
internal sealed class OpenIdHealthCheck(OpenIdProvider provider) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await provider.FreshenAsync(cancellationToken);
        return provider.Problem is var (since, problem)
            ? HealthCheckResult.Degraded($"the provider of single sign-on cannot be used since {since:O}; accounts of this host can: {problem}")
            : HealthCheckResult.Healthy();
    }
}
