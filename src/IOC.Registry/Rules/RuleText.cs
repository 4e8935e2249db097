using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Rules as JSON text.</summary>
/// <param name="zone">The city's zone: a day begins at its midnight.</param>
public sealed class RuleText(TimeZoneInfo zone)
{
    private readonly RuleWriter _writer = new(zone);

    /// <summary>The rule in its canonical form: two rules are the same exactly when their texts are.</summary>
    public string Write(DetectionRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return _writer.Write(rule);
    }

    /// <summary>Reads a rule that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no rule of this version of the language.</exception>
    public DetectionRule Read(string text)
    {
        var errors = new CatalogueErrors();
        return Read(text, "", errors) is { } placed && errors.Count == 0
            ? placed.Rule
            : throw new InvalidDataException($"A stored rule cannot be read: {string.Join("; ", errors.All)}");
    }

    /// <summary>Reads one rule from a document that holds it alone.</summary>
    internal PlacedRule? Read(string text, string file, CatalogueErrors errors) =>
        Parse(text, file, errors) is { } place ? new RuleReader(zone, errors).Read(place, file) : null;

    /// <summary>Reads a rule file: an object with a list "rules".</summary>
    internal List<PlacedRule> ReadFile(string text, string file, CatalogueErrors errors)
    {
        if (Parse(text, file, errors) is not { } root)
        {
            return [];
        }

        var fields = new RuleFields(root, file, errors);
        if (root.Kind != JsonValueKind.Object)
        {
            fields.Error(null, "A rule file is an object: { \"rules\": [ ... ] }.", "Tệp luật là một đối tượng: { \"rules\": [ ... ] }.");
            return [];
        }

        fields.Check(["rules", "$schema"], "A rule file", "Tệp luật");
        fields.Require("rules");
        var reader = new RuleReader(zone, errors);
        return [.. fields.List("rules").Select(place => reader.Read(place, file)).OfType<PlacedRule>()];
    }

    private static JsonPlace? Parse(string text, string file, CatalogueErrors errors)
    {
        try
        {
            return JsonPlace.Parse(text);
        }
        catch (JsonException e)
        {
            var cause = e.Message.Split(" LineNumber:")[0];
            errors.Add(file, (int)(e.LineNumber ?? 0) + 1, null, $"This is no JSON: {cause}", $"Đây không phải JSON: {cause}");
            return null;
        }
    }
}
