using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace IOC.Host.Hardening;

/// <summary>Keeps one address from taking all connections of the web side: those beyond its share are closed before anything is read from them.</summary>
internal sealed class ConnectionShare(int limit, TrustedProxies proxies)
{
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    /// <summary>Addresses that have a connection open.</summary>
    public int Addresses => _open.Count;

    /// <summary>Connection middleware.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => limit == 0
        ? next
        : async connection =>
        {
            if (connection.RemoteEndPoint is not IPEndPoint remote || proxies.Contains(remote.Address))
            {
                await next(connection);
                return;
            }

            var key = AddressKey.Of(remote.Address);
            if (_open.AddOrUpdate(key, 1, static (_, n) => n + 1) > limit)
            {
                Leave(key);
                connection.Abort(new ConnectionAbortedException("too many connections of one address"));
                return;
            }

            try
            {
                await next(connection);
            }
            finally
            {
                Leave(key);
            }
        };

    private void Leave(IPAddress key)
    {
        // Two steps, so that an address that is gone takes no room: removed only while it is still zero.
        if (_open.AddOrUpdate(key, 0, static (_, n) => n - 1) == 0)
        {
            _open.TryRemove(new KeyValuePair<IPAddress, int>(key, 0));
        }
    }
}
