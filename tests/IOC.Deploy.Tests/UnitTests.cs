using System.Globalization;
using System.Text.RegularExpressions;
using IOC.Host.Settings;
using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>The systemd unit: understood by systemd, tight, and the published host runs under it.</summary>
public sealed partial class UnitTests
{
    /// <summary>By systemd-analyze security, of 10; what is left is IP itself and the compiler at run time.</summary>
    private const double MostExposure = 2.0;

    private static readonly string Deploy = Yaml.PathOf("deploy");

    [NeedsProgramFact("systemd-analyze")]
    public async Task Systemd_understands_every_line_of_it()
    {
        var (_, output) = await Tool.RunAsync("systemd-analyze", "--man=no", "verify", Path.Combine(Deploy, "systemd", "ioc.service"));
        // The program is at its place only where it is installed.
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains("/opt/ioc/IOC.Host is not executable", line, StringComparison.Ordinal));
    }

    [NeedsProgramFact("systemd-analyze")]
    public async Task It_leaves_little_exposed()
    {
        var (code, output) = await Tool.RunAsync("systemd-analyze", "security", "--offline=true", "--no-pager", Path.Combine(Deploy, "systemd", "ioc.service"));
        Assert.Equal(0, code);
        var level = double.Parse(Exposure().Match(output).Groups["level"].Value, CultureInfo.InvariantCulture);
        Assert.True(level <= MostExposure, $"exposure {level} of at most {MostExposure}: {output}");
    }

    [Fact]
    public void Its_settings_are_settings_of_the_product()
    {
        var lines = File.ReadAllLines(Path.Combine(Deploy, "systemd", "ioc.env"));
        var options = ProductSettings.Read(Variables(lines.Where(l => !l.StartsWith('#'))));
        Assert.Equal(AccountsMode.Required, options.Security.Accounts);

        // And with all that is commented out: those have to be right, too.
        options = ProductSettings.Read(Variables(lines.Select(l => l.TrimStart('#')).Where(l => l.StartsWith("Ioc__", StringComparison.Ordinal))));
        Assert.NotEmpty(options.Http.Tls.Certificate);
    }

    [NeedsProgramFact("systemd-analyze", "unshare", "nsenter", "dotnet")]
    public async Task The_published_host_runs_under_a_real_systemd_with_all_its_restrictions()
    {
        using var folder = new TempDirectory();
        var published = await Publishing.HostAsync();
        Directory.CreateDirectory(folder.Combine("work"));
        var (code, output) = await Tool.RunAsync("bash", Yaml.PathOf("tests/IOC.Deploy.Tests/unit/run-unit.sh"), published, Deploy, folder.Combine("work"));
        Assert.True(code == 0, output);
        var log = File.Exists(folder.Combine("work", "host.log")) ? await File.ReadAllTextAsync(folder.Combine("work", "host.log")) : "";
        var facts = output.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0], p => p[1].Trim(), StringComparer.Ordinal);
        string Fact(string name) => facts[name].Count() == 1 ? facts[name].Single() : throw new InvalidOperationException($"{name} was not told once. {output}{log}");
        Assert.Equal(("0", "active/running", "200"), (Fact("start"), Fact("state"), Fact("health")));
        Assert.Equal(("ioc", "1", "2"), (Fact("user"), Fact("nonewprivileges"), Fact("seccomp")));
        Assert.Equal(new string('0', 48), Fact("capabilities"));
        Assert.Empty(facts["wrote"]);
        Assert.Equal(("written", "private", "0"), (Fact("own"), Fact("tmp"), Fact("home")));
        Assert.Equal(("700", "0"), (Fact("datamode"), Fact("worldreadable")));
        Assert.Equal("0100007F:075B 0100007F:1F90", Fact("listening"));
        Assert.Equal("0/success/0", Fact("stop"));
        // Exit code 2 is a wrong setting: told, and not tried again and again.
        Assert.Equal("1/exit-code/2/0", Fact("wrong"));
        Assert.Contains("Ioc:Partitions", log, StringComparison.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables(IEnumerable<string> lines) =>
        lines.Where(l => l.Contains('=', StringComparison.Ordinal)).Select(l => KeyValuePair.Create(l.Split('=', 2)[0], l.Split('=', 2)[1]));

    [GeneratedRegex(@"exposure level for ioc\.service: (?<level>[\d.]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exposure();
}
