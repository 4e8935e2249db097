using IOC.Access.Accounts;
using IOC.Alerts;
using IOC.Commands;
using IOC.Detection;
using IOC.Grains;
using IOC.History.Embedded;
using IOC.History.Influx;
using IOC.Host.Backup;
using IOC.Host.Bridges;
using IOC.Host.Hardening;
using IOC.Host.Health.Disk;
using IOC.Host.Notification;
using IOC.Host.Otlp;
using IOC.Host.Procedures;
using IOC.Host.Registry;
using IOC.Host.Rules;
using IOC.Host.Security.OpenId;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Mqtt;

namespace IOC.Host.Settings;

/// <summary>Settings of the host, section "Ioc". Each can come from appsettings.json, from the environment
/// (<c>Ioc__Http__Listen</c>) or from the command line (<c>--Ioc:Http:Listen=...</c>).</summary>
public sealed class IocOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Ioc";

    /// <summary>Folder of everything that is stored; made when absent. Short form: <c>--data</c>.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Folder of the catalogue files (properties.csv, areas.csv, outlines.geojson, assets.csv, assets.geojson, sensors.csv, rules/*.json).
    /// Empty = the Bắc Giang catalogue that comes with the program.</summary>
    public string CatalogueDirectory { get; set; } = "";

    /// <summary>This node's id, part of every id that it makes up: a slug of at most 16 characters.</summary>
    public string Node { get; set; } = "n1";

    /// <summary>Partitions of the reading log, 1 to 64. Fixed when the data folder is made.</summary>
    public int Partitions { get; set; } = 4;

    /// <summary>IANA name of the zone of days and weeks.</summary>
    public string TimeZone { get; set; } = "Asia/Ho_Chi_Minh";

    /// <summary>Seconds between checkpoints of the readers, 1 to 3600. What lies between is replayed after a crash.</summary>
    public int CheckpointSeconds { get; set; } = 15;

    /// <summary>Start although a store misses batches that the reading log has cut already, because it was lost or restored
    /// from an older copy. What it misses is gone; the rest is taken.</summary>
    public bool AcceptMissingBatches { get; set; }

    /// <summary>Web side.</summary>
    public HttpSettings Http { get; set; } = new();

    /// <summary>MQTT side.</summary>
    public MqttSettings Mqtt { get; set; } = new();

    /// <summary>What is accepted.</summary>
    public IngestOptions Ingest { get; set; } = new();

    /// <summary>The reading log; its folder and partitions follow from <see cref="DataDirectory"/> and
    /// <see cref="Partitions"/>.</summary>
    public ReadingLogOptions ReadingLog { get; set; } = new();

    /// <summary>State of sensors and districts.</summary>
    public GrainOptions Grains { get; set; } = new();

    /// <summary>Detectors.</summary>
    public DetectionOptions Detection { get; set; } = new();

    /// <summary>Rules.</summary>
    public RuleOptions Rules { get; set; } = new();

    /// <summary>Procedures.</summary>
    public ProcedureOptions Procedures { get; set; } = new();

    /// <summary>Alerts.</summary>
    public AlertOptions Alerts { get; set; } = new();

    /// <summary>The shift log and who is on shift.</summary>
    public ShiftOptions Shifts { get; set; } = new();

    /// <summary>Commands to devices.</summary>
    public CommandOptions Commands { get; set; } = new();

    /// <summary>Messages to people about alerts.</summary>
    public NotificationSettings Notification { get; set; } = new();

    /// <summary>History.</summary>
    public HistorySettings History { get; set; } = new();

    /// <summary>Other brokers whose topics are taken in.</summary>
    public List<BridgeSettings> Bridges { get; set; } = [];

    /// <summary>Security.</summary>
    public SecurityOptions Security { get; set; } = new();

    /// <summary>Where areas, sensors, rules, alerts, commands and accounts are kept.</summary>
    public RegistrySettings Registry { get; set; } = new();

    /// <summary>Backups.</summary>
    public BackupSettings Backup { get; set; } = new();

    /// <summary>Export of traces and figures by OTLP.</summary>
    public OtlpSettings Otlp { get; set; } = new();

    /// <summary>Watch over the disk.</summary>
    public StorageSettings Storage { get; set; } = new();

    /// <summary>Logging.</summary>
    public LogOptions Log { get; set; } = new();
}

