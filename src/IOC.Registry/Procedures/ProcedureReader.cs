using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Reads procedures as JSON and tells their mistakes, with line and path.</summary>
/// <param name="catalogue">What properties are looked up in; null = a stored procedure, whose property may be gone.</param>
/// <param name="errors">Takes the mistakes.</param>
internal sealed class ProcedureReader(Catalogue? catalogue, CatalogueErrors errors)
{
    private const int MostSteps = 40;
    private const int LongestName = 120;
    private const int LongestText = 300;
    private const int LongestDetail = 1000;
    private static readonly (string, FindingKind)[] Kinds = [.. RuleForm.All.Select(f => (f.Name, f.Kind))];
    private static readonly (string, Severity)[] Priorities = [.. Enum.GetValues<Severity>().Select(s => (s.ToString(), s))];

    /// <summary>Reads a file: an object with a list "procedures".</summary>
    public List<Procedure> ReadFile(string text, string file)
    {
        if (Parse(text, file) is not { } root)
        {
            return [];
        }

        var fields = new RuleFields(root, file, errors);
        if (root.Kind != JsonValueKind.Object)
        {
            fields.Error(null, "A procedure file is an object: { \"procedures\": [ ... ] }.", "Tệp quy trình là một đối tượng: { \"procedures\": [ ... ] }.");
            return [];
        }

        fields.Check(["procedures"], "A procedure file", "Tệp quy trình");
        fields.Require("procedures");
        return [.. fields.Objects("procedures").Select(Read)];
    }

    /// <summary>Reads one procedure from a document that holds it alone; null when it is not even an object.</summary>
    public Procedure? Read(string text)
    {
        if (Parse(text, "") is not { } root)
        {
            return null;
        }

        var fields = new RuleFields(root, "", errors);
        if (root.Kind == JsonValueKind.Object)
        {
            return Read(fields);
        }

        fields.Error(null, $"A procedure is an object {{ ... }}, not {root.KindName.En}.", $"Quy trình là một đối tượng {{ ... }}, không phải {root.KindName.Vi}.");
        return null;
    }

    private Procedure Read(RuleFields fields)
    {
        fields.Check(["id", "name", "summary", "for", "steps", "source"], "A procedure", "Quy trình");
        fields.Require("id");
        fields.Require("name");
        fields.Require("steps");
        return new Procedure
        {
            Id = fields.SlugText("id") ?? "",
            Name = Local(fields, "name", LongestName) ?? new LocalText("", ""),
            Summary = Local(fields, "summary", LongestDetail),
            For = Scope(fields.Object("for")),
            Steps = Steps(fields),
            Source = Local(fields, "source", LongestText),
        };
    }

    private ProcedureScope Scope(RuleFields? scope)
    {
        if (scope is null)
        {
            return new ProcedureScope([], [], [], [], []);
        }

        scope.Check(["rules", "kinds", "properties", "domains", "priorities"], "'for'", "'for'");
        var properties = scope.Slugs("properties");
        foreach (var unknown in properties.Where(p => catalogue?.Properties.All.Any(k => k.Code == p) == false))
        {
            scope.Error("properties", $"There is no property '{unknown}' in properties.csv.", $"properties.csv không có đại lượng '{unknown}'.");
        }

        return new ProcedureScope(
            scope.Slugs("rules"), [.. scope.Texts("kinds", (text, error) => RuleFields.Choose(text, Kinds, error)).Distinct().Order()], properties,
            scope.Slugs("domains"), [.. scope.Texts("priorities", (text, error) => RuleFields.Choose(text, Priorities, error)).Distinct().Order()]);
    }

    private static List<ProcedureStep> Steps(RuleFields fields)
    {
        var steps = new List<ProcedureStep>();
        foreach (var step in fields.Objects("steps"))
        {
            step.Check(["id", "text", "detail", "optional"], "A step", "Một bước");
            step.Require("id");
            step.Require("text");
            var id = step.SlugText("id") ?? "";
            if (steps.Exists(s => s.Id == id && id.Length > 0))
            {
                step.Error("id", $"There are two steps '{id}'.", $"Có hai bước '{id}'.");
            }

            steps.Add(new ProcedureStep(id, Local(step, "text", LongestText) ?? new LocalText("", ""), Local(step, "detail", LongestDetail), step.Flag("optional") ?? false));
        }

        if (fields.Has("steps") && steps.Count is 0 or > MostSteps)
        {
            fields.Error("steps", $"A procedure has 1 to {MostSteps} steps, not {steps.Count}.", $"Quy trình có 1 đến {MostSteps} bước, không phải {steps.Count}.");
        }

        return steps;
    }

    private static LocalText? Local(RuleFields fields, string field, int longest)
    {
        var text = fields.Local(field);
        if (text is not null && Math.Max(text.Vi.Length, text.En.Length) > longest)
        {
            fields.Error(field, $"The text has more than {longest} characters.", $"Chuỗi dài hơn {longest} ký tự.");
        }

        return text;
    }

    private JsonPlace? Parse(string text, string file)
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
