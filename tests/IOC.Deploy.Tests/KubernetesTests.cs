using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>The Kubernetes manifests: parsed, complete, and in agreement with the product.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes";
    private static readonly Dictionary<string, Yaml> Objects = Yaml.Read($"{Folder}/kustomization.yaml")["resources"].Texts
        .SelectMany(f => Yaml.ReadAll($"{Folder}/{f}")).ToDictionary(o => o["kind"].Text, StringComparer.Ordinal);

    private static Yaml Pod => Objects["StatefulSet"]["spec"]["template"]["spec"];

    private static Yaml Container => Assert.Single(Pod["containers"].Items);

    [Fact]
    public void Every_manifest_is_named_and_in_the_namespace()
    {
        var files = Directory.GetFiles(Yaml.PathOf(Folder), "*.yaml").Select(Path.GetFileName).Except(["kustomization.yaml"]).Order(StringComparer.Ordinal);
        Assert.Equal(files, Yaml.Read($"{Folder}/kustomization.yaml")["resources"].Texts.Order(StringComparer.Ordinal));
        Assert.Equal(["ConfigMap", "Namespace", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount", "StatefulSet"], Objects.Keys.Order(StringComparer.Ordinal));
        Assert.All(Objects.Values.Where(o => o["kind"].Text != "Namespace"), o => Assert.Equal("ioc", o["metadata"]["namespace"].Text));
    }

    [Fact]
    public void The_pod_keeps_to_the_restricted_standard()
    {
        Assert.Equal("restricted", Objects["Namespace"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"].Text);
        Assert.Equal(("true", "RuntimeDefault"), (Pod["securityContext"]["runAsNonRoot"].Text, Pod["securityContext"]["seccompProfile"]["type"].Text));
        Assert.Equal("10001", Pod["securityContext"]["runAsUser"].Text);
        Assert.Contains("USER 10001:10001", File.ReadAllText(Yaml.PathOf("deploy/container/Containerfile")), StringComparison.Ordinal);
        var context = Container["securityContext"];
        Assert.Equal(("false", "true"), (context["allowPrivilegeEscalation"].Text, context["readOnlyRootFilesystem"].Text));
        Assert.Equal(["ALL"], context["capabilities"]["drop"].Texts);
        Assert.Equal("false", Pod["automountServiceAccountToken"].Text);
        Assert.NotNull(Container["resources"]["limits"].Find("memory"));
    }

    [Fact]
    public void Settings_ports_probes_and_volumes_are_the_products()
    {
        var options = ProductSettings.Read(Objects["ConfigMap"]["data"].Entries.Select(e => KeyValuePair.Create(e.Key, e.Value.Text)));
        var ports = Container["ports"].Items.ToDictionary(p => p["name"].Text, p => p["containerPort"].Text, StringComparer.Ordinal);
        Assert.Equal(ComposeTests.Port(options.Http.Listen).ToString(System.Globalization.CultureInfo.InvariantCulture), ports["http"]);
        Assert.Equal(ComposeTests.Port(options.Mqtt.Listen).ToString(System.Globalization.CultureInfo.InvariantCulture), ports["mqtt"]);
        Assert.All(Objects["Service"]["spec"]["ports"].Items, p => Assert.Contains(p["targetPort"].Text, ports.Keys));
        // The page only from the ingress controller: any other pod could say that it speaks for somebody else.
        Assert.All(
            Objects["NetworkPolicy"]["spec"]["ingress"].Items.Where(i => i["ports"].Items.Any(p => p["port"].Text == "http")).SelectMany(i => i["from"].Items),
            f => Assert.NotEmpty(f["namespaceSelector"]["matchLabels"].Entries));
        Assert.All(Objects["NetworkPolicy"]["spec"]["ingress"].Items.SelectMany(i => i["ports"].Items), p => Assert.Contains(p["port"].Text, ports.Keys));
        Assert.Contains(Container["volumeMounts"].Items, m => m["mountPath"].Text == options.DataDirectory);
        var volumes = Pod["volumes"].Items.Concat(Objects["StatefulSet"]["spec"]["volumeClaimTemplates"].Items.Select(t => t["metadata"])).Select(v => v["name"].Text).Order(StringComparer.Ordinal);
        Assert.Equal(volumes, Container["volumeMounts"].Items.Select(m => m["name"].Text).Order(StringComparer.Ordinal));
        Assert.Equal("ioc", Container["envFrom"].Items[0]["configMapRef"]["name"].Text);
        Assert.Equal("1", Objects["StatefulSet"]["spec"]["replicas"].Text);

        var selector = Objects["StatefulSet"]["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"].Text;
        Assert.Equal(selector, Objects["Service"]["spec"]["selector"]["app.kubernetes.io/name"].Text);
        Assert.Equal(selector, Objects["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"].Text);
        Assert.Equal(selector, Objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"].Text);
    }

    [Fact]
    public async Task Probes_ask_what_the_host_answers_by_a_name_that_it_has()
    {
        using var folder = new TempDirectory();
        var settings = Objects["ConfigMap"]["data"].Entries.Where(e => e.Key.StartsWith("Ioc__Security", StringComparison.Ordinal) || e.Key == "Ioc__Http__AllowedHosts" || e.Key == "Ioc__Mqtt__Authentication")
            .Select(e => $"--{e.Key.Replace("__", ":", StringComparison.Ordinal)}={e.Value.Text}");
        await using var host = await HostProcess.StartUnansweredAsync(folder.Combine("data"), [.. settings]);
        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            var get = Container[probe]["httpGet"];
            Assert.Equal("http", get["port"].Text);
            using var request = new HttpRequestMessage(HttpMethod.Get, get["path"].Text);
            request.Headers.Host = get["httpHeaders"].Items.Single(h => h["name"].Text == "Host")["value"].Text;
            using var response = await host.Client.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, $"{probe}: {(int)response.StatusCode}");
        }
    }
}
