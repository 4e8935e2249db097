using System.Text.Json;

namespace IOC.History.Tests.Grafana;

/// <summary>Asks an InfluxDB as Grafana does: InfluxQL by POST, the answer as JSON.</summary>
internal static class InfluxAsk
{
    /// <summary>The first statement's answer; fails when the server does not take the question.</summary>
    public static async Task<JsonDocument> AsJsonAsync(Uri url, string database, string influxQl)
    {
        using var client = new HttpClient { BaseAddress = url };
        using var answer = await client.PostAsync(new Uri("/query", UriKind.Relative), new FormUrlEncodedContent([new("db", database), new("q", influxQl), new("epoch", "ms")]));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{influxQl}: {text}");
        var json = JsonDocument.Parse(text);
        Assert.False(json.RootElement.GetProperty("results")[0].TryGetProperty("error", out var error), $"{influxQl}: {error}");
        return json;
    }

    /// <summary>The series of an answer.</summary>
    public static IReadOnlyList<JsonElement> Series(JsonDocument answer) =>
        answer.RootElement.GetProperty("results")[0].TryGetProperty("series", out var series) ? [.. series.EnumerateArray()] : [];
}
