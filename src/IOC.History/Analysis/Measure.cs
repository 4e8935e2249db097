using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace IOC.History.Analysis;

/// <summary>What can be computed of a window.</summary>
public enum MeasureKind
{
    /// <summary>Number of readings.</summary>
    Count = 0,

    /// <summary>Arithmetic mean of the readings.</summary>
    Mean = 1,

    /// <summary>Smallest reading.</summary>
    Min = 2,

    /// <summary>Largest reading.</summary>
    Max = 3,

    /// <summary>Sum of the readings.</summary>
    Sum = 4,

    /// <summary>Earliest reading.</summary>
    First = 5,

    /// <summary>Latest reading.</summary>
    Last = 6,

    /// <summary>Sample standard deviation (n - 1); none of a single reading.</summary>
    StandardDeviation = 7,

    /// <summary>A percentile of the readings.</summary>
    Percentile = 8,

    /// <summary>Mean over time: each reading holds until the next one.</summary>
    TimeWeightedMean = 9,

    /// <summary>Hours above a limit (each reading holds until the next one); of several sensors, their mean.</summary>
    Exceedance = 10,

    /// <summary>How much a counter rose per hour; of several sensors, their sum. A fall is a counter that began anew at 0.</summary>
    Rate = 11,
}

/// <summary>One thing to compute: "mean", "p95", "exceedance:50".</summary>
/// <param name="Kind">What.</param>
/// <param name="Argument">Percentile: 0 to 100. Exceedance: the limit, in the property's unit. Else 0.</param>
public readonly record struct Measure(MeasureKind Kind, double Argument = 0)
{
    private static readonly Dictionary<string, MeasureKind> s_names = new(StringComparer.Ordinal)
    {
        ["count"] = MeasureKind.Count,
        ["mean"] = MeasureKind.Mean,
        ["min"] = MeasureKind.Min,
        ["max"] = MeasureKind.Max,
        ["sum"] = MeasureKind.Sum,
        ["first"] = MeasureKind.First,
        ["last"] = MeasureKind.Last,
        ["stddev"] = MeasureKind.StandardDeviation,
        ["twmean"] = MeasureKind.TimeWeightedMean,
        ["rate"] = MeasureKind.Rate,
    };

    /// <summary>The forms that <see cref="TryParse"/> reads, for error texts.</summary>
    public static string Forms { get; } = $"{string.Join(", ", s_names.Keys)}, p0..p100 (p99.9), exceedance:LIMIT";

    /// <summary>Whether values hold over time until the next reading.</summary>
    public bool IsOverTime => Kind is MeasureKind.TimeWeightedMean or MeasureKind.Exceedance or MeasureKind.Rate;

    /// <summary>Whether the totals of a run of readings are enough for it.</summary>
    public bool IsOfTotals => Kind <= MeasureKind.Last;

    /// <summary>Reads a measure as queries name it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Measure measure)
    {
        measure = default;
        if (text is null)
        {
            return false;
        }

        if (s_names.TryGetValue(text, out var kind))
        {
            measure = new Measure(kind);
            return true;
        }

        const string Exceedance = "exceedance:";
        if (text.StartsWith(Exceedance, StringComparison.Ordinal) && TryNumber(text.AsSpan(Exceedance.Length), out var limit))
        {
            measure = new Measure(MeasureKind.Exceedance, limit);
            return true;
        }

        if (text is ['p', .. var digits] && TryNumber(digits, out var percent) && percent is >= 0 and <= 100)
        {
            measure = new Measure(MeasureKind.Percentile, percent);
            return true;
        }

        return false;
    }

    /// <summary>The measure as queries name it.</summary>
    public override string ToString()
    {
        var (kind, number) = (Kind, Argument.ToString(CultureInfo.InvariantCulture));
        return kind switch
        {
            MeasureKind.Percentile => $"p{number}",
            MeasureKind.Exceedance => $"exceedance:{number}",
            _ => s_names.First(n => n.Value == kind).Key,
        };
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
