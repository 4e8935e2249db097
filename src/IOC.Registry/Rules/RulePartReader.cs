using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Reads the parts of a rule that have fields of their own.</summary>
internal static class RulePartReader
{
    private static readonly TimeSpan LongestAverage = TimeSpan.FromDays(31);

    public static readonly (string Name, AggregateFunction Value)[] Functions =
    [
        ("mean", AggregateFunction.Mean), ("median", AggregateFunction.Median), ("min", AggregateFunction.Min), ("max", AggregateFunction.Max),
        ("sum", AggregateFunction.Sum), ("share_beyond", AggregateFunction.ShareBeyond), ("share_silent", AggregateFunction.ShareSilent),
    ];

    public static readonly (string Name, AssetKind Value)[] AssetKinds =
    [
        ("feeder", AssetKind.Feeder), ("cabinet", AssetKind.Cabinet), ("gateway", AssetKind.Gateway), ("road", AssetKind.Road),
        ("waterworks", AssetKind.Waterworks), ("other", AssetKind.Other),
    ];

    public static readonly (string Name, InhibitionScope Value)[] InhibitionScopes =
        [("subject", InhibitionScope.Subject), ("asset", InhibitionScope.Asset), ("district", InhibitionScope.District)];

    public static LimitPeriod[] Periods(RuleFields rule, TimeZoneInfo zone)
    {
        if (rule.Has("periods") && rule.List("periods").Count == 0)
        {
            rule.Error("periods", "'periods' is empty; leave it out or name a period.", "'periods' rỗng; hãy bỏ đi hoặc ghi một giai đoạn.");
        }

        // As an array, because no periods are always the same array: rules that say the same are equal then.
        return [.. rule.Objects("periods").Select(period =>
        {
            period.Check(["from", "to", "above", "below", "source"], "A period", "Giai đoạn");
            return new LimitPeriod(period.Instant("from", zone), period.Instant("to", zone), period.Number("above"), period.Number("below"), period.Local("source"));
        })];
    }

    public static RuleAverage? Average(RuleFields rule)
    {
        if (rule.Object("average") is not { } average)
        {
            return null;
        }

        average.Check(["length", "clock", "minimumShare"], "'average'", "'average'");
        average.Require("length");
        var length = average.Duration("length", LongestAverage);
        return length is null ? null : new RuleAverage(length.Value, average.Flag("clock") ?? false, average.Number("minimumShare", 0.01, 1) ?? 0.75);
    }

    public static RuleSchedule? Schedule(RuleFields rule)
    {
        if (rule.Object("schedule") is not { } schedule)
        {
            return null;
        }

        schedule.Check(["windows"], "'schedule'", "'schedule'");
        if (schedule.List("windows").Count == 0)
        {
            schedule.Error("windows", "A schedule needs at least one window.", "Lịch cần ít nhất một khung giờ.");
        }

        return new RuleSchedule([.. schedule.Objects("windows").Select(Window)]);
    }

    public static RuleNeighbours? Neighbours(RuleFields rule)
    {
        if (rule.Object("neighbours") is not { } neighbours)
        {
            return null;
        }

        neighbours.Check(["radius", "minimum"], "'neighbours'", "'neighbours'");
        neighbours.Require("minimum");
        return new RuleNeighbours(neighbours.Number("radius", 1, 1_000_000), neighbours.Whole("minimum", 2, 10_000) ?? 2);
    }

    public static RuleAggregate? Aggregate(RuleFields rule)
    {
        if (rule.Object("aggregate") is not { } aggregate)
        {
            return null;
        }

        aggregate.Check(["function", "minimum", "beyond"], "'aggregate'", "'aggregate'");
        aggregate.Require("function");
        aggregate.Require("minimum");
        var function = aggregate.Choice("function", Functions) ?? AggregateFunction.Mean;
        var beyond = aggregate.Object("beyond");
        beyond?.Check(["above", "below"], "'beyond'", "'beyond'");
        if (function == AggregateFunction.ShareBeyond != beyond is not null)
        {
            aggregate.Error("beyond", "'beyond' goes with the function share_beyond, and only with it.", "'beyond' đi cùng hàm share_beyond, và chỉ với hàm đó.");
        }
        else if (beyond is not null && beyond.Has("above") == beyond.Has("below"))
        {
            aggregate.Error("beyond", "'beyond' needs either 'above' or 'below'.", "'beyond' cần hoặc 'above' hoặc 'below'.");
        }

        var (above, below) = (beyond?.Number("above"), beyond?.Number("below"));
        return new RuleAggregate(function, aggregate.Whole("minimum", 1, 100_000) ?? 1, above ?? below, above is null && below is not null);
    }

    public static RuleGroup? Group(RuleFields rule)
    {
        if (rule.Object("group") is not { } group)
        {
            return null;
        }

        group.Check(["rules", "assets", "minimum", "share", "within"], "'group'", "'group'");
        foreach (var required in new[] { "minimum", "share", "within" })
        {
            group.Require(required);
        }

        return new RuleGroup(
            group.Slugs("rules"), Assets(group), group.Whole("minimum", 2, 100_000) ?? 2, group.Number("share", 0.001, 1) ?? 1,
            group.Duration("within", TimeSpan.FromDays(1)) ?? TimeSpan.FromMinutes(1));
    }

