using System.Text.Json;

namespace IOC.History.Influx;

/// <summary>How far each partition is written, in a small file that is replaced as a whole. Kept on this side, so that the host can start
/// while the server is away.</summary>
internal sealed class InfluxCheckpoints
{
    private readonly string _path;
    private readonly string _server;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _offsets;

    /// <summary>Reads the file; what it says of another server or database does not count.</summary>
    public InfluxCheckpoints(string directory, string server)
    {
        Directory.CreateDirectory(directory);
        (_path, _server) = (Path.Combine(directory, "influx.json"), server);
        var stored = File.Exists(_path) ? JsonSerializer.Deserialize<Content>(File.ReadAllText(_path)) : null;
        _offsets = stored?.Server == server ? stored.Offsets : [];
    }

    public long this[int partition]
    {
        get
        {
            lock (_gate)
            {
                return _offsets.GetValueOrDefault(partition);
            }
        }
    }

    /// <exception cref="HistoryStoreException">The file cannot be written.</exception>
    public void Save(int partition, long offset)
    {
        lock (_gate)
        {
            var offsets = new Dictionary<int, long>(_offsets) { [partition] = offset };
            try
            {
                using (var file = new FileStream(_path + ".new", FileMode.Create))
                {
                    JsonSerializer.Serialize(file, new Content(_server, offsets));
                    file.Flush(flushToDisk: true);
                }

                File.Move(_path + ".new", _path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new HistoryStoreException($"{_path} cannot be written: {e.Message}", e);
            }

            _offsets[partition] = offset;
        }
    }

    private sealed record Content(string Server, Dictionary<int, long> Offsets);
}
