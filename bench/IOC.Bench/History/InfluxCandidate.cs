using System.Globalization;
using IOC.Testing;

namespace IOC.Bench.History;

/// <summary>Debian's InfluxDB 1.6.</summary>
internal sealed class InfluxCandidate : ServerCandidate
{
    private InfluxCandidate(string folder, int series, int port)
        : base(folder, series, port, "influxd", "-config", Path.Combine(folder, "..", "influx.conf")) => Client.DefaultRequestHeaders.Accept.ParseAdd("application/csv");

    public override string Name => "influxdb 1.6";

    protected override Uri WriteAddress => new("/write?db=bench", UriKind.Relative);

    protected override Uri ReadyAddress => new("/ping", UriKind.Relative);

    public static async Task<InfluxCandidate> StartAsync(string folder, int series)
    {
        Directory.CreateDirectory(folder);
        var port = MosquittoBroker.FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "..", "influx.conf"), $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:{MosquittoBroker.FreePort()}"
            [meta]
              dir = "{folder}/meta"
            [data]
              dir = "{folder}/data"
              wal-dir = "{folder}/wal"
              query-log-enabled = false
              cache-snapshot-write-cold-duration = "5s"
              compact-full-write-cold-duration = "5s"
            [http]
              bind-address = "127.0.0.1:{port}"
              log-enabled = false
            [monitor]
              store-enabled = false
            """);
        var server = new InfluxCandidate(folder, series, port);
        await server.WaitUntilReadyAsync();
        await server.AskAsync("CREATE DATABASE bench", "\n");
        return server;
    }

    public override Task<long> SettleAsync() => RestAsync();

    public override Task<long> HourlyMeansAsync(int series, long fromMs, long toMs)
    {
        var sensors = string.Join(" OR ", Enumerable.Range(0, series).Select(i => $"sensor='{EmbeddedCandidate.Slug(i)}'"));
        return AskAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT mean(value) FROM pm25 WHERE ({sensors}) AND time >= {fromMs}ms AND time < {toMs}ms GROUP BY time(1h), sensor fill(none)"), "\npm25");
    }

    public override Task<long> LatestAsync(long nowMs) => AskAsync("SELECT last(value) FROM pm25 GROUP BY sensor", "\npm25");

    public override Task<long> RawAsync(int series, long fromMs, long toMs) => AskAsync(
        string.Create(CultureInfo.InvariantCulture, $"SELECT value FROM pm25 WHERE sensor='{EmbeddedCandidate.Slug(series)}' AND time >= {fromMs}ms AND time < {toMs}ms"), "\npm25");

    private async Task<long> AskAsync(string influxQl, string mark)
    {
        using var form = new FormUrlEncodedContent([new("db", "bench"), new("q", influxQl), new("epoch", "ms")]);
        return await CountAsync(new Uri("/query", UriKind.Relative), form, mark);
    }
}
