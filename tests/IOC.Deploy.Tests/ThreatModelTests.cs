using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>The threat model names a test for every line, and each of them exists.</summary>
public sealed partial class ThreatModelTests
{
    private static readonly string[] Lines = File.ReadAllLines(Yaml.PathOf("docs/threat-model.md"));

    [Fact]
    public void It_has_all_six_parts() => Assert.Equal(
        ["Spoofing", "Tampering", "Repudiation", "Information disclosure", "Denial of service", "Elevation of privilege"],
        Lines.Where(l => l.StartsWith("## ", StringComparison.Ordinal)).Select(l => l[3..]).SkipLast(1));

    [Fact]
    public void Every_line_names_a_threat_what_stands_against_it_and_a_test_that_exists()
    {
        var rows = Lines.Where(l => l.StartsWith("| ", StringComparison.Ordinal) && l != "| threat | what stands against it | shown by |").ToList();
        Assert.True(rows.Count > 30, $"only {rows.Count} lines were found");
        foreach (var row in rows)
        {
            var cells = row.Split('|', StringSplitOptions.TrimEntries)[1..^1];
            Assert.True(cells.Length == 3 && cells.All(c => c.Length > 0), $"not three cells: {row}");
            var tests = Named().Matches(cells[2]);
            Assert.True(tests.Count > 0, $"no test: {row}");
            Assert.All(tests, t => Assert.True(Exists(t.Groups["project"].Value, t.Groups["test"].Value), $"there is no {t.Value}"));
        }
    }

    // A class with facts in it, in whatever folder of the project.
    private static bool Exists(string project, string test)
    {
        var folder = Path.Combine(Repository.Root, "tests", project);
        return Directory.Exists(folder) && Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText)
            .Any(s => Regex.IsMatch(s, $@"\bclass {test}\b", RegexOptions.None, TimeSpan.FromSeconds(1)) && (s.Contains("Fact", StringComparison.Ordinal) || s.Contains("Theory", StringComparison.Ordinal)));
    }

    [GeneratedRegex("`(?<project>IOC\\.[A-Za-z.]+\\.Tests)/(?<test>\\w+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
