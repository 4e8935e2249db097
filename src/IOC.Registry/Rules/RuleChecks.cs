using System.Globalization;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>
/// Checks rules against the catalogue and against each other: what does not exist, what contradicts itself, what could never be
/// raised or never end. Every mistake is told, not only the first.
/// </summary>
internal sealed class RuleChecks(IReadOnlyDictionary<string, PropertyDefinition> properties, IReadOnlyDictionary<string, Area> areas, IEnumerable<SensorDefinition> sensors)
{
    private static readonly FindingKind[] ValueKinds = [FindingKind.Limit, FindingKind.Schedule];
    private readonly Dictionary<string, SensorDefinition> _sensors = sensors.DistinctBy(s => s.Address.Sensor, StringComparer.Ordinal).ToDictionary(s => s.Address.Sensor, StringComparer.Ordinal);

    public static RuleChecks For(Catalogue catalogue) => new(
        catalogue.Properties.All.ToDictionary(p => p.Code, StringComparer.Ordinal),
        catalogue.Areas.ToDictionary(a => a.Id, StringComparer.Ordinal),
        catalogue.Sensors);

    /// <summary>Checks one rule by itself against the catalogue.</summary>
    public void Check(PlacedRule placed)
    {
        if (placed.Fields is null)
        {
            // A line of the older form, checked where it is read.
            return;
        }

        CheckScope(placed);
        CheckValidity(placed);
        CheckLimits(placed);
        CheckPeriods(placed);
        CheckAverage(placed);
        CheckAggregate(placed);
        if (placed.Rule.When is { } when)
        {
            CheckCondition(placed, when);
        }
    }

    /// <summary>The rule's limits may be given with their unit; it must be the property's.</summary>
    private void CheckScope(PlacedRule placed)
    {
        var (rule, error) = (placed.Rule, placed.Error);
        var known = PropertyOf(rule);
        if (rule.Property is { } property && known is null)
        {
            error("scope", $"There is no property '{property}' in {PropertiesFile.Name}.", $"Không có đại lượng '{property}' trong {PropertiesFile.Name}.");
        }

        if (placed.Unit is { } unit && known?.Unit != unit)
        {
            error("unit", known is null ? "'unit' goes with a property." : $"'{known.Code}' is in {known.Unit}, not in '{unit}': convert the numbers.",
                known is null ? "'unit' phải đi cùng một đại lượng." : $"'{known.Code}' có đơn vị {known.Unit}, không phải '{unit}': hãy đổi các con số.");
        }

        if (rule.District is { } district && areas.GetValueOrDefault(district)?.Level != AreaLevel.District)
        {
            error("scope", $"There is no district '{district}' in {AreasFile.Name}.", $"Không có huyện '{district}' trong {AreasFile.Name}.");
            return;
        }

        if (rule.Sensor is { } sensor)
        {
            if (!_sensors.TryGetValue(sensor, out var definition))
            {
                error("scope", $"There is no sensor '{sensor}' in {SensorsFile.Name}.", $"Không có cảm biến '{sensor}' trong {SensorsFile.Name}.");
                return;
            }

            if (!rule.Covers(definition.Address))
            {
                error("scope", $"'{sensor}' is {definition.Address}: the scope covers nothing.", $"'{sensor}' là {definition.Address}: phạm vi này không có cảm biến nào.");
                return;
            }

            // A wider scope may wait for sensors that are yet to come: a city's rules do not change with its fleet.
            if (known is not null && !definition.Properties.Contains(known.Code, StringComparer.Ordinal))
            {
                error("scope", $"'{sensor}' reports no '{known.Code}'.", $"'{sensor}' không gửi '{known.Code}'.");
            }
        }
    }

    private static void CheckValidity(PlacedRule placed)
    {
        if (placed.Rule.ValidFrom >= placed.Rule.ValidTo)
        {
            placed.Error("validTo", "The rule is never valid: validTo must lie after validFrom.", "Luật không bao giờ có hiệu lực: validTo phải sau validFrom.");
        }
    }

