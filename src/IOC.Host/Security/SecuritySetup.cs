using IOC.Access.Accounts;
using IOC.Host.Auditing;
using IOC.Host.Hardening;
using IOC.Host.Security.Accounts;
using IOC.Host.Security.OpenId;
using IOC.Host.Settings;
using IOC.Registry;
using Microsoft.AspNetCore.Identity;

namespace IOC.Host.Security;

/// <summary>Puts the security of the web side together.</summary>
internal static class SecuritySetup
{
    // OWASP's Password Storage Cheat Sheet for PBKDF2-HMAC-SHA512, which is what Identity uses.
    private const int PasswordRounds = 210_000;

    public static IServiceCollection AddSecurity(this IServiceCollection services, IocOptions options)
    {
        services.AddHttpContextAccessor()
            .AddScoped(s => s.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<Caller>() ?? Caller.Nobody)
            .AddSingleton<CallerDoor>().AddSingleton<AccountCallers>().AddSingleton<ICallerSource>(s => s.GetRequiredService<AccountCallers>()).AddSingleton<LocalToken>();
        services.AddSingleton<IAccountStore, AccountStore>()
            .AddSingleton(s => new AccountBook(s.GetRequiredService<IAccountStore>().Load()))
            .AddSingleton(s => SignInDesk.NewGuard(s.GetRequiredService<IAccountStore>().Load().Locks, s.GetRequiredService<TimeProvider>()))
            .AddSingleton<SecretBox>().AddSingleton<AccountGate>().AddSingleton<PasswordTurn>().AddSingleton<LinkPrinter>().AddSingleton<SetupAnnouncer>().AddSingleton<AccountView>()
            .AddScoped<AccountDesk>().AddScoped<SignInDesk>().AddScoped<OwnAccountDesk>().AddScoped<LinkDesk>().AddScoped<SessionDesk>().AddScoped<TokenDesk>()
            .AddHostedService<AccountUpkeep>();
        services.Configure<PasswordHasherOptions>(o => o.IterationCount = PasswordRounds);
        services.AddScoped<IPasswordHasher<Account>, AccountPasswordHasher>()
            .AddScoped<IUserValidator<Account>, AccountNameValidator>().AddScoped<IPasswordValidator<Account>, AccountPasswordValidator>()
            .AddScoped<TotpProvider>().AddScoped<IUserStore<Account>, IdentityAccounts>();
        services.AddIdentityCore<Account>(o => o.Tokens.AuthenticatorTokenProvider = TotpProvider.Name).AddUserManager<AccountManager>().AddTokenProvider<TotpProvider>(TotpProvider.Name);

        // Identity's own rules for names and passwords would come on top, and speak English only.
        foreach (var rule in services.Where(s => s.ImplementationType == typeof(UserValidator<Account>) || s.ImplementationType == typeof(PasswordValidator<Account>)).ToList())
        {
            services.Remove(rule);
        }

        return services.AddOpenId(options);
    }

    /// <summary>Who calls, whether they do so too often, and whether they may: what is refused counts against the limit too, and is recorded.</summary>
    public static void UseAccess(this WebApplication app)
    {
        app.UseCallers();
        app.UseUserLimits();
        app.UseAudit();
        app.UseAccessGuard();
    }

    public static void MapSecurity(this RouteGroupBuilder api)
    {
        SessionEndpoints.Map(api);
        LinkEndpoints.Map(api);
        OwnAccountEndpoints.Map(api);
        AccountEndpoints.Map(api);
        TokenEndpoints.Map(api);
        api.MapOpenId();
    }
}
