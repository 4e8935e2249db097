using System.Text.Json;
using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>The container file: every path that it names is there, and the image runs without root, shell or leave to write.</summary>
public sealed class ContainerTests
{
    private static readonly string[] Lines = File.ReadAllText(Yaml.PathOf("deploy/container/Containerfile")).Replace("\\\n", " ", StringComparison.Ordinal)
        .Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith('#')).ToArray();

    private static string[][] Stages
    {
        get
        {
            var starts = Lines.Select((l, i) => (l, i)).Where(x => x.l.StartsWith("FROM ", StringComparison.Ordinal)).Select(x => x.i).Append(Lines.Length).ToArray();
            return [.. starts.Zip(starts.Skip(1)).Select(s => Lines[s.First..s.Second])];
        }
    }

    [Fact]
    public void What_it_copies_is_there_and_not_kept_out()
    {
        var ignore = File.ReadAllLines(Yaml.PathOf(".dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..].TrimEnd('/')).ToList();
        var copied = Lines.Where(l => l.StartsWith("COPY ", StringComparison.Ordinal) && !l.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]).Select(p => p.TrimEnd('/')).ToList();
        Assert.NotEmpty(copied);
        Assert.All(copied, p => Assert.True(Path.Exists(Yaml.PathOf(p)), p));
        Assert.All(copied, p => Assert.Contains(ignore, i => p == i || p.StartsWith(i + "/", StringComparison.Ordinal)));
        // All that a build from a clone reads beside the sources: what the tools look for in the folders above a project, too.
        string[] read = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "nuget.config", ".editorconfig", ".globalconfig"];
        Assert.Superset(new HashSet<string>([.. read.Where(f => File.Exists(Yaml.PathOf(f))), "src", "deploy/catalogue"], StringComparer.Ordinal), copied.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void Versions_are_those_that_the_product_is_built_with()
    {
        var framework = File.ReadAllText(Yaml.PathOf("Directory.Build.props")).Split("<TargetFramework>net")[1].Split('<')[0];
        Assert.Contains($"ARG DOTNET_VERSION={framework}", Lines);
        // No image without a version.
        Assert.All(Stages, s => Assert.Matches("^FROM \\$\\{(NODE_IMAGE|DOTNET_IMAGES)\\}(/[a-z]+:\\$\\{DOTNET_VERSION\\}\\S*)?( AS \\w+)?$", s[0]));
        Assert.Contains(Lines, l => l.StartsWith("ARG NODE_IMAGE=node:22", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_stage_is_chiselled_not_root_and_asks_its_own_program_how_it_is()
    {
        var last = Stages[^1];
        Assert.Contains("-chiselled", last[0], StringComparison.Ordinal);
        Assert.DoesNotContain(last, l => l.StartsWith("RUN ", StringComparison.Ordinal));
        Assert.Contains("USER 10001:10001", last);
        var check = JsonSerializer.Deserialize<string[]>(last.Single(l => l.StartsWith("HEALTHCHECK", StringComparison.Ordinal)).Split("CMD ")[1])!;
        Assert.Equal(["/app/IOC.Host", "health", "--data", "/data"], check);
        Assert.Equal(["/app/IOC.Host"], JsonSerializer.Deserialize<string[]>(last.Single(l => l.StartsWith("ENTRYPOINT", StringComparison.Ordinal))["ENTRYPOINT ".Length..])!);
        var variables = last.Single(l => l.StartsWith("ENV ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(v => KeyValuePair.Create(v.Split('=')[0], v.Split('=')[1])).ToList();
        var options = ProductSettings.Read(variables);
        Assert.Contains($"EXPOSE {ComposeTests.Port(options.Http.Listen)} {ComposeTests.Port(options.Mqtt.Listen)}", last);
        Assert.Contains($"VOLUME [\"{options.DataDirectory}\"]", last);
    }

    [NeedsProgramFact("dotnet")]
    public async Task The_published_host_has_the_program_the_pages_and_the_catalogue()
    {
        var host = await Publishing.HostAsync();
        Assert.True(File.Exists(Path.Combine(host, "IOC.Host")));
        Assert.True(File.Exists(Path.Combine(host, "wwwroot", "index.html")));
        Assert.True(File.Exists(Path.Combine(host, "catalogue", "sensors.csv")));
        // The chiselled image has the framework of the web; nothing else may be asked for.
        using var runtime = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(host, "IOC.Host.runtimeconfig.json")));
        var frameworks = runtime.RootElement.GetProperty("runtimeOptions").GetProperty("frameworks").EnumerateArray().Select(f => f.GetProperty("name").GetString());
        Assert.Equal(["Microsoft.AspNetCore.App", "Microsoft.NETCore.App"], frameworks.Order(StringComparer.Ordinal));
    }

    [NeedsProgramFact("bwrap", "dotnet")]
    public async Task The_published_host_runs_as_in_the_container()
    {
        // Nothing can be written but the data and /tmp, no capability, no new ones; the health check is the image's.
        using var folder = new TempDirectory();
        var host = await Publishing.HostAsync();
        var data = Directory.CreateDirectory(folder.Combine("data")).FullName;
        string[] box = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/home", "--bind", data, "/mnt", "--ro-bind", host, "/opt", "--unshare-pid", "--unshare-net", "--unshare-user", "--uid", "10001", "--gid", "10001", "--cap-drop", "ALL"];
        const string Script =
            """
            "$0/IOC.Host" >/mnt/log 2>&1 &
            for i in $(seq 600); do [ -s /mnt/store/run/endpoints.json ] && break; sleep 0.1; done
            "$0/IOC.Host" health --data /mnt/store | cut -d' ' -f1
            touch "$0/x" 2>/dev/null && echo wrote
            kill -TERM $!; wait $!; echo "ended $?"
            """;
        var (code, output) = await Tool.RunAsync(
            "bwrap", [.. box, "--setenv", "Ioc__DataDirectory", "/mnt/store", "--setenv", "Ioc__Http__Listen", "0.0.0.0:8080", "--setenv", "Ioc__Mqtt__Listen", "0.0.0.0:1883",
                "--setenv", "Ioc__Mqtt__Authentication", "Credentials", "--setenv", "Ioc__Security__Accounts", "Required", "bash", "-c", Script, "/opt"]);
        var log = File.Exists(Path.Combine(data, "log")) ? await File.ReadAllTextAsync(Path.Combine(data, "log")) : "";
        Assert.True(code == 0, output + log);
        Assert.Equal(["200", "ended 0"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
