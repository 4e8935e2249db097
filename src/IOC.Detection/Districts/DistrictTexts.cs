using System.Globalization;
using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>What findings about several series say to a person.</summary>
internal static class DistrictTexts
{
    /// <summary>"PM2.5 12 µg/m³, 6 neighbours 80–110".</summary>
    public static LocalText Neighbour(PropertyDefinition property, double value, in NeighbourVerdict verdict)
    {
        var now = WithUnit(property, value);
        var range = $"{Number(property, verdict.Low)}–{Number(property, verdict.High)}";
        return new LocalText(
            $"{property.Name.Vi} {now}, {verdict.Count} trạm lân cận {range}",
            $"{property.Name.En} {now}, {verdict.Count} neighbours {range}");
    }

    /// <summary>"Mean of PM2.5 over 12 sensors: 85 µg/m³"; with a window, over what time.</summary>
    public static LocalText Aggregate(DistrictRule rule, PropertyDefinition? property, double figure, int count)
    {
        var asked = rule.Rule.Aggregate!;
        var (over, overVi) = rule.WindowMs > 0
            ? ($" (mean of {Span(rule.WindowMs, "h", "min", "s")})", $" (trung bình {Span(rule.WindowMs, "giờ", "phút", "giây")})")
            : (string.Empty, string.Empty);
        if (property is null || asked.Function is AggregateFunction.ShareSilent)
        {
            return new LocalText($"{Percent(figure)} trong {count} thiết bị ngừng gửi số liệu{overVi}", $"{Percent(figure)} of {count} sensors silent{over}");
        }

        if (asked.Function == AggregateFunction.ShareBeyond)
        {
            var bound = $"{(asked.BeyondIsBelow ? '≤' : '≥')} {WithUnit(property, asked.Beyond ?? 0)}";
            return new LocalText(
                $"{Percent(figure)} trong {count} thiết bị có {property.Name.Vi} {bound}{overVi}",
                $"{Percent(figure)} of {count} sensors with {property.Name.En} {bound}{over}");
        }

        var (vi, en) = asked.Function switch
        {
            AggregateFunction.Median => ("Trung vị", "Median"),
            AggregateFunction.Min => ("Nhỏ nhất", "Lowest"),
            AggregateFunction.Max => ("Lớn nhất", "Highest"),
            AggregateFunction.Sum => ("Tổng", "Sum"),
            _ => ("Trung bình", "Mean"),
        };
        var now = WithUnit(property, figure);
        return new LocalText(
            $"{vi} {property.Name.Vi} của {count} thiết bị: {now}{overVi}", $"{en} of {property.Name.En} over {count} sensors: {now}{over}");
    }

    /// <summary>The values of a combination's parts and what is raised of them: "Dimming level 80 %; Power 3 W".</summary>
    public static LocalText Combination(CombinationRule rule, District district, Member member, long atMs, PropertyCatalogue properties, Func<string, LocalText?> ruleName)
    {
        var vi = new List<string>();
        var en = new List<string>();
        foreach (var leaf in rule.Leaves)
        {
            if (leaf is ValueCondition value && value.Find(district, member, atMs) is { } series)
            {
                var property = properties[value.Property];
                var now = WithUnit(property, series.Value);
                vi.Add($"{About(district, value.Value.Sensor, isVi: true)}{property.Name.Vi} {now}");
                en.Add($"{About(district, value.Value.Sensor, isVi: false)}{property.Name.En} {now}");
            }
            else if (leaf is RaisedCondition raised && raised.Of(district, member, atMs) == Truth.True && ruleName(raised.Raised.RuleId) is { } name)
            {
                vi.Add(About(district, raised.Raised.Sensor, isVi: true) + name.Vi);
                en.Add(About(district, raised.Raised.Sensor, isVi: false) + name.En);
            }
        }

        return new LocalText(string.Join("; ", vi.Distinct(StringComparer.Ordinal)), string.Join("; ", en.Distinct(StringComparer.Ordinal)));
    }

    private static string About(District district, string? sensor, bool isVi)
    {
        if (sensor is null)
        {
            return string.Empty;
        }

        var name = district.Find(sensor)?.Definition?.Name;
        return $"{(isVi ? name?.Vi : name?.En) ?? sensor}: ";
    }

    private static string Percent(double share) => $"{Math.Round(100 * share).ToString(CultureInfo.InvariantCulture)} %";

    private static string WithUnit(PropertyDefinition property, double value) =>
        property.UnitLabel.Length == 0 ? Number(property, value) : $"{Number(property, value)} {property.UnitLabel}";

    private static string Number(PropertyDefinition property, double value) =>
        Math.Round(value, Math.Clamp(property.Decimals, 0, 10)).ToString("0.##########", CultureInfo.InvariantCulture);

    private static string Span(long ms, string hours, string minutes, string seconds) => ms switch
    {
        _ when ms % 3_600_000 == 0 => $"{(ms / 3_600_000).ToString(CultureInfo.InvariantCulture)} {hours}",
        _ when ms % 60_000 == 0 => $"{(ms / 60_000).ToString(CultureInfo.InvariantCulture)} {minutes}",
        _ => $"{(ms / 1000).ToString(CultureInfo.InvariantCulture)} {seconds}",
    };
}
