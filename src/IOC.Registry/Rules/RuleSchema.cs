using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>The language of rule files as a JSON Schema (draft 2020-12), for editors. It follows from the tables that the reader
/// works by; what needs the catalogue or other rules, only the reader can check.</summary>
public static class RuleSchema
{
    private const string SlugPattern = "^[a-z0-9][a-z0-9_-]{0,63}$";
    private const string DurationPattern = "^P(?=\\d|T\\d)(\\d{1,5}D)?(T(?=\\d)(\\d{1,6}H)?(\\d{1,7}M)?(\\d{1,9}(\\.\\d{1,3})?S)?)?$";

    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema as UTF-8 text.</summary>
    public static byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(Build(), s_options);

    /// <summary>The schema.</summary>
    internal static JsonObject Build() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "IOC rules",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = Texts("rules"),
        ["properties"] = new JsonObject
        {
            ["$schema"] = Of("string"),
            ["rules"] = new JsonObject { ["type"] = "array", ["items"] = Ref("rule") },
        },
        ["$defs"] = Definitions(),
    };

    private static JsonObject Definitions()
    {
        var definitions = new JsonObject
        {
            ["rule"] = new JsonObject { ["oneOf"] = new JsonArray([.. RuleForm.All.Select(f => (JsonNode)Ref(f.Name))]) },
            ["condition"] = Condition(),
        };
        foreach (var form in RuleForm.All)
        {
            definitions[form.Name] = Kind(form);
        }

        return definitions;
    }

    private static JsonObject Kind(RuleForm form)
    {
        var properties = new JsonObject();
        foreach (var field in form.Fields)
        {
            properties[field] = field == "kind" ? new JsonObject { ["const"] = form.Name } : field == "scope" ? Scope(form.Property) : Field(field);
        }

        string[] required = [.. RuleForm.CommonRequired, .. form.Required, .. form.Property == PropertyUse.Required ? new[] { "scope" } : []];
        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["required"] = Texts(required), ["properties"] = properties };
    }

    private static JsonObject Field(string field) => field switch
    {
        "id" => Pattern(SlugPattern),
        "name" or "advice" or "source" => Group(["vi", "en"], ("vi", Of("string")), ("en", Of("string"))),
        "priority" => Choice(Enum.GetNames<Severity>()),
        "unit" => Of("string"),
        "validFrom" or "validTo" => Of("string"),
        "latched" or "enabled" => Of("boolean"),
        "raise" => Bounds(),
        "hysteresis" or "minimumChange" or "tolerance" => Range(0, null),
        "for" or "window" => Pattern(DurationPattern),
        "deviations" or "missed" => Range(0.1, 10_000),
        "score" => Range(0.5, 0.999999),
        "inARow" => Whole(1, 10_000),
        "average" => Group(["length"], ("length", Pattern(DurationPattern)), ("clock", Of("boolean")), ("minimumShare", Range(0.01, 1))),
        "periods" => List(Group([], ("from", Of("string")), ("to", Of("string")), ("above", Of("number")), ("below", Of("number")), ("source", Field("source"))), least: 1),
        "schedule" => Group(["windows"], ("windows", List(Group(
            ["from", "to"], ("days", List(Choice("mon", "tue", "wed", "thu", "fri", "sat", "sun"))), ("from", Of("string")), ("to", Of("string"))), least: 1))),
        "neighbours" => Group(["minimum"], ("radius", Range(1, 1_000_000)), ("minimum", Whole(2, 10_000))),
        "aggregate" => Group(
            ["function", "minimum"], ("function", Choice([.. RulePartReader.Functions.Select(f => f.Name)])), ("minimum", Whole(1, 100_000)), ("beyond", Bounds())),
        "when" => Ref("condition"),
        "group" => Group(
            ["minimum", "share", "within"], ("rules", List(Pattern(SlugPattern))), ("assets", Assets()), ("minimum", Whole(2, 100_000)), ("share", Range(0.001, 1)),
            ("within", Pattern(DurationPattern))),
        "inhibits" => List(Group(
            ["rules", "scope"], ("rules", List(Pattern(SlugPattern), least: 1)), ("scope", Choice([.. RulePartReader.InhibitionScopes.Select(s => s.Name)])), ("assets", Assets()))),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field, "The field has no schema."),
    };

    private static JsonObject Scope(PropertyUse use)
    {
        List<(string, JsonObject)> fields = [("domain", Pattern(SlugPattern)), ("district", Pattern(SlugPattern)), ("sensor", Pattern(SlugPattern))];
        if (use != PropertyUse.None)
        {
            fields.Add(("property", Pattern(SlugPattern)));
        }

        return Group(use == PropertyUse.Required ? ["property"] : [], [.. fields]);
    }

    private static JsonObject Condition()
    {
        var value = Group(["property"], ("property", Pattern(SlugPattern)), ("above", Of("number")), ("below", Of("number")), ("sensor", Pattern(SlugPattern)));
        var raised = Group(["rule"], ("rule", Pattern(SlugPattern)), ("sensor", Pattern(SlugPattern)));
        (string Name, JsonObject Schema)[] forms =
            [("all", List(Ref("condition"), least: 1)), ("any", List(Ref("condition"), least: 1)), ("not", Ref("condition")), ("value", value), ("raised", raised)];
        return new JsonObject { ["oneOf"] = new JsonArray([.. forms.Select(f => (JsonNode)Group([f.Name], f))]) };
    }

    private static JsonObject Bounds()
    {
        var bounds = Group([], ("above", Of("number")), ("below", Of("number")));
        bounds["minProperties"] = 1;
        return bounds;
    }

    private static JsonObject Assets() => List(Choice([.. RulePartReader.AssetKinds.Select(a => a.Name)]));

    private static JsonObject Group(string[] required, params (string Name, JsonObject Schema)[] fields)
    {
        var group = new JsonObject { ["type"] = "object", ["additionalProperties"] = false };
        if (required.Length > 0)
        {
            group["required"] = Texts(required);
        }

        group["properties"] = new JsonObject(fields.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Schema)));
        return group;
    }

    private static JsonObject List(JsonObject items, int least = 0)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = items };
        if (least > 0)
        {
            list["minItems"] = least;
        }

        return list;
    }

    private static JsonObject Range(double least, double? most)
    {
        var range = new JsonObject { ["type"] = "number", ["minimum"] = least };
        if (most is not null)
        {
            range["maximum"] = most;
        }

        return range;
    }

    private static JsonObject Whole(int least, int most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    private static JsonObject Of(string type) => new() { ["type"] = type };

    private static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static JsonObject Choice(params string[] names) => new() { ["enum"] = Texts(names) };

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/$defs/{name}" };

    private static JsonArray Texts(params string[] texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
