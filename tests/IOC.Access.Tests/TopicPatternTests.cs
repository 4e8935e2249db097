using System.Text;

namespace IOC.Access.Tests;

public class TopicPatternTests
{
    private static readonly AclSubject Subject = new("c1", "u1", AclSubject.SensorSet(["s1", "s2"]));

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/+/c", "a/x/c", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("%c/%u", "c1/u1", true)]
    [InlineData("%c/%u", "u1/c1", false)]
    [InlineData("dev-%c.%u/x", "dev-c1.u1/x", true)]
    [InlineData("dev-%c.%u/x", "dev-c1.u12/x", false)]
    [InlineData("t/%s/x", "t/s2/x", true)]
    [InlineData("t/%s/x", "t/s3/x", false)]
    [InlineData("50%%/x", "50%/x", true)]
    [InlineData("/a", "/a", true)]
    [InlineData("nhiệt/+", "nhiệt/độ", true)]
    public void A_topic_matches_or_not(string pattern, string topic, bool matches) =>
        Assert.Equal(matches, Pattern(pattern).Matches(Encoding.UTF8.GetBytes(topic), Subject));

    [Theory]
    [InlineData("t/%s/cmd", "t/s1/cmd", true)]
    [InlineData("t/%s/cmd", "t/+/cmd", false)]
    [InlineData("t/%s/cmd", "t/#", false)]
    [InlineData("a/#", "a/+/b", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/#", true)]
    [InlineData("a/#", "+/b", false)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("#", "$SYS/#", false)]
    public void A_filter_lies_within_or_not(string pattern, string filter, bool contained) =>
        Assert.Equal(contained, Pattern(pattern).Contains(Encoding.UTF8.GetBytes(filter), Subject));

    /// <summary>Every pattern and filter of up to three levels over a small alphabet, judged against all their topics of up to four.</summary>
    [Fact]
    public void Containment_and_intersection_agree_with_the_topics_themselves()
    {
        var topics = Combine(["a", "b", "$x", ""], 4, _ => true).Where(t => t.Length > 0).Select(Encoding.UTF8.GetBytes).ToArray();
        var filters = Combine(["a", "b", "$x", "+", "#"], 3, f => f.IndexOf('#', StringComparison.Ordinal) is var i && (i < 0 || i == f.Length - 1)).ToArray();
        var patterns = filters.Select(f => (Text: f, Pattern: Pattern(f), Topics: TopicsOf(f))).ToArray();
        var checkedPairs = 0;
        foreach (var (text, pattern, ofPattern) in patterns)
        {
            foreach (var (filter, _, ofFilter) in patterns)
            {
                var utf8 = Encoding.UTF8.GetBytes(filter);
                var within = ofFilter.IsSubsetOf(ofPattern);
                Assert.True(!pattern.Contains(utf8, Subject) || within, $"'{filter}' was said to lie within '{text}'");
                Assert.True(pattern.Intersects(utf8, Subject) == ofFilter.Overlaps(ofPattern), $"'{filter}' and '{text}' have topics in common or not");

                // Nothing that has an equal text or is plainly narrower may be missed.
                Assert.True(!within || pattern.Contains(utf8, Subject) || text.StartsWith("+/", StringComparison.Ordinal) || text.EndsWith("/+/#", StringComparison.Ordinal) || text == "+", $"'{filter}' lies within '{text}'");
                checkedPairs++;
            }
        }

        Assert.True(checkedPairs > 5000);

        HashSet<int> TopicsOf(string filter)
        {
            var pattern = Pattern(filter);
            return [.. Enumerable.Range(0, topics.Length).Where(i => pattern.Matches(topics[i], Subject))];
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b+/c")]
    [InlineData("a/#/b")]
    [InlineData("a/%x")]
    [InlineData("a/%")]
    [InlineData("a/x%s")]
    public void A_bad_pattern_is_told_in_both_languages(string text)
    {
        Assert.False(TopicPattern.TryParse(text, out _, out var problem));
        Assert.NotEqual(problem.Vi, problem.En);
    }

    private static TopicPattern Pattern(string text) =>
        TopicPattern.TryParse(text, out var pattern, out var problem) ? pattern : throw new InvalidOperationException(problem.En);

    private static IEnumerable<string> Combine(string[] words, int levels, Func<string, bool> keep)
    {
        IEnumerable<string> all = words;
        var last = words.AsEnumerable();
        for (var i = 1; i < levels; i++)
        {
            last = last.SelectMany(t => words.Select(w => t + "/" + w)).ToList();
            all = all.Concat(last);
        }

        return all.Where(keep);
    }
}
