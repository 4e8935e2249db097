using IOC.Testing;

namespace IOC.Browser.Tests;

/// <summary>Pictures of one language for the guides, in artifacts/guides.</summary>
internal sealed class Album(string language)
{
    private readonly List<string> _taken = [];

    /// <summary>Names of what was taken, in that order.</summary>
    public IReadOnlyList<string> Taken => _taken;

    public static async Task TakeAsync(Tab tab, string language, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "guides", language)).FullName;
        var path = Path.Combine(folder, $"{name}.png");
        await tab.TakePictureAsync(path);
        await File.WriteAllBytesAsync(path, PalettePicture.Shrink(await File.ReadAllBytesAsync(path)));
    }

    public async Task TakeAsync(Tab tab, string name)
    {
        await TakeAsync(tab, language, name);
        _taken.Add(name);
    }
}
