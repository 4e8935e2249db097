using System.Globalization;
using IOC.Access.Auditing;
using IOC.Registry;

namespace IOC.Host.Auditing;

/// <summary>Puts the audit together.</summary>
internal static class AuditSetup
{
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<IAuditLog, AuditStore>().AddSingleton<RefusalCounts>().AddSingleton<AuditDesk>().AddHostedService<AuditMarks>().AddHostedService<RefusalRecorder>();
}

/// <summary>
/// Records the host's start and stop, and tells the audit's last hash to the log once a day: who cuts off the end of the audit leaves a chain
/// that is whole, but not one that ends in a hash that stands elsewhere.
/// </summary>
internal sealed class AuditMarks(AuditDesk desk, IAuditLog audit, TimeProvider time, ILogger<AuditMarks> log) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private ITimer? _timer;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await TryAsync("host started", cancellationToken);
        _timer = time.CreateTimer(_ => Tell(), null, Day, Day);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => TryAsync("host stopped", cancellationToken);

    public void Dispose() => _timer?.Dispose();

    private async Task TryAsync(string action, CancellationToken cancel)
    {
        try
        {
            await desk.RecordAsync(action, typeof(AuditMarks).Assembly.GetName().Version?.ToString() ?? "", cancel);
            Tell();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The database is away: starting and stopping go on without it.
            log.LogError(e, "'{Action}' could not be recorded in the audit", action);
        }
    }

    private void Tell()
    {
        if (audit.Last is { } last)
        {
            log.LogInformation("Audit: entry {Number} has hash {Hash}", last.Number.ToString(CultureInfo.InvariantCulture), last.Hash);
        }
    }
}
