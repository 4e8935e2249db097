using System.Text.Json;

namespace IOC.Host.Bridges;

/// <summary>What the bridges have subscribed to, kept in state/bridges.json: brokers keep it too, and must be told when it ends.
/// Thread-safe.</summary>
internal sealed class BridgeMemory
{
    private readonly string _file;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string[]> _filters;

    /// <summary>Reads the file, if there is one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="logger">Hears of a file that is none of ours: it is begun anew, for nothing but the tidying up of old subscriptions
    /// hangs on it.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public BridgeMemory(string file, ILogger logger)
    {
        _file = file;
        try
        {
            _filters = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllBytes(file)) ?? [] : [];
        }
        catch (JsonException e)
        {
            logger.LogError("{File} cannot be read ({Problem}) and is begun anew; subscriptions that were taken out of the settings meanwhile may go on at their brokers", file, e.Message);
            _filters = [];
        }
    }

    /// <summary>Whether a broker has been connected to before, so that it should have a session.</summary>
    public bool KnowsSession(string bridge)
    {
        lock (_gate)
        {
            return _filters.ContainsKey(bridge);
        }
    }

    /// <summary>What a bridge has subscribed to.</summary>
    public IReadOnlyList<string> FiltersOf(string bridge)
    {
        lock (_gate)
        {
            return _filters.GetValueOrDefault(bridge, []);
        }
    }

    /// <summary>Writes down what a bridge has subscribed to.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Remember(string bridge, IEnumerable<string> filters)
    {
        lock (_gate)
        {
            string[] all = [.. filters];
            if (_filters.TryGetValue(bridge, out var known) && known.SequenceEqual(all, StringComparer.Ordinal))
            {
                return;
            }

            _filters[bridge] = all;
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            var temporary = _file + ".new";
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(stream, _filters);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, _file, overwrite: true);
        }
    }
}
