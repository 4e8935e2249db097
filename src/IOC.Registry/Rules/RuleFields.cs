using System.Globalization;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>An object of a rule file. Reading a bad field notes an error and gives a harmless value.</summary>
internal sealed class RuleFields(JsonPlace place, string file, CatalogueErrors errors)
{
    public JsonPlace Place => place;

    public bool Has(string field) => place[field] is not null;

    public void Error(string? field, string en, string vi)
    {
        var at = field is null ? null : place[field];
        var path = at?.Path ?? (field is null ? place.Path : place.Path.Length == 0 ? field : $"{place.Path}.{field}");
        errors.Add(file, (at ?? place).Line, path.Length == 0 ? null : path, en, vi);
    }

    /// <summary>Notes every field that is not among those known, and every one that occurs twice.</summary>
    public void Check(IReadOnlyCollection<string> known, string whatEn, string whatVi)
    {
        foreach (var group in place.Members.GroupBy(m => m.Name, StringComparer.Ordinal))
        {
            var first = group.First().Value;
            if (!known.Contains(group.Key, StringComparer.Ordinal))
            {
                var fields = string.Join(", ", known);
                var like = known.FirstOrDefault(k => string.Equals(k, group.Key, StringComparison.OrdinalIgnoreCase));
                errors.Add(file, first.Line, first.Path,
                    like is null ? $"{whatEn} has no field '{group.Key}'; it takes {fields}." : $"{whatEn} has no field '{group.Key}'; did you mean '{like}'?",
                    like is null ? $"{whatVi} không có trường '{group.Key}'; có thể dùng {fields}." : $"{whatVi} không có trường '{group.Key}'; có phải là '{like}'?");
            }
            else if (group.Skip(1).FirstOrDefault() is { Name: not null } again)
            {
                errors.Add(file, again.Value.Line, again.Value.Path, $"'{group.Key}' occurs twice; leave one out.", $"'{group.Key}' bị lặp; hãy bỏ một.");
            }
        }
    }

    public void Require(string field)
    {
        if (!Has(field))
        {
            Error(field, $"'{field}' is missing.", $"Thiếu '{field}'.");
        }
    }

    public string? Text(string field)
    {
        if (Of(field, JsonValueKind.String, "a text", "một chuỗi") is not { } value)
        {
            return null;
        }

        if (!string.IsNullOrWhiteSpace(value.Text))
        {
            return value.Text.Trim();
        }

        Error(field, "The text is empty.", "Chuỗi này không được để trống.");
        return null;
    }

    public string? SlugText(string field)
    {
        var text = Text(field);
        if (text is null || Slug.IsValid(text))
        {
            return text;
        }

        Error(field, $"'{text}' is no slug: 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit.",
            $"'{text}' không hợp lệ: 1 đến 64 ký tự a-z, 0-9, '-' và '_', bắt đầu bằng chữ hoặc số.");
        return null;
    }

    public LocalText? Local(string field)
    {
        if (Object(field) is not { } both)
        {
            return null;
        }

        both.Check(["vi", "en"], $"'{field}'", $"'{field}'");
        both.Require("vi");
        both.Require("en");
        return new LocalText(both.Text("vi") ?? "", both.Text("en") ?? "");
    }

    /// <summary>A finite number in a range, both ends allowed.</summary>
    public double? Number(string field, double min = double.MinValue, double max = double.MaxValue)
    {
        if (Of(field, JsonValueKind.Number, "a number", "một số") is not { } value)
        {
            return null;
        }

        if (double.IsFinite(value.Number) && value.Number >= min && value.Number <= max)
        {
            return value.Number;
        }

        var (from, to) = (Show(min), Show(max));
        Error(field, string.Create(CultureInfo.InvariantCulture, $"{value.Number} is out of range ({from} to {to})."),
            string.Create(CultureInfo.InvariantCulture, $"{value.Number} nằm ngoài khoảng cho phép ({from} đến {to})."));
        return null;
    }

    public int? Whole(string field, int min, int max)
    {
        var number = Number(field, min, max);
        if (number is not { } value || value == Math.Floor(value))
        {
            return (int?)number;
        }

        Error(field, "A whole number is needed.", "Cần một số nguyên.");
        return null;
    }

    public bool? Flag(string field)
    {
        if (place[field] is not { } value)
        {
            return null;
        }

        if (value.Kind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.Kind == JsonValueKind.True;
        }

        WrongKind(field, value, "true or false", "true hoặc false");
        return null;
    }

    /// <summary>An ISO 8601 duration of more than nothing, at most so long.</summary>
    public TimeSpan? Duration(string field, TimeSpan most)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        if (RuleTimes.Duration(text) is not { } duration)
        {
            Error(field, $"'{text}' is no duration; write it in days, hours, minutes and seconds (ISO 8601), such as PT30M, PT8H or P1D.",
                $"'{text}' không phải khoảng thời gian; viết theo ngày, giờ, phút, giây (ISO 8601), ví dụ PT30M, PT8H hoặc P1D.");
            return null;
        }

