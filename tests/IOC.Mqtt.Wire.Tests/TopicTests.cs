using System.Text;

namespace IOC.Mqtt.Wire.Tests;

public class TopicTests
{
    [Theory]
    [InlineData("a/b/c", "a/b/c", true)]
    [InlineData("a/b/c", "a/b", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/+/c", "a/b/c", true)]
    [InlineData("a/+/c", "a//c", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/+", "a", false)]
    [InlineData("+", "a", true)]
    [InlineData("+", "/a", false)]
    [InlineData("+/+", "/a", true)]
    [InlineData("/+", "/a", true)]
    [InlineData("#", "a/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/+/#", "a", false)]
    [InlineData("a/+/#", "a/b", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$SYS/+", "$SYS/x", true)]
    [InlineData("a/#", "a/$x", true)]
    [InlineData("A", "a", false)]
    [InlineData("tỉnh/+", "tỉnh/bắc", true)]
    [InlineData("a/", "a", false)]
    [InlineData("a", "a/", false)]
    public void Filters_match_as_the_standard_says(string filter, string topic, bool expected) =>
        Assert.Equal(expected, MqttTopic.Matches(filter, topic));

    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("a/#", true)]
    [InlineData("+/a/+", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("a/#/b", false)]
    [InlineData("#/a", false)]
    [InlineData("a+", false)]
    [InlineData("a/b+/c", false)]
    [InlineData("a\0", false)]
    public void Filters_are_valid_as_the_standard_says(string filter, bool expected) =>
        Assert.Equal(expected, MqttTopic.IsValidFilter(filter));

    [Fact]
    public void Matching_agrees_with_a_plain_implementation()
    {
        var random = new Random(5);
        string[] levels = ["", "a", "b", "$a"];
        string[] filterLevels = ["", "a", "b", "$a", "+", "#"];
        for (var i = 0; i < 50_000; i++)
        {
            var topic = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => levels[random.Next(levels.Length)]));
            var filter = string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => filterLevels[random.Next(filterLevels.Length)]));
            if (MqttTopic.IsValidName(topic) && MqttTopic.IsValidFilter(filter))
            {
                Assert.True(Plain(filter, topic) == MqttTopic.Matches(filter, topic), $"{filter} on {topic}");
            }
        }
    }

    [Fact]
    public void Strings_are_checked_as_the_standard_says()
    {
        Assert.True(MqttUtf8.IsValid("Việt Yên"u8));
        Assert.True(MqttUtf8.IsValid([0xEF, 0xBB, 0xBF]));
        Assert.True(MqttUtf8.IsValid([0xF0, 0x9F, 0x98, 0x80]));
        Assert.False(MqttUtf8.IsValid([0x61, 0]));
        Assert.False(MqttUtf8.IsValid([0xED, 0xB0, 0x80]));
        Assert.False(MqttUtf8.IsValid([0xF4, 0x90, 0x80, 0x80]));
        Assert.False(MqttUtf8.IsValid([0x80]));
        Assert.Throws<ArgumentException>(() => MqttUtf8.GetBytes("a\0"));
        Assert.ThrowsAny<ArgumentException>(() => MqttUtf8.GetBytes("\ud800"));
        Assert.Throws<ArgumentException>(() => MqttUtf8.GetBytes(new string('x', 65_536)));
        Assert.Equal(3, MqttTopic.CountLevels(Encoding.UTF8.GetBytes("a//b")));
    }

    private static bool Plain(string filter, string topic)
    {
        var f = filter.Split('/');
        var t = topic.Split('/');
        if ((topic.Length > 0 && topic[0] == '$') && f[0] is "+" or "#")
        {
            return false;
        }

        for (var i = 0; i < f.Length; i++)
        {
            if (f[i] == "#")
            {
                return true;
            }

            if (i >= t.Length || (f[i] != "+" && f[i] != t[i]))
            {
                return false;
            }
        }

        return f.Length == t.Length;
    }
}
