using Xunit;

namespace IOC.Testing;

/// <summary>A test on the real data sets of ../shared/data: skipped where they are absent, except in CI.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <summary>Makes the attribute.</summary>
    public SharedDataFactAttribute()
    {
        if (!Repository.InCi && !Directory.Exists(Repository.SharedData))
        {
            Skip = "../shared/data is not here";
        }
    }
}

/// <summary>A test that runs a program of the machine (mosquitto_pub, chromium): skipped where it is absent, except in CI.</summary>
public sealed class NeedsProgramFactAttribute : FactAttribute
{
    /// <summary>Makes the attribute.</summary>
    /// <param name="programs">Programs that must be on PATH.</param>
    public NeedsProgramFactAttribute(params string[] programs) => Skip = Missing(programs);

    internal static string? Missing(string[] programs) => !Repository.InCi && Array.Find(programs, p => !OnPath(p)) is { } missing
        ? $"{missing} is not installed; ./test.sh installs it"
        : null;

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(dir => dir.Length > 0 && File.Exists(Path.Combine(dir, program)));
}

/// <summary>The same with rows of data.</summary>
public sealed class NeedsProgramTheoryAttribute : TheoryAttribute
{
    /// <summary>Makes the attribute.</summary>
    /// <param name="programs">Programs that must be on PATH.</param>
    public NeedsProgramTheoryAttribute(params string[] programs) => Skip = NeedsProgramFactAttribute.Missing(programs);
}
