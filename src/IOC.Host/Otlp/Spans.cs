using System.Diagnostics;

namespace IOC.Host.Otlp;

/// <summary>The host's own spans, beside those of HTTP requests, which the framework makes.</summary>
internal static class Spans
{
    /// <summary>Name of the source.</summary>
    public const string Name = "IOC";

    private static readonly ActivitySource s_source = new(Name);

    /// <summary>Begins a span; null, and next to nothing, when nobody listens or the trace is not kept.</summary>
    public static Activity? Begin(string name) => s_source.StartActivity(name);
}
