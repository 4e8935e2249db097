using System.Reflection;
using System.Text.RegularExpressions;

namespace IOC.Mqtt.Tests;

/// <summary>The page docs/mqtt-conformance.md stays true: every test that it names is one, and no statement is named twice.</summary>
public partial class ConformancePageTests
{
    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var keys = KeyLines().Matches(Page()).ToDictionary(m => m.Groups["key"].Value, m => m.Groups["name"].Value, StringComparer.Ordinal);
        Assert.NotEmpty(keys);
        foreach (var (key, name) in keys)
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var method = typeof(ConformancePageTests).Assembly.GetType($"IOC.Mqtt.Tests.{name[..dot]}")?.GetMethod(name[(dot + 1)..]);
            Assert.True(method?.GetCustomAttribute<FactAttribute>(inherit: true) is { Skip: null }, $"{key} is no test: {name}");
        }

        var used = Rows().Matches(Page()).SelectMany(r => UsedKeys().Matches(r.Groups["tests"].Value).Select(m => m.Groups["key"].Value)).ToHashSet();
        Assert.Equal(keys.Keys.Order(), used.Order());
    }

    [Fact]
    public void Every_statement_is_there_once_and_has_a_test_or_a_reason_why_not()
    {
        var chapters = Page().Split("\n## ");
        foreach (var chapter in chapters.Where(c => c.StartsWith("MQTT ", StringComparison.Ordinal)))
        {
            var rows = Rows().Matches(chapter);
            Assert.True(rows.Count > 100, $"{rows.Count} statements");
            Assert.Equal(rows.Count, rows.Select(r => r.Groups["number"].Value).Distinct().Count());
            Assert.Contains($"\n{rows.Count} statements.", chapter, StringComparison.Ordinal);
            Assert.All(rows, r => Assert.True(
                UsedKeys().IsMatch(r.Groups["tests"].Value) || r.Groups["here"].Value.Contains("client", StringComparison.Ordinal)
                    || r.Groups["here"].Value.Contains("see ", StringComparison.Ordinal) || r.Groups["here"].Value.Contains("this table", StringComparison.Ordinal),
                r.Value));
        }
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "IOC.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("There is no IOC.sln above the tests.");
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "mqtt-conformance.md"));
    }

    [GeneratedRegex(@"^- \*\*(?<key>\w+)\*\* `(?<name>[\w.]+)`$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex KeyLines();

    [GeneratedRegex(@"^\| \[MQTT-(?<number>[\d.]+-\d+)\] \| .*? \| (?<here>.*?) \| (?<tests>.*?) ?\|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\[(?<key>\w+)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex UsedKeys();
}
