namespace IOC.Host.Otlp;

/// <summary>Settings of the export by OTLP, section "Ioc:Otlp". Off unless an endpoint is named.</summary>
public sealed class OtlpSettings
{
    /// <summary>Address of the collector (OTLP over HTTP, protobuf), such as http://127.0.0.1:4318; /v1/traces and /v1/metrics are appended. Empty = off.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Headers of each request, NAME=VALUE separated by commas, such as a token; best given by the environment. Empty = none, or <see cref="HeadersFile"/>.</summary>
    public string Headers { get; set; } = "";

    /// <summary>File whose first line is <see cref="Headers"/>.</summary>
    public string HeadersFile { get; set; } = "";

    /// <summary>The headers, wherever they come from; null = none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal string? ReadHeaders() =>
        HeadersFile.Length > 0 ? File.ReadLines(HeadersFile).FirstOrDefault() : Headers.Length > 0 ? Headers : null;

    /// <summary>Share of traces kept, 0 to 1. A trace that somebody else began is kept when they keep it.</summary>
    public double TraceShare { get; set; } = 0.1;

    /// <summary>Seconds between two exports of figures, 1 to 3600.</summary>
    public int MetricSeconds { get; set; } = 60;
}
