using IOC.Host.Settings;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Rules;

/// <summary>Rules that can be changed while the host runs.</summary>
internal static class RulesSetup
{
    public static IServiceCollection AddRules(this IServiceCollection services, IocOptions options)
    {
        services.AddSingleton<RuleDesk>().AddSingleton(s => new RuleTester(s.GetRequiredService<IOC.History.IHistoryStore>(), s.GetRequiredService<IOC.Telemetry.AddressBook>(), options));
        services.AddHostedService<RuleWatch>();
        services.AddHealthChecks().AddCheck<RulesHealthCheck>("rules");
        return services;
    }
}

/// <summary>The rule files can be read, and every partition works with the newest set. Degraded, not unready: the set from before watches.</summary>
internal sealed class RulesHealthCheck(RuleDesk desk) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var errors = desk.Files.Errors;
        var behind = desk.Behind.ToList();
        return Task.FromResult(
            errors.Count > 0 ? HealthCheckResult.Degraded(
                $"Tệp luật có {errors.Count} lỗi, bộ luật {desk.Book.Set?.Number} vẫn áp dụng / the rule files have {errors.Count} mistakes, rule set {desk.Book.Set?.Number} stays in force: {errors[0]}")
            : behind.Count > 0 ? HealthCheckResult.Degraded($"rule set {desk.Book.Set?.Number} is not in force yet in partitions {string.Join(", ", behind)}")
            : HealthCheckResult.Healthy());
    }
}