    public static RuleInhibition[] Inhibits(RuleFields rule) =>
    [
        .. rule.Objects("inhibits").Select(inhibits =>
        {
            inhibits.Check(["rules", "scope", "assets"], "An entry of 'inhibits'", "Mục của 'inhibits'");
            inhibits.Require("rules");
            inhibits.Require("scope");
            if (inhibits.Has("rules") && inhibits.List("rules").Count == 0)
            {
                inhibits.Error("rules", "Name at least one rule.", "Hãy ghi ít nhất một luật.");
            }

            var scope = inhibits.Choice("scope", InhibitionScopes) ?? InhibitionScope.Subject;
            if (scope != InhibitionScope.Asset && inhibits.Has("assets"))
            {
                inhibits.Error("assets", "'assets' goes with the scope asset only.", "'assets' chỉ đi cùng scope asset.");
            }

            return new RuleInhibition(inhibits.Slugs("rules"), scope, Assets(inhibits));
        }),
    ];

    public static RuleCondition? Condition(RuleFields condition)
    {
        string[] forms = ["all", "any", "not", "value", "raised"];
        condition.Check(forms, "A condition", "Điều kiện");
        if (forms.Count(condition.Has) != 1)
        {
            condition.Error(null, $"A condition is an object with exactly one of {string.Join(", ", forms)}.", $"Điều kiện là đối tượng có đúng một trong {string.Join(", ", forms)}.");
            return null;
        }

        return condition.Has("not") ? condition.Object("not") is { } not && Condition(not) is { } negated ? new RuleCondition.Not(negated) : null
            : condition.Has("value") ? Value(condition.Object("value"))
            : condition.Has("raised") ? Raised(condition.Object("raised"))
            : condition.Has("all") ? new RuleCondition.All(Conditions(condition, "all")) : new RuleCondition.Any(Conditions(condition, "any"));
    }

    private static List<RuleCondition> Conditions(RuleFields condition, string field)
    {
        if (condition.List(field).Count == 0)
        {
            condition.Error(field, $"'{field}' needs at least one condition.", $"'{field}' cần ít nhất một điều kiện.");
        }

        return [.. condition.Objects(field).Select(Condition).OfType<RuleCondition>()];
    }

    private static RuleCondition.Value? Value(RuleFields? value)
    {
        if (value is null)
        {
            return null;
        }

        value.Check(["property", "above", "below", "sensor"], "'value'", "'value'");
        value.Require("property");
        if (!value.Has("above") && !value.Has("below"))
        {
            value.Error(null, "'value' needs 'above' or 'below'.", "'value' cần 'above' hoặc 'below'.");
        }

        return value.SlugText("property") is { } property
            ? new RuleCondition.Value(property, value.Number("above"), value.Number("below"), value.SlugText("sensor"))
            : null;
    }

    private static RuleCondition.Raised? Raised(RuleFields? raised)
    {
        if (raised is null)
        {
            return null;
        }

        raised.Check(["rule", "sensor"], "'raised'", "'raised'");
        raised.Require("rule");
        return raised.SlugText("rule") is { } rule ? new RuleCondition.Raised(rule, raised.SlugText("sensor")) : null;
    }

    private static List<AssetKind> Assets(RuleFields fields) => fields.Texts("assets", (text, error) => RuleFields.Choose(text, AssetKinds, error));

    private static ScheduleWindow Window(RuleFields window)
    {
        window.Check(["days", "from", "to"], "A window", "Khung giờ");
        window.Require("from");
        window.Require("to");
        var days = window.Texts<DayOfWeek>("days", (text, error) =>
        {
            if (RuleTimes.Day(text) is { } day)
            {
                return day;
            }

            error($"'{text}' is no day; use mon, tue, wed, thu, fri, sat or sun.", $"'{text}' không phải ngày; dùng mon, tue, wed, thu, fri, sat hoặc sun.");
            return null;
        });
        return new ScheduleWindow(days, Time(window, "from"), Time(window, "to"));
    }

    private static ScheduleTime Time(RuleFields window, string field)
    {
        if (window.Text(field) is not { } text)
        {
            return new ScheduleTime(ScheduleOrigin.Midnight, TimeSpan.Zero);
        }

        if (RuleTimes.TimeOfDay(text) is { } time)
        {
            return time;
        }

        window.Error(field, $"'{text}' is no time of day; write 18:30, or sunrise or sunset, with an offset where needed (sunset-PT30M).",
            $"'{text}' không phải giờ trong ngày; viết 18:30, hoặc sunrise, sunset, thêm độ lệch nếu cần (sunset-PT30M).");
        return new ScheduleTime(ScheduleOrigin.Midnight, TimeSpan.Zero);
    }
}
