using System.Runtime.CompilerServices;
using IOC.Access.Accounts;
using IOC.Host.Alerts;
using IOC.Host.Security;
using Microsoft.AspNetCore.SignalR;

namespace IOC.Host.Live;

/// <summary>The operators' live stream: one call that is snapshot and subscription, with no gap between them.</summary>
internal sealed class LiveHub(LiveView view, OperatorsOnShift operators, CatalogueRevisions catalogue, CallerDoor door, TimeProvider time) : Hub
{
    private static readonly TimeSpan UrgentDelay = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ValueInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShiftLook = TimeSpan.FromMilliseconds(500);

    /// <summary>Streams updates from where the client is until it goes: alerts and commands at once, values at most four times a
    /// second, and an empty update every two seconds as the beat.</summary>
    public async IAsyncEnumerable<LiveUpdate> Live(LiveRequest since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var at = since;
        var rights = Renew().Rights;
        while (true)
        {
            var now = Renew();
            if (!now.May(Permission.View))
            {
                // Signed out, revoked, or without rights now: the page asks who it is, and signs in again.
                Context.Abort();
                yield break;
            }

            if (!ReferenceEquals(now.Rights, rights))
            {
                // What is seen no more must go from the page too: it begins anew.
                (at, rights) = (new LiveRequest(null, 0), now.Rights);
            }

            var update = view.Collect(at, rights) with { Catalogue = catalogue.Now };
            yield return update;
            at = new LiveRequest(update.Epoch, update.Version);
            await NextAsync(update.Version, cancellationToken);
        }
    }

    /// <summary>Streams who is on shift and how far the shift log goes: now, and whenever that changes. For pages that need no sensors.</summary>
    public async IAsyncEnumerable<LiveShift> Shift([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LiveShift? told = null;
        while (true)
        {
            if (!Renew().May(Permission.View))
            {
                Context.Abort();
                yield break;
            }

            var shift = view.Shift;
            if (!ReferenceEquals(shift, told))
            {
                yield return told = shift;
            }

            await Task.Delay(ShiftLook, time, cancellationToken);
        }
    }

    /// <summary>The page tells who sits before it, at the start and when that changes; blank = nobody.</summary>
    public void Operator(string? name)
    {
        var caller = Renew();

        // Who only looks on is no operator, and does not make a flood smaller.
        operators.Set(Context.ConnectionId, caller.May(Permission.Operate) && !string.IsNullOrWhiteSpace(name) ? caller.Name ?? name : null);
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        operators.Remove(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }

    private Caller Renew() => door.Renew(CallerIdentity.Of(Context.User));

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
