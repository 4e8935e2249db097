using System.Globalization;
using System.Text.Json;

namespace IOC.FirmwareSim.Faults;

/// <summary>
/// The ground truth of a run as NDJSON: a line when the run begins ("run-start"), a line for each fault when it begins
/// ("fault"), and a line when the run ends ("run-end"). A fault whose end is later than the run's end was cut there. Times
/// are RFC 3339, UTC, of the first and the last report concerned.
/// </summary>
internal sealed class FaultTruth : IDisposable
{
    private readonly TextWriter _to;
    private readonly Lock _gate = new();

    /// <summary>Writes to a text; it is closed with this.</summary>
    public FaultTruth(TextWriter to) => _to = to;

    /// <summary>Writes the run's line.</summary>
    public void RunStarts(long atMs, ulong seed, int sensors, double perSensorPerDay, double speed) => Line(json =>
    {
        json.WriteString("record", "run-start");
        json.WriteString("at", Text(atMs));
        json.WriteNumber("seed", seed);
        json.WriteNumber("sensors", sensors);
        json.WriteNumber("faultsPerSensorPerDay", perSensorPerDay);
        json.WriteNumber("speed", speed);
    });

    /// <summary>Writes the last line.</summary>
    public void RunEnds(long atMs) => Line(json =>
    {
        json.WriteString("record", "run-end");
        json.WriteString("at", Text(atMs));
    });

    /// <summary>Writes a fault.</summary>
    public void Begins(Fault fault) => Line(json =>
    {
        json.WriteString("record", "fault");
        json.WriteNumber("id", fault.Number);
        json.WriteString("kind", Name(fault.Kind));
        json.WriteString("start", Text(fault.StartMs));
        json.WriteString("end", Text(fault.EndMs));
        json.WriteNumber("reports", fault.Reports);
        json.WriteString("sensor", fault.Sensor.Sensor.Id);
        json.WriteString("district", fault.Sensor.Sensor.District);
        json.WriteString("domain", fault.Sensor.Sensor.Domain);
        json.WriteString("property", fault.PropertyCode);
        if (fault.Event is { } number)
        {
            json.WriteNumber("event", number);
        }

        if (fault.Asset is { } asset)
        {
            json.WriteString("asset", asset);
        }

        json.WriteStartObject("parameters");
        Parameters(json, fault);
        json.WriteEndObject();
    });

    /// <inheritdoc/>
    public void Dispose() => _to.Dispose();

    /// <summary>A kind's name in the file.</summary>
    public static string Name(FaultKind kind) => kind switch
    {
        FaultKind.Spike => "spike",
        FaultKind.Stuck => "stuck",
        FaultKind.Drift => "drift",
        FaultKind.LevelShift => "level-shift",
        FaultKind.Sentinel => "sentinel",
        FaultKind.NoiseBurst => "noise-burst",
        FaultKind.Silence => "silence",
        FaultKind.Offline => "offline",
        FaultKind.ClockAhead => "clock-ahead",
        FaultKind.LateDelivery => "late-delivery",
        FaultKind.Malformed => "malformed",
        FaultKind.LampByDay => "lamp-by-day",
        FaultKind.LampDark => "lamp-dark",
        FaultKind.Congestion => "congestion",
        FaultKind.PollutionEpisode => "pollution-episode",
        FaultKind.FeederOutage => "feeder-outage",
        FaultKind.GatewayOutage => "gateway-outage",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static void Parameters(Utf8JsonWriter json, Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Spike or FaultKind.LevelShift:
                json.WriteNumber("change", fault.Size);
                break;
            case FaultKind.Drift:
                json.WriteNumber("perHour", fault.Size);
                break;
            case FaultKind.NoiseBurst:
                json.WriteNumber("deviation", fault.Size);
                break;
            case FaultKind.FeederOutage:
                json.WriteBoolean("dark", fault.Dark);
                break;
            case FaultKind.Sentinel:
                json.WriteNumber("value", fault.Size);
                break;
            case FaultKind.ClockAhead:
                json.WriteNumber("aheadMs", fault.Size);
                break;
            case FaultKind.Congestion:
                json.WriteNumber("speed", fault.Size);
                break;
            case FaultKind.PollutionEpisode:
                json.WriteNumber("added", fault.Size);
                break;
            case FaultKind.Malformed:
                json.WriteString("form", fault.Form switch
                {
                    MalformedForm.Truncated => "truncated",
                    MalformedForm.Text => "text",
                    MalformedForm.NotANumber => "not-a-number",
                    MalformedForm.WrongType => "wrong-type",
                    _ => "binary",
                });
                break;
            default:
                break;
        }
    }

    private static string Text(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private void Line(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        lock (_gate)
        {
            _to.Write(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
            _to.Write('\n');
            _to.Flush();
        }
    }
}
