using System.Globalization;
using IOC.Testing;

namespace IOC.Bench.History;

/// <summary>Debian's victoria-metrics.</summary>
internal sealed class VictoriaCandidate : ServerCandidate
{
    private VictoriaCandidate(string folder, int series, int port)
        : base(
            folder, series, port, "victoria-metrics", $"-storageDataPath={folder}", string.Create(CultureInfo.InvariantCulture, $"-httpListenAddr=127.0.0.1:{port}"), "-retentionPeriod=100y",
            "-search.maxPointsPerTimeseries=1000000", "-search.maxUniqueTimeseries=1000000", "-search.maxSamplesPerQuery=10000000000", "-search.maxQueryDuration=10m", "-search.disableCache", "-loggerLevel=ERROR")
    {
    }

    public override string Name => "victoria-metrics";

    protected override Uri WriteAddress => new("/write", UriKind.Relative);

    protected override Uri ReadyAddress => new("/health", UriKind.Relative);

    public static async Task<VictoriaCandidate> StartAsync(string folder, int series)
    {
        Directory.CreateDirectory(folder);
        var server = new VictoriaCandidate(folder, series, MosquittoBroker.FreePort());
        await server.WaitUntilReadyAsync();
        return server;
    }

    public override async Task FlushAsync()
    {
        await base.FlushAsync();
        await CountAsync(new Uri("/internal/force_flush", UriKind.Relative), null, "x");
    }

    public override async Task<long> SettleAsync()
    {
        await CountAsync(new Uri("/internal/force_merge", UriKind.Relative), null, "x");
        return await RestAsync();
    }

    // The first mean is that of the hour before the first step, so begin an hour later: hours are closed to the right there.
    public override Task<long> HourlyMeansAsync(int series, long fromMs, long toMs) => CountAsync(
        new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?start={(fromMs / 1000) + 3600}&end={toMs / 1000}&step=3600"), UriKind.Relative),
        new FormUrlEncodedContent([new("query", $"avg_over_time(pm25_value{{{Selector(series)}}}[1h])")]), "\"]");

    public override Task<long> LatestAsync(long nowMs) => CountAsync(
        new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?time={nowMs / 1000}&query=last_over_time(pm25_value[1h])"), UriKind.Relative), null, "\"]");

    public override Task<long> RawAsync(int series, long fromMs, long toMs) => CountAsync(
        new Uri(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?time={(toMs / 1000) - 1}&query=pm25_value{{sensor=\"{EmbeddedCandidate.Slug(series)}\"}}[{(toMs - fromMs) / 1000}s]"), UriKind.Relative), null, "\"]");

    private static string Selector(int series) => series == 1
        ? $"sensor=\"{EmbeddedCandidate.Slug(0)}\""
        : $"sensor=~\"{string.Join('|', Enumerable.Range(0, series).Select(EmbeddedCandidate.Slug))}\"";
}
