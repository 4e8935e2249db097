using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using IOC.Telemetry;

namespace IOC.Ingest.Decoding;

/// <summary>
/// Hot path: decodes the usual payload, <c>{"ts":1732186800123,"v":{"pm25":12.3},"q":"ok"}</c> in any order and with any
/// white space, in one pass without allocation. It only ever says yes or "not mine": everything unusual or wrong is left
/// to <see cref="GeneralJsonDecoder"/>, and what both accept they must decode alike (a fuzz test holds them to it). It is
/// not Utf8JsonReader because that costs seven times as much for a payload of seven values.
/// </summary>
internal ref struct FastJsonScanner
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly PropertyTable _properties;
    private readonly int _maxValues;
    private int _at;

    private FastJsonScanner(ReadOnlySpan<byte> json, PropertyTable properties, int maxValues)
    {
        _json = json;
        _properties = properties;
        _maxValues = maxValues;
    }

    /// <summary>Decodes the payload into an empty buffer; false = not mine, and the buffer's content is then void.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> json, in DecodeContext context, ReadingBuffer into)
    {
        var scanner = new FastJsonScanner(json, context.Properties, context.MaxValues);
        return scanner.TryObject(in context, into);
    }

    private bool TryObject(in DecodeContext context, ReadingBuffer into)
    {
        if (!Eat((byte)'{'))
        {
            return false;
        }

        var measuredAt = context.ReceivedAtMs;
        var quality = Quality.Ok;
        var members = 0;
        into.Begin();
        do
        {
            var member = Member();
            if (member == 0 || (members & member) != 0)
            {
                return false;
            }

            members |= member;
            var good = member switch
            {
                TimeMember => TryTime(out measuredAt),
                ValuesMember => TryValues(into),
                _ => TryQuality(out quality),
            };
            if (!good)
            {
                return false;
            }
        }
        while (Eat((byte)','));

        if (!Eat((byte)'}') || !AtEnd() || into.PendingValues == 0
            || measuredAt < DecodeContext.EarliestMs || measuredAt > context.LatestMs)
        {
            return false;
        }

        into.End(measuredAt, quality);
        return true;
    }

    private const int TimeMember = 1;
    private const int ValuesMember = 2;
    private const int QualityMember = 4;

    /// <summary>Reads a member's name and colon; 0 when it is none of the three.</summary>
    private int Member()
    {
        SkipSpace();
        var rest = _json[_at..];
        int member;
        if (rest.StartsWith("\"ts\""u8))
        {
            member = TimeMember;
            _at += 4;
        }
        else if (rest.StartsWith("\"v\""u8))
        {
            member = ValuesMember;
            _at += 3;
        }
        else if (rest.StartsWith("\"q\""u8))
        {
            member = QualityMember;
            _at += 3;
        }
        else
        {
            return 0;
        }

        return Eat((byte)':') ? member : 0;
    }

    private bool TryTime(out long time)
    {
        SkipSpace();
        var json = _json;
        var start = _at;
        var i = start;
        time = 0;
        while ((uint)i < (uint)json.Length && (uint)(json[i] - '0') <= 9)
        {
            time = (time * 10) + (json[i] - '0');
            i++;
        }

        _at = i;

        // A leading zero is no JSON; more than 15 digits is no time; what follows ('.', 'e') is checked by the caller's
        // next Eat.
        return i - start is > 0 and <= 15 && json[start] != '0';
    }

    private bool TryQuality(out Quality quality)
    {
        SkipSpace();
        var rest = _json[_at..];
        quality = Quality.Ok;
        if (rest.StartsWith("\"ok\""u8))
        {
            _at += 4;
            return true;
        }

        if (rest.StartsWith("\"calibrating\""u8))
        {
            quality = Quality.Calibrating;
            _at += 13;
            return true;
        }

        quality = Quality.Fault;
        _at += 7;
        return rest.StartsWith("\"fault\""u8);
    }

    private bool TryValues(ReadingBuffer into)
    {
        if (!Eat((byte)'{'))
        {
            return false;
        }

        do
        {
            SkipSpace();
            ref readonly var property = ref Property();
            if (Unsafe.IsNullRef(in property) || !Eat((byte)':') || into.PendingValues >= _maxValues)
            {
                return false;
            }

            SkipSpace();
            if (!TryNumber(out var mantissa, out var scale))
            {
                return false;
            }

            var value = DecimalNumber.ToDouble(mantissa, scale);
            if (!into.Add(property.Index, mantissa, scale, value >= property.Min && value <= property.Max))
            {
                return false;
            }
        }
        while (Eat((byte)','));
        return Eat((byte)'}');
    }

    /// <summary>Reads a key and finds its property. A property's code holds no character that JSON would escape, so a key
    /// that equals one byte for byte is sound without a look at each byte.</summary>
    private ref readonly PropertyTable.Entry Property()
    {
        var json = _json;
        var start = _at + 1;
        if (start > json.Length - 8 || json[_at] != '"')
        {
            // Fewer than eight bytes cannot be loaded at once; such tails are rare (a short code with a one-digit value).
            return ref ShortTailProperty();
        }

        var head = BinaryPrimitives.ReadUInt64LittleEndian(json[start..]);
        var marks = head ^ 0x2222222222222222UL;
        var quotes = (marks - 0x0101010101010101UL) & ~marks & 0x8080808080808080UL;
        int length;
        if (quotes != 0)
        {
            length = BitOperations.TrailingZeroCount(quotes) >> 3;
            head &= (1UL << (length * 8)) - 1;
        }
        else
        {
            var beyond = json[(start + 8)..].IndexOf((byte)'"');
            if (beyond < 0)
            {
                return ref Unsafe.NullRef<PropertyTable.Entry>();
            }

            length = beyond + 8;
        }

        _at = start + length + 1;
        return ref _properties.Find(head, json.Slice(start, length));
    }

    private ref readonly PropertyTable.Entry ShortTailProperty()
    {
        var json = _json;
        if ((uint)_at >= (uint)json.Length || json[_at] != '"')
        {
            return ref Unsafe.NullRef<PropertyTable.Entry>();
        }

        var rest = json[(_at + 1)..];
        var length = rest.IndexOf((byte)'"');
        if (length < 0)
        {
            return ref Unsafe.NullRef<PropertyTable.Entry>();
        }

        _at += length + 2;
        return ref _properties.Find(rest[..length]);
    }

    private bool TryNumber(out long mantissa, out byte scale)
    {
        var json = _json;
        var i = _at;
        mantissa = 0;
        scale = 0;
        var negative = (uint)i < (uint)json.Length && json[i] == '-';
        i += negative ? 1 : 0;
        var start = i;
        while ((uint)i < (uint)json.Length && (uint)(json[i] - '0') <= 9)
        {
            mantissa = (mantissa * 10) + (json[i] - '0');
            i++;
        }

        var digits = i - start;
        if (digits == 0 || (digits > 1 && json[start] == '0'))
        {
            return false;
        }

        if ((uint)i < (uint)json.Length && json[i] == '.')
        {
            var point = i++;
            while ((uint)i < (uint)json.Length && (uint)(json[i] - '0') <= 9)
            {
                mantissa = (mantissa * 10) + (json[i] - '0');
                i++;
            }

            var fraction = i - point - 1;
            if (fraction is 0 or > DecimalNumber.MaxScale)
            {
                return false;
            }

            digits += fraction;
            scale = (byte)fraction;
        }

        // 18 digits fit a long; an exponent ('e') fails the caller's next Eat.
        _at = i;
        mantissa = negative ? -mantissa : mantissa;
        return digits <= 18 && Math.Abs(mantissa) <= DecimalNumber.MaxMantissa;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Eat(byte expected)
    {
        SkipSpace();
        if ((uint)_at < (uint)_json.Length && _json[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private bool AtEnd()
    {
        SkipSpace();
        return _at == _json.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        while ((uint)_at < (uint)_json.Length && _json[_at] <= ' ' && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _at++;
        }
    }
}
