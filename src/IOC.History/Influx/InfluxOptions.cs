namespace IOC.History.Influx;

/// <summary>Which form of the write interface a server has.</summary>
public enum InfluxVersion
{
    /// <summary>Found out by asking the server.</summary>
    Auto = 0,

    /// <summary>InfluxDB 1.x: <c>/write</c>.</summary>
    V1 = 1,

    /// <summary>InfluxDB 2.x: <c>/api/v2/write</c> with a token; queries through a DBRP mapping.</summary>
    V2 = 2,

    /// <summary>InfluxDB 3.x: <c>/api/v2/write</c> with a token.</summary>
    V3 = 3,
}

/// <summary>Settings of the InfluxDB store.</summary>
public sealed class InfluxOptions
{
    /// <summary>Address of the server, such as http://127.0.0.1:8086.</summary>
    public required Uri Url { get; init; }

    /// <summary>Folder of the store's own file (how far each partition is written); made when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Form of the write interface.</summary>
    public InfluxVersion Version { get; init; }

    /// <summary>Database (1.x, 3.x) or bucket (2.x; also the database that its DBRP mapping names).</summary>
    public string Database { get; init; } = "ioc";

    /// <summary>Organisation; 2.x only.</summary>
    public string Organisation { get; init; } = "ioc";

    /// <summary>User name; 1.x with authentication only.</summary>
    public string? User { get; init; }

    /// <summary>Password (1.x) or token (2.x, 3.x); null = none. Asked for with every request, so that it may change.</summary>
    public Func<string?> Secret { get; init; } = () => null;

    /// <summary>Readings of one write request, 100 to 1,000,000.</summary>
    public int BatchReadings { get; init; } = 20_000;

    /// <summary>Longest time that one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most windows in one answer.</summary>
    public int MaxWindows { get; init; } = 100_000;

    /// <summary>Throws when a setting is out of bounds.</summary>
    /// <exception cref="InvalidOperationException">The message names the setting.</exception>
    public void Validate()
    {
        if (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https"))
        {
            throw new InvalidOperationException($"History:Influx:Url = '{Url}': use an address such as http://127.0.0.1:8086.");
        }

        if (string.IsNullOrWhiteSpace(Database) || Database.AsSpan().IndexOfAny("\"\\\r\n/") >= 0)
        {
            throw new InvalidOperationException($"History:Influx:Database = '{Database}': use a name without quotes, slashes and line breaks.");
        }

        if (BatchReadings is < 100 or > 1_000_000)
        {
            throw new InvalidOperationException($"History:Influx:BatchReadings is {BatchReadings}; it must be from 100 to 1,000,000.");
        }

        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(10))
        {
            throw new InvalidOperationException($"History:Influx:Timeout is {Timeout}; it must be more than 0 and at most 10 minutes.");
        }

        if (MaxWindows < 1)
        {
            throw new InvalidOperationException("History:MaxWindows must be 1 or more.");
        }
    }
}

/// <summary>Port: takes readings that the server will never take, so that they are not lost unseen. Safe for use from any thread.</summary>
public interface IHistoryRefusals
{
    /// <summary>A reading was refused.</summary>
    /// <param name="line">The reading as line protocol.</param>
    /// <param name="reason">What the server said.</param>
    void Refused(string line, string reason);
}
