namespace IOC.Host.Security;

/// <summary>Puts the security of the web side together.</summary>
internal static class SecuritySetup
{
    public static IServiceCollection AddSecurity(this IServiceCollection services) => services
        .AddHttpContextAccessor()
        .AddScoped(s => s.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<Caller>() ?? Caller.Nobody);
}
