using System.Buffers;
using System.Text.Json;
using IOC.History.Analysis;
using IOC.Telemetry;

namespace IOC.Host.Replay;

/// <summary>
/// The sensors' part of a replay as columns: a letter per sensor and moment for how it was, and per series its values as whole numbers
/// in the property's last decimal, each as the difference to the one before. So an hour of 10,000 sensors is a few megabytes before
/// compression.
/// </summary>
/// <param name="moments">The moments.</param>
/// <param name="properties">Properties, for their decimals.</param>
/// <param name="ages">When a reading counts as late, and when as stale.</param>
/// <param name="withValues">Whether the values are wanted too.</param>
internal sealed class ReplayColumns(Moments moments, PropertyCatalogue properties, ReplayAges ages, bool withValues)
{
    private static readonly JsonWriterOptions Compact = new() { SkipValidation = true };
    private readonly ArrayBufferWriter<byte> _values = new();
    private readonly List<string> _sensors = [];
    private readonly List<byte[]> _states = [];
    private readonly Dictionary<string, int> _properties = new(StringComparer.Ordinal);
    private readonly long[] _newest = new long[moments.Count];
    private readonly bool[] _bad = new bool[moments.Count];
    private string? _open;
    private long _periodMs;
    private bool _anyValues;

    /// <summary>Takes a series; those of a sensor come one after the other.</summary>
    /// <param name="series">The series.</param>
    /// <param name="periodMs">The sensor's reporting period, milliseconds.</param>
    public void Add(in SeriesMoments series, long periodMs)
    {
        if (_open != series.Key.Sensor)
        {
            CloseSensor();
            (_open, _periodMs) = (series.Key.Sensor, periodMs);
            _newest.AsSpan().Fill(long.MinValue);
            _bad.AsSpan().Clear();
            _sensors.Add(_open);
        }

        var times = series.MeasuredAtMs.Span;
        var qualities = series.Qualities.Span;
        for (var m = 0; m < moments.Count; m++)
        {
            _newest[m] = Math.Max(_newest[m], times[m]);
            _bad[m] |= times[m] != long.MinValue && qualities[m] != Quality.Ok;
        }

        if (withValues)
        {
            WriteValues(series);
        }
    }

    /// <summary>Writes `properties`, `sensors`, `states` and `values` into an open object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        CloseSensor();
        json.WriteStartArray("properties");
        foreach (var (code, _) in _properties)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            json.WriteNumber("decimals", DecimalsOf(code));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("sensors");
        _sensors.ForEach(json.WriteStringValue);
        json.WriteEndArray();
        json.WriteStartArray("states");
        foreach (var state in _states)
        {
            json.WriteStringValue(state);
        }

        json.WriteEndArray();
        json.WritePropertyName("values");
        json.WriteRawValue([.. "["u8, .. _values.WrittenSpan, .. "]"u8], skipInputValidation: true);
    }

    private void CloseSensor()
    {
        if (_open is null)
        {
            return;
        }

        var states = new byte[moments.Count];
        for (var m = 0; m < moments.Count; m++)
        {
            var state = ages.StateOf(_newest[m] == long.MinValue ? null : moments[m] - _newest[m], _periodMs);
            states[m] = (byte)(_bad[m] ? char.ToUpperInvariant(state) : state);
        }

        _states.Add(states);
        _open = null;
    }

    private void WriteValues(in SeriesMoments series)
    {
        if (!_properties.TryGetValue(series.Key.Property, out var property))
        {
            _properties.Add(series.Key.Property, property = _properties.Count);
        }

        if (_anyValues)
        {
            _values.Write(","u8);
        }

        _anyValues = true;
        var scale = Math.Pow(10, DecimalsOf(series.Key.Property));
        using var json = new Utf8JsonWriter(_values, Compact);
        json.WriteStartArray();
        json.WriteNumberValue(_sensors.Count - 1);
        json.WriteNumberValue(property);
        long before = 0;
        foreach (var value in series.Values.Span)
        {
            if (double.IsNaN(value))
            {
                json.WriteNullValue();
                continue;
            }

            // Beyond what a double holds exactly nothing is lost that a screen could show.
            var whole = (long)Math.Clamp(Math.Round(value * scale, MidpointRounding.AwayFromZero), -9e15, 9e15);
            json.WriteNumberValue(whole - before);
            before = whole;
        }

        json.WriteEndArray();
    }

    private int DecimalsOf(string code) => properties.TryGet(code, out var definition) ? definition.Decimals : 2;
}

/// <summary>How old a newest reading makes a sensor late, stale or unknown.</summary>
/// <param name="StalePeriods">Periods after which it is stale.</param>
/// <param name="SilentPeriods">Periods after which nothing is known of it.</param>
internal sealed record ReplayAges(double StalePeriods, double SilentPeriods)
{
    /// <summary>A report that is overdue by half a period makes a sensor late: the operators' page draws it hollow.</summary>
    public const double LatePeriods = 1.5;

    private const long LateGraceMs = 2_000;

    /// <summary>How old a reading may be to say anything, milliseconds.</summary>
    public long MaxAgeMs(long periodMs) => (long)(SilentPeriods * periodMs);

    /// <summary>o: reporting; l: late; s: stale; n: nothing known.</summary>
    /// <param name="ageMs">Age of the newest reading; null when there is none.</param>
    /// <param name="periodMs">Reporting period.</param>
    public char StateOf(long? ageMs, long periodMs) => ageMs switch
    {
        null => 'n',
        { } age when age > StalePeriods * periodMs => 's',
        { } age when age > (LatePeriods * periodMs) + LateGraceMs => 'l',
        _ => 'o',
    };
}
