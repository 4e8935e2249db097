using System.Globalization;
using System.Text;

namespace IOC.Host.Metrics.Exposition;

/// <summary>Writes metrics in Prometheus' text format 0.0.4, or as OpenMetrics 1.0.</summary>
internal static class MetricText
{
    /// <summary>Media type of the text format.</summary>
    public const string PlainType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Media type of OpenMetrics.</summary>
    public const string OpenType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>Whether a client asks for OpenMetrics.</summary>
    public static bool WantsOpen(string? accept) => accept?.Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Writes all families.</summary>
    public static string Write(IReadOnlyList<MetricFamily> families, bool open)
    {
        var text = new StringBuilder(64 * 1024);
        foreach (var family in families)
        {
            // One without a value is named too: what there is no bridge or certificate for is known, and not yet measured.
            Write(text, family, family.Read(), open);
        }

        return text.Append(open ? "# EOF\n" : "").ToString();
    }

    private static void Write(StringBuilder text, MetricFamily family, IReadOnlyList<(string Labels, Series Series)> series, bool open)
    {
        // OpenMetrics names a counter's family without the suffix of its samples.
        var sample = family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name;
        var name = open ? family.Name : sample;
        text.Append("# HELP ").Append(name).Append(' ').Append(Help(family.Help, open)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(family.Kind)).Append('\n');
        foreach (var (labels, one) in series)
        {
            var (value, count, buckets) = one.Read();
            if (family.Kind == MetricKind.Histogram)
            {
                foreach (var (bound, upTo) in buckets)
                {
                    Line(text, sample + "_bucket", With(labels, $"le=\"{Number(bound, open)}\""), Number(upTo, open: false));
                }

                Line(text, sample + "_bucket", With(labels, "le=\"+Inf\""), Number(count, open: false));
                Line(text, sample + "_sum", labels, Number(value, open: false));
                Line(text, sample + "_count", labels, Number(count, open: false));
            }
            else
            {
                Line(text, sample, labels, Number(value, open: false));
            }
        }
    }

    private static void Line(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(value).Append('\n');
    }

    private static string With(string labels, string label) => labels.Length == 0 ? label : $"{labels},{label}";

    private static string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    // OpenMetrics wants a bound of 1 as 1.0, so that it is the same label everywhere.
    private static string Number(double value, bool open)
    {
        var text = double.IsPositiveInfinity(value) ? "+Inf"
            : double.IsNegativeInfinity(value) ? "-Inf"
            : double.IsNaN(value) ? "NaN"
            : value.ToString("R", CultureInfo.InvariantCulture);
        return open && text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text;
    }

    private static string Help(string help, bool open)
    {
        var escaped = help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return open ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
