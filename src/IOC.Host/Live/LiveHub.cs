using System.Runtime.CompilerServices;
using IOC.Host.Alerts;
using Microsoft.AspNetCore.SignalR;

namespace IOC.Host.Live;

/// <summary>The operators' live stream: one call that is snapshot and subscription, with no gap between them.</summary>
public sealed class LiveHub(LiveView view, OperatorsOnShift operators, TimeProvider time) : Hub
{
    private static readonly TimeSpan UrgentDelay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ValueInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    /// <summary>Streams updates from where the client is until it goes: alerts and commands at once, values at most four times a
    /// second, and an empty update every two seconds as the beat.</summary>
    public async IAsyncEnumerable<LiveUpdate> Live(LiveRequest since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var at = since;
        while (true)
        {
            var update = view.Collect(at);
            yield return update;
            at = new LiveRequest(update.Epoch, update.Version);
            await NextAsync(update.Version, cancellationToken);
        }
    }

    /// <summary>The page tells who sits before it, at the start and when that changes; blank = nobody.</summary>
    public void Operator(string? name) => operators.Set(Context.ConnectionId, name);

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        operators.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    private async Task NextAsync(long version, CancellationToken cancellationToken)
    {
        using var timers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var urgent = view.UrgentChangeAfter(version);
        var pause = Task.Delay(ValueInterval, time, timers.Token);
        var first = await Task.WhenAny(urgent, pause);
        if (first == pause)
        {
            var beat = Task.Delay(Beat - ValueInterval, time, timers.Token);
            first = await Task.WhenAny(urgent, view.ChangeAfter(version), beat);
        }

        // Alerts that are born together travel together, and so do commands.
        if (first == urgent)
        {
            await Task.Delay(UrgentDelay, time, cancellationToken);
        }

        await timers.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
