namespace IOC.FirmwareSim.Catalogue;

/// <summary>A sensor as the simulator knows it: one line of sensors.csv.</summary>
/// <param name="Id">Sensor slug, unique in the fleet.</param>
/// <param name="District">District slug.</param>
/// <param name="Domain">environment, traffic or lighting.</param>
/// <param name="NameVi">Vietnamese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Longitude">Degrees east, WGS 84.</param>
/// <param name="Latitude">Degrees north, WGS 84.</param>
/// <param name="Properties">Codes of what it measures, in the order in which it sends them.</param>
/// <param name="Period">Time between its reports.</param>
/// <param name="Commune">Area id of its commune; empty when unknown.</param>
internal sealed record SimSensor(
    string Id, string District, string Domain, string NameVi, string NameEn, double Longitude, double Latitude,
    IReadOnlyList<string> Properties, TimeSpan Period, string Commune)
{
    /// <summary>Ids of the assets that it depends on directly.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];

    /// <summary>Topic of its readings.</summary>
    public string TelemetryTopic { get; } = $"ioc/v1/{District}/{Domain}/{Id}/telemetry";

    /// <summary>Topic of its birth and will.</summary>
    public string StatusTopic { get; } = $"ioc/v1/{District}/{Domain}/{Id}/status";

    /// <summary>Topic of its commands; null when it takes none: only lamps do.</summary>
    public string? CommandTopic { get; } = Domain == Domains.Lighting && Properties.Contains("dim", StringComparer.Ordinal) ? $"ioc/v1/{District}/{Domain}/{Id}/cmd" : null;

    /// <summary>Topic of its answers to commands.</summary>
    public string AnswerTopic { get; } = $"ioc/v1/{District}/{Domain}/{Id}/cmd/ack";
}

/// <summary>The domains that the simulator can fill with values.</summary>
internal static class Domains
{
    public const string Environment = "environment";
    public const string Traffic = "traffic";
    public const string Lighting = "lighting";
}