/// <summary>Settings of the web side, section "Ioc:Http".</summary>
public sealed class HttpSettings
{
    /// <summary>ADDRESS:PORT, several separated by ';'; port 0 takes a free one; IPv6 in brackets; may be empty where <see cref="Tls"/> listens.
    /// Short form: <c>--http</c>.</summary>
    public string Listen { get; set; } = "127.0.0.1:8080";

    /// <summary>Names by which this machine calls itself. They are always allowed: no foreign page has one of them.</summary>
    internal static readonly string[] LoopbackNames = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Host names under which the page may be called, separated by ';'. A request under another name is refused,
    /// so that a foreign name that resolves to this machine opens nothing. Those of loopback are always allowed.</summary>
    public string AllowedHosts { get; set; } = "localhost;127.0.0.1;[::1]";

    /// <summary>Addresses or networks of the reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by ';'.
    /// Empty = none: a request comes from where its connection comes from.</summary>
    public string TrustedProxies { get; set; } = "";

    /// <summary>HTTPS.</summary>
    public HttpTlsSettings Tls { get; set; } = new();

    /// <summary>What one visitor may take.</summary>
    public HttpLimitSettings Limits { get; set; } = new();
}

/// <summary>Where history is kept.</summary>
public enum HistoryStoreKind
{
    /// <summary>In files of the data folder.</summary>
    Embedded = 0,

    /// <summary>In an InfluxDB.</summary>
    Influx = 1,
}

/// <summary>Settings of history in InfluxDB, section "Ioc:History:Influx".</summary>
public sealed class InfluxSettings
{
    /// <summary>Address of the server.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8086";

    /// <summary>Form of its write interface: Auto (asks it), V1, V2 or V3.</summary>
    public InfluxVersion Version { get; set; }

    /// <summary>Database (1.x, 3.x) or bucket (2.x).</summary>
    public string Database { get; set; } = "ioc";

    /// <summary>Organisation; 2.x only.</summary>
    public string Organisation { get; set; } = "ioc";

    /// <summary>User name; 1.x with authentication only.</summary>
    public string User { get; set; } = "";

    /// <summary>Password or token; best given by the environment. Empty = none, or <see cref="SecretFile"/>.</summary>
    public string Secret { get; set; } = "";

    /// <summary>File whose first line is the password or token, read again for every request; empty = none.</summary>
    public string SecretFile { get; set; } = "";

    /// <summary>Readings of one write request, 100 to 1,000,000.</summary>
    public int BatchReadings { get; set; } = 20_000;

    /// <summary>Longest time that one request may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Seconds between two times that the host writes its own figures there, 0 to 3600; 0 = not at all.</summary>
    public int HostFigureSeconds { get; set; } = 10;
}

/// <summary>Settings of history, section "Ioc:History".</summary>
public sealed class HistorySettings
{
    /// <summary>Where readings are kept: Embedded or Influx.</summary>
    public HistoryStoreKind Store { get; set; }

    /// <summary>The InfluxDB, where that is the store.</summary>
    public InfluxSettings Influx { get; set; } = new();

    /// <summary>Readings of a closed block, 16 to 4096.</summary>
    public int BlockReadings { get; set; } = 512;

    /// <summary>Memory that the open tails of one partition may keep after a checkpoint, bytes.</summary>
    public long TailBytesPerPartition { get; set; } = 128L << 20;

    /// <summary>Most windows in one answer.</summary>
    public int MaxWindows { get; set; } = 100_000;

    /// <summary>Most windows times groups in one answer of /history/query.</summary>
    public long MaxCells { get; set; } = 1_000_000;

    /// <summary>The same when percentiles are asked for, each of which takes up to 20 KB.</summary>
    public long MaxDistributionCells { get; set; } = 10_000;

    /// <summary>Most readings that one question may have to go through.</summary>
    public long MaxReadingsPerQuery { get; set; } = 500_000_000;

    /// <summary>Readings from which on a question is a long one; long ones are answered one at a time.</summary>
    public long LongQueryReadings { get; set; } = 5_000_000;

    /// <summary>Short questions answered at once, 1 to 64.</summary>
    public int MaxConcurrentQueries { get; set; } = 2;

    /// <summary>Questions that may wait for their turn; beyond, they are refused for the moment.</summary>
    public int MaxWaitingQueries { get; set; } = 20;

