using System.Text.RegularExpressions;
using IOC.Host.Settings;
using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>docker-compose.yml and what it names: there is no container engine here, so everything that can be checked without one is.</summary>
public sealed partial class ComposeTests
{
    private static readonly string[] ServiceKeys =
    [
        "image", "build", "user", "environment", "secrets", "ports", "volumes", "tmpfs", "depends_on", "healthcheck", "stop_grace_period", "networks", "profiles",
        "restart", "read_only", "cap_drop", "security_opt", "logging",
    ];

    private static readonly Yaml Compose = Yaml.Read("docker-compose.yml");

    public static TheoryData<string> Services => [.. Compose["services"].Keys];

    [Fact]
    public void It_has_only_what_the_compose_specification_knows()
    {
        Assert.Empty(Compose.Keys.Where(k => !k.StartsWith("x-", StringComparison.Ordinal)).Except(["name", "services", "networks", "volumes", "secrets"], StringComparer.Ordinal));
        Assert.Equal(["grafana", "influxdb", "ioc", "mosquitto"], Compose["services"].Keys.Order(StringComparer.Ordinal));
        Assert.All(Compose["services"].Entries, s => Assert.Empty(s.Value.Keys.Except(ServiceKeys, StringComparer.Ordinal)));
        // Whoever wants no Mosquitto gets none.
        Assert.Equal(["mosquitto"], Compose["services"]["mosquitto"]["profiles"].Texts);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_has_no_more_rights_than_it_needs(string name)
    {
        var service = Compose["services"][name];
        var user = service["user"].Text.Split(':')[0];
        Assert.True(int.Parse(user, System.Globalization.CultureInfo.InvariantCulture) > 0, $"{name} runs as root");
        Assert.Equal("true", service["read_only"].Text);
        Assert.Equal(["ALL"], service["cap_drop"].Texts);
        Assert.Contains("no-new-privileges:true", service["security_opt"].Texts);
        Assert.NotEmpty(service["tmpfs"].Texts);
        Assert.NotEmpty(service["healthcheck"]["test"].Texts);
        Assert.NotEqual("CMD-SHELL", service["healthcheck"]["test"].Texts[0]);
        Assert.DoesNotContain(":latest", service["image"].Text, StringComparison.Ordinal);
        Assert.Contains(':', service["image"].Text);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_is_reached_from_this_machine_only_unless_told_otherwise(string name) =>
        Assert.All(Compose["services"][name].Find("ports")?.Texts ?? [], p => Assert.StartsWith("127.0.0.1:", Interpolate(p), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Services))]
    public void What_a_service_names_is_there(string name)
    {
        var service = Compose["services"][name];
        Assert.Empty((service.Find("secrets")?.Texts ?? []).Except(Compose["secrets"].Keys, StringComparer.Ordinal));
        Assert.Empty((service.Find("networks")?.Texts ?? []).Except(Compose["networks"].Keys, StringComparer.Ordinal));
        Assert.Empty((service.Find("depends_on")?.Keys ?? []).Except(Compose["services"].Keys, StringComparer.Ordinal));
        foreach (var source in service["volumes"].Texts.Select(v => v.Split(':')[0]))
        {
            Assert.True(source.StartsWith("./", StringComparison.Ordinal) ? Path.Exists(Yaml.PathOf(source)) : Compose["volumes"].Keys.Contains(source), $"{name}: {source} is not there");
        }

        // Variables with a file of a secret name one that the service is given.
        foreach (var (variable, file) in (service.Find("environment")?.Entries ?? new Dictionary<string, Yaml>(StringComparer.Ordinal)).Where(e => e.Value.Text.StartsWith("/run/secrets/", StringComparison.Ordinal)))
        {
            Assert.True(service["secrets"].Texts.Contains(Path.GetFileName(file.Text)), $"{name}: {variable} names a secret that it does not get");
        }

        if (service.Find("build") is { } build)
        {
            Assert.True(File.Exists(Yaml.PathOf(build["dockerfile"].Text)));
        }
    }

    [Fact]
    public void The_hosts_settings_are_understood_by_the_host()
    {
        var options = ProductSettings.Read(Environment("docker-compose.yml"));
        Assert.Equal((HistoryStoreKind.Influx, "/data"), (options.History.Store, options.DataDirectory));
        Assert.Contains("ioc-data:/data", Compose["services"]["ioc"]["volumes"].Texts);
        Assert.Equal("influxdb", new Uri(options.History.Influx.Url).Host);
        // What is mapped to the outside is what the host listens on.
        Assert.Equal(
            [Port(options.Http.Listen), Port(options.Mqtt.Listen)], Compose["services"]["ioc"]["ports"].Texts.Select(p => int.Parse(Interpolate(p).Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture)));

        // The host looks at the password's file when it starts.
        using var secrets = new TempDirectory();
        File.WriteAllText(secrets.Combine("mosquitto_password"), "a password");
        Assert.Contains("mosquitto_password", Yaml.Read("deploy/compose/mosquitto.yml")["services"]["ioc"]["secrets"].Texts);
        options = ProductSettings.Read(Environment("docker-compose.yml").Concat(Environment("deploy/compose/mosquitto.yml"))
            .Select(e => KeyValuePair.Create(e.Key, e.Value.Replace("/run/secrets", secrets.Path, StringComparison.Ordinal))));
        Assert.Equal("mosquitto:1883", Assert.Single(options.Bridges).Address);
        Assert.True(File.Exists(Yaml.PathOf("deploy/compose/mosquitto.conf")));
    }

    [Fact]
    public void The_health_check_is_a_command_of_the_program_without_a_shell()
    {
        var test = Compose["services"]["ioc"]["healthcheck"]["test"].Texts;
        Assert.Equal(["CMD", "/app/IOC.Host", "health", "--data", "/data"], test);
    }

    [Fact]
    public void Influx_is_set_up_with_what_the_host_and_grafana_use()
    {
        var influx = Compose["services"]["influxdb"]["environment"];
        var options = ProductSettings.Read(Environment("docker-compose.yml"));
        Assert.Equal((influx["DOCKER_INFLUXDB_INIT_ORG"].Text, influx["DOCKER_INFLUXDB_INIT_BUCKET"].Text), (options.History.Influx.Organisation, options.History.Influx.Database));
        Assert.Equal(influx["DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE"].Text, options.History.Influx.SecretFile);

        // Every variable of the provisioning files is set for Grafana, and its boards are mounted where it looks for them.
        var grafana = Compose["services"]["grafana"];
        foreach (var file in new[] { "deploy/compose/grafana-datasource.yaml", "dashboards/grafana/dashboards/provider.yaml" })
        {
            Assert.All(Variable().Matches(File.ReadAllText(Yaml.PathOf(file))), v => Assert.Contains(v.Groups["name"].Value, grafana["environment"].Keys));
        }

        Assert.Contains($"./dashboards/grafana/boards:{grafana["environment"]["IOC_GRAFANA_BOARDS"].Text}:ro", grafana["volumes"].Texts);
        Assert.True(File.Exists(Yaml.PathOf("dashboards/grafana/boards/" + Path.GetFileName(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"].Text))));
        Assert.Equal(
            Yaml.Read("dashboards/grafana/datasources/ioc.yaml")["datasources"].Items[0]["uid"].Text, Yaml.Read("deploy/compose/grafana-datasource.yaml")["datasources"].Items[0]["uid"].Text);
        Assert.Contains($"$__file{{{options.History.Influx.SecretFile}}}", File.ReadAllText(Yaml.PathOf("deploy/compose/grafana-datasource.yaml")), StringComparison.Ordinal);
    }

    [NeedsProgramFact("bash", "mosquitto_passwd")]
    public async Task The_script_makes_every_secret_once_and_keeps_them_to_itself()
    {
        using var folder = new TempDirectory();
        File.Copy(Yaml.PathOf("deploy/compose/secrets.sh"), folder.Combine("secrets.sh"));

        // Left by a run without mosquitto_passwd.
        Directory.CreateDirectory(folder.Combine("secrets"));
        await File.WriteAllTextAsync(folder.Combine("secrets", "mosquitto_passwords"), "");
        await Tool.RunAsync("chmod", "444", folder.Combine("secrets", "mosquitto_passwords"));
        var (code, output) = await Tool.RunAsync("bash", folder.Combine("secrets.sh"));
        Assert.True(code == 0, output);
        var files = Compose["secrets"].Entries.Select(s => Path.GetFileName(s.Value["file"].Text)).ToList();
        Assert.Equal(files.Order(StringComparer.Ordinal), Directory.GetFiles(folder.Combine("secrets")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        (_, output) = await Tool.RunAsync("stat", "-c", "%a", folder.Combine("secrets"));
        Assert.Equal("700", output.Trim());
        var before = files.ToDictionary(f => f, f => File.ReadAllText(folder.Combine("secrets", f)), StringComparer.Ordinal);
        Assert.Equal(before.Count, before.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.All(before.Values, s => Assert.True(s.Length >= 64));
        Assert.All(before.Values, s => Assert.DoesNotContain(s, output, StringComparison.Ordinal));
        (code, _) = await Tool.RunAsync("bash", folder.Combine("secrets.sh"));
        Assert.Equal(0, code);
        Assert.All(files, f => Assert.Equal(before[f], File.ReadAllText(folder.Combine("secrets", f))));
        Assert.Contains("/deploy/compose/secrets/", await File.ReadAllLinesAsync(Yaml.PathOf(".gitignore")));
    }

    internal static int Port(string listen) => int.Parse(listen.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<KeyValuePair<string, string>> Environment(string file) =>
        Yaml.Read(file)["services"]["ioc"]["environment"].Entries.Select(e => KeyValuePair.Create(e.Key, Interpolate(e.Value.Text)));

    // ${NAME:-default}, with nothing set.
    private static string Interpolate(string text) => Variable().Replace(text, v => v.Groups["default"].Value);

    [GeneratedRegex(@"\$\{(?<name>[A-Z0-9_]+)(:-(?<default>[^}]*))?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
