using System.Buffers.Text;
using System.Globalization;
using System.Text;
using IOC.History;
using IOC.Telemetry;

namespace IOC.Host.Planning;

/// <summary>Reads rows of readings: what is right becomes a reading, what is wrong a refusal that says why.</summary>
/// <param name="catalogue">What there is.</param>
/// <param name="mine">Which sensors the caller may import readings of: the others are as if they were not there.</param>
internal sealed class ImportRows(Catalogue catalogue, Func<SensorAddress, bool> mine)
{
    /// <summary>The first line. No field ever needs quotes.</summary>
    public const string Heading = "sensor,property,time,value,quality";

    private const int MaxListed = 100;
    private static readonly long s_earliestMs = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long s_latestMs = new DateTimeOffset(2200, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private readonly Dictionary<string, SensorAddress> _sensors = catalogue.Sensors.Where(s => mine(s.Address)).ToDictionary(s => s.Address.Sensor, s => s.Address, StringComparer.Ordinal);
    private readonly List<RefusedRow> _refused = [];
    private byte[] _sensorText = [];
    private SensorAddress? _sensor;
    private byte[] _propertyText = [];
    private int _property = -1;
    private int _row;

    /// <summary>The readings, in order of the rows.</summary>
    public List<ImportedReading> Readings { get; } = [];

    /// <summary>How many of them are marked as implausible.</summary>
    public int Implausible { get; private set; }

    /// <summary>Rows left out.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<RefusedRow> Refused => _refused;

    /// <summary>Reads a heading and rows; false when the heading is another.</summary>
    public bool TryRead(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        if (!Encoding.UTF8.GetBytes(Heading).AsSpan().SequenceEqual(TakeLine(ref text)))
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            var line = TakeLine(ref text);
            _row++;
            if (!line.IsEmpty)
            {
                Add(line);
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    private static ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)',');
        var field = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[(end + 1)..];
        return field;
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        var sensor = TakeField(ref line);
        var property = TakeField(ref line);
        var time = TakeField(ref line);
        var number = TakeField(ref line);
        var quality = TakeField(ref line);
        if (!line.IsEmpty)
        {
            Refuse("có nhiều hơn 5 cột", "it has more than 5 fields");
        }
        else if (FindSensor(sensor) is not { } address)
        {
            Refuse($"cảm biến '{Show(sensor)}' chưa được đăng ký", $"there is no registered sensor '{Show(sensor)}'");
        }
        else if (FindProperty(property) is not (>= 0 and var index))
        {
            Refuse($"không có thông số '{Show(property)}'", $"there is no property '{Show(property)}'");
        }
        else if (TimeOf(time) is not { } at)
        {
            Refuse(
                $"thời điểm '{Show(time)}' phải là mili giây Unix hoặc ISO 8601 có múi giờ, từ năm 1900 đến 2199",
                $"the time '{Show(time)}' must be Unix milliseconds or ISO 8601 with an offset, of the years 1900 to 2199");
        }
        else if (!Utf8Parser.TryParse(number, out double value, out var length) || length != number.Length || !double.IsFinite(value))
        {
            Refuse($"giá trị '{Show(number)}' không phải là số", $"the value '{Show(number)}' is no number");
        }
        else if (QualityOf(quality) is not { } trust)
        {
            Refuse($"chất lượng '{Show(quality)}' phải là ok, calibrating, fault hoặc để trống", $"the quality '{Show(quality)}' must be ok, calibrating, fault or empty");
        }
        else
        {
            // As ingest does: what no sensor can have measured is kept, and marked.
            var implausible = trust == Quality.Ok && !catalogue.Properties[index].IsPlausible(value);
            Implausible += implausible ? 1 : 0;
            Readings.Add(new ImportedReading(address, index, at, value, implausible ? Quality.Implausible : trust));
        }
    }

    // Files go sensor by sensor, mostly.
    private SensorAddress? FindSensor(ReadOnlySpan<byte> text)
    {
        if (!text.SequenceEqual(_sensorText))
        {
            _sensorText = text.ToArray();
            _sensor = _sensors.GetValueOrDefault(Encoding.UTF8.GetString(text));
        }

        return _sensor;
    }

    private int FindProperty(ReadOnlySpan<byte> text)
    {
        if (!text.SequenceEqual(_propertyText))
        {
            _propertyText = text.ToArray();
            _property = catalogue.Properties.TryGetIndex(Encoding.UTF8.GetString(text), out var index) ? index : -1;
        }

        return _property;
    }

    private static long? TimeOf(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out long at, out var length) || length != text.Length)
        {
            // A time without an offset could mean any zone.
            var given = Encoding.UTF8.GetString(text);
            var isTold = given is [.., 'Z'] || given.LastIndexOfAny(['+', '-']) > given.IndexOf('T', StringComparison.Ordinal);
            if (!given.Contains('T', StringComparison.Ordinal) || !isTold
                || !DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            {
                return null;
            }

            at = parsed.ToUnixTimeMilliseconds();
        }

        return at >= s_earliestMs && at < s_latestMs ? at : null;
    }

    private static Quality? QualityOf(ReadOnlySpan<byte> text) =>
        text.IsEmpty || text.SequenceEqual("ok"u8) ? Quality.Ok
        : text.SequenceEqual("calibrating"u8) ? Quality.Calibrating
        : text.SequenceEqual("fault"u8) ? Quality.Fault
        : text.SequenceEqual("implausible"u8) ? Quality.Implausible
        : null;

    private static string Show(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text.Length > 60 ? text[..60] : text);

    private void Refuse(string vietnamese, string english)
    {
        RefusedCount++;
        if (_refused.Count < MaxListed)
        {
            _refused.Add(new RefusedRow(_row, $"row {_row}: {english}", $"dòng {_row}: {vietnamese}"));
        }
    }
}
