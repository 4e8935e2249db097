using System.Text.Json;

namespace IOC.Host.Health.Disk;

/// <summary>The samples of the last two weeks, one an hour, in a small file that is replaced as a whole: a restart does not
/// make the host forget how fast the disk fills. Not safe for use from several threads.</summary>
internal sealed class DiskSamples
{
    private const long HourMs = 3_600_000;
    private readonly string _path;
    private List<DiskSample> _kept;

    /// <summary>Reads the file; one that cannot be read is as good as none.</summary>
    public DiskSamples(string path)
    {
        _path = path;
        try
        {
            _kept = File.Exists(path) ? JsonSerializer.Deserialize<List<DiskSample>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            _kept = [];
        }
    }

    /// <summary>Takes a sample: as one of those kept when the last is an hour old, else only as the newest.</summary>
    /// <returns>The samples kept, and this one behind them.</returns>
    public IReadOnlyList<DiskSample> Take(DiskSample sample)
    {
        // A clock that was set back would make the order of time a lie.
        _kept = [.. _kept.Where(s => s.AtMs < sample.AtMs && s.AtMs >= sample.AtMs - (long)DiskForecast.Window.TotalMilliseconds)];
        if (_kept.Count > 0 && sample.AtMs - _kept[^1].AtMs < HourMs)
        {
            return [.. _kept, sample];
        }

        _kept.Add(sample);
        Save();
        return [.. _kept];
    }

    private void Save()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            File.WriteAllBytes(_path + ".new", JsonSerializer.SerializeToUtf8Bytes(_kept));
            File.Move(_path + ".new", _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that is full already needs no forecast.
        }
    }
}
