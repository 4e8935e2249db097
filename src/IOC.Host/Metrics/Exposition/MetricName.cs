using System.Diagnostics.Metrics;
using System.Text;

namespace IOC.Host.Metrics.Exposition;

/// <summary>What an instrument is in Prometheus' terms.</summary>
internal enum MetricKind
{
    /// <summary>Goes up and down.</summary>
    Gauge = 0,

    /// <summary>Only grows.</summary>
    Counter = 1,

    /// <summary>Counts of what was measured, by size.</summary>
    Histogram = 2,
}

/// <summary>Names of metrics, made from instruments as OpenTelemetry's compatibility rules for Prometheus say: dots become underscores, the unit is
/// spelt out at the end, a counter ends in _total. So the same instruments serve /metrics and OTLP.</summary>
internal static class MetricName
{
    private const string Count = "_count";

    // The runtime calls them counters, and they go down too.
    private static readonly string[] s_gauges = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"];

    private static readonly Dictionary<string, string> s_units = new(StringComparer.Ordinal)
    {
        ["s"] = "seconds",
        ["By"] = "bytes",
        ["1"] = "ratio",
        ["By/s"] = "bytes_per_second",
    };

    /// <summary>The family's name: without _total.</summary>
    public static string Of(Instrument instrument, MetricKind kind)
    {
        var name = Clean(instrument.Name);

        // The suffix is a histogram's; elsewhere it reads as one.
        if (kind != MetricKind.Histogram && name.EndsWith(Count, StringComparison.Ordinal))
        {
            name = name[..^Count.Length] + "s";
        }

        var unit = s_units.GetValueOrDefault(instrument.Unit ?? "");
        return unit is null || (unit == "ratio" && kind != MetricKind.Gauge) || name.EndsWith("_" + unit, StringComparison.Ordinal) ? name : $"{name}_{unit}";
    }

    /// <summary>Kind of an instrument; null for one that is not known.</summary>
    public static MetricKind? KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var name = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return s_gauges.Contains(instrument.Name, StringComparer.Ordinal) ? MetricKind.Gauge
            : name == typeof(Counter<>) || name == typeof(ObservableCounter<>) ? MetricKind.Counter
            : name == typeof(Histogram<>) ? MetricKind.Histogram
            : name == typeof(UpDownCounter<>) || name == typeof(ObservableUpDownCounter<>) || name == typeof(Gauge<>) || name == typeof(ObservableGauge<>) ? MetricKind.Gauge
            : null;
    }

    /// <summary>Labels as they are written, by name: <c>a="1",b="2"</c>; empty when there are none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var sorted = tags.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var text = new StringBuilder();
        foreach (var (key, value) in sorted)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(Clean(key)).Append("=\"");
            Escape(text, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "");
            text.Append('"');
        }

        return text.ToString();
    }

    private static void Escape(StringBuilder text, string value)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(c),
            };
        }
    }

    private static string Clean(string name) => string.Create(name.Length, name, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(from[i]) && (i > 0 || !char.IsAsciiDigit(from[i])) ? from[i] : '_';
        }
    });
}
