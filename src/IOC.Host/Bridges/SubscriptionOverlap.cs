using System.Text;
using IOC.Mqtt.Wire;

namespace IOC.Host.Bridges;

/// <summary>Sees to it that a message which several subscriptions of a bridge match is taken once. Safe for use from any thread.</summary>
internal sealed class SubscriptionOverlap(IReadOnlyList<BridgeSubscription> subscriptions)
{
    private readonly (byte[] Filter, bool TakeRetained)[] _all = [.. subscriptions.Select(s => (Encoding.UTF8.GetBytes(s.Filter), s.TakeRetained))];

    /// <summary>Whether a subscription is the first that matches a topic.</summary>
    /// <param name="index">The subscription, which matches.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="takeRetained">Whether any that matches takes retained messages.</param>
    public bool IsFirst(int index, string topic, out bool takeRetained)
    {
        takeRetained = _all[index].TakeRetained;
        if (_all.Length == 1)
        {
            return true;
        }

        var name = Encoding.UTF8.GetBytes(topic);
        for (var i = 0; i < _all.Length; i++)
        {
            if (i != index && MqttTopic.Matches(_all[i].Filter, name))
            {
                if (i < index)
                {
                    return false;
                }

                takeRetained |= _all[i].TakeRetained;
            }
        }

        return true;
    }
}
