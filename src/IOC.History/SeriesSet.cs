namespace IOC.History;

/// <summary>Names many series at once. An empty list does not narrow; a series must fit all four.</summary>
/// <param name="Sensors">Sensor slugs.</param>
/// <param name="Districts">District slugs (that a sensor reported under).</param>
/// <param name="Domains">Domain slugs.</param>
/// <param name="Properties">Property codes.</param>
public sealed record SeriesSet(
    IReadOnlyCollection<string> Sensors, IReadOnlyCollection<string> Districts, IReadOnlyCollection<string> Domains, IReadOnlyCollection<string> Properties)
{
    /// <summary>Every series there is.</summary>
    public static SeriesSet All { get; } = new([], [], [], []);

    /// <summary>One series of one sensor.</summary>
    public static SeriesSet Of(string sensor, string property) => new([sensor], [], [], [property]);

    /// <summary>Tells whether a series is named.</summary>
    public bool Holds(string sensor, string district, string domain, string property) =>
        Fits(Sensors, sensor) && Fits(Districts, district) && Fits(Domains, domain) && Fits(Properties, property);

    private static bool Fits(IReadOnlyCollection<string> names, string name) => names.Count == 0 || names.Contains(name, StringComparer.Ordinal);
}

/// <summary>One property of one sensor.</summary>
/// <param name="Sensor">Sensor slug.</param>
/// <param name="District">District slug that it last reported under.</param>
/// <param name="Domain">Domain slug that it last reported under.</param>
/// <param name="Property">Property code.</param>
public sealed record SeriesKey(string Sensor, string District, string Domain, string Property);
