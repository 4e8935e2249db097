using IOC.Host.Pump;
using IOC.Host.Security;

namespace IOC.Host.Auditing;

/// <summary>How often somebody was refused, beyond what was recorded one by one.</summary>
/// <param name="Caller">Who.</param>
/// <param name="SinceMs">Since when, Unix ms.</param>
internal sealed record RefusalCount(Caller Caller, long SinceMs)
{
    /// <summary>Refusals that were recorded one by one.</summary>
    public int Recorded { get; set; }

    /// <summary>The others: how often by method, route and status.</summary>
    public Dictionary<string, long> Refused { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// Nothing in the audit can ever be removed, so nobody may fill it with what they are refused: of each account the first refusals of an hour
/// are recorded one by one, the others are counted. Thread-safe.
/// </summary>
internal sealed class RefusalCounts(TimeProvider time)
{
    /// <summary>Refusals of an account in an hour that are recorded one by one.</summary>
    public const int OneByOne = 100;

    /// <summary>How long is counted.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, RefusalCount> _counts = new(StringComparer.Ordinal);

    /// <summary>Takes a refusal.</summary>
    /// <returns>Whether it is one of those that are recorded one by one; otherwise it is counted.</returns>
    public bool Add(Caller caller, string action, int status)
    {
        lock (_lock)
        {
            var key = KeyOf(caller);
            if (!_counts.TryGetValue(key, out var count))
            {
                _counts.Add(key, count = new RefusalCount(caller, time.GetUtcNow().ToUnixTimeMilliseconds()));
            }

            if (count.Recorded < OneByOne)
            {
                count.Recorded++;
                return true;
            }

            var what = $"{action} {status}";
            count.Refused[what] = count.Refused.GetValueOrDefault(what) + 1;
            return false;
        }
    }

    /// <summary>Takes out what was counted for an hour, or everything.</summary>
    public IReadOnlyList<RefusalCount> Take(bool everything)
    {
        var until = (time.GetUtcNow() - Period).ToUnixTimeMilliseconds();
        lock (_lock)
        {
            RefusalCount[] over = [.. _counts.Values.Where(c => everything || c.SinceMs <= until)];
            foreach (var count in over)
            {
                _counts.Remove(KeyOf(count.Caller));
            }

            return [.. over.Where(c => c.Refused.Count > 0)];
        }
    }

    /// <summary>Puts back what could not be recorded; what came meanwhile is added to it.</summary>
    public void PutBack(RefusalCount count)
    {
        lock (_lock)
        {
            if (_counts.TryGetValue(KeyOf(count.Caller), out var newer))
            {
                foreach (var (what, times) in newer.Refused)
                {
                    count.Refused[what] = count.Refused.GetValueOrDefault(what) + times;
                }
            }

            _counts[KeyOf(count.Caller)] = count;
        }
    }

    private static string KeyOf(Caller caller) => caller.AccountId ?? caller.Kind.ToString();
}

/// <summary>Records what was counted of refusals when its hour is over, and at the stop.</summary>
internal sealed class RefusalRecorder(RefusalCounts refusals, AuditDesk desk, TimeProvider time, ILogger<RefusalRecorder> log) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await RecordAsync(refusals.Take(everything: true), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "The count of refusals could not be recorded in the audit");
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.RunAsync("The count of refusals", TimeSpan.FromMinutes(1), stop => RecordAsync(refusals.Take(everything: false), stop), time, log, stoppingToken);

    private async Task RecordAsync(IReadOnlyList<RefusalCount> counts, CancellationToken cancel)
    {
        for (var i = 0; i < counts.Count; i++)
        {
            try
            {
                await desk.RecordAsync(counts[i], cancel);
            }
            catch
            {
                foreach (var left in counts.Skip(i))
                {
                    refusals.PutBack(left);
                }

                throw;
            }
        }
    }
}
