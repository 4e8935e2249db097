using System.Text;
using IOC.Mqtt.Wire;
using IOC.Testing;

namespace IOC.Mqtt.Tests;

public class RouterTests
{
    private static readonly MqttServerOptions s_options = new();
    private static readonly MqttServerCounters s_counters = new();

    [Fact]
    public void The_tree_finds_what_plain_matching_finds_while_subscriptions_come_and_go()
    {
        var random = new Random(11);
        var router = new Router(s_counters);
        var held = new List<(MqttSession Session, string Filter)>();
        var sessions = Enumerable.Range(0, 5).Select(i => new MqttSession($"{i}", s_options, s_counters, new ByteBudget(long.MaxValue))).ToArray();
        string[] levels = ["a", "b", "", "+", "#", "$x"];
        for (var round = 0; round < 4000; round++)
        {
            var filter = Words(levels);
            var session = sessions[random.Next(sessions.Length)];
            if (MqttTopic.IsValidFilter(filter) && random.Next(2) == 0)
            {
                var isNew = router.Subscribe(new Subscription(session, new MqttTopicFilter(filter), 0));
                Assert.Equal(!held.Contains((session, filter)), isNew);
                if (isNew)
                {
                    held.Add((session, filter));
                }
            }
            else if (held.Count > 0)
            {
                var gone = held[random.Next(held.Count)];
                Assert.True(router.Unsubscribe(gone.Session, gone.Filter));
                Assert.False(router.Unsubscribe(gone.Session, gone.Filter));
                held.Remove(gone);
            }

            Assert.Equal(held.Count, router.Count);
            for (var i = 0; i < 3; i++)
            {
                var topic = Words(["a", "b", "", "$x"]);
                if (MqttTopic.IsValidName(topic))
                {
                    var expected = held.Where(h => MqttTopic.Matches(h.Filter, topic)).Select(h => h.Session.ClientId).Distinct().Order();
                    Assert.Equal(expected, router.Find(Encoding.UTF8.GetBytes(topic)).Targets.Select(t => t.Session.ClientId).Order());
                }
            }
        }

        string Words(string[] from) => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => from[random.Next(from.Length)]));
    }

    [Fact]
    public void A_topic_without_subscribers_costs_no_memory()
    {
        var router = new Router(s_counters);
        router.Subscribe(new Subscription(new MqttSession("s", s_options, s_counters, new ByteBudget(long.MaxValue)), new MqttTopicFilter("other/#"), 0));
        var topic = "ioc/v1/viet-yen/air/s1/telemetry"u8.ToArray();
        router.Find(topic);
        var allocations = Allocations.Begin();
        for (var i = 0; i < 10_000; i++)
        {
            router.Find(topic);
        }

        Assert.Equal(0, allocations.Bytes);
    }
}
