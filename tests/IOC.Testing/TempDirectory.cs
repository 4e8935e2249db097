namespace IOC.Testing;

/// <summary>A new empty folder, deleted at the end.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("ioc-test-").FullName;

    /// <summary>The folder's path.</summary>
    public string Path { get; }

    /// <summary>Path of a file or folder in it.</summary>
    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A test may delete it itself.
        }
    }
}
