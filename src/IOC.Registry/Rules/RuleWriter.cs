using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>
/// Writes rules in the one form that they are kept in: fields in a fixed order, what says nothing left out. Two rules are the
/// same exactly when their texts are.
/// </summary>
/// <param name="zone">The city's zone: its midnights are written as days.</param>
internal sealed class RuleWriter(TimeZoneInfo zone)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The rule's text.</summary>
    public string Write(DetectionRule rule)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            Write(json, rule);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private void Write(Utf8JsonWriter json, DetectionRule rule)
    {
        var form = RuleForm.Of(rule.Kind);
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        json.WriteString("kind", form.Name);
        Local(json, "name", rule.Name);
        json.WriteString("priority", rule.Severity.ToString());
        Scope(json, rule);
        Limits(json, rule, form);
        Duration(json, "for", rule.Duration);
        Parts(json, rule);
        Instant(json, "validFrom", rule.ValidFrom);
        Instant(json, "validTo", rule.ValidTo);
        if (rule.Latched)
        {
            json.WriteBoolean("latched", true);
        }

        Inhibits(json, rule.Inhibits);
        Local(json, "advice", rule.Advice);
        Local(json, "source", rule.Source);
        if (!rule.Enabled)
        {
            json.WriteBoolean("enabled", false);
        }

        json.WriteEndObject();
    }

    private static void Scope(Utf8JsonWriter json, DetectionRule rule)
    {
        if (rule is { Domain: null, District: null, Sensor: null, Property: null })
        {
            return;
        }

        json.WriteStartObject("scope");
        Text(json, "domain", rule.Domain);
        Text(json, "district", rule.District);
        Text(json, "sensor", rule.Sensor);
        Text(json, "property", rule.Property);
        json.WriteEndObject();
    }

    private void Limits(Utf8JsonWriter json, DetectionRule rule, RuleForm form)
    {
        if (rule.RaiseAbove is not null || rule.RaiseBelow is not null)
        {
            json.WriteStartObject("raise");
            Number(json, "above", rule.RaiseAbove);
            Number(json, "below", rule.RaiseBelow);
            json.WriteEndObject();
        }

        Number(json, "hysteresis", rule.Hysteresis == 0 ? null : rule.Hysteresis);
        if (form.FactorName is { } factor)
        {
            Number(json, factor, rule.Factor == 0 ? null : rule.Factor);
        }

        if (form.ChangeName is { } change)
        {
            Number(json, change, rule.MinimumChange == 0 ? null : rule.MinimumChange);
        }

        if (rule.Average is { } average)
        {
            json.WriteStartObject("average");
            Duration(json, "length", average.Length);
            json.WriteBoolean("clock", average.Clock);
            json.WriteNumber("minimumShare", average.MinimumShare);
            json.WriteEndObject();
        }

        if (rule.Periods.Count > 0)
        {
            json.WriteStartArray("periods");
            foreach (var period in rule.Periods)
            {
                json.WriteStartObject();
                Instant(json, "from", period.From);
                Instant(json, "to", period.To);
                Number(json, "above", period.RaiseAbove);
                Number(json, "below", period.RaiseBelow);
                Local(json, "source", period.Source);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void Parts(Utf8JsonWriter json, DetectionRule rule)
    {
        Duration(json, "window", rule.Window);
        Schedule(json, rule.Schedule);
        if (rule.Neighbours is { } neighbours)
        {
            json.WriteStartObject("neighbours");
            Number(json, "radius", neighbours.RadiusMetres);
            json.WriteNumber("minimum", neighbours.Minimum);
            json.WriteEndObject();
        }

        if (rule.Aggregate is { } aggregate)
        {
            json.WriteStartObject("aggregate");
            json.WriteString("function", Name(RulePartReader.Functions, aggregate.Function));
            json.WriteNumber("minimum", aggregate.Minimum);
            if (aggregate.Beyond is { } beyond)
            {
                json.WriteStartObject("beyond");
                json.WriteNumber(aggregate.BeyondIsBelow ? "below" : "above", beyond);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (rule.When is { } when)
        {
            json.WritePropertyName("when");
            Condition(json, when);
        }

        if (rule.Group is { } group)
        {
            json.WriteStartObject("group");
            Texts(json, "rules", group.Rules);
            Texts(json, "assets", [.. group.Assets.Select(a => Name(RulePartReader.AssetKinds, a))]);
            json.WriteNumber("minimum", group.Minimum);
            json.WriteNumber("share", group.Share);
            Duration(json, "within", group.Within);
            json.WriteEndObject();
        }
    }

    private static void Schedule(Utf8JsonWriter json, RuleSchedule? schedule)
    {
        if (schedule is null)
        {
            return;
        }

        json.WriteStartObject("schedule");
        json.WriteStartArray("windows");
        foreach (var window in schedule.Windows)
        {
            json.WriteStartObject();
            Texts(json, "days", [.. window.Days.Select(RuleTimes.Text)]);
            json.WriteString("from", RuleTimes.Text(window.From));
            json.WriteString("to", RuleTimes.Text(window.To));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Condition(Utf8JsonWriter json, RuleCondition condition)
    {
        json.WriteStartObject();
        switch (condition)
        {
            case RuleCondition.All all:
                Conditions(json, "all", all.Conditions);
                break;
            case RuleCondition.Any any:
                Conditions(json, "any", any.Conditions);
                break;
            case RuleCondition.Not not:
                json.WritePropertyName("not");
                Condition(json, not.Condition);
                break;
            case RuleCondition.Value value:
                json.WriteStartObject("value");
                json.WriteString("property", value.Property);
                Number(json, "above", value.Above);
                Number(json, "below", value.Below);
                Text(json, "sensor", value.Sensor);
                json.WriteEndObject();
                break;
            case RuleCondition.Raised raised:
                json.WriteStartObject("raised");
                json.WriteString("rule", raised.RuleId);
                Text(json, "sensor", raised.Sensor);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    private static void Conditions(Utf8JsonWriter json, string name, IReadOnlyList<RuleCondition> conditions)
    {
        json.WriteStartArray(name);
        foreach (var condition in conditions)
        {
            Condition(json, condition);
        }

        json.WriteEndArray();
    }

    private static void Inhibits(Utf8JsonWriter json, IReadOnlyList<RuleInhibition> inhibits)
    {
        if (inhibits.Count == 0)
        {
            return;
        }

        json.WriteStartArray("inhibits");
        foreach (var one in inhibits)
        {
            json.WriteStartObject();
            Texts(json, "rules", one.Rules);
            json.WriteString("scope", Name(RulePartReader.InhibitionScopes, one.Scope));
            Texts(json, "assets", [.. one.Assets.Select(a => Name(RulePartReader.AssetKinds, a))]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Name<T>((string Name, T Value)[] names, T value) =>
        Array.Find(names, n => EqualityComparer<T>.Default.Equals(n.Value, value)).Name;

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var text in texts)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Duration(Utf8JsonWriter json, string name, TimeSpan duration)
    {
        if (duration != TimeSpan.Zero)
        {
            json.WriteString(name, RuleTimes.Text(duration));
        }
    }

    private void Instant(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } instant)
        {
            json.WriteString(name, RuleTimes.Text(instant, zone));
        }
    }

    private static void Local(Utf8JsonWriter json, string name, LocalText? text)
    {
        if (text is not null)
        {
            json.WriteStartObject(name);
            json.WriteString("vi", text.Vi);
            json.WriteString("en", text.En);
            json.WriteEndObject();
        }
    }
}