    private void CheckLimits(PlacedRule placed)
    {
        var (rule, error) = (placed.Rule, placed.Error);
        if (rule.Kind == FindingKind.Limit && !placed.Spoilt && rule.Periods.Count > 0 == (rule.RaiseAbove is not null || rule.RaiseBelow is not null))
        {
            error("raise", "A limit rule needs either 'raise' or 'periods'.", "Luật limit cần hoặc 'raise' hoặc 'periods'.");
        }

        CheckRange(placed, "raise", rule.RaiseAbove, rule.RaiseBelow);
        if (rule.Kind == FindingKind.MissingShare && (rule.RaiseBelow is not null || rule.RaiseAbove is <= 0 or > 1))
        {
            error("raise", "A missing share is raised above a share of more than 0 to 1.", "Tỷ lệ thiếu số liệu dùng 'above' với tỷ lệ lớn hơn 0 đến 1.");
        }

        if (rule.Kind == FindingKind.Flatline && PropertyOf(rule) is { } property && rule.MinimumChange >= property.PlausibleMax - property.PlausibleMin)
        {
            error("tolerance", $"Every plausible value of '{property.Code}' counts as the same.", $"Mọi giá trị hợp lý của '{property.Code}' đều bị coi là như nhau.");
        }
    }

    private void CheckRange(PlacedRule placed, string field, double? above, double? below)
    {
        var (rule, error) = (placed.Rule, placed.Error);
        if (above <= below)
        {
            error(field, "The allowed range is empty: 'above' must be more than 'below'.", "Khoảng cho phép rỗng: 'above' phải lớn hơn 'below'.");
        }
        else if (rule.Hysteresis > 0 && above - below <= rule.Hysteresis)
        {
            error("hysteresis", "The hysteresis is as wide as the allowed range: it could never clear.", "Độ trễ rộng bằng khoảng cho phép: cảnh báo không bao giờ kết thúc.");
        }

        // A value outside the plausible range never reaches a limit, so such a limit would never be raised.
        var judged = ValueKinds.Contains(rule.Kind) || rule is { Kind: FindingKind.Aggregate, Aggregate.Function: <= AggregateFunction.Max };
        foreach (var limit in new[] { above, below })
        {
            if (judged && limit is { } value && PropertyOf(rule) is { } property && !property.IsPlausible(value))
            {
                var range = string.Create(CultureInfo.InvariantCulture, $"{property.PlausibleMin}..{property.PlausibleMax} {property.Unit}");
                error(field, $"The limit lies outside the plausible range of '{property.Code}' ({range}) and can never be reached.",
                    $"Ngưỡng nằm ngoài khoảng hợp lý của '{property.Code}' ({range}) nên không bao giờ đạt tới.");
            }
        }
    }

    private void CheckPeriods(PlacedRule placed)
    {
        var (periods, error) = (placed.Rule.Periods, placed.Error);
        foreach (var period in periods)
        {
            if (period.From >= period.To)
            {
                error("periods", "A period is empty: 'to' must lie after 'from'.", "Một giai đoạn rỗng: 'to' phải sau 'from'.");
            }

            if (period.RaiseAbove is null && period.RaiseBelow is null)
            {
                error("periods", "A period needs 'above' or 'below'; leave out a time without a limit.", "Giai đoạn cần 'above' hoặc 'below'; thời gian không có ngưỡng thì bỏ trống.");
            }

            CheckRange(placed, "periods", period.RaiseAbove, period.RaiseBelow);
        }

        var inOrder = periods.OrderBy(p => p.From ?? DateTimeOffset.MinValue).ToList();
        for (var i = 1; i < inOrder.Count; i++)
        {
            if ((inOrder[i - 1].To ?? DateTimeOffset.MaxValue) > (inOrder[i].From ?? DateTimeOffset.MinValue))
            {
                error("periods", "Periods overlap: each must begin where the one before has ended ('to' is the first day no longer covered).",
                    "Các giai đoạn chồng nhau: giai đoạn sau phải bắt đầu khi giai đoạn trước đã hết ('to' là ngày đầu tiên không còn áp dụng).");
                return;
            }
        }
    }

    private static void CheckAverage(PlacedRule placed)
    {
        var day = TimeSpan.FromDays(1);
        if (placed.Rule.Average is { Clock: true, Length: var length } && (length < day ? day.Ticks % length.Ticks : length.Ticks % day.Ticks) != 0)
        {
            placed.Error("average", "Means by the clock take a length that divides a day (PT1H, PT8H) or whole days (P1D).",
                "Trung bình theo đồng hồ cần độ dài chia hết một ngày (PT1H, PT8H) hoặc tròn ngày (P1D).");
        }
    }

