using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Hardening;

/// <summary>The headers that keep a browser to the product's own pages are on every kind of answer.</summary>
public sealed class SecurityHeaderTests
{
    [Fact]
    public async Task Every_kind_of_answer_has_them()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), Catalogue(folder));
        using var page = await host.Client.GetAsync(new Uri("/", UriKind.Relative));
        var html = await page.Content.ReadAsStringAsync();
        var script = html.Split('"').First(p => p.StartsWith("./assets/", StringComparison.Ordinal) && p.EndsWith(".js", StringComparison.Ordinal))[1..];
        (string What, HttpRequestMessage Request, HttpStatusCode Status)[] cases =
        [
            ("the page", Get("/"), HttpStatusCode.OK),
            ("the page once more", Get("/", r => r.Headers.IfNoneMatch.Add(page.Headers.ETag!)), HttpStatusCode.NotModified),
            ("the planners' page", Get("/planner/"), HttpStatusCode.OK),
            ("a script", Get(script), HttpStatusCode.OK),
            ("JSON", Get("/api/v1/status"), HttpStatusCode.OK),
            ("a file of readings", Get("/api/v1/history/readings?format=csv&sensor=s1&property=pm25&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z"), HttpStatusCode.OK),
            ("the description", Get("/openapi/v1.json"), HttpStatusCode.OK),
            ("health", Get("/health/live"), HttpStatusCode.OK),
            ("what is not there", Get("/nowhere"), HttpStatusCode.NotFound),
            ("what the API does not have", Get("/api/v1/sensors/nobody"), HttpStatusCode.NotFound),
            ("a wrong method", new(HttpMethod.Put, "/api/v1/status"), HttpStatusCode.MethodNotAllowed),
            ("another site's request", Post("/api/v1/alerts/x/acknowledge", "{}", r => r.Headers.Add("Origin", "https://elsewhere.example")), HttpStatusCode.Forbidden),
            ("another host name", Get("/", r => r.Headers.Host = "elsewhere.example"), HttpStatusCode.BadRequest),
            ("a body that is no JSON", Post("/api/v1/devices", "{"), HttpStatusCode.BadRequest),
            ("a body that is too large", Post("/api/v1/devices", $"{{\"name\":\"{new string('a', 2_000_000)}\"}}"), HttpStatusCode.RequestEntityTooLarge),
            ("the live stream's first step", Post("/hub/live/negotiate?negotiateVersion=1", ""), HttpStatusCode.OK),
            ("MQTT that is none", Get("/mqtt"), HttpStatusCode.BadRequest),
        ];
        foreach (var (what, request, status) in cases)
        {
            using var response = await host.Client.SendAsync(request);
            Assert.True(status == response.StatusCode, $"{what}: {(int)response.StatusCode} instead of {(int)status}");
            AssertGuarded(what, response);
            request.Dispose();
        }
    }

    [Fact]
    public async Task Pages_are_asked_for_each_time_their_parts_once_and_data_is_not_kept()
    {
        using var folder = new TempDirectory();
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), Catalogue(folder));
        using var page = await host.Client.GetAsync(new Uri("/", UriKind.Relative));
        var script = (await page.Content.ReadAsStringAsync()).Split('"').First(p => p.StartsWith("./assets/", StringComparison.Ordinal))[1..];
        using var part = await host.Client.GetAsync(new Uri(script, UriKind.Relative));
        using var data = await host.Client.GetAsync(new Uri("/api/v1/status", UriKind.Relative));
        Assert.Equal("no-cache, private", page.Headers.CacheControl!.ToString());
        Assert.Contains("immutable", part.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-store", data.Headers.CacheControl!.ToString());
    }

    internal static void AssertGuarded(string what, HttpResponseMessage response)
    {
        string One(string name) => response.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : throw new InvalidOperationException($"{what} has no {name}.");
        var policy = One("Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries).ToDictionary(d => d.Split(' ')[0], d => d.Split(' ')[1..], StringComparer.Ordinal);
        Assert.Equal(["'none'"], policy["default-src"]);
        Assert.Equal(["'self'"], policy["script-src"]);
        Assert.Equal(["'self'"], policy["style-src"]);
        Assert.Equal(["'none'"], policy["frame-ancestors"]);
        Assert.Equal(["'none'"], policy["base-uri"]);
        // No other origin, and no way around: 'self', 'none' and what a page makes itself.
        Assert.All(policy.Values.SelectMany(v => v), source => Assert.Contains(source, new[] { "'self'", "'none'", "data:", "blob:" }));
        Assert.Equal("nosniff", One("X-Content-Type-Options"));
        Assert.Equal("no-referrer", One("Referrer-Policy"));
        Assert.Equal("DENY", One("X-Frame-Options"));
        Assert.Equal("same-origin", One("Cross-Origin-Opener-Policy"));
        Assert.Equal("same-origin", One("Cross-Origin-Resource-Policy"));
        Assert.Contains("geolocation=()", One("Permissions-Policy"), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"), $"{what} names the server's software");
    }

    private static string Catalogue(TempDirectory folder) => new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1")
        .Sensor("d1", "environment", "s1", 60, "pm25").Write();

    private static HttpRequestMessage Get(string path, Action<HttpRequestMessage>? change = null) => With(new(HttpMethod.Get, path), change);

    private static HttpRequestMessage Post(string path, string json, Action<HttpRequestMessage>? change = null) =>
        With(new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) }, change);

    private static HttpRequestMessage With(HttpRequestMessage request, Action<HttpRequestMessage>? change)
    {
        change?.Invoke(request);
        return request;
    }
}
