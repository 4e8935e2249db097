using System.Globalization;
using System.Text;

namespace IOC.Host.Planning;

/// <summary>Rows of comma-separated values as RFC 4180 has them: quoted where needed, CR LF at the end of each.</summary>
internal sealed class CsvText
{
    private readonly StringBuilder _text = new();
    private bool _first = true;

    /// <summary>What UTF-8 text begins with so that Excel takes it for UTF-8.</summary>
    public const string ByteOrderMark = "\uFEFF";

    public int Length => _text.Length;

    public CsvText Add(string? value)
    {
        Separate();
        if (value is null)
        {
            return this;
        }

        // A text that begins like a formula would be run by a spreadsheet.
        var text = value is ['=' or '+' or '-' or '@', ..] ? "'" + value : value;
        _ = text.AsSpan().IndexOfAny("\",\r\n") < 0 ? _text.Append(text) : _text.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return this;
    }

    public CsvText Add(double? value)
    {
        Separate();
        _text.Append(CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    /// <summary>An instant twice: on the wall of a zone as spreadsheets read it, and in UTC.</summary>
    public CsvText AddTime(long atMs, TimeZoneInfo zone)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(atMs);
        Separate();
        _text.Append(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(at, zone):yyyy-MM-dd HH:mm:ss.FFF}");
        Separate();
        _text.Append(CultureInfo.InvariantCulture, $"{at:yyyy-MM-ddTHH:mm:ss.FFF}Z");
        return this;
    }

    public void EndRow()
    {
        _text.Append("\r\n");
        _first = true;
    }

    /// <summary>The rows so far as UTF-8; begins anew.</summary>
    public byte[] Take()
    {
        var bytes = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        return bytes;
    }

    private void Separate()
    {
        if (!_first)
        {
            _text.Append(',');
        }

        _first = false;
    }
}
