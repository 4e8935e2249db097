using IOC.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace IOC.Mqtt;

/// <summary>The part that knows who is connected and what they may do.</summary>
public sealed partial class MqttServer
{
    private const string SharePrefix = "$share/";

    /// <summary>The clients that are connected now, in no order.</summary>
    public IEnumerable<MqttClientContext> Clients => _connections.Keys.Select(c => c.Admitted).OfType<MqttClientContext>();

    /// <summary>Disconnects the clients that <paramref name="who"/> picks: MQTT 5 is told the reason, 3.1.1 is closed. Wills go out, and
    /// stored sessions stay.</summary>
    /// <param name="who">Which.</param>
    /// <param name="reason">From 0x80 on; such as <see cref="MqttReasonCode.AdministrativeAction"/>.</param>
    /// <returns>How many.</returns>
    public int Disconnect(Func<MqttClientContext, bool> who, MqttReasonCode reason)
    {
        ArgumentNullException.ThrowIfNull(who);
        var count = 0;
        foreach (var connection in _connections.Keys)
        {
            if (connection.Admitted is { } client && who(client))
            {
                connection.BeginClose(reason);
                count++;
            }
        }

        return count;
    }

    /// <summary>Ends the stored sessions of a credential that is no more, with their subscriptions and queued messages.</summary>
    /// <returns>How many.</returns>
    public int EndSessions(string principal) => Sessions.EndOf(principal);

    /// <summary>Asks the authenticator whether a client may publish to a topic. A broken authenticator grants nothing. Topics of the
    /// server itself are nobody's to publish to (4.7.2).</summary>
    internal MqttReasonCode MayPublish(MqttClientContext client, ReadOnlySpan<byte> topic, bool retain, bool isWill)
    {
        if (SysTopics.IsSys(topic))
        {
            return MqttReasonCode.NotAuthorized;
        }

        try
        {
            return Authenticator.AuthorizePublish(client, topic, retain, isWill);
        }
        catch (Exception e)
        {
            Log.LogError(e, "The authenticator failed for a publish of client {ClientId}", client.ClientId);
            return MqttReasonCode.NotAuthorized;
        }
    }

    /// <summary>Asks the authenticator whether a client may have a filter; of a shared subscription, the filter behind the group.</summary>
    internal MqttReasonCode MaySubscribe(MqttClientContext client, string filter)
    {
        try
        {
            return Authenticator.AuthorizeSubscription(client, WithoutShare(filter));
        }
        catch (Exception e)
        {
            Log.LogError(e, "The authenticator failed for a subscription of client {ClientId}", client.ClientId);
            return MqttReasonCode.NotAuthorized;
        }
    }

    /// <summary>A client that comes back to a stored session keeps only the subscriptions that it may have now.</summary>
    internal void ReviewSubscriptions(MqttSession session, MqttClientContext client)
    {
        foreach (var filter in session.Filters())
        {
            if (MaySubscribe(client, filter) is var reason and not MqttReasonCode.Success)
            {
                Log.LogWarning("Client {ClientId} loses its subscription {Filter}: {Reason}", client.ClientId, filter, reason);
                Unsubscribe(session, filter);
            }
        }
    }

    private static string WithoutShare(string filter)
    {
        if (!filter.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            return filter;
        }

        var group = filter.IndexOf('/', SharePrefix.Length);
        return group < 0 ? filter : filter[(group + 1)..];
    }
}
