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
    /// <exception cref="IOException">It cannot be read.</exception>
    public BridgeMemory(string file)
    {
        _file = file;
        _filters = File.Exists(file)
            ? JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllBytes(file)) ?? []
            : [];
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
