using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Procedures in the one form that they are kept in: two are the same exactly when their texts are.</summary>
internal static class ProcedureText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Procedure procedure)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("id", procedure.Id);
            Local(json, "name", procedure.Name);
            Local(json, "summary", procedure.Summary);
            json.WriteStartObject("for");
            List(json, "rules", procedure.For.Rules);
            List(json, "kinds", procedure.For.Kinds.Select(k => RuleForm.Of(k).Name));
            List(json, "properties", procedure.For.Properties);
            List(json, "domains", procedure.For.Domains);
            List(json, "priorities", procedure.For.Priorities.Select(p => p.ToString()));
            json.WriteEndObject();
            Steps(json, procedure.Steps);
            Local(json, "source", procedure.Source);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no procedure of this version of the product.</exception>
    public static Procedure Read(string text, int version)
    {
        var errors = new CatalogueErrors();
        return new ProcedureReader(catalogue: null, errors).Read(text) is { } procedure && errors.Count == 0
            ? procedure with { Version = version }
            : throw new InvalidDataException($"A stored procedure cannot be read: {string.Join("; ", errors.All)}");
    }

    private static void Steps(Utf8JsonWriter json, IReadOnlyList<ProcedureStep> steps)
    {
        json.WriteStartArray("steps");
        foreach (var step in steps)
        {
            json.WriteStartObject();
            json.WriteString("id", step.Id);
            Local(json, "text", step.Text);
            Local(json, "detail", step.Detail);
            if (step.Optional)
            {
                json.WriteBoolean("optional", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void List(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        List<string> all = [.. items];
        if (all.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        all.ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }

    private static void Local(Utf8JsonWriter json, string name, LocalText? text)
    {
        if (text is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("vi", text.Vi);
        json.WriteString("en", text.En);
        json.WriteEndObject();
    }
}