    /// <summary>By property code, for how long readings are kept: an ISO 8601 duration. What is not named is kept for ever.</summary>
    public Dictionary<string, string> Retention { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Minutes between two times that old readings are removed and late ones put in order, 1 to 10,080.</summary>
    public int UpkeepMinutes { get; set; } = 60;

    /// <summary>Whole hours by which the days that are rolled up begin before those of UTC; -14 to 14.</summary>
    public int RollupDayOffsetHours { get; set; } = 7;

    /// <summary>The InfluxDB store's own options.</summary>
    /// <exception cref="InvalidOperationException">The address is none, or secrets are given twice.</exception>
    public InfluxOptions ToInfluxOptions(string directory)
    {
        if (!Uri.TryCreate(Influx.Url, UriKind.Absolute, out var url))
        {
            throw new InvalidOperationException($"History:Influx:Url = '{Influx.Url}': use an address such as http://127.0.0.1:8086.");
        }

        if (Influx.Secret.Length > 0 && Influx.SecretFile.Length > 0)
        {
            throw new InvalidOperationException($"History:Influx:SecretFile = '{Influx.SecretFile}': Secret is set too; use one of them.");
        }

        return new InfluxOptions
        {
            Url = url,
            Directory = directory,
            Version = Influx.Version,
            Database = Influx.Database,
            Organisation = Influx.Organisation,
            User = Influx.User,
            Secret = () => Influx.SecretFile.Length > 0 ? File.ReadLines(Influx.SecretFile).FirstOrDefault() : Influx.Secret,
            BatchReadings = Influx.BatchReadings,
            Timeout = Influx.Timeout,
            MaxWindows = MaxWindows,
        };
    }

    /// <summary>The embedded store's own options.</summary>
    public EmbeddedHistoryOptions ToOptions(string directory) => new()
    {
        DayOffsetHours = RollupDayOffsetHours,
        Directory = directory,
        BlockReadings = BlockReadings,
        TailBytesPerPartition = TailBytesPerPartition,
        MaxWindows = MaxWindows,
    };
}

/// <summary>Whether people and programs have to sign in.</summary>
public enum AccountsMode
{
    /// <summary>They have to.</summary>
    Required = 0,

    /// <summary>Whoever reaches the web side is taken for an administrator, by the name that they give. For one machine: refused where
    /// the web side listens beyond loopback.</summary>
    Off = 1,
}

/// <summary>Security settings, section "Ioc:Security".</summary>
public sealed class SecurityOptions
{
    /// <summary>Whether people and programs have to sign in: Required or Off.</summary>
    public AccountsMode Accounts { get; set; }

    /// <summary>Fewest characters of a password, 8 to 64.</summary>
    public int MinPasswordLength { get; set; } = 12;

    /// <summary>Time without use after which a session ends, 1 minute to 30 days. A page that shows the live stream is in use.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Time after which a session ends in any case, 5 minutes to 365 days; at least <see cref="SessionIdle"/>.</summary>
    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Time after which the session of a video wall ends in any case, 1 hour to 365 days. It does not end for want of use.</summary>
    public TimeSpan WallSessionLife { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Roles whose holders must have a second factor, separated by ';'; empty = none.</summary>
    public string SecondFactorRoles { get; set; } = "";

    /// <summary>Longest life of an API token, days, 1 to 3650.</summary>
    public int MaxTokenDays { get; set; } = 365;

    /// <summary>How long a one-time link is good, 5 minutes to 30 days.</summary>
    public TimeSpan LinkLife { get; set; } = TimeSpan.FromDays(3);

    /// <summary>Single sign-on.</summary>
    public OpenIdSettings OpenId { get; set; } = new();

    /// <summary>Lets MQTT be listened for beyond loopback although devices need no credentials
    /// (<see cref="MqttAuthentication"/>): for a network that nobody else can reach.</summary>
    public bool AllowUnauthenticatedNetwork { get; set; }

    /// <summary>The roles of <see cref="SecondFactorRoles"/>; null when one of them is none.</summary>
    internal IReadOnlyList<Role>? RolesWithSecondFactor()
    {
        var roles = new List<Role>();
        foreach (var name in SecondFactorRoles.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!RoleNames.TryParse(name.ToLowerInvariant(), out var role))
            {
                return null;
            }

            roles.Add(role);
        }

        return roles;
    }
}

/// <summary>Log settings, section "Ioc:Log".</summary>
public sealed class LogOptions
{
    /// <summary>Verbose, Debug, Information, Warning, Error or Fatal.</summary>
    public string Level { get; set; } = "Information";

    /// <summary>Days of rolling JSON files kept under DATA/logs, 1 to 3650.</summary>
    public int RetainDays { get; set; } = 14;
}
