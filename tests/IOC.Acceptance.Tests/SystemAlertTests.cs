using System.Diagnostics;
using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>deploy/prometheus: the alerts of the system itself.</summary>
public sealed partial class SystemAlertTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "deploy", "prometheus");

    // Prometheus' own.
    private static readonly string[] s_foreign = ["up"];

    [NeedsProgramFact("promtool")]
    public async Task Promtool_takes_the_rules_and_their_unit_tests_hold()
    {
        await PromtoolAsync("check", "rules", "ioc.rules.yml");
        await PromtoolAsync("test", "rules", "ioc.rules.test.yml");
    }

    [Fact]
    public async Task Every_metric_of_a_rule_is_one_that_a_host_gives()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"));
        string[] given = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                given = [.. Types().Matches(await host.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Select(m => m.Groups["name"].Value)];
                return given.Contains("http_server_request_duration_seconds");
            },
            "the figures of a first request");
        var used = await UsedAsync();
        Assert.True(used.Length > 20, "the rules were read");
        var missing = used.Except(s_foreign).Where(u => !given.Contains(u) && !given.Contains(Regex.Replace(u, "_(count|sum|bucket)$", "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))));
        Assert.Equal("", string.Join(' ', missing));
    }

    [Fact]
    public async Task Every_rule_has_a_runbook_and_a_summary_in_both_languages_and_no_runbook_is_left_over()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(s_folder, "ioc.rules.yml"));
        var names = Names().Matches(rules).Select(m => m.Groups["name"].Value).ToArray();
        Assert.True(names.Length >= 20, "the rules were read");
        Assert.Equal(names.Length, rules.Split("summary_vi: ").Length - 1);
        Assert.Equal(names.Length, rules.Split("summary: ").Length - 1);
        var runbooks = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "runbooks")).Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(names.Order(StringComparer.Ordinal), runbooks.Order(StringComparer.Ordinal));
        foreach (var name in names)
        {
            Assert.Contains($"runbook: docs/runbooks/{name}.md", rules, StringComparison.Ordinal);
            var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "runbooks", name + ".md"));
            Assert.All(new[] { "## What it means", "## What to look at", "## What to do" }, heading => Assert.Contains(heading, page, StringComparison.Ordinal));
            foreach (Match link in Links().Matches(page))
            {
                Assert.True(File.Exists(Path.GetFullPath(Path.Combine(Repository.Root, "docs", "runbooks", link.Groups["to"].Value))), $"{name}: {link.Value}");
            }
        }
    }

    private static async Task<string[]> UsedAsync()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(s_folder, "ioc.rules.yml"));
        var expressions = string.Join('\n', Expressions().Matches(rules).Select(m => m.Groups["expr"].Value));
        return [.. Metrics().Matches(expressions).Select(m => m.Value).Append("up").Distinct(StringComparer.Ordinal)];
    }

    private static async Task PromtoolAsync(params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments) { UseShellExecute = false, WorkingDirectory = s_folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, $"{string.Join(' ', arguments)}: {await output} {await error}");
    }

    [GeneratedRegex("^# TYPE (?<name>\\S+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Types();

    [GeneratedRegex("- alert: (?<name>\\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();

    [GeneratedRegex("expr: '(?<expr>[^\\n]*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expressions();

    [GeneratedRegex("\\b(ioc|process|http|dotnet|kestrel)_[a-z0-9_]+(?!\\s*=)\\b(?=[^a-z0-9_]|$)(?!=)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metrics();

    [GeneratedRegex("\\]\\((?<to>[^)#]+)\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}
