using System.Text.Json;
using System.Text.RegularExpressions;
using IOC.Testing;

namespace IOC.History.Tests.Grafana;

/// <summary>Every question of every board, on a real InfluxDB 1.6 that holds a day of readings.</summary>
public sealed partial class GrafanaQueryTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private InfluxServer? _server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    [NeedsProgramFact(InfluxServer.Program)]
    public async Task Every_question_is_understood_and_answered_with_data()
    {
        _server = await InfluxServer.StartAsync(_folder.Combine("server"));
        await new GrafanaCity(_server, _folder.Combine("store")).FillAsync();
        var problems = new List<string>();
        var asked = 0;
        foreach (var board in GrafanaBoard.ReadAll())
        {
            // "All" is a value of its own; several chosen by name are put in another way.
            var all = board.Variables.ToDictionary(v => v.GetProperty("name").GetString()!, v => v.GetProperty("allValue").GetString()!, StringComparer.Ordinal);
            var chosen = await ChooseAsync(board, problems);
            foreach (var (panel, target) in board.Panels.SelectMany(p => p.GetProperty("targets").EnumerateArray().Select(t => (p, t))))
            {
                foreach (var values in new[] { all, chosen })
                {
                    asked++;
                    var query = GrafanaBoard.Interpolate(
                        target.GetProperty("query").GetString()!, values, GrafanaCity.End, board.RangeOf(panel), panel.GetProperty("interval").GetString()!);
                    if (await ProblemAsync(query, target) is { } problem)
                    {
                        problems.Add($"{board.File}, panel {panel.GetProperty("id")} {panel.GetProperty("title")}: {problem}: {query}");
                    }
                }
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n", problems));
        Assert.True(asked > 100, $"Only {asked} questions.");
    }

    // Runs the variables' own questions in order, and chooses everything that they offer, by name.
    private async Task<Dictionary<string, string>> ChooseAsync(GrafanaBoard board, List<string> problems)
    {
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in board.Variables)
        {
            var query = GrafanaBoard.Interpolate(variable.GetProperty("query").GetString()!, chosen, GrafanaCity.End, TimeSpan.FromHours(1), "1m");
            using var answer = await InfluxAsk.AsJsonAsync(_server!.Url, GrafanaCity.Database, query);
            List<string> values = [.. InfluxAsk.Series(answer).SelectMany(s => s.GetProperty("values").EnumerateArray()).Select(v => v[1].GetString()!).Distinct(StringComparer.Ordinal)];
            if (values.Count == 0)
            {
                problems.Add($"{board.File}, variable {variable.GetProperty("name")}: no values: {query}");
            }

            chosen.Add(variable.GetProperty("name").GetString()!, GrafanaBoard.Regex(values));
        }

        return chosen;
    }

    // Null when it is answered well. The server takes names that do not exist without a word: the columns, tags and measurements tell.
    private async Task<string?> ProblemAsync(string query, JsonElement target)
    {
        JsonDocument answer;
        try
        {
            answer = await InfluxAsk.AsJsonAsync(_server!.Url, GrafanaCity.Database, query);
        }
        catch (Xunit.Sdk.XunitException e)
        {
            return e.Message;
        }

        using (answer)
        {
            var series = InfluxAsk.Series(answer);
            if (series.Count == 0)
            {
                return "no data";
            }

            var missing = Sources().Matches(query).SelectMany(m => m.Groups[1].Captures).Select(c => c.Value)
                .Except(series.Select(s => s.GetProperty("name").GetString()), StringComparer.Ordinal).ToList();
            return missing.Count > 0 ? $"nothing of {string.Join(", ", missing)}" : series.Select(s => ProblemOf(s, target)).FirstOrDefault(p => p is not null);
        }
    }

    private static string? ProblemOf(JsonElement series, JsonElement target)
    {
        var columns = series.GetProperty("columns").EnumerateArray().Select(c => c.GetString()!).ToList();
        for (var c = 1; c < columns.Count; c++)
        {
            if (series.GetProperty("values").EnumerateArray().All(row => row[c].ValueKind == JsonValueKind.Null))
            {
                return $"column {columns[c]} is empty";
            }
        }

        var tags = series.TryGetProperty("tags", out var t) ? t.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal) : [];
        if (tags.FirstOrDefault(p => p.Value.Length == 0) is { Key: { } empty })
        {
            return $"tag {empty} is empty";
        }

        var alias = target.TryGetProperty("alias", out var a) ? a.GetString()! : "";
        return AliasTags().Matches(alias).Select(m => m.Groups[1].Value).FirstOrDefault(n => !tags.ContainsKey(n)) is { } unknown ? $"the alias names tag {unknown}" : null;
    }

    // Measurements behind FROM, with or without a retention policy.
    [GeneratedRegex("""FROM (?:(?:"\w+"\.)?"(\w+)"(?:, )?)+""")]
    private static partial Regex Sources();

    [GeneratedRegex(@"\$tag_(\w+)")]
    private static partial Regex AliasTags();
}
