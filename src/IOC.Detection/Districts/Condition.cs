using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Three-valued truth (Kleene's strong logic): all is the least, any the greatest, not the opposite.</summary>
internal enum Truth : sbyte
{
    False = -1,
    Unknown = 0,
    True = 1,
}

/// <summary>A condition of a combination rule with what it names looked up.</summary>
internal abstract class Condition
{
    /// <summary>Whether it holds for a member of a district at an instant.</summary>
    public abstract Truth Of(District district, Member member, long atMs);

    /// <summary>All conditions in it that have no parts, in the order written.</summary>
    public abstract IEnumerable<Condition> Leaves();

    /// <summary>Compiles a condition.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="properties">The catalogue's properties.</param>
    /// <param name="watched">Number of a rule among those asked for; less than 0 for one that there is not.</param>
    public static Condition Compile(RuleCondition condition, PropertyCatalogue properties, Func<string, int> watched) => condition switch
    {
        RuleCondition.All all => new ManyCondition([.. all.Conditions.Select(c => Compile(c, properties, watched))], isAny: false),
        RuleCondition.Any any => new ManyCondition([.. any.Conditions.Select(c => Compile(c, properties, watched))], isAny: true),
        RuleCondition.Not not => new NotCondition(Compile(not.Condition, properties, watched)),
        RuleCondition.Value value => new ValueCondition(value, properties),
        RuleCondition.Raised raised => new RaisedCondition(raised, watched(raised.RuleId)),
        _ => throw new ArgumentException($"Unknown condition {condition.GetType().Name}.", nameof(condition)),
    };
}

/// <summary>All or any of several.</summary>
internal sealed class ManyCondition(Condition[] parts, bool isAny) : Condition
{
    public override Truth Of(District district, Member member, long atMs)
    {
        var result = isAny ? Truth.False : Truth.True;
        foreach (var part in parts)
        {
            var truth = part.Of(district, member, atMs);
            result = (truth > result) == isAny ? truth : result;
        }

        // Nothing written holds nothing: neither "all of none" nor "any of none" is a reason for an alert.
        return parts.Length == 0 ? Truth.Unknown : result;
    }

    public override IEnumerable<Condition> Leaves() => parts.SelectMany(p => p.Leaves());
}

/// <summary>The opposite.</summary>
internal sealed class NotCondition(Condition part) : Condition
{
    public override Truth Of(District district, Member member, long atMs) => (Truth)(-(sbyte)part.Of(district, member, atMs));

    public override IEnumerable<Condition> Leaves() => part.Leaves();
}

/// <summary>A current good value at or beyond a bound. A value that is missing, too old or not good is unknown.</summary>
internal sealed class ValueCondition : Condition
{
    public ValueCondition(RuleCondition.Value value, PropertyCatalogue properties)
    {
        Value = value;
        Property = properties.TryGetIndex(value.Property, out var index) ? index : -1;
    }

    public RuleCondition.Value Value { get; }

    /// <summary>Property index; -1 for one that there is not.</summary>
    public int Property { get; }

    public override Truth Of(District district, Member member, long atMs) => Find(district, member, atMs) switch
    {
        null => Truth.Unknown,
        { } series => series.Value >= Value.Above || series.Value <= Value.Below ? Truth.True : Truth.False,
    };

    /// <summary>The series with the current value; null when there is none.</summary>
    public MemberSeries? Find(District district, Member member, long atMs)
    {
        var about = Value.Sensor is null ? member : district.Find(Value.Sensor);
        return about?.Find(Property) is { } series && series.IsCurrent(atMs) ? series : null;
    }

    public override IEnumerable<Condition> Leaves() => [this];
}

/// <summary>Whether another rule has something raised about the sensor, or about its whole district.</summary>
internal sealed class RaisedCondition(RuleCondition.Raised raised, int watched) : Condition
{
    public RuleCondition.Raised Raised { get; } = raised;

    /// <summary>Number among the rules asked for; less than 0 for one that there is not.</summary>
    public int Watched { get; } = watched;

    public override Truth Of(District district, Member member, long atMs)
    {
        var about = Raised.Sensor is null ? member : district.Find(Raised.Sensor);
        if (Watched < 0 || about is null)
        {
            return Truth.Unknown;
        }

        return about.Raised[Watched] > 0 || district.Raised[Watched] > 0 ? Truth.True : Truth.False;
    }

    public override IEnumerable<Condition> Leaves() => [this];
}
