using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Ingest.Decoding;

/// <summary>
/// Decodes every payload of the contract, by Utf8JsonReader, and says what is wrong with those that break it. A problem of
/// one value leaves the other values standing; a problem of an object (time, quality, a key given twice) leaves the other
/// objects of the array standing; broken JSON leaves nothing. Members that the contract does not name are ignored.
/// </summary>
internal ref struct GeneralJsonDecoder
{
    private readonly DecodeContext _context;
    private readonly ReadingBuffer _into;
    private Utf8JsonReader _reader;

    /// <summary>Index of the object in the array; -1 outside one.</summary>
    private int _index = -1;

    private long _measuredAt;
    private Quality _quality;
    private int _members;
    private bool _sound;
    private bool _anyValue;
    private bool _tooMany;
    private List<(int Property, string Given)>? _wrongUnits;

    private GeneralJsonDecoder(ReadOnlySpan<byte> json, in DecodeContext context, ReadingBuffer into)
    {
        _reader = new Utf8JsonReader(json);
        _context = context;
        _into = into;
    }

    /// <summary>Decodes the payload into an empty buffer.</summary>
    public static void Decode(ReadOnlySpan<byte> json, in DecodeContext context, ReadingBuffer into)
    {
        var decoder = new GeneralJsonDecoder(json, in context, into);
        try
        {
            decoder.Root();
            if (decoder._tooMany)
            {
                into.RefuseAll(RefusalReason.TooManyValues, "", $"more than {context.MaxValues.ToString(CultureInfo.InvariantCulture)}");
            }
        }
        catch (JsonException)
        {
            var at = (int)Math.Min(decoder._reader.BytesConsumed, json.Length);
            into.RefuseAll(IsNonFiniteLiteral(json[at..]) ? RefusalReason.NotFinite : RefusalReason.MalformedPayload, "", $"byte {at.ToString(CultureInfo.InvariantCulture)}");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's way of saying that a string is no UTF-8 or holds half a surrogate pair.
            into.RefuseAll(RefusalReason.MalformedPayload, "", "text is not UTF-8");
        }
    }

    private void Root()
    {
        _reader.Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Message();
                break;
            case JsonTokenType.StartArray:
                Messages();
                break;
            default:
                _into.RefuseAll(RefusalReason.MalformedPayload, "", "neither object nor array");
                break;
        }

        while (_reader.Read())
        {
            // What follows the value is an error that only reading on finds.
        }
    }

    private void Messages()
    {
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _index++;
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                Message();
            }
            else
            {
                Problem(RefusalReason.MalformedPayload, "", "no object");
                _reader.Skip();
            }
        }

        if (_index < 0)
        {
            Problem(RefusalReason.Empty, "");
        }
    }

    private void Message()
    {
        _into.Begin();
        _measuredAt = _context.ReceivedAtMs;
        _quality = Quality.Ok;
        _members = 0;
        _sound = true;
        _anyValue = false;
        _wrongUnits?.Clear();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            Member();
        }

        foreach (var (property, given) in _wrongUnits ?? [])
        {
            if (_into.Remove(property))
            {
                var definition = _context.Properties.Catalogue[property];
                Problem(RefusalReason.WrongUnit, $"v.{definition.Code}", $"{given}, not {definition.Unit}");
            }
        }

        if (_sound && !_anyValue)
        {
            Problem(RefusalReason.Empty, "");
        }

        if (_sound && _into.PendingValues > 0)
        {
            _into.End(_measuredAt, _quality);
        }
        else
        {
            _into.Abandon();
        }
    }

    private void Member()
    {
        var member = _reader.ValueTextEquals("ts"u8) ? 1 : _reader.ValueTextEquals("v"u8) ? 2 : _reader.ValueTextEquals("q"u8) ? 4 : _reader.ValueTextEquals("u"u8) ? 8 : 0;
        if ((_members & member) != 0)
        {
            Unsound(RefusalReason.MalformedPayload, _reader.GetString()!, "given twice");
        }

        _members |= member;
        _reader.Read();
        switch (member)
        {
            case 1:
                Time();
                break;
            case 2:
                Values();
                break;
            case 4:
                DeviceQuality();
                break;
            case 8:
                Units();
                break;
            default:
                _reader.Skip();
                break;
        }
    }

    private void Time()
    {
        var good = _reader.TokenType switch
        {
            JsonTokenType.Number => _reader.TryGetInt64(out _measuredAt),
            JsonTokenType.String => Rfc3339.TryParse(_reader.GetString(), out _measuredAt),
            _ => false,
        };
        if (!good)
        {
            Unsound(RefusalReason.TimeInvalid, "ts", Given());
        }
        else if (_measuredAt < DecodeContext.EarliestMs)
        {
            Unsound(RefusalReason.TimeInvalid, "ts", Given());
        }
        else if (_measuredAt > _context.LatestMs)
        {
            Unsound(RefusalReason.ClockAhead, "ts", $"+{((_measuredAt - _context.ReceivedAtMs) / 1000).ToString(CultureInfo.InvariantCulture)} s");
        }

        _reader.Skip();
    }

    private void DeviceQuality()
    {
        var known = _reader.TokenType == JsonTokenType.String;
        if (known && _reader.ValueTextEquals("calibrating"u8))
        {
            _quality = Quality.Calibrating;
        }
        else if (known && _reader.ValueTextEquals("fault"u8))
        {
            _quality = Quality.Fault;
        }
        else if (!known || !_reader.ValueTextEquals("ok"u8))
        {
            Unsound(RefusalReason.MalformedPayload, "q", Given());
        }

        _reader.Skip();
    }

    private void Values()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            Unsound(RefusalReason.MalformedPayload, "v", Given());
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            _anyValue = true;
            if (_into.ValueCount >= _context.MaxValues)
            {
                _tooMany = true;
            }

            ref readonly var property = ref FindProperty(out var name);
            _reader.Read();
            if (!_tooMany)
            {
                Value(in property, name);
            }

            _reader.Skip();
        }
    }

    private void Value(ref readonly PropertyTable.Entry property, string? name)
    {
        if (Unsafe.IsNullRef(in property))
        {
            Problem(RefusalReason.UnknownProperty, $"v.{name}");
            return;
        }

        var code = _context.Properties.Catalogue[property.Index].Code;
        if (_reader.TokenType == JsonTokenType.Number)
        {
            if (!_reader.TryGetDouble(out var value) || !double.IsFinite(value))
            {
                Problem(RefusalReason.NotFinite, $"v.{code}", Given());
                return;
            }

            var (mantissa, scale) = DecimalNumber.FromDouble(value);
            if (!_into.Add(property.Index, mantissa, scale, value >= property.Min && value <= property.Max))
            {
                // Which of the two was meant cannot be known.
                Unsound(RefusalReason.MalformedPayload, $"v.{code}", "given twice");
            }

            return;
        }

        // A serialiser writes NaN as null; so do devices whose probe gave nothing.
        Problem(_reader.TokenType == JsonTokenType.Null ? RefusalReason.NotFinite : RefusalReason.WrongType, $"v.{code}", Given());
    }

    private void Units()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            Unsound(RefusalReason.MalformedPayload, "u", Given());
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            ref readonly var property = ref FindProperty(out _);
            _reader.Read();
            if (!Unsafe.IsNullRef(in property)
                && !(_reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals(_context.Properties.Catalogue[property.Index].Unit)))
            {
                (_wrongUnits ??= []).Add((property.Index, Given()));
            }

            _reader.Skip();
        }
    }

    private ref readonly PropertyTable.Entry FindProperty(out string? name)
    {
        name = _reader.GetString()!;
        ref readonly var property = ref _context.Properties.Find(Encoding.UTF8.GetBytes(name));
        name = name.Length > 64 ? name[..64] : name;
        return ref property;
    }

    private void Unsound(RefusalReason reason, string where, string? given)
    {
        _sound = false;
        Problem(reason, where, given);
    }

    private readonly void Problem(RefusalReason reason, string where, string? given = null)
    {
        if (_into.DetailIsFull)
        {
            return;
        }

        var prefix = _index < 0 ? "" : $"[{_index.ToString(CultureInfo.InvariantCulture)}]";
        _into.AddProblem(reason, prefix.Length > 0 && where.Length > 0 ? $"{prefix}.{where}" : prefix + where, given);
    }

    /// <summary>What stands at the reader, for a person: text and numbers shortened, anything else by its type.</summary>
    private readonly string Given() => _into.DetailIsFull ? "" : _reader.TokenType switch
    {
        JsonTokenType.String => $"\"{Shortened(_reader.GetString()!)}\"",
        JsonTokenType.Number => Shortened(Encoding.UTF8.GetString(_reader.ValueSpan)),
        JsonTokenType.True or JsonTokenType.False => "boolean",
        JsonTokenType.Null => "null",
        JsonTokenType.StartObject => "object",
        _ => "array",
    };

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "...";

    private static bool IsNonFiniteLiteral(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart(" \t\r\n:-+"u8);
        return rest.StartsWith("NaN"u8) || rest.StartsWith("nan"u8) || rest.StartsWith("Inf"u8) || rest.StartsWith("inf"u8);
    }
}
