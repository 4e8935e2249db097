using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace IOC.Host.Cli;

/// <summary>Prints lists: a table on a terminal, lines with tabs into a file or pipe.</summary>
internal sealed class Printer(TextWriter output)
{
    /// <summary>Prints rows under headings.</summary>
    public void Table(string[] headings, IEnumerable<string[]> rows)
    {
        if (Console.IsOutputRedirected)
        {
            output.WriteLine(string.Join('\t', headings));
            foreach (var row in rows)
            {
                output.WriteLine(string.Join('\t', row));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Minimal);
        foreach (var heading in headings)
        {
            table.AddColumn(Markup.Escape(heading));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>A value as text; times (Unix ms) in the user's zone.</summary>
    public static string Text(JsonElement item, string property, bool isTime = false)
    {
        if (!item.TryGetProperty(property, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return "";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number when isTime => DateTimeOffset.FromUnixTimeMilliseconds(value.GetInt64()).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(v => v.ToString())),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => value.ToString(),
        };
    }
}
