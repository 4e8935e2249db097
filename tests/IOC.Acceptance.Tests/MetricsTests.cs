using System.Diagnostics;
using IOC.Testing;

namespace IOC.Acceptance.Tests;

/// <summary>/metrics of a real host, read by Debian's Prometheus.</summary>
public sealed class MetricsTests
{
    [NeedsProgramFact("promtool", "prometheus")]
    public async Task Promtool_finds_nothing_to_complain_of_and_a_real_scrape_reads_what_was_published()
    {
        using var folder = new TempDirectory();
        var catalogue = new TestCatalogue(folder.Combine("catalogue")).Property("pm25", "ug/m3", 0, 1000).District("d0").Sensor("d0", "environment", "s0", 60, "pm25");
        await using var host = await HostProcess.StartAsync(folder.Combine("data"), catalogue.Write());
        var publisher = new AckedPublisher(0);
        var running = Task.Run(() => publisher.RunAsync(host.MqttPort));
        await Eventually.HoldsAsync(() => publisher.Acknowledged >= 500, "500 acknowledged publishes");

        var (code, said) = await CheckAsync(await host.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Equal((0, ""), (code, said));

        await using var prometheus = await PrometheusServer.StartAsync(host.Http);
        await Eventually.HoldsAsync(async () => await prometheus.QueryAsync("ioc_ingest_messages_total") >= 500, "500 messages in Prometheus");
        Assert.Equal("", await prometheus.LastErrorAsync());
        Assert.Equal(1, await prometheus.QueryAsync("up"));
        Assert.True(await prometheus.QueryAsync("ioc_mqtt_received_publishes_total{qos=\"1\"}") >= 500, "publishes by QoS");
        Assert.Equal(1, await prometheus.QueryAsync("count(ioc_build_info{node=\"n1\"})"));
        Assert.True(await prometheus.QueryAsync("sum(http_server_request_duration_seconds_count)") > 0, "the framework's requests");
        Assert.True(await prometheus.QueryAsync("process_resident_memory_bytes") > 1 << 20, "the process's memory");

        using var open = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5" } } };
        using var answer = await host.Client.SendAsync(open);
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        await host.KillAsync();
        await running;
    }

    private static async Task<(int Code, string Said)> CheckAsync(string metrics)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await promtool.StandardInput.WriteAsync(metrics);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, said.Trim());
    }
}
