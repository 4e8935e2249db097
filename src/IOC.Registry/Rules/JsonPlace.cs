using System.Text;
using System.Text.Json;

namespace IOC.Registry;

/// <summary>A value of a JSON document with its place, so that a mistake can be told with line and path.</summary>
internal sealed class JsonPlace
{
    private const int MaxDepth = 32;
    private readonly List<(string Name, JsonPlace Value)> _members = [];
    private readonly List<JsonPlace> _items = [];

    private JsonPlace(JsonValueKind kind, int line, string path) => (Kind, Line, Path) = (kind, line, path);

    public JsonValueKind Kind { get; }

    /// <summary>Line of its first character, from 1.</summary>
    public int Line { get; }

    /// <summary>Names and numbers from the root, such as "rules[2].raise.above"; empty for the root.</summary>
    public string Path { get; }

    /// <summary>Text of a string.</summary>
    public string Text { get; private init; } = "";

    public double Number { get; private init; }

    /// <summary>Members of an object in their order; a name may occur twice.</summary>
    public IReadOnlyList<(string Name, JsonPlace Value)> Members => _members;

    public IReadOnlyList<JsonPlace> Items => _items;

    /// <summary>A member by its name, the first of them; null when there is none.</summary>
    public JsonPlace? this[string name] => _members.Find(m => m.Name == name).Value;

    /// <summary>What the kind is called.</summary>
    public (string En, string Vi) KindName => Kind switch
    {
        JsonValueKind.Object => ("an object", "một đối tượng"),
        JsonValueKind.Array => ("a list", "một danh sách"),
        JsonValueKind.String => ("a text", "một chuỗi"),
        JsonValueKind.Number => ("a number", "một số"),
        JsonValueKind.Null => ("null", "null"),
        _ => ("true or false", "true hoặc false"),
    };

    /// <summary>Reads a document with comments and trailing commas.</summary>
    /// <exception cref="JsonException">It is no JSON; line and column count from 0.</exception>
    public static JsonPlace Parse(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
        var lines = new Lines(bytes);
        reader.Read();
        var root = Read(ref reader, lines, "");
        reader.Read();
        return root;
    }

    private static JsonPlace Read(ref Utf8JsonReader reader, Lines lines, string path)
    {
        var line = lines.At((int)reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new JsonPlace(JsonValueKind.Object, line, path);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    map._members.Add((name, Read(ref reader, lines, path.Length == 0 ? name : $"{path}.{name}")));
                }

                return map;
            case JsonTokenType.StartArray:
                var list = new JsonPlace(JsonValueKind.Array, line, path);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list._items.Add(Read(ref reader, lines, $"{path}[{list._items.Count}]"));
                }

                return list;
            case JsonTokenType.String:
                return new JsonPlace(JsonValueKind.String, line, path) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new JsonPlace(JsonValueKind.Number, line, path) { Number = reader.TryGetDouble(out var number) ? number : double.NaN };
            case JsonTokenType.True:
                return new JsonPlace(JsonValueKind.True, line, path);
            case JsonTokenType.False:
                return new JsonPlace(JsonValueKind.False, line, path);
            default:
                return new JsonPlace(JsonValueKind.Null, line, path);
        }
    }

    /// <summary>Line numbers by position; positions must not fall.</summary>
    private sealed class Lines(byte[] bytes)
    {
        private int _position;
        private int _line = 1;

        public int At(int position)
        {
            _line += bytes.AsSpan(_position..position).Count((byte)'\n');
            _position = position;
            return _line;
        }
    }
}
