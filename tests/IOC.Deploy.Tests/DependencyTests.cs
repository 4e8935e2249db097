using System.Text.Json;
using System.Xml.Linq;
using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>What is built in from elsewhere: pinned, audited without being muted, and not of a version that is known to be broken.</summary>
public sealed class DependencyTests
{
    /// <summary>First versions without holes that are well known; what ./test.sh asks the feed goes further, where the feed has data.</summary>
    private static readonly (string Package, Version Fixed, string Advisory)[] Known =
    [
        ("Newtonsoft.Json", new(13, 0, 1), "GHSA-5crp-9r3c-p9vr"),
        ("Npgsql", new(8, 0, 3), "GHSA-x9vc-6hfv-hg8c"),
        ("System.Text.Json", new(8, 0, 5), "GHSA-8g4q-xg66-9fp4"),
        ("System.Text.Encodings.Web", new(4, 7, 2), "GHSA-ghhp-997w-qr28"),
        ("System.Text.RegularExpressions", new(4, 3, 1), "GHSA-cmhx-cq75-c4mj"),
        ("System.Net.Http", new(4, 3, 4), "GHSA-7jgj-8wvc-jh57"),
        ("System.Formats.Asn1", new(8, 0, 1), "GHSA-447r-wph3-92pm"),
        ("Microsoft.Extensions.Caching.Memory", new(8, 0, 1), "GHSA-qj66-m88j-hmgj"),
        ("System.Security.Cryptography.Xml", new(8, 0, 1), "GHSA-vh55-786g-wjwj"),
        ("Microsoft.IdentityModel.JsonWebTokens", new(6, 34, 0), "GHSA-59j7-ghrg-fj52"),
        ("System.IdentityModel.Tokens.Jwt", new(6, 34, 0), "GHSA-59j7-ghrg-fj52"),
    ];

    private static XElement Properties => XDocument.Load(Yaml.PathOf("Directory.Build.props")).Root!;

    [Fact]
    public void The_audit_is_on_for_everything_and_nobody_has_muted_it()
    {
        string One(string name) => Assert.Single(Properties.Descendants(name)).Value;
        Assert.Equal(("true", "all", "low"), (One("NuGetAudit"), One("NuGetAuditMode"), One("NuGetAuditLevel")));
        Assert.Equal("true", One("TreatWarningsAsErrors"));
        foreach (var file in BuildFiles())
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("NuGetAuditSuppress", text, StringComparison.Ordinal);
            // NU1900 and NU1905 say that a feed has no data; NU1901 to NU1904 are vulnerabilities.
            Assert.All(["NU1901", "NU1902", "NU1903", "NU1904"], code => Assert.DoesNotContain(code, text, StringComparison.Ordinal));
            if (Path.GetFileName(file) != "Directory.Build.props")
            {
                Assert.DoesNotContain("<NuGetAudit", text, StringComparison.Ordinal);
            }
        }

        Assert.Contains("tests/audit.sh", File.ReadAllText(Yaml.PathOf("test.sh")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_version_is_pinned_in_one_place()
    {
        var central = XDocument.Load(Yaml.PathOf("Directory.Packages.props")).Root!;
        Assert.Equal("true", Assert.Single(central.Descendants("ManagePackageVersionsCentrally")).Value);
        Assert.Equal("true", Assert.Single(central.Descendants("CentralPackageTransitivePinningEnabled")).Value);
        var versions = central.Descendants("PackageVersion").Select(v => v.Attribute("Version")!.Value).ToList();
        Assert.NotEmpty(versions);
        Assert.All(versions, v => Assert.Matches(@"^\d+\.\d+\.\d+(\.\d+)?$", v));
        Assert.All(BuildFiles().Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)), f => Assert.All(
            XDocument.Load(f).Descendants("PackageReference"), r => Assert.True(r.Attribute("Version") is null && r.Attribute("VersionOverride") is null, $"{f}: {r}")));
    }

    [Theory]
    [InlineData("dashboards/operator")]
    [InlineData("tests/interop")]
    public void Pages_are_built_from_a_lock_file_with_hashes_and_without_addresses(string folder)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Yaml.PathOf($"{folder}/package-lock.json")));
        var packages = file.RootElement.GetProperty("packages").EnumerateObject().Where(p => p.Name.Length > 0).ToList();
        Assert.NotEmpty(packages);
        Assert.All(packages, p => Assert.False(p.Value.TryGetProperty("resolved", out _), $"{p.Name} has an address"));
        Assert.All(packages, p => Assert.StartsWith("sha512-", p.Value.GetProperty("integrity").GetString(), StringComparison.Ordinal));
        Assert.All(packages, p => Assert.False(p.Value.TryGetProperty("deprecated", out var why), $"{p.Name} is deprecated: {why}"));

        // What is run at install time is run before anybody has looked at it.
        Assert.Contains("npm ci", File.ReadAllText(Yaml.PathOf("src/IOC.Host/Dashboard.targets")), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_is_shipped_is_of_a_version_that_is_known_to_be_broken()
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Yaml.PathOf("src/IOC.Host/obj/project.assets.json")));
        var packages = assets.RootElement.GetProperty("libraries").EnumerateObject().Where(l => l.Value.GetProperty("type").GetString() == "package")
            .ToDictionary(l => l.Name.Split('/')[0], l => Version.Parse(l.Name.Split('/')[1].Split('-')[0]), StringComparer.OrdinalIgnoreCase);
        Assert.True(packages.Count > 20, "the packages that are built in were not found");
        Assert.All(Known, k => Assert.True(!packages.TryGetValue(k.Package, out var version) || version >= k.Fixed, $"{k.Package} {packages.GetValueOrDefault(k.Package)}: {k.Advisory}, fixed in {k.Fixed}"));
    }

    private static IEnumerable<string> BuildFiles() => new[] { "*.csproj", "*.props", "*.targets" }
        .SelectMany(pattern => new[] { "src", "tests", "bench", "firmware-sim" }.SelectMany(f => Directory.GetFiles(Yaml.PathOf(f), pattern, SearchOption.AllDirectories)))
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/node_modules/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
        .Append(Yaml.PathOf("Directory.Build.props")).Append(Yaml.PathOf("Directory.Packages.props"));
}
