using System.Globalization;
using IOC.Ingest.Decoding;
using IOC.Telemetry;

namespace IOC.Ingest.Sparkplug;

/// <summary>Settings of Sparkplug B: "Ioc:Ingest:Sparkplug".</summary>
public sealed class SparkplugOptions
{
    /// <summary>Whether topics under <c>spBv1.0/</c> are read. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Id under which the host tells edge nodes that it is there (<c>spBv1.0/STATE/{id}</c>). Empty = it does not.</summary>
    public string HostId { get; set; } = "";

    /// <summary>Most edge nodes known at once. Default 10,000.</summary>
    public int MaxNodes { get; set; } = 10_000;

    /// <summary>Most metrics of one edge node, its devices' included. Default 20,000.</summary>
    public int MaxMetricsPerNode { get; set; } = 20_000;

    /// <summary>Most metrics and devices of all edge nodes together: what bounds the memory that births can take. Default 1,000,000.</summary>
    public int MaxMetrics { get; set; } = 1_000_000;

    /// <summary>Least time between two requests for a rebirth of one edge node. Default 30 s.</summary>
    public TimeSpan RebirthInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Which sensor and property a metric is; the first rule that applies holds. Without one, the device's id (of a node's
    /// own metrics, the node's) is the sensor and the last level of the metric's name the property.</summary>
    public IList<SparkplugMapOptions> Map { get; set; } = [];

    internal void Validate(string section)
    {
        Check(MaxNodes is >= 1 and <= 1_000_000, nameof(MaxNodes), "must lie between 1 and 1,000,000");
        Check(MaxMetricsPerNode is >= 1 and <= 1_000_000, nameof(MaxMetricsPerNode), "must lie between 1 and 1,000,000");
        Check(MaxMetrics is >= 1 and <= 100_000_000, nameof(MaxMetrics), "must lie between 1 and 100,000,000");
        Check(
            RebirthInterval >= TimeSpan.FromSeconds(1) && RebirthInterval <= TimeSpan.FromDays(1), nameof(RebirthInterval), "must lie between 1 second and 1 day");
        Check(HostId.AsSpan().IndexOfAny("+#/\0") < 0 && HostId.Length <= 128, nameof(HostId), "holds at most 128 characters and none of '+', '#', '/'");
        for (var i = 0; i < Map.Count; i++)
        {
            var problem = Map[i].Problem();
            Check(problem is null, $"{nameof(Map)}:{i.ToString(CultureInfo.InvariantCulture)}:{problem?.Split(' ')[0]}", problem?[(problem.IndexOf(' ', StringComparison.Ordinal) + 1)..] ?? "");
        }

        void Check(bool holds, string setting, string rule)
        {
            if (!holds)
            {
                throw new ArgumentException($"{section}:{setting} {rule}.", nameof(setting));
            }
        }
    }
}

/// <summary>A rule of the mapping: "Ioc:Ingest:Sparkplug:Map:{n}". Patterns may hold one '*' for any characters; an empty one
/// holds always.</summary>
public sealed class SparkplugMapOptions
{
    /// <summary>Pattern of the group id.</summary>
    public string Group { get; set; } = "";

    /// <summary>Pattern of the edge node's id.</summary>
    public string Node { get; set; } = "";

    /// <summary>Pattern of the device's id; "-" = only metrics of the node itself.</summary>
    public string Device { get; set; } = "";

    /// <summary>Pattern of the metric's name.</summary>
    public string Metric { get; set; } = "";

    /// <summary>Slug of the sensor, with {group}, {node} and {device} standing for the ids in lower case. Empty = {device}, or
    /// {node} for the node's own metrics.</summary>
    public string Sensor { get; set; } = "";

    /// <summary>District of sensors that nobody registered; with <see cref="Domain"/> it lets them in. Takes the same names.</summary>
    public string District { get; set; } = "";

    /// <summary>Domain of sensors that nobody registered.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Code of the property; empty = the last level of the metric's name; "-" = the metric is no reading and ignored.</summary>
    public string Property { get; set; } = "";

    /// <summary>Unit in which the metric comes, a UCUM or SenML code that converts into the property's; empty = the property's.</summary>
    public string Unit { get; set; } = "";

    internal string? Problem()
    {
        foreach (var (name, pattern) in new[] { (nameof(Group), Group), (nameof(Node), Node), (nameof(Device), Device), (nameof(Metric), Metric) })
        {
            if (pattern.Count(c => c == '*') > 1)
            {
                return $"{name} '{pattern}' holds more than one '*'";
            }
        }

        if ((District.Length == 0) != (Domain.Length == 0))
        {
            return $"{nameof(District)} and {nameof(Domain)} go together";
        }

        foreach (var (name, text) in new[] { (nameof(Sensor), Sensor), (nameof(District), District), (nameof(Domain), Domain) })
        {
            var example = SparkplugMapping.Fill(text, "g", "n", "d");
            if (text.Length > 0 && !Slug.IsValid(example.AsSpan()))
            {
                return $"{name} '{text}' gives no slug";
            }
        }

        if (Property is not ("" or "-") && !Slug.IsValid(Property.AsSpan()))
        {
            return $"{nameof(Property)} '{Property}' is no property code";
        }

        return Unit.Length > 0 && Units.Find(Unit.AsSpan()) is null ? $"{nameof(Unit)} '{Unit}' is not known" : null;
    }
}
