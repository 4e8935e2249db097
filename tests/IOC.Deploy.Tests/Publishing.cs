using IOC.Testing;

namespace IOC.Deploy.Tests;

/// <summary>The host as it is installed: the one that test.sh has published, or published once for all tests, from what is built.</summary>
internal static class Publishing
{
    private static readonly Lazy<Task<string>> s_host = new(PublishAsync);

    public static Task<string> HostAsync() => s_host.Value;

    private static async Task<string> PublishAsync()
    {
        if (Repository.PublishedHost is { } published)
        {
            return published;
        }

        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var folder = Path.Combine(Repository.Root, "artifacts", "published-host");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        var (code, output) = await Tool.RunAsync("dotnet", "publish", Path.Combine(Repository.Root, "src", "IOC.Host"), "-c", configuration, "--no-build", "-o", folder, "-v", "quiet", "-nologo");
        Assert.True(code == 0, output);
        return folder;
    }
}
