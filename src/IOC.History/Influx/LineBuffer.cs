using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using IOC.Telemetry;

namespace IOC.History.Influx;

/// <summary>
/// Readings as line protocol: <c>property,district=d,domain=m,sensor=s quality=0i,value=12.3 1767571200000</c>. No name of ours needs
/// escapes: they are slugs and property codes. Not for several threads.
/// </summary>
internal sealed class LineBuffer(PropertyCatalogue properties)
{
    private readonly Dictionary<(int Sensor, int Property), byte[]> _heads = [];
    private readonly ArrayBufferWriter<byte> _bytes = new(1 << 16);

    /// <summary>Readings held.</summary>
    public int Count { get; private set; }

    /// <summary>The lines, each with its end.</summary>
    public ReadOnlyMemory<byte> Lines => _bytes.WrittenMemory;

    public void Add(SensorAddress sensor, int property, long atMs, double value, Quality quality)
    {
        if (!_heads.TryGetValue((sensor.Ordinal, property), out var head))
        {
            head = Encoding.UTF8.GetBytes($"{properties[property].Code},district={sensor.District},domain={sensor.Domain},sensor={sensor.Sensor} quality=");
            _heads.Add((sensor.Ordinal, property), head);
        }

        var span = _bytes.GetSpan(head.Length + 80);
        head.CopyTo(span);
        var at = head.Length;
        span[at++] = (byte)('0' + (byte)quality);
        "i,value="u8.CopyTo(span[at..]);
        at += 8;

        // Adding 0 turns -0 into 0, as the embedded store has it. 17 digits at most: the shortest that come back bit for bit.
        (value + 0.0).TryFormat(span[at..], out var length, default, CultureInfo.InvariantCulture);
        at += length;
        span[at++] = (byte)' ';
        Utf8Formatter.TryFormat(atMs, span[at..], out length);
        at += length;
        span[at++] = (byte)'\n';
        _bytes.Advance(at);
        Count++;
    }

    public void Clear()
    {
        _bytes.ResetWrittenCount();
        Count = 0;
    }

    /// <summary>Lines as they are sent.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> lines)
    {
        using var compressed = new MemoryStream(lines.Length / 4);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(lines);
        }

        return compressed.ToArray();
    }
}
