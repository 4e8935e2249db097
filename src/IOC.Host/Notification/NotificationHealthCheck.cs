using System.Data.Common;
using IOC.Alerts.Notification;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace IOC.Host.Notification;

/// <summary>People are told of alerts. Degraded, not unready, while a channel fails for longer than a moment, and for a day after a message was given up.</summary>
internal sealed class NotificationHealthCheck(NotificationBook book, INotificationStore store, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var problems = book.Failing.Where(f => f.Value.SinceMs <= (now - Moment).ToUnixTimeMilliseconds()).Select(f => $"{f.Key}: {f.Value.Error}").ToList();
        try
        {
            if (store.CountGivenUp((now - Remembered).ToUnixTimeMilliseconds()) is > 0 and var given)
            {
                problems.Add($"{given} messages were given up within a day (/api/v1/notifications/deliveries?state=given_up)");
            }
        }
        catch (DbException e)
        {
            problems.Add($"the registry could not be asked: {e.Message}");
        }

        return Task.FromResult(problems.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", problems)));
    }
}