    private void CheckAggregate(PlacedRule placed)
    {
        if (placed.Rule.Aggregate is not { } aggregate)
        {
            return;
        }

        var (rule, error) = (placed.Rule, placed.Error);
        var isShare = aggregate.Function is AggregateFunction.ShareBeyond or AggregateFunction.ShareSilent;
        if (rule.Property is null != (aggregate.Function == AggregateFunction.ShareSilent) && !placed.Spoilt)
        {
            error("scope", "The function share_silent is about whole sensors; every other one needs a property.", "Hàm share_silent tính trên cả cảm biến; mọi hàm khác cần một đại lượng.");
        }

        if (isShare && (rule.RaiseAbove is <= 0 or > 1 || rule.RaiseBelow is < 0 or >= 1))
        {
            error("raise", "A share is a number from 0 to 1.", "Tỷ lệ là số từ 0 đến 1.");
        }

        if (rule.Sensor is not null)
        {
            error("scope", "An aggregate is about a district's sensors, not about one.", "Luật aggregate tính trên các cảm biến của huyện, không phải một cảm biến.");
        }

        if (aggregate.Beyond is { } beyond && PropertyOf(rule) is { } property && !property.IsPlausible(beyond))
        {
            error("aggregate", $"'beyond' lies outside the plausible range of '{property.Code}'.", $"'beyond' nằm ngoài khoảng hợp lý của '{property.Code}'.");
        }
    }

    private void CheckCondition(PlacedRule placed, RuleCondition condition)
    {
        switch (condition)
        {
            case RuleCondition.All all:
                all.Conditions.ToList().ForEach(c => CheckCondition(placed, c));
                break;
            case RuleCondition.Any any:
                any.Conditions.ToList().ForEach(c => CheckCondition(placed, c));
                break;
            case RuleCondition.Not not:
                CheckCondition(placed, not.Condition);
                break;
            case RuleCondition.Raised raised:
                CheckOther(placed, raised.Sensor);
                break;
            case RuleCondition.Value value:
                CheckOther(placed, value.Sensor);
                CheckValue(placed, value);
                break;
        }
    }

    private void CheckValue(PlacedRule placed, RuleCondition.Value value)
    {
        if (!properties.TryGetValue(value.Property, out var property))
        {
            placed.Error("when", $"There is no property '{value.Property}' in {PropertiesFile.Name}.", $"Không có đại lượng '{value.Property}' trong {PropertiesFile.Name}.");
            return;
        }

        if (value.Above is { } above && !property.IsPlausible(above) || value.Below is { } below && !property.IsPlausible(below))
        {
            placed.Error("when", $"A bound lies outside the plausible range of '{property.Code}' and can never be reached.", $"Một ngưỡng nằm ngoài khoảng hợp lý của '{property.Code}' nên không bao giờ đạt tới.");
        }

        if (value.Above <= value.Below)
        {
            placed.Error("when", "Every value is at or beyond one of the bounds: 'above' must be more than 'below'.", "Mọi giá trị đều thỏa mãn: 'above' phải lớn hơn 'below'.");
        }

        if ((value.Sensor ?? placed.Rule.Sensor) is { } asked && _sensors.TryGetValue(asked, out var sensor) && !sensor.Properties.Contains(property.Code, StringComparer.Ordinal))
        {
            placed.Error("when", $"'{asked}' reports no '{property.Code}'.", $"'{asked}' không gửi '{property.Code}'.");
        }
    }

    private void CheckOther(PlacedRule placed, string? sensor)
    {
        if (sensor is null)
        {
            return;
        }

        if (!_sensors.TryGetValue(sensor, out var definition))
        {
            placed.Error("when", $"There is no sensor '{sensor}' in {SensorsFile.Name}.", $"Không có cảm biến '{sensor}' trong {SensorsFile.Name}.");
            return;
        }

        var district = placed.Rule.District ?? (placed.Rule.Sensor is { } own ? _sensors.GetValueOrDefault(own)?.Address.District : null);
        if (district != definition.Address.District)
        {
            placed.Error("when", $"'{sensor}' stands in district '{definition.Address.District}': narrow the scope to that district.",
                $"'{sensor}' thuộc huyện '{definition.Address.District}': hãy giới hạn phạm vi trong huyện đó.");
        }
    }

    private PropertyDefinition? PropertyOf(DetectionRule rule) => rule.Property is { } code ? properties.GetValueOrDefault(code) : null;
}
