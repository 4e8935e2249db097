using IOC.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace IOC.Deploy.Tests;

/// <summary>A YAML file as maps and lists, with its merges (&lt;&lt;) carried out.</summary>
internal sealed class Yaml
{
    private readonly object? _node;
    private readonly string _path;

    private Yaml(object? node, string path) => (_node, _path) = (node, path);

    /// <summary>A scalar's text; the test fails where there is none.</summary>
    public string Text => _node as string ?? throw new InvalidOperationException($"{_path} is no text.");

    public bool IsText => _node is string;

    public IReadOnlyList<string> Keys => _node is IDictionary<object, object> map ? [.. map.Keys.Cast<string>()] : [];

    public IReadOnlyList<Yaml> Items => _node is IList<object> list ? [.. list.Select((n, i) => new Yaml(n, $"{_path}[{i}]"))] : [];

    /// <summary>A list's texts.</summary>
    public IReadOnlyList<string> Texts => [.. Items.Select(i => i.Text)];

    public IReadOnlyDictionary<string, Yaml> Entries => Keys.ToDictionary(k => k, k => this[k], StringComparer.Ordinal);

    public Yaml this[string key] => Find(key) ?? throw new InvalidOperationException($"{_path} has no {key}.");

    public static string PathOf(string path) => Path.Combine(Repository.Root, path);

    public static Yaml Read(string path) => Assert.Single(ReadAll(path));

    /// <summary>All documents of a file.</summary>
    public static IReadOnlyList<Yaml> ReadAll(string path)
    {
        using var reader = File.OpenText(PathOf(path));
        var parser = new MergingParser(new Parser(reader));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<Yaml>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (!parser.Accept<YamlDotNet.Core.Events.StreamEnd>(out _))
        {
            documents.Add(new Yaml(deserializer.Deserialize<object>(parser), path));
        }

        return documents;
    }

    public Yaml? Find(string key) => _node is IDictionary<object, object> map && map.TryGetValue(key, out var value) ? new Yaml(value, $"{_path}.{key}") : null;
}
