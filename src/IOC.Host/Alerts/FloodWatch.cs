using System.Collections.Concurrent;
using IOC.Alerts;
using IOC.Host.Live;
using IOC.Host.Pump;
using IOC.Host.Shifts;

namespace IOC.Host.Alerts;

/// <summary>The operators who look at the live stream, by the names that their pages told. Thread-safe.</summary>
public sealed class OperatorsOnShift
{
    private readonly ConcurrentDictionary<string, string> _byConnection = new(StringComparer.Ordinal);

    /// <summary>Number of different names; connections without a name count for nobody.</summary>
    public int Count => Names.Count;

    /// <summary>The names.</summary>
    public IReadOnlyList<string> Names => [.. _byConnection.Values.Distinct(OperatorName.Comparer)];

    /// <summary>A page tells who sits before it; blank = nobody any more.</summary>
    public void Set(string connection, string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            Remove(connection);
            return;
        }

        _byConnection[connection] = name.Trim()[..Math.Min(name.Trim().Length, 64)];
    }

    /// <summary>A page has gone.</summary>
    public void Remove(string connection) => _byConnection.TryRemove(connection, out _);
}

/// <summary>Tells the pages whether the operators are flooded.</summary>
internal sealed class FloodWatch(FloodMeter meter, OperatorsOnShift operators, ShiftDesk shifts, LiveView live, TimeProvider time, ILogger<FloodWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private bool _inFlood;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Recurring.RunAsync(
        "The look for a flood of alerts", Interval,
        _ =>
        {
            Look();
            return Task.CompletedTask;
        },
        time, logger, stoppingToken);

    // Who said to be on shift counts, also while their page is away; else who looks at the stream.
    private int OnShift() => shifts.Roster.OnDuty.Select(d => d.Operator).Concat(operators.Names).Distinct(StringComparer.OrdinalIgnoreCase).Count();

    private void Look()
    {
        var state = meter.At(time.GetUtcNow().ToUnixTimeMilliseconds(), OnShift());
        live.UpdateFlood(new LiveFlood(state.InFlood, state.SinceMs, Math.Round(state.Rate, 1), state.Operators));
        if (state.InFlood == _inFlood)
        {
            return;
        }

        _inFlood = state.InFlood;
        if (_inFlood)
        {
            logger.LogWarning("The operators are flooded: {Rate} alerts each within ten minutes, {Operators} on shift", state.Rate, state.Operators);
        }
        else
        {
            logger.LogInformation("The flood of alerts is over");
        }
    }
}
