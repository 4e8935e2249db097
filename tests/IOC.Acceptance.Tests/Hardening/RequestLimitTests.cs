using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using IOC.Testing;

namespace IOC.Acceptance.Tests.Hardening;

/// <summary>One visitor cannot take what is there for all: rates, sizes, slow requests, connections.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task An_address_that_asks_too_often_is_told_when_to_come_back_and_health_goes_on()
    {
        using var folder = new TempDirectory();
        await using var host = await StartAsync(folder, "--Ioc:Http:Limits:RequestsPerSecondPerAddress=1", "--Ioc:Http:Limits:BurstPerAddress=5");
        using var refused = await UntilRefusedAsync(host, "/api/v1/status", 50);
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        SecurityHeaderTests.AssertGuarded("a refusal", refused);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("urn:ioc:problem:too_many_requests", problem.RootElement.GetProperty("type").GetString());
        Assert.Contains("Quá nhiều", problem.RootElement.GetProperty("detailVi").GetString(), StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            using var probe = await host.Client.GetAsync(new Uri("/health/live", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        }

        await Eventually.HoldsAsync(async () => await StatusAsync(host, "/api/v1/status") == HttpStatusCode.OK, "the address to be let in again");
        await Eventually.HoldsAsync(
            async () =>
            {
                using var figures = await host.Client.GetAsync(new Uri("/metrics", UriKind.Relative));
                return figures.IsSuccessStatusCode && (await figures.Content.ReadAsStringAsync()).Split('\n')
                    .Any(line => line.StartsWith("ioc_http_refused_total{by=\"address\"} ", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal));
            },
            "the refusals to be counted on /metrics");
    }

    [Fact]
    public async Task Messages_on_an_open_live_stream_are_not_counted()
    {
        using var folder = new TempDirectory();
        await using var host = await StartAsync(folder, "--Ioc:Http:Limits:RequestsPerSecondPerAddress=1", "--Ioc:Http:Limits:BurstPerAddress=3");
        await using var hub = await HubClient.ConnectAsync(host.Http);
        using var refused = await UntilRefusedAsync(host, "/api/v1/status", 50);
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "s1");
        for (var i = 1; i <= 5; i++)
        {
            var value = 100 + i;
            await device.PublishAsync("ioc/v1/d1/environment/s1/telemetry", $$$"""{"v":{"pm25":{{{value}}}}}""");
            await hub.UntilAsync(u => u.GetRawText().Contains($"{value}", StringComparison.Ordinal), $"the value {value} on the stream");
        }
    }

    [Fact]
    public async Task Who_a_proxy_speaks_for_counts_only_when_the_proxy_is_named()
    {
        using var folder = new TempDirectory();
        string[] limits = ["--Ioc:Http:Limits:RequestsPerSecondPerAddress=1", "--Ioc:Http:Limits:BurstPerAddress=4"];
        await using (var host = await StartAsync(folder, [.. limits, "--Ioc:Http:TrustedProxies=10.255.255.1"]))
        {
            // Everybody can write the header: made-up addresses are no way around the limit.
            Assert.Contains(HttpStatusCode.TooManyRequests, await FromManyAsync(host, 40));
            Assert.Equal(0, await host.TerminateAsync());
        }

        await using (var host = await StartAsync(folder, [.. limits, "--Ioc:Http:TrustedProxies=127.0.0.0/8"]))
        {
            Assert.All(await FromManyAsync(host, 40), status => Assert.Equal(HttpStatusCode.OK, status));
            // What a client wrote before its proxy did is not believed: the last one that is no proxy is the address.
            var spoofed = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => FromAsync(host, $"198.51.100.{i}, 203.0.113.200")));
            Assert.Contains(HttpStatusCode.TooManyRequests, spoofed);
        }
    }

    [Fact]
    public async Task Bodies_and_headers_have_a_largest_size()
    {
        using var folder = new TempDirectory();
        await using var host = await StartAsync(folder, "--Ioc:Http:Limits:MaxBodyBytes=2048");
        var (status, problem) = await PostAsync(host, "/api/v1/devices", "{\"name\":\"" + new string('a', 3000) + "\"}", "application/json");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("urn:ioc:problem:too_large", problem.GetProperty("type").GetString());
        Assert.Contains("quá lớn", problem.GetProperty("detailVi").GetString(), StringComparison.Ordinal);

        // Readings of the past come in larger pieces, to a limit of their own.
        var lines = string.Concat(Enumerable.Range(0, 1000).Select(i => $"s1,pm25,{1_760_000_000_000 + i},1,\n"));
        (status, _) = await PostAsync(host, "/api/v1/history/import", "sensor,property,time,value,quality\n" + lines, "text/csv");
        Assert.Equal(HttpStatusCode.OK, status);
        (status, problem) = await PostAsync(host, "/api/v1/history/import", new string('x', (32 << 20) + 1), "text/csv");
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "urn:ioc:problem:too_large"), (status, problem.GetProperty("type").GetString()));

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status");
        request.Headers.Add("X-Large", new string('h', 40_000));
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
        Assert.DoesNotContain(" ERR ", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_headers_drop_by_drop_is_cut_off_and_others_are_served()
    {
        using var folder = new TempDirectory();
        await using var host = await StartAsync(folder, "--Ioc:Http:Limits:HeaderTimeout=00:00:01");
        using var slow = new TcpClient();
        await slow.ConnectAsync(host.Http.Host, host.Http.Port);
        await slow.GetStream().WriteAsync("GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/api/v1/status"));
        using var reader = new StreamReader(slow.GetStream(), Encoding.ASCII);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task One_address_has_a_share_of_the_connections()
    {
        using var folder = new TempDirectory();
        await using var host = await StartAsync(folder, "--Ioc:Http:Limits:ConnectionsPerAddress=8");
        var open = new List<TcpClient>();
        try
        {
            // The ones that are let in wait for a request; the one too many is closed at once.
            await Eventually.HoldsAsync(
                async () =>
                {
                    var client = new TcpClient();
                    open.Add(client);
                    if (open.Count <= 7)
                    {
                        await client.ConnectAsync(host.Http.Host, host.Http.Port);
                        return false;
                    }

                    return await IsClosedAsync(client, host.Http);
                },
                "a connection beyond the share to be closed");
            Assert.InRange(open.Count, 8, 40);
        }
        finally
        {
            open.ForEach(c => c.Dispose());
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                using var client = new HttpClient { BaseAddress = host.Http };
                try
                {
                    using var response = await client.GetAsync(new Uri("/api/v1/status", UriKind.Relative));
                    return response.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "a new connection once the others are gone");
    }

    private static async Task<bool> IsClosedAsync(TcpClient client, Uri address)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            await client.ConnectAsync(address.Host, address.Port);
            return await client.GetStream().ReadAsync(new byte[1], patience.Token) == 0;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return true;
        }
    }

    private static Task<HostProcess> StartAsync(TempDirectory folder, params string[] settings) => HostProcess.StartAsync(
        folder.Combine("data"),
        [
            new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d1").Sensor("d1", "environment", "s1", 60, "pm25").Write(),
            .. settings,
        ]);

    private static async Task<HttpResponseMessage> UntilRefusedAsync(HostProcess host, string path, int most)
    {
        for (var i = 0; i < most; i++)
        {
            var response = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return response;
            }

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }

        throw new InvalidOperationException($"{most} requests were all answered.");
    }

    private static async Task<HttpStatusCode> StatusAsync(HostProcess host, string path)
    {
        using var response = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }

    private static Task<HttpStatusCode[]> FromManyAsync(HostProcess host, int count) =>
        Task.WhenAll(Enumerable.Range(1, count).Select(i => FromAsync(host, $"203.0.113.{i}")));

    private static async Task<HttpStatusCode> FromAsync(HostProcess host, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status");
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var response = await host.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(HostProcess host, string path, string body, string type)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = true;
        using var response = await host.Client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
