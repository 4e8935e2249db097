using System.Text;
using IOC.Ingest.Decoding;
using IOC.Ingest.Topics;
using IOC.Telemetry;

namespace IOC.Ingest.Sparkplug;

/// <summary>Whose metric it is: a device's, or the edge node's own.</summary>
/// <param name="Group">Group id.</param>
/// <param name="Node">Edge node's id.</param>
/// <param name="Device">Device's id; null for the node itself.</param>
internal readonly record struct SparkplugSource(string Group, string Node, string? Device);

/// <summary>What a metric means here.</summary>
/// <param name="Place">The sensor; null when there is none.</param>
/// <param name="Property">Index of the property; -1 when there is none.</param>
/// <param name="Unit">Unit in which it comes; null = the property's.</param>
/// <param name="Reason">Why it cannot be taken; null when it can, or is no reading.</param>
internal readonly record struct SparkplugTarget(SensorPlace? Place, int Property, UnitDefinition? Unit, RefusalReason? Reason)
{
    /// <summary>The metric is no reading.</summary>
    public bool Ignored => Reason is null && Place is null;
}

/// <summary>Finds the sensor and the property of a metric by the settings. Immutable.</summary>
internal sealed class SparkplugMapping(IEnumerable<SparkplugMapOptions> rules)
{
    /// <summary>Metrics that the specification, or custom, gives another purpose than measuring.</summary>
    private static readonly string[] Housekeeping = ["Node Control/", "Device Control/", "Node Info/", "Device Info/", "Node Properties/", "Properties/"];

    private readonly SparkplugMapOptions[] _rules = [.. rules];

    /// <summary>What a metric means.</summary>
    public SparkplugTarget Resolve(TopicTable table, in SparkplugSource source, string metric)
    {
        var rule = Find(in source, metric);
        if (rule is { Property: "-" } || (rule is null && (metric == "bdSeq" || Housekeeping.Any(h => metric.StartsWith(h, StringComparison.Ordinal)))))
        {
            return new SparkplugTarget(null, -1, null, null);
        }

        var property = PropertyOf(table, rule, metric);
        if (property < 0)
        {
            return new SparkplugTarget(null, -1, null, RefusalReason.UnknownProperty);
        }

        var place = PlaceOf(table, rule, in source, out var reason);
        var unit = rule is { Unit.Length: > 0 } ? Units.Find(rule.Unit.AsSpan()) : null;
        if (place is not null && unit is not null && table.Properties.UnitOf(property)?.Quantity != unit.Quantity)
        {
            return new SparkplugTarget(null, -1, null, RefusalReason.WrongUnit);
        }

        return place is null ? new SparkplugTarget(null, -1, null, reason) : new SparkplugTarget(place, property, unit, null);
    }

    /// <summary>The sensor that a device, or a node, is as a whole; null when it is none.</summary>
    public SensorPlace? PlaceOf(TopicTable table, in SparkplugSource source)
    {
        var whole = source;
        return PlaceOf(table, _rules.FirstOrDefault(r => r.Metric.Length == 0 && Covers(r, in whole)), in source, out _);
    }

    /// <summary>Puts ids in their places.</summary>
    public static string Fill(string template, string group, string node, string device) => template
        .Replace("{group}", Lower(group), StringComparison.Ordinal)
        .Replace("{node}", Lower(node), StringComparison.Ordinal)
        .Replace("{device}", Lower(device), StringComparison.Ordinal);

    private SparkplugMapOptions? Find(in SparkplugSource source, string metric)
    {
        foreach (var rule in _rules)
        {
            if (Covers(rule, in source) && Matches(rule.Metric, metric))
            {
                return rule;
            }
        }

        return null;
    }

    private static bool Covers(SparkplugMapOptions rule, in SparkplugSource source) =>
        Matches(rule.Group, source.Group) && Matches(rule.Node, source.Node)
        && (rule.Device == "-" ? source.Device is null : rule.Device.Length == 0 || (source.Device is not null && Matches(rule.Device, source.Device)));

    private static bool Matches(string pattern, string text)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        return pattern.Length == 0
            || (star < 0
                ? pattern == text
                : text.Length >= pattern.Length - 1 && text.AsSpan().StartsWith(pattern.AsSpan(0, star)) && text.AsSpan().EndsWith(pattern.AsSpan(star + 1)));
    }

    private static int PropertyOf(TopicTable table, SparkplugMapOptions? rule, string metric)
    {
        var properties = table.Properties.Catalogue;
        if (rule is { Property.Length: > 0 })
        {
            return properties.TryGetIndex(rule.Property, out var named) ? named : -1;
        }

        var last = metric[(metric.LastIndexOf('/') + 1)..];
        return properties.TryGetIndex(metric, out var index) || properties.TryGetIndex(last, out index) || properties.TryGetIndex(Lower(last), out index)
            ? index
            : -1;
    }

    private static SensorPlace? PlaceOf(TopicTable table, SparkplugMapOptions? rule, in SparkplugSource source, out RefusalReason reason)
    {
        reason = RefusalReason.UnknownSensor;
        var template = rule is { Sensor.Length: > 0 } ? rule.Sensor : source.Device is null ? "{node}" : "{device}";
        var slug = Fill(template, source.Group, source.Node, source.Device ?? "");
        if (!Slug.IsValid(slug.AsSpan()))
        {
            return null;
        }

        if (table.FindRegistered(Encoding.ASCII.GetBytes(slug)) is { } registered)
        {
            return registered;
        }

        if (rule is not { District.Length: > 0 })
        {
            return null;
        }

        var district = Fill(rule.District, source.Group, source.Node, source.Device ?? "");
        var domain = Fill(rule.Domain, source.Group, source.Node, source.Device ?? "");
        return Slug.IsValid(district.AsSpan()) && Slug.IsValid(domain.AsSpan()) ? table.AdmitPlace(district, domain, slug, out reason) : null;
    }

    // Ids are free text; slugs are lower-case ASCII.
    private static string Lower(string id) => string.Create(id.Length, id, (chars, text) =>
    {
        for (var i = 0; i < chars.Length; i++)
        {
            chars[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
        }
    });
}
