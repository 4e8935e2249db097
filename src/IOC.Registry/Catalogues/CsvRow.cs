using System.Globalization;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>A line of a catalogue file. Reading a bad cell notes an error and gives a harmless value.</summary>
internal sealed class CsvRow(string file, int line, IReadOnlyDictionary<string, int> places, string[] cells, CatalogueErrors errors)
{
    public int Line => line;

    public void Error(string? column, string en, string vi) => errors.Add(file, line, column, en, vi);

    /// <summary>The cell; null when empty.</summary>
    public string? Optional(string column) => places.TryGetValue(column, out var place) && cells[place] is { Length: > 0 } text ? text : null;

    public string Text(string column)
    {
        if (Optional(column) is { } text)
        {
            return text;
        }

        Error(column, "The cell is empty.", "Ô này không được để trống.");
        return "";
    }

    public LocalText Name() => new(Text("name_vi"), Text("name_en"));

    public string Slug(string column) => Optional(column) is null ? Text(column) : OptionalSlug(column) ?? "";

    public string? OptionalSlug(string column)
    {
        var text = Optional(column);
        if (text is null || Telemetry.Slug.IsValid(text))
        {
            return text;
        }

        Error(column, $"'{text}' is no slug: 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit.",
            $"'{text}' không hợp lệ: 1 đến 64 ký tự a-z, 0-9, '-' và '_', bắt đầu bằng chữ hoặc số.");
        return null;
    }

    /// <summary>A finite number in a range, both ends allowed.</summary>
    public double Number(string column, double min = double.MinValue, double max = double.MaxValue)
    {
        var text = Text(column);
        return text.Length == 0 ? 0 : OptionalNumber(column, min, max) ?? 0;
    }

    public double? OptionalNumber(string column, double min = double.MinValue, double max = double.MaxValue)
    {
        var text = Optional(column);
        if (text is null)
        {
            return null;
        }

        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            Error(column, $"'{text}' is no number; write it with a decimal point.", $"'{text}' không phải là số; dùng dấu chấm thập phân.");
            return null;
        }

        if (number >= min && number <= max)
        {
            return number;
        }

        var (from, to) = (Show(min), Show(max));
        Error(column, $"{text} is out of range ({from} to {to}).", $"{text} nằm ngoài khoảng cho phép ({from} đến {to}).");
        return null;
    }

    public DateOnly? OptionalDate(string column)
    {
        var text = Optional(column);
        if (text is null)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        Error(column, $"'{text}' is no date; write it as 2025-06-30.", $"'{text}' không phải là ngày; viết dạng 2025-06-30.");
        return null;
    }

    /// <summary>One of an enum's names in lower case; null when it is none.</summary>
    public T? Choice<T>(string column)
        where T : struct, Enum
    {
        var text = Text(column);
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        if (text.Length > 0)
        {
#pragma warning disable CA1308 // The file's own spelling is lower case.
            var known = string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()));
#pragma warning restore CA1308
            Error(column, $"'{text}' is unknown; use one of {known}.", $"'{text}' không có; dùng một trong {known}.");
        }

        return null;
    }

    private static string Show(double bound) => bound switch
    {
        double.MinValue => "-∞",
        double.MaxValue => "∞",
        _ => bound.ToString(CultureInfo.InvariantCulture),
    };
}
