using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using IOC.Ingest.Topics;
using IOC.Telemetry;

namespace IOC.Ingest.Decoding;

/// <summary>SenML in JSON (RFC 8428), its names, times and units as docs/telemetry.md says.</summary>
internal sealed class SenMlDecoder : IPayloadDecoder
{
    /// <inheritdoc/>
    public void Decode(ReadOnlySpan<byte> payload, in DecodeContext context, in SensorScope sensors, ReadingGatherer into)
    {
        var pack = new SenMlPack(payload, in context, in sensors, into);
        try
        {
            pack.Read();
        }
        catch (JsonException)
        {
            into.RefuseAll(RefusalReason.MalformedPayload, "", $"byte {pack.Position.ToString(CultureInfo.InvariantCulture)}");
        }
        catch (InvalidOperationException)
        {
            // Utf8JsonReader's way of saying that a string is no UTF-8 or holds half a surrogate pair.
            into.RefuseAll(RefusalReason.MalformedPayload, "", "text is not UTF-8");
        }
    }
}

/// <summary>One pass over a pack. A record that is wrong leaves the others standing, unless it makes unsure what the others mean
/// (a base field that cannot be read).</summary>
internal ref struct SenMlPack
{
    /// <summary>Version of the format (RFC 8428, 4.4); a higher one may mean anything.</summary>
    private const int Version = 10;

    /// <summary>Below this a time is relative to now (RFC 8428, 4.5.3), in seconds.</summary>
    private const double AbsoluteFrom = 1 << 28;

    private const int MaxName = 512;

    private readonly DecodeContext _context;
    private readonly SensorScope _sensors;
    private readonly ReadingGatherer _into;
    private Utf8JsonReader _reader;
    private int _index = -1;
    private bool _lost;

    // Base fields, which hold from their record on.
    private NameBuffer _name;
    private int _baseName;
    private double _baseTime;
    private double _baseValue;
    private double _baseSum;
    private Unit _baseUnit;

    // Fields of the record.
    private Field _seen;
    private int _nameLength;
    private double _time;
    private double _value;
    private double _sum;
    private Unit _unit;
    private bool _sound;

    public SenMlPack(ReadOnlySpan<byte> json, in DecodeContext context, in SensorScope sensors, ReadingGatherer into)
    {
        _reader = new Utf8JsonReader(json);
        _context = context;
        _sensors = sensors;
        _into = into;
    }

    [Flags]
    private enum Field
    {
        None = 0, BaseName = 1, BaseTime = 2, BaseUnit = 4, BaseValue = 8, BaseSum = 16, BaseVersion = 32, Name = 64, Unit = 128, Value = 256,
        Text = 512, Flag = 1024, Data = 2048, Sum = 4096, Time = 8192, UpdateTime = 16384,
        AnyValue = Value | Text | Flag | Data,
    }

    private enum UnitState : byte
    {
        None,
        Known,
        Unknown,
    }

    /// <summary>Bytes read so far.</summary>
    public readonly long Position => _reader.BytesConsumed;

    public void Read()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _into.RefuseAll(RefusalReason.MalformedPayload, "", "a SenML pack is an array");
            return;
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _index++;
            if (_reader.TokenType == JsonTokenType.StartObject)
            {
                Record();
            }
            else
            {
                Problem(RefusalReason.MalformedPayload, "", "no object");
                _reader.Skip();
            }

            if (_into.Count > _context.MaxValues)
            {
                _into.RefuseAll(RefusalReason.TooManyValues, "", $"more than {_context.MaxValues.ToString(CultureInfo.InvariantCulture)}");
                return;
            }
        }

        while (_reader.Read())
        {
            // What follows the array is an error that only reading on finds.
        }

        if (_into.Count == 0 && _into.Problems.Problem is null)
        {
            _into.Problems.AddProblem(RefusalReason.Empty, "");
        }
    }

    private void Record()
    {
        _seen = Field.None;
        _nameLength = 0;
        _time = 0;
        _sum = 0;
        _unit = default;
        _sound = true;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            Member();
        }

        if (_lost)
        {
            if (_sound)
            {
                Problem(RefusalReason.MalformedPayload, "", "follows a base field that could not be read");
            }

            return;
        }

        // With base fields only, a record says nothing by itself.
        const Field own = Field.AnyValue | Field.Sum | Field.Name | Field.Time | Field.Unit;
        if (_sound && (_seen & own) != Field.None)
        {
            Resolve();
        }
    }

    private void Member()
    {
        var field = Label();
        if (field == Field.None)
        {
            Extension();
            return;
        }

        if ((_seen & field) != Field.None)
        {
            Unsound(RefusalReason.MalformedPayload, Name(field), "given twice", field);
        }

        _seen |= field;
        _reader.Read();
        var good = field switch
        {
            Field.BaseName => TryText(0, out _baseName),
            Field.Name => TryText(MaxName, out _nameLength),
            Field.BaseTime => TryNumber(ref _baseTime),
            Field.Time => TryNumber(ref _time),
            Field.BaseValue => TryNumber(ref _baseValue),
            Field.BaseSum => TryNumber(ref _baseSum),
            Field.Sum => TryNumber(ref _sum),
            Field.BaseUnit => TryUnit(out _baseUnit),
            Field.Unit => TryUnit(out _unit),
            Field.UpdateTime => _reader.TokenType == JsonTokenType.Number,
            _ => true,
        };
        if (!good)
        {
            Unsound(field is Field.Time or Field.BaseTime ? RefusalReason.TimeInvalid : RefusalReason.MalformedPayload, Name(field), null, field);
        }

        if (field == Field.BaseVersion)
        {
            CheckVersion();
        }
        else if (field == Field.Value)
        {
            ReadValue();
        }

        _reader.Skip();
    }

    private Field Label()
    {
        // A label is short; an escaped one is compared unescaped by ValueTextEquals.
        if (!_reader.ValueIsEscaped)
        {
            return _reader.ValueSpan switch
            {
                [(byte)'n'] => Field.Name,
                [(byte)'v'] => Field.Value,
                [(byte)'u'] => Field.Unit,
                [(byte)'t'] => Field.Time,
                [(byte)'s'] => Field.Sum,
                [(byte)'b', (byte)'n'] => Field.BaseName,
                [(byte)'b', (byte)'t'] => Field.BaseTime,
                [(byte)'b', (byte)'u'] => Field.BaseUnit,
                [(byte)'b', (byte)'v'] => Field.BaseValue,
                [(byte)'b', (byte)'s'] => Field.BaseSum,
                [(byte)'b', (byte)'v', (byte)'e', (byte)'r'] => Field.BaseVersion,
                [(byte)'v', (byte)'s'] => Field.Text,
                [(byte)'v', (byte)'b'] => Field.Flag,
                [(byte)'v', (byte)'d'] => Field.Data,
                [(byte)'u', (byte)'t'] => Field.UpdateTime,
                _ => Field.None,
            };
        }

        foreach (var field in Enum.GetValues<Field>())
        {
            if (field is not (Field.None or Field.AnyValue) && _reader.ValueTextEquals(Name(field)))
            {
                return field;
            }
        }

        return Field.None;
    }

    private static string Name(Field field) => field switch
    {
        Field.BaseName => "bn",
        Field.BaseTime => "bt",
        Field.BaseUnit => "bu",
        Field.BaseValue => "bv",
        Field.BaseSum => "bs",
        Field.BaseVersion => "bver",
        Field.Name => "n",
        Field.Unit => "u",
        Field.Value => "v",
        Field.Text => "vs",
        Field.Flag => "vb",
        Field.Data => "vd",
        Field.Sum => "s",
        Field.Time => "t",
        _ => "ut",
    };

    /// <summary>A label that is not known: ignored, unless it ends with an underscore, by which its author says that nobody may
    /// read the record without knowing it (RFC 8428, 4.4). One that may be a base field spoils all that follows.</summary>
    private void Extension()
    {
        var label = _reader.ValueSpan;
        if (label.EndsWith("_"u8) || (_reader.ValueIsEscaped && _reader.GetString()!.EndsWith('_')))
        {
            var name = _into.Problems.DetailIsFull ? "" : Shortened(_reader.GetString()!);
            Unsound(RefusalReason.UnsupportedFormat, name, "must be understood", label.StartsWith("b"u8) ? Field.BaseName : Field.None);
        }

        _reader.Read();
        _reader.Skip();
    }

    private void CheckVersion()
    {
        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt32(out var version) || version is < 1 or > Version)
        {
            Unsound(RefusalReason.UnsupportedFormat, "bver", Given(), Field.BaseVersion);
        }
    }

    private void ReadValue()
    {
        if (_reader.TokenType == JsonTokenType.Number)
        {
            if (!_reader.TryGetDouble(out _value) || !double.IsFinite(_value))
            {
                Unsound(RefusalReason.NotFinite, "v", Given(), Field.Value);
            }

            return;
        }

        Unsound(_reader.TokenType == JsonTokenType.Null ? RefusalReason.NotFinite : RefusalReason.WrongType, "v", Given(), Field.Value);
    }

    private bool TryNumber(ref double number)
    {
        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetDouble(out var given) || !double.IsFinite(given))
        {
            return false;
        }

        number = given;
        return true;
    }

    /// <summary>Copies a text into the name buffer: the base name at its start, a name in its second half.</summary>
    private bool TryText(int at, out int length)
    {
        length = 0;
        if (_reader.TokenType != JsonTokenType.String || _reader.ValueSpan.Length > MaxName)
        {
            return false;
        }

        length = _reader.CopyString(((Span<byte>)_name)[at..]);
        return true;
    }

    private bool TryUnit(out Unit unit)
    {
        unit = default;
        if (_reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        var length = Math.Min(_reader.ValueSpan.Length, Unit.MaxLength);
        Span<byte> text = stackalloc byte[Unit.MaxLength];
        if (_reader.ValueSpan.Length > Unit.MaxLength)
        {
            unit = new Unit { State = UnitState.Unknown };
            return true;
        }

        length = _reader.CopyString(text);
        if (length > 0)
        {
            unit = new Unit { State = UnitState.Known, Definition = Units.Find(text[..length]), Length = length };
            text[..length].CopyTo(unit.Text);
        }

        return true;
    }

    private void Resolve()
    {
        var hasValue = (_seen & Field.AnyValue) != Field.None;
        if (!hasValue && (_seen & Field.Sum) == Field.None)
        {
            Problem(RefusalReason.Empty, "", null);
            return;
        }

        if (int.PopCount((int)(_seen & Field.AnyValue)) > 1)
        {
            Problem(RefusalReason.MalformedPayload, "", "more than one value");
            return;
        }

        Span<byte> joined = stackalloc byte[2 * MaxName];
        var name = (Span<byte>)_name;
        name[.._baseName].CopyTo(joined);
        name.Slice(MaxName, _nameLength).CopyTo(joined[_baseName..]);
        joined = joined[..(_baseName + _nameLength)];
        if (!TryTime(out var measuredAt))
        {
            return;
        }

        if (!SenMlName.IsValid(joined))
        {
            Problem(RefusalReason.MalformedPayload, "n", Text(joined));
            return;
        }

        ref readonly var property = ref SenMlName.Split(joined, _context.Properties, in _sensors, out var place, out var reason);
        if (Unsafe.IsNullRef(in property) || place is null)
        {
            Problem(reason, "n", Text(joined));
            return;
        }

        if (hasValue)
        {
            Value(place, in property, measuredAt);
        }

        if ((_seen & Field.Sum) != Field.None)
        {
            Sum(place, in property, measuredAt, hasValue);
        }
    }

    private readonly bool TryTime(out long measuredAt)
    {
        var seconds = DecimalNumber.Sum(_baseTime, _time);
        if (!ReadingTimes.TryMilliseconds(seconds, out measuredAt))
        {
            Problem(RefusalReason.TimeInvalid, "t", null);
            return false;
        }

        measuredAt += seconds < AbsoluteFrom ? _context.ReceivedAtMs : 0;
        return (measuredAt >= DecodeContext.EarliestMs && measuredAt <= _context.LatestMs)
            || ReadingTimes.Check(measuredAt, in _context, _into.Problems, Where("t"));
    }

    private readonly void Value(SensorPlace place, ref readonly PropertyTable.Entry property, long measuredAt)
    {
        var value = (_seen & Field.AnyValue) == Field.Value ? DecimalNumber.Sum(_baseValue, _value) : 0;
        if ((_seen & Field.AnyValue) != Field.Value)
        {
            Problem(RefusalReason.WrongType, (_seen & Field.Text) != Field.None ? "vs" : (_seen & Field.Flag) != Field.None ? "vb" : "vd", null);
            return;
        }

        Add(place, in property, measuredAt, value, _unit.State == UnitState.None ? _baseUnit : _unit, ofSum: false);
    }

    /// <summary>A sum is the integral over time: of power, energy. Beside a value it is a property of its own, named
    /// <c>{property}_sum</c>; alone it is the property that the record names.</summary>
    private readonly void Sum(SensorPlace place, ref readonly PropertyTable.Entry property, long measuredAt, bool besideValue)
    {
        var sum = DecimalNumber.Sum(_baseSum, _sum);
        var unit = _unit.State == UnitState.None ? _baseUnit : _unit;
        if (!besideValue)
        {
            Add(place, in property, measuredAt, sum, unit, ofSum: true);
            return;
        }

        Span<byte> code = stackalloc byte[Slug.MaxLength + 4];
        property.Code.CopyTo(code);
        "_sum"u8.CopyTo(code[property.Code.Length..]);
        ref readonly var own = ref _context.Properties.Find(code[..(property.Code.Length + 4)]);
        if (Unsafe.IsNullRef(in own))
        {
            Problem(RefusalReason.UnknownProperty, "s", Text(code[..(property.Code.Length + 4)]));
            return;
        }

        Add(place, in own, measuredAt, sum, unit, ofSum: true);
    }

    private readonly void Add(
        SensorPlace place, ref readonly PropertyTable.Entry property, long measuredAt, double value, in Unit unit, bool ofSum)
    {
        if (!double.IsFinite(value))
        {
            Problem(RefusalReason.NotFinite, ofSum ? "s" : "v", null);
            return;
        }

        var (mantissa, scale) = DecimalNumber.FromDouble(value);
        var wanted = _context.Properties.Catalogue[property.Index].Unit;
        if (unit.State != UnitState.None && (ofSum || !Ascii.Equals(((ReadOnlySpan<byte>)unit.Text)[..unit.Length], wanted)))
        {
            var from = ofSum && unit.Definition is not null ? Units.TimesSecond(unit.Definition) : unit.Definition;
            var to = _context.Properties.UnitOf(property.Index);
            if (from is null || to is null || from.Quantity != to.Quantity)
            {
                var given = _into.Problems.DetailIsFull ? "" : $"{Text(((ReadOnlySpan<byte>)unit.Text)[..unit.Length])}{(ofSum ? ".s" : "")}, not {wanted}";
                Problem(RefusalReason.WrongUnit, "u", given);
                return;
            }

            Units.Convert(ref mantissa, ref scale, from, to);
        }

        _into.Add(place, measuredAt, in property, mantissa, scale, Quality.Ok);
    }

    private void Unsound(RefusalReason reason, string where, string? given, Field field)
    {
        const Field bases = Field.BaseName | Field.BaseTime | Field.BaseUnit | Field.BaseValue | Field.BaseSum | Field.BaseVersion;
        _sound = false;
        _lost |= (field & bases) != Field.None;
        Problem(reason, where, given);
    }

    private readonly void Problem(RefusalReason reason, string where, string? given)
    {
        if (!_into.Problems.DetailIsFull)
        {
            _into.Problems.AddProblem(reason, Where(where), given);
        }
    }

    private readonly string Where(string field) =>
        $"[{_index.ToString(CultureInfo.InvariantCulture)}]{(field.Length > 0 ? "." : "")}{field}";

    private readonly string? Given() => _into.Problems.DetailIsFull ? null : _reader.TokenType switch
    {
        JsonTokenType.String => $"\"{Shortened(_reader.GetString()!)}\"",
        JsonTokenType.Number => Shortened(Encoding.UTF8.GetString(_reader.ValueSpan)),
        JsonTokenType.True or JsonTokenType.False => "boolean",
        JsonTokenType.Null => "null",
        JsonTokenType.StartObject => "object",
        _ => "array",
    };

    private readonly string? Text(ReadOnlySpan<byte> text) => _into.Problems.DetailIsFull ? null : Shortened(Encoding.UTF8.GetString(text));

    private static string Shortened(string text) => text.Length <= 80 ? text : text[..80] + "...";

    private struct Unit
    {
        public const int MaxLength = 32;

        public UnitState State;
        public UnitDefinition? Definition;
        public int Length;
        public UnitText Text;
    }

    [InlineArray(Unit.MaxLength)]
    private struct UnitText
    {
        private byte _first;
    }

    [InlineArray(2 * MaxName)]
    private struct NameBuffer
    {
        private byte _first;
    }
}
