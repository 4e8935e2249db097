using System.Text;
using IOC.Testing;

namespace IOC.Access.Tests;

public class AclTests
{
    [Fact]
    public void What_no_rule_allows_is_denied()
    {
        var acl = Make("allow publish a/#");
        Assert.True(Publish(acl, "a/b"));
        Assert.False(Publish(acl, "b"));
        Assert.False(acl.MaySubscribe(Who(), "a/b"));
        Assert.False(Publish(Make(), "a"));
    }

    [Fact]
    public void A_denial_wins_whatever_the_order()
    {
        foreach (var acl in new[] { Make("deny all a/secret/#", "allow all a/#"), Make("allow all a/#", "deny all a/secret/#") })
        {
            Assert.True(Publish(acl, "a/x"));
            Assert.False(Publish(acl, "a/secret/x"));
            Assert.True(acl.MaySubscribe(Who(), "a/x/#"));
            Assert.False(acl.MaySubscribe(Who(), "a/secret"));

            // It lies within what is allowed, and would bring what is denied.
            Assert.False(acl.MaySubscribe(Who(), "a/#"));
            Assert.False(acl.MaySubscribe(Who(), "a/+/x"));
        }
    }

    [Fact]
    public void Retaining_is_denied_alone()
    {
        var acl = Make("allow publish a/#", "deny retain a/+/telemetry");
        Assert.True(Publish(acl, "a/x/telemetry"));
        Assert.False(Publish(acl, "a/x/telemetry", retain: true));
        Assert.True(Publish(acl, "a/x/status", retain: true));
    }

    [Theory]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("a/b")]
    [InlineData("x+")]
    [InlineData("$SYS")]
    [InlineData("")]
    public void A_client_identifier_never_widens_a_rule(string clientId)
    {
        var who = Who(clientId);
        var acl = Make("allow all dev/%c/#", "allow all %c/#");
        foreach (var topic in new[] { "dev/+/x", "dev/a/b", "dev/x/y", "dev/#", "$SYS/x", "a/b", "+", "dev//x", "/x" })
        {
            Assert.False(acl.MayPublish(who, Encoding.UTF8.GetBytes(topic), retain: false), topic);
            Assert.False(acl.MaySubscribe(who, topic), topic);
        }

        foreach (var filter in new[] { "#", "dev/+/#", "$SYS/#", "+/#", "dev/#" })
        {
            Assert.False(acl.MaySubscribe(who, filter), filter);
        }

        // What is denied for such a client is not let through for want of a value.
        var denying = Make("allow all #", "deny all locked/%c");
        Assert.False(denying.MayPublish(who, "locked/x"u8, retain: false));
        Assert.True(denying.MayPublish(Who("c1"), "locked/x"u8, retain: false));
        Assert.False(denying.MayPublish(Who("c1"), "locked/c1"u8, retain: false));
    }

    [Fact]
    public void Rules_are_written_as_they_are_read()
    {
        foreach (var text in new[] { "allow publish a/%c", "deny subscribe #", "deny retain +/x", "allow all ioc/v1/+/+/%s/cmd" })
        {
            Assert.True(AclRule.TryParse("  " + text + " ", out var rule, out _));
            Assert.Equal(text, rule.ToString());
        }

        foreach (var bad in new[] { "", "allow", "allow publish", "permit publish a", "allow retain a", "allow write a", "allow publish a/#/b" })
        {
            Assert.False(AclRule.TryParse(bad, out _, out var problem));
            Assert.NotEqual(problem.Vi, problem.En);
        }
    }

    [Fact]
    public void A_publish_is_judged_without_allocation()
    {
        var acl = Make("allow publish ioc/v1/+/+/%s/telemetry", "allow publish x/%c/%u", "deny publish y/#");
        var who = Who();
        var topic = "ioc/v1/bac-giang/air/s1/telemetry"u8.ToArray();
        acl.MayPublish(who, topic, retain: false);
        var allocations = Allocations.Begin();
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(acl.MayPublish(who, topic, retain: false));
        }

        Assert.InRange(allocations.Bytes, 0, 100);
    }

    private static AclSubject Who(string clientId = "c1") => new(clientId, "u1", AclSubject.SensorSet(["s1"]));

    private static bool Publish(Acl acl, string topic, bool retain = false) => acl.MayPublish(Who(), Encoding.UTF8.GetBytes(topic), retain);

    private static Acl Make(params string[] rules) => new(rules.Select(r => AclRule.TryParse(r, out var rule, out var problem) ? rule : throw new InvalidOperationException(problem.En)));
}