        if (duration > TimeSpan.Zero && duration <= most)
        {
            return duration;
        }

        Error(field, $"{text} is out of range (more than 0, at most {RuleTimes.Text(most)}).", $"{text} nằm ngoài khoảng cho phép (lớn hơn 0, tối đa {RuleTimes.Text(most)}).");
        return null;
    }

    public DateTimeOffset? Instant(string field, TimeZoneInfo zone)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        if (RuleTimes.Instant(text, zone) is { } at)
        {
            return at;
        }

        Error(field, $"'{text}' is no time; write a day (2026-01-01: from its midnight in the city's zone) or an instant with its offset (2026-01-01T00:00:00+07:00).",
            $"'{text}' không phải thời điểm; viết ngày (2026-01-01: từ 0 giờ theo múi giờ thành phố) hoặc thời điểm có múi giờ (2026-01-01T00:00:00+07:00).");
        return null;
    }

    public T? Choice<T>(string field, IEnumerable<(string Name, T Value)> choices)
        where T : struct =>
        place[field] is null || Text(field) is not { } text ? null : Choose(text, choices, (en, vi) => Error(field, en, vi));

    public RuleFields? Object(string field) =>
        Of(field, JsonValueKind.Object, "an object { ... }", "một đối tượng { ... }") is { } value ? new RuleFields(value, file, errors) : null;

    /// <summary>The items of a list; empty when there is none.</summary>
    public IReadOnlyList<JsonPlace> List(string field) => Of(field, JsonValueKind.Array, "a list [ ... ]", "một danh sách [ ... ]")?.Items ?? [];

    /// <summary>The objects of a list.</summary>
    public IEnumerable<RuleFields> Objects(string field)
    {
        foreach (var item in List(field))
        {
            if (item.Kind == JsonValueKind.Object)
            {
                yield return new RuleFields(item, file, errors);
            }
            else
            {
                errors.Add(file, item.Line, item.Path, $"An object {{ ... }} is needed here, not {item.KindName.En}.", $"Ở đây cần một đối tượng {{ ... }}, không phải {item.KindName.Vi}.");
            }
        }
    }

    /// <summary>The texts of a list, each turned into a value; what cannot be is noted.</summary>
    public List<T> Texts<T>(string field, Func<string, Action<string, string>, T?> read)
        where T : struct => TextItems(field, (item, all) =>
        {
            if (read(item.Text, (en, vi) => errors.Add(file, item.Line, item.Path, en, vi)) is { } value)
            {
                all.Add(value);
            }
        }, new List<T>());

    /// <summary>The slugs of a list.</summary>
    public List<string> Slugs(string field) => TextItems(field, (item, all) =>
    {
        if (Slug.IsValid(item.Text) && !all.Contains(item.Text))
        {
            all.Add(item.Text);
            return;
        }

        errors.Add(file, item.Line, item.Path, $"'{item.Text}' is no slug or occurs twice.", $"'{item.Text}' không hợp lệ hoặc bị lặp.");
    }, new List<string>());

    public static T? Choose<T>(string text, IEnumerable<(string Name, T Value)> choices, Action<string, string> error)
        where T : struct
    {
        foreach (var (name, value) in choices)
        {
            if (name == text)
            {
                return value;
            }
        }

        var known = string.Join(", ", choices.Select(c => c.Name));
        error($"'{text}' is unknown; use one of {known}.", $"'{text}' không có; dùng một trong {known}.");
        return null;
    }

    private List<T> TextItems<T>(string field, Action<JsonPlace, List<T>> take, List<T> all)
    {
        foreach (var item in List(field))
        {
            if (item.Kind == JsonValueKind.String)
            {
                take(item, all);
            }
            else
            {
                errors.Add(file, item.Line, item.Path, $"A text is needed here, not {item.KindName.En}.", $"Ở đây cần một chuỗi, không phải {item.KindName.Vi}.");
            }
        }

        return all;
    }

    private JsonPlace? Of(string field, JsonValueKind kind, string en, string vi)
    {
        var value = place[field];
        if (value is null || value.Kind == kind)
        {
            return value;
        }

        WrongKind(field, value, en, vi);
        return null;
    }

    private void WrongKind(string field, JsonPlace value, string en, string vi) =>
        Error(field, $"'{field}' must be {en}, not {value.KindName.En}.", $"'{field}' phải là {vi}, không phải {value.KindName.Vi}.");

    private static string Show(double bound) => bound switch
    {
        double.MinValue => "-∞",
        double.MaxValue => "∞",
        _ => bound.ToString(CultureInfo.InvariantCulture),
    };
}
