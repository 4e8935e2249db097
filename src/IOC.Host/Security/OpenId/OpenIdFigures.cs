using System.Collections.Concurrent;
using IOC.Host.Metrics;
using static IOC.Host.Metrics.HostMeter;

namespace IOC.Host.Security.OpenId;

/// <summary>Counts of single sign-on.</summary>
internal sealed class OpenIdFigures
{
    private readonly ConcurrentDictionary<(OpenIdTrouble Why, string Way), long> _refused = new();
    private long _signedIn;

    /// <summary>Somebody signed in with the page.</summary>
    public void SignedIn() => Interlocked.Increment(ref _signedIn);

    /// <summary>Somebody did not get in.</summary>
    /// <param name="why">Why.</param>
    /// <param name="way">page or bearer.</param>
    public void Refused(OpenIdTrouble why, string way) => _refused.AddOrUpdate((why, way), 1, (_, known) => known + 1);

    public void Add(HostMeter meter)
    {
        meter.Counter("ioc.openid.signed_in", "{person}", "Sign-ins by single sign-on.", () => Interlocked.Read(ref _signedIn));
        meter.Counter("ioc.openid.refused", "{try}", "Sign-ins (page) and tokens (bearer) of single sign-on that were refused, by reason.", () =>
            [.. _refused.Select(r => Of(r.Value, "way", r.Key.Way, "reason", r.Key.Why.Label()))]);
    }
}
