using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>What a template makes, and so how values are escaped in it. The numbers are stored: never renumber.</summary>
public enum TemplateForm : byte
{
    /// <summary>JSON: a value stands inside a JSON string.</summary>
    Json = 0,

    /// <summary>application/x-www-form-urlencoded: values are percent-encoded.</summary>
    Form = 1,

    /// <summary>Plain text: values as they are.</summary>
    Text = 2,
}

/// <summary>
/// A text with places for values, compiled. <c>{{name}}</c> is a value, escaped for the form; <c>{{name|json}}</c> in JSON is
/// the whole literal (a number, a quoted text or null); <c>{{#name}}...{{/name}}</c> repeats its inside for each entry of a
/// list, or has it once when the value is there and neither false nor empty; <c>{{^name}}...{{/name}}</c> has it when not.
/// Nothing else is meant by anything: a template cannot call, read or loop without end.
/// </summary>
public sealed class Template
{
    /// <summary>Longest template, in characters.</summary>
    public const int MaxLength = 16_384;

    private const int MaxDepth = 8;

    // Quotes, backslashes and control characters are escaped; Vietnamese is left readable.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = Encoder };
    private readonly List<Part> _parts;
    private readonly TemplateForm _form;

    private Template(List<Part> parts, TemplateForm form) => (_parts, _form) = (parts, form);

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text.</param>
    /// <param name="form">What it makes.</param>
    /// <param name="names">The names that may be used.</param>
    /// <exception cref="TemplateException">It cannot be read.</exception>
    public static Template Parse(string text, TemplateForm form, IReadOnlySet<string> names)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
        {
            throw new TemplateException(new LocalText($"Mẫu dài quá {MaxLength} ký tự.", $"The template is longer than {MaxLength} characters."));
        }

        var open = new Stack<(Section Section, int At)>();
        var root = new List<Part>();
        var into = root;
        var position = 0;
        while (position < text.Length)
        {
            var start = text.IndexOf("{{", position, StringComparison.Ordinal);
            if (start < 0)
            {
                into.Add(new Literal(text[position..]));
                break;
            }

            if (start > position)
            {
                into.Add(new Literal(text[position..start]));
            }

            var end = text.IndexOf("}}", start, StringComparison.Ordinal);
            if (end < 0)
            {
                throw Wrong(text, start, "'{{' không có '}}'", "'{{' has no '}}'");
            }

            var tag = text[(start + 2)..end].Trim();
            position = end + 2;
            if (tag.StartsWith('/'))
            {
                if (open.Count == 0 || open.Peek().Section.Name != tag[1..].Trim())
                {
                    throw Wrong(text, start, $"'{{{{{tag}}}}}' không khớp phần mở", $"'{{{{{tag}}}}}' closes nothing that is open");
                }

                open.Pop();
                into = open.Count == 0 ? root : open.Peek().Section.Parts;
            }
            else if (tag.StartsWith('#') || tag.StartsWith('^'))
            {
                var section = new Section(Known(text, start, tag[1..].Trim(), names), tag[0] == '^', []);
                if (open.Count >= MaxDepth)
                {
                    throw Wrong(text, start, $"lồng quá {MaxDepth} tầng", $"more than {MaxDepth} levels deep");
                }

                into.Add(section);
                open.Push((section, start));
                into = section.Parts;
            }
            else
            {
                into.Add(Placeholder(text, start, tag, form, names));
            }
        }

        return open.Count == 0
            ? new Template(root, form)
            : throw Wrong(text, open.Peek().At, $"'{{{{#{open.Peek().Section.Name}}}}}' chưa đóng", $"'{{{{#{open.Peek().Section.Name}}}}}' is not closed");
    }

    /// <summary>Fills the template in.</summary>
    public string Render(TemplateScope scope)
    {
        var output = new StringBuilder();
        Render(_parts, scope, output);
        return output.ToString();
    }

    private static Value Placeholder(string text, int at, string tag, TemplateForm form, IReadOnlySet<string> names)
    {
        var bar = tag.IndexOf('|', StringComparison.Ordinal);
        var filter = bar < 0 ? "" : tag[(bar + 1)..].Trim();
        if (filter is not ("" or "json") || (filter == "json" && form != TemplateForm.Json))
        {
            throw Wrong(text, at, $"không có bộ lọc '{filter}' ở đây; chỉ có json, trong mẫu JSON", $"there is no filter '{filter}' here; there is json, in JSON templates");
        }

        return new Value(Known(text, at, (bar < 0 ? tag : tag[..bar]).Trim(), names), filter == "json");
    }

    private static string Known(string text, int at, string name, IReadOnlySet<string> names) => names.Contains(name)
        ? name
        : throw Wrong(
            text, at, $"không có giá trị '{name}'; có: {string.Join(", ", names.Order(StringComparer.Ordinal))}",
            $"there is no value '{name}'; there are: {string.Join(", ", names.Order(StringComparer.Ordinal))}");

    private static TemplateException Wrong(string text, int at, string vi, string en)
    {
        var line = text.AsSpan(0, at).Count('\n') + 1;
        return new TemplateException(new LocalText($"Mẫu, dòng {line}: {vi}.", $"Template, line {line}: {en}."));
    }

    private void Render(List<Part> parts, TemplateScope scope, StringBuilder output)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case Literal literal:
                    output.Append(literal.Text);
                    break;
                case Value value:
                    output.Append(value.IsLiteral ? JsonSerializer.Serialize(scope.Find(value.Name), Relaxed) : Escape(Text(scope.Find(value.Name))));
                    break;
                case Section section:
                    Render(section, scope, output);
                    break;
            }
        }
    }

    private void Render(Section section, TemplateScope scope, StringBuilder output)
    {
        var value = scope.Find(section.Name);
        var isThere = value is not (null or false or "" or 0L or 0d or IReadOnlyList<TemplateScope> { Count: 0 });
        if (section.Inverted)
        {
            if (!isThere)
            {
                Render(section.Parts, scope, output);
            }
        }
        else if (value is IReadOnlyList<TemplateScope> list)
        {
            foreach (var entry in list)
            {
                Render(section.Parts, entry, output);
            }
        }
        else if (isThere)
        {
            Render(section.Parts, scope, output);
        }
    }

    private string Escape(string text) => _form switch
    {
        TemplateForm.Json => Encoder.Encode(text),
        TemplateForm.Form => Uri.EscapeDataString(text),
        _ => text,
    };

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IReadOnlyList<TemplateScope> list => list.Count.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private abstract record Part;

    private sealed record Literal(string Text) : Part;

    private sealed record Value(string Name, bool IsLiteral) : Part;

    private sealed record Section(string Name, bool Inverted, List<Part> Parts) : Part;
}

/// <summary>Values by name; those of the scope around it where it has none itself. Values are texts, numbers, true, false, null and lists of scopes.</summary>
/// <param name="values">The values.</param>
/// <param name="outer">Scope around it; null for the outermost.</param>
public sealed class TemplateScope(IReadOnlyDictionary<string, object?> values, TemplateScope? outer = null)
{
    /// <summary>The value of a name; null when there is none.</summary>
    public object? Find(string name) => values.TryGetValue(name, out var value) ? value : outer?.Find(name);
}
