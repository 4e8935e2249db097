using System.Text.Json;

namespace IOC.History.Influx;

/// <summary>
/// What the server needs before the first write, made once and left alone where it is there: database, retention policies and
/// continuous queries of 1.x; bucket and DBRP mapping of 2.x. 3.x makes a database with the first write.
/// </summary>
internal static class InfluxProvisioning
{
    /// <summary>Retention policy of single readings; the default one.</summary>
    public const string Raw = "raw";

    /// <summary>Retention policy of hourly figures, for boards over months.</summary>
    public const string Rollup = "rollup";

    // Late readings of up to six hours still reach the hourly figures.
    private static readonly (string Name, string Function)[] s_figures = [("mean", "mean"), ("min", "min"), ("max", "max"), ("count", "count")];

    public static void Provision(InfluxConnection server, InfluxOptions options)
    {
        switch (server.Version)
        {
            case InfluxVersion.V1:
                ProvisionV1(server, options.Database);
                break;
            case InfluxVersion.V2:
                ProvisionV2(server, options);
                break;
        }
    }

    private static void ProvisionV1(InfluxConnection server, string database)
    {
        server.Execute($"CREATE DATABASE \"{database}\"");
        Create($"CREATE RETENTION POLICY \"{Raw}\" ON \"{database}\" DURATION INF REPLICATION 1 DEFAULT");
        Create($"CREATE RETENTION POLICY \"{Rollup}\" ON \"{database}\" DURATION INF REPLICATION 1");
        Create($"CREATE CONTINUOUS QUERY \"ioc_hourly\" ON \"{database}\" RESAMPLE EVERY 10m FOR 6h BEGIN {HourlyFigures(database, "")} END");

        // What is there as written here is no mistake to the server; what its keepers made otherwise is theirs.
        void Create(string statement) => server.Execute(
            statement, e => e.EndsWith("already exists", StringComparison.Ordinal) || e.EndsWith("conflicts with an existing policy", StringComparison.Ordinal));
    }

    /// <summary>The statement that makes the hourly figures. What the host writes about itself has no value and no quality: it stays out.</summary>
    /// <param name="database">Database.</param>
    /// <param name="time">Condition on the time, such as <c> AND time &gt;= ...</c>; empty in a continuous query, which has its own.</param>
    internal static string HourlyFigures(string database, string time)
    {
        var figures = string.Join(", ", s_figures.Select(f => $"{f.Function}(\"value\") AS \"{f.Name}\""));
        return $"SELECT {figures} INTO \"{database}\".\"{Rollup}\".:MEASUREMENT FROM \"{database}\".\"{Raw}\"./.*/ WHERE \"quality\" = 0{time} GROUP BY time(1h), *";
    }

    private static void ProvisionV2(InfluxConnection server, InfluxOptions options)
    {
        var (org, name) = (Uri.EscapeDataString(options.Organisation), Uri.EscapeDataString(options.Database));
        var orgId = First(server.Manage(HttpMethod.Get, $"api/v2/orgs?org={org}", null), "orgs")?.GetProperty("id").GetString()
            ?? throw new HistoryStoreException($"Ioc:History:Influx:Organisation = '{options.Organisation}': the server has no such organisation.");
        var bucket = First(server.Manage(HttpMethod.Get, $"api/v2/buckets?org={org}&name={name}", null), "buckets");
        var bucketId = (bucket ?? server.Manage(HttpMethod.Post, "api/v2/buckets", new { orgID = orgId, name = options.Database, retentionRules = Array.Empty<object>() }))
            .GetProperty("id").GetString();
        if (First(server.Manage(HttpMethod.Get, $"api/v2/dbrps?orgID={orgId}&db={name}", null), "content") is null)
        {
            server.Manage(
                HttpMethod.Post, "api/v2/dbrps", new { bucketID = bucketId, database = options.Database, @default = true, orgID = orgId, retention_policy = Raw });
        }
    }

    private static JsonElement? First(JsonElement answer, string list) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(list, out var items) && items.ValueKind == JsonValueKind.Array && items.GetArrayLength() > 0 ? items[0] : null;
}
