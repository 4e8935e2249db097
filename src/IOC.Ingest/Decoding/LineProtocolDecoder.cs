using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using IOC.Ingest.Formats;
using IOC.Ingest.Topics;
using IOC.Telemetry;

namespace IOC.Ingest.Decoding;

/// <summary>
/// InfluxDB line protocol: <c>measurement,tag=value field=1.5,other=2i 1732186800123000000</c>, a point a line. Tag
/// <c>sensor</c> names the sensor, tag <c>q</c> the quality, a field's key the property. A line that is wrong leaves the
/// others standing.
/// </summary>
internal sealed class LineProtocolDecoder : IPayloadDecoder
{
    [ThreadStatic]
    private static List<LineField>? t_fields;

    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, in DecodeContext context, in SensorScope sensors, ReadingGatherer into)
    {
        var reader = new LineReader(payload, in context, in sensors, into, t_fields ??= []);
        reader.Read();
    }
}

/// <summary>A field of a point that has not ended yet: where its key and its value lie in the text.</summary>
internal readonly record struct LineField(int Key, int KeyLength, int Value, int ValueLength);

/// <summary>One pass over the text. A property's code and a sensor's slug hold no character that would need an escape, so names
/// are compared as they stand and nothing is ever unescaped.</summary>
internal ref struct LineReader
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly DecodeContext _context;
    private readonly SensorScope _sensors;
    private readonly ReadingGatherer _into;
    private readonly List<LineField> _fields;
    private int _at;
    private int _line = 1;

    private ReadOnlySpan<byte> _measurement;
    private ReadOnlySpan<byte> _sensor;
    private Quality _quality;

    public LineReader(ReadOnlySpan<byte> text, in DecodeContext context, in SensorScope sensors, ReadingGatherer into, List<LineField> fields)
    {
        _text = text;
        _context = context;
        _sensors = sensors;
        _into = into;
        _fields = fields;
    }

    /// <summary>Reads every line.</summary>
    public void Read()
    {
        while (_at < _text.Length)
        {
            var start = _at;
            var line = _line;
            SkipSpaces();
            if (!AtLineEnd() && _text[_at] != '#' && !TryPoint(out var why))
            {
                Problem(line, RefusalReason.MalformedPayload, "", why);
                _at = start;
                _line = line;
            }

            SkipLine();
            if (_into.Count > _context.MaxValues)
            {
                _into.RefuseAll(RefusalReason.TooManyValues, "", $"more than {_context.MaxValues.ToString(CultureInfo.InvariantCulture)}");
                return;
            }
        }

        if (_into.Count == 0 && _into.Problems.Problem is null)
        {
            _into.Problems.AddProblem(RefusalReason.Empty, "");
        }
    }

    private bool TryPoint(out string why)
    {
        var line = _line;
        _fields.Clear();
        _sensor = default;
        _quality = Quality.Ok;
        _measurement = Name(", "u8);
        why = "no measurement";
        if (_measurement.IsEmpty || AtLineEnd() || !TryTags(out why))
        {
            return false;
        }

        SkipSpaces();
        if (!TryFields(out why) || !TryTime(out var measuredAt, out why))
        {
            return false;
        }

        Take(line, measuredAt);
        return true;
    }

    private bool TryTags(out string why)
    {
        why = "a tag is not key=value";
        while (Eat((byte)','))
        {
            var key = Name(",= "u8);
            if (key.IsEmpty || !Eat((byte)'='))
            {
                return false;
            }

            var value = Name(",= "u8);
            if (value.IsEmpty)
            {
                return false;
            }

            if (key.SequenceEqual("sensor"u8))
            {
                _sensor = value;
            }
            else if (key.SequenceEqual("q"u8) && !TryQuality(value, out _quality))
            {
                why = "tag q is none of ok, calibrating, fault";
                return false;
            }
        }

        why = "no fields";
        return _at < _text.Length && _text[_at] == ' ';
    }

    private static bool TryQuality(ReadOnlySpan<byte> word, out Quality quality)
    {
        quality = word.SequenceEqual("fault"u8) ? Quality.Fault : word.SequenceEqual("calibrating"u8) ? Quality.Calibrating : Quality.Ok;
        return quality != Quality.Ok || word.SequenceEqual("ok"u8);
    }

    private bool TryFields(out string why)
    {
        why = "a field is not key=value";
        do
        {
            var start = _at;
            var key = Name(",= "u8);
            if (key.IsEmpty || !Eat((byte)'='))
            {
                return false;
            }

            var value = _at;
            if (_at < _text.Length && _text[_at] == '"')
            {
                if (!SkipString())
                {
                    why = "a text has no end";
                    return false;
                }
            }
            else
            {
                Name(",= "u8);
            }

            if (_at == value)
            {
                return false;
            }

            _fields.Add(new LineField(start, key.Length, value, _at - value));
        }
        while (Eat((byte)','));
        return AtLineEnd() || _text[_at] == ' ';
    }

    private bool TryTime(out long measuredAt, out string why)
    {
        SkipSpaces();
        measuredAt = _context.ReceivedAtMs;
        why = "the time is no whole number";
        if (AtLineEnd())
        {
            return true;
        }

        var text = Name(" "u8);
        SkipSpaces();
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var stamp) || !AtLineEnd())
        {
            return false;
        }

        // Rounded down, so that a time stamp of nanoseconds never lies ahead of itself. Seconds that no millisecond count can hold
        // are out of bounds either way.
        measuredAt = _context.Precision switch
        {
            TimePrecision.Ns => Floor(stamp, 1_000_000),
            TimePrecision.Us => Floor(stamp, 1000),
            TimePrecision.Ms => stamp,
            _ => Math.Clamp(stamp, -1_000_000_000_000, 1_000_000_000_000) * 1000,
        };
        return true;
    }

    private static long Floor(long dividend, long divisor) => (dividend / divisor) - (dividend % divisor < 0 ? 1 : 0);

    private readonly void Take(int line, long measuredAt)
    {
        if ((measuredAt < DecodeContext.EarliestMs || measuredAt > _context.LatestMs)
            && !ReadingTimes.Check(measuredAt, in _context, _into.Problems, Where(line, "time")))
        {
            return;
        }

        var place = _sensor.IsEmpty ? _sensors.Unnamed(out var reason) : _sensors.Named(_sensor, loose: false, out reason);
        if (place is null)
        {
            Problem(line, reason, "sensor", Text(_sensor));
            return;
        }

        foreach (var field in _fields)
        {
            Value(line, place, measuredAt, in field);
        }
    }

    private readonly void Value(int line, SensorPlace place, long measuredAt, in LineField field)
    {
        var key = _text.Slice(field.Key, field.KeyLength);
        ref readonly var property = ref _context.Properties.Find(key);
        if (Unsafe.IsNullRef(in property) && key.SequenceEqual("value"u8))
        {
            // One value a measurement, as many writers have it: temp,sensor=aq-001 value=21.5
            property = ref _context.Properties.Find(_measurement);
        }

        if (Unsafe.IsNullRef(in property))
        {
            Problem(line, RefusalReason.UnknownProperty, Text(key) ?? "", null);
            return;
        }

        var text = _text.Slice(field.Value, field.ValueLength);
        var reason = Number(text, out var mantissa, out var scale);
        if (reason is not null)
        {
            Problem(line, reason.Value, Text(key) ?? "", Text(text));
            return;
        }

        _into.Add(place, measuredAt, in property, mantissa, scale, _quality);
    }

    /// <summary>Reads a number: 1.5, 2i, 3u. Returns what is wrong with what is none.</summary>
    private static RefusalReason? Number(ReadOnlySpan<byte> text, out long mantissa, out byte scale)
    {
        (mantissa, scale) = (0, 0);
        if (text[0] == '"' || IsBoolean(text))
        {
            return RefusalReason.WrongType;
        }

        double value;
        if (text[^1] is (byte)'i')
        {
            if (!long.TryParse(text[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return RefusalReason.MalformedPayload;
            }

            value = number;
        }
        else if (text[^1] is (byte)'u')
        {
            if (!ulong.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return RefusalReason.MalformedPayload;
            }

            value = number;
        }
        else if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value))
        {
            return RefusalReason.MalformedPayload;
        }

        if (!double.IsFinite(value))
        {
            return RefusalReason.NotFinite;
        }

        (mantissa, scale) = DecimalNumber.FromDouble(value);
        return null;
    }

    private static bool IsBoolean(ReadOnlySpan<byte> text) => text.Length switch
    {
        1 => text[0] is (byte)'t' or (byte)'T' or (byte)'f' or (byte)'F',
        4 => text.SequenceEqual("true"u8) || text.SequenceEqual("True"u8) || text.SequenceEqual("TRUE"u8),
        5 => text.SequenceEqual("false"u8) || text.SequenceEqual("False"u8) || text.SequenceEqual("FALSE"u8),
        _ => false,
    };

    /// <summary>Reads up to one of the characters given, or the end of the line. A backslash takes the next character along.</summary>
    private ReadOnlySpan<byte> Name(ReadOnlySpan<byte> ends)
    {
        var start = _at;
        while (!AtLineEnd() && !ends.Contains(_text[_at]))
        {
            _at++;
            if (_text[_at - 1] == '\\' && !AtLineEnd())
            {
                _at++;
            }
        }

        return _text[start.._at];
    }

    /// <summary>Skips a quoted text, which may go over several lines; false when it has no end.</summary>
    private bool SkipString()
    {
        for (_at++; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case (byte)'"':
                    _at++;
                    return true;
                case (byte)'\\':
                    _at++;
                    break;
                case (byte)'\n':
                    _line++;
                    break;
            }
        }

        return false;
    }

    private readonly bool AtLineEnd() =>
        _at >= _text.Length || _text[_at] == '\n' || (_text[_at] == '\r' && (_at + 1 == _text.Length || _text[_at + 1] == '\n'));

    private bool Eat(byte expected)
    {
        if (_at < _text.Length && _text[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private void SkipSpaces()
    {
        while (_at < _text.Length && _text[_at] == ' ')
        {
            _at++;
        }
    }

    private void SkipLine()
    {
        var end = _text[Math.Min(_at, _text.Length)..].IndexOf((byte)'\n');
        _at = end < 0 ? _text.Length : _at + end + 1;
        _line++;
    }

    private readonly void Problem(int line, RefusalReason reason, string where, string? given)
    {
        if (_into.Problems.DetailIsFull)
        {
            return;
        }

        _into.Problems.AddProblem(reason, Where(line, where), given);
    }

    private static string Where(int line, string field) =>
        $"line {line.ToString(CultureInfo.InvariantCulture)}{(field.Length > 0 ? ", " : "")}{field}";

    private readonly string? Text(ReadOnlySpan<byte> text) =>
        _into.Problems.DetailIsFull || text.IsEmpty ? null : Encoding.UTF8.GetString(text.Length <= 64 ? text : text[..64]);
}
