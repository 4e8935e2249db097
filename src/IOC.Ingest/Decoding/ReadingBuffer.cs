using System.Runtime.CompilerServices;
using System.Text;
using IOC.Telemetry;

namespace IOC.Ingest.Decoding;

/// <summary>A value as it came: a decimal where that is exact, else the bits of a double.</summary>
/// <param name="Mantissa">Decimal: the digits, magnitude at most 2^53. Raw: the double's bits.</param>
/// <param name="Property">Index in the property catalogue.</param>
/// <param name="Scale">0 to 14: value = Mantissa / 10^Scale. 15: raw.</param>
/// <param name="Quality">Trust in the value.</param>
public readonly record struct BufferedValue(long Mantissa, int Property, byte Scale, Quality Quality)
{
    /// <summary>The number.</summary>
    public double Value => DecimalNumber.ToDouble(Mantissa, Scale);
}

/// <summary>One message of a <see cref="ReadingBuffer"/>.</summary>
/// <param name="MeasuredAtMs">Time of measurement, Unix milliseconds.</param>
/// <param name="FirstValue">Index of its first value.</param>
/// <param name="ValueCount">Number of its values, at least 1.</param>
/// <param name="HasQualities">Whether any value's quality is not <see cref="Quality.Ok"/>.</param>
public readonly record struct BufferedMessage(long MeasuredAtMs, int FirstValue, int ValueCount, bool HasQualities);

/// <summary>
/// The readings of one payload between decoder and log, with what was wrong in it. Reused from payload to payload so that
/// the hot path allocates nothing; not safe for several threads.
/// </summary>
public sealed class ReadingBuffer
{
    private const int MaxDetailLength = 1000;

    private BufferedMessage[] _messages = new BufferedMessage[16];
    private BufferedValue[] _values = new BufferedValue[64];
    private int[] _seen = new int[64];
    private int _stamp;
    private int _first;
    private int _implausibleInMessage;
    private readonly StringBuilder _detail = new();

    /// <summary>Number of complete messages.</summary>
    public int MessageCount { get; private set; }

    /// <summary>Number of values, those of a message begun included.</summary>
    public int ValueCount { get; private set; }

    /// <summary>Number of values marked <see cref="Quality.Implausible"/> in complete messages.</summary>
    public int ImplausibleCount { get; private set; }

    /// <summary>Reason of the first problem; null when all was well.</summary>
    public RefusalReason? Problem { get; private set; }

    /// <summary>All problems: "where: reason (given)", separated by "; ". Capped at about 1,000 characters.</summary>
    public string ProblemDetail => _detail.ToString();

    /// <summary>Whether further problems would add nothing to <see cref="ProblemDetail"/>: then they need no words.</summary>
    internal bool DetailIsFull => _detail.Length > MaxDetailLength;

    /// <summary>The complete messages.</summary>
    public ReadOnlySpan<BufferedMessage> Messages => _messages.AsSpan(0, MessageCount);

    /// <summary>All values.</summary>
    public ReadOnlySpan<BufferedValue> Values => _values.AsSpan(0, ValueCount);

    /// <summary>Empties it.</summary>
    public void Reset()
    {
        MessageCount = 0;
        ValueCount = 0;
        ImplausibleCount = 0;
        _first = 0;
        if (Problem is not null)
        {
            Problem = null;
            _detail.Clear();
        }
    }

    /// <summary>Begins a message.</summary>
    public void Begin()
    {
        _first = ValueCount;
        _implausibleInMessage = 0;
        if (++_stamp == int.MaxValue)
        {
            Array.Clear(_seen);
            _stamp = 1;
        }
    }

    /// <summary>Adds a value to the message begun.</summary>
    /// <param name="property">Index of its property.</param>
    /// <param name="mantissa">See <see cref="BufferedValue"/>.</param>
    /// <param name="scale">See <see cref="BufferedValue"/>.</param>
    /// <param name="plausible">Whether it lies in the property's plausible range.</param>
    /// <returns>False when the message has a value of that property already.</returns>
    public bool Add(int property, long mantissa, byte scale, bool plausible)
    {
        if ((uint)property >= (uint)_seen.Length)
        {
            Array.Resize(ref _seen, Math.Max(property + 1, _seen.Length * 2));
        }

        if (_seen[property] == _stamp)
        {
            return false;
        }

        _seen[property] = _stamp;
        if (ValueCount == _values.Length)
        {
            GrowValues();
        }

        _values[ValueCount++] = new BufferedValue(mantissa, property, scale, plausible ? Quality.Ok : Quality.Implausible);
        _implausibleInMessage += plausible ? 0 : 1;
        return true;
    }

    /// <summary>Takes a value of the message begun out again; false when it has none of that property.</summary>
    public bool Remove(int property)
    {
        for (var i = _first; i < ValueCount; i++)
        {
            if (_values[i].Property == property)
            {
                _implausibleInMessage -= _values[i].Quality == Quality.Implausible ? 1 : 0;
                _values.AsSpan(i + 1, ValueCount - i - 1).CopyTo(_values.AsSpan(i));
                ValueCount--;
                return true;
            }
        }

        return false;
    }

    /// <summary>Number of values of the message begun.</summary>
    public int PendingValues => ValueCount - _first;

    /// <summary>Completes the message begun. What the device says of its quality ("calibrating", "fault") explains an odd
    /// value better than our range does, so it wins over <see cref="Quality.Implausible"/>.</summary>
    public void End(long measuredAtMs, Quality device)
    {
        var qualities = _implausibleInMessage > 0;
        if (device != Quality.Ok)
        {
            qualities = true;
            foreach (ref var value in _values.AsSpan(_first, PendingValues))
            {
                value = value with { Quality = device };
            }
        }
        else
        {
            ImplausibleCount += _implausibleInMessage;
        }

        if (MessageCount == _messages.Length)
        {
            Array.Resize(ref _messages, MessageCount * 2);
        }

        _messages[MessageCount++] = new BufferedMessage(measuredAtMs, _first, PendingValues, qualities);
        _first = ValueCount;
    }

    /// <summary>Drops the message begun.</summary>
    public void Abandon() => ValueCount = _first;

    /// <summary>Notes a problem.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="where">Where in the payload ("v.pm25", "[3].ts"); may be empty.</param>
    /// <param name="given">What was there, where that helps.</param>
    public void AddProblem(RefusalReason reason, string where, string? given = null)
    {
        Problem ??= reason;
        if (_detail.Length > MaxDetailLength)
        {
            return;
        }

        if (_detail.Length > 0)
        {
            _detail.Append("; ");
        }

        if (where.Length > 0)
        {
            _detail.Append(where).Append(": ");
        }

        _detail.Append(RefusalReasons.Name(reason));
        if (given is not null)
        {
            _detail.Append(" (").Append(given).Append(')');
        }
    }

    /// <summary>Empties it of readings and problems and leaves this one problem: the payload as a whole is bad.</summary>
    public void RefuseAll(RefusalReason reason, string where, string? given = null)
    {
        Reset();
        AddProblem(reason, where, given);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GrowValues() => Array.Resize(ref _values, _values.Length * 2);
}
