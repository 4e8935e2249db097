using System.Security.Cryptography;
using System.Text;
using IOC.History;
using IOC.History.Embedded;
using IOC.History.Influx;
using IOC.Host.Settings;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Host.Planning;

/// <summary>Makes the history store that the settings ask for.</summary>
internal static class HistorySetup
{
    public static IServiceCollection AddHistory(this IServiceCollection services, HistorySettings settings, DataFolder data) => services
        .AddSingleton(HistoryIdentity.Of(settings, data)).AddSingleton<IHistoryStore>(s =>
    {
        var properties = s.GetRequiredService<Catalogue>().Properties;
        return settings.Store == HistoryStoreKind.Influx
            ? new InfluxHistoryStore(
                settings.ToInfluxOptions(data.Combine("history")), properties, new HistoryRefusals(s.GetRequiredService<IReadingLog>(), s.GetRequiredService<TimeProvider>()),
                s.GetRequiredService<TimeProvider>())
            : new EmbeddedHistoryStore(settings.ToOptions(data.Combine("history")), properties);
    });
}

/// <summary>Which history a host writes to: another data folder, one made by a restore, or another server is another one.</summary>
/// <param name="Id">A word that tells two of them apart and nothing else.</param>
internal sealed record HistoryIdentity(string Id)
{
    public static HistoryIdentity Of(HistorySettings settings, DataFolder data)
    {
        var what = settings.Store == HistoryStoreKind.Influx ? $"{data.Identity} {settings.Influx.Url} {settings.Influx.Database}" : data.Identity;
        return new HistoryIdentity(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..16]);
    }
}

/// <summary>What the InfluxDB will never take becomes a dead letter: listed and counted like what ingest refuses.</summary>
internal sealed class HistoryRefusals(IReadingLog log, TimeProvider time) : IHistoryRefusals
{
    public void Refused(string line, string reason)
    {
        var payload = Encoding.UTF8.GetBytes(line);
        var head = line.Split(' ', 2)[0];
        string Tag(string name) => head.Split(',').FirstOrDefault(t => t.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";

        // On disk before the batch counts as written: afterwards nobody would know of it any more.
        log.AppendDeadLetter(new DeadLetter
        {
            AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Topic = $"ioc/v1/{Tag("district")}/{Tag("domain")}/{Tag("sensor")}/telemetry",
            Sensor = Tag("sensor"),
            Reason = RefusalReason.StoreRefused,
            Detail = $"{head.Split(',', 2)[0]}: store_refused ({reason})",
            Client = "history",
            Payload = payload,
            PayloadBytes = payload.Length,
        }).Durable.GetAwaiter().GetResult();
    }
}
