namespace IOC.Ingest.Formats;

/// <summary>How the bytes of a telemetry payload are to be read.</summary>
public enum PayloadFormat : byte
{
    /// <summary>By its form: see docs/telemetry.md.</summary>
    Auto,

    /// <summary>The product's own JSON.</summary>
    Json,

    /// <summary>SenML in JSON (RFC 8428).</summary>
    SenMl,

    /// <summary>InfluxDB line protocol.</summary>
    Line,
}

/// <summary>What a time stamp of the line protocol counts.</summary>
public enum TimePrecision : byte
{
    /// <summary>Nanoseconds.</summary>
    Ns,

    /// <summary>Microseconds.</summary>
    Us,

    /// <summary>Milliseconds.</summary>
    Ms,

    /// <summary>Seconds.</summary>
    S,
}
