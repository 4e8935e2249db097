namespace IOC.Testing;

/// <summary>Places on the machine that tests run on.</summary>
public static class Repository
{
    /// <summary>The repository's root: the folder that holds IOC.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Folder of the real data sets beside the repository; it may be absent.</summary>
    public static string SharedData { get; } = Path.GetFullPath(Path.Combine(Root, "..", "shared", "data"));

    /// <summary>True in continuous integration, where nothing may be missing.</summary>
    public static bool InCi { get; } = Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Folder of the published host that the tests are to start; null = the one that was built.</summary>
    public static string? PublishedHost { get; } = Environment.GetEnvironmentVariable("IOC_TESTED_HOST") is { Length: > 0 } folder ? folder : null;

    private static string FindRoot()
    {
        for (var dir = new DirectoryInfo(AppContext.BaseDirectory); dir is not null; dir = dir.Parent)
        {
            if (File.Exists(Path.Combine(dir.FullName, "IOC.sln")))
            {
                return dir.FullName;
            }
        }

        throw new InvalidOperationException("IOC.sln is in no folder above the tests.");
    }
}
