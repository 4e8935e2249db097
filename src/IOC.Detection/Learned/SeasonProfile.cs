namespace IOC.Detection;

/// <summary>What is usual at an hour of the day: a common profile, and one each for working and rest days, used once they
/// have shown that they foretell better.</summary>
internal struct SeasonProfile
{
    /// <summary>Hours of a day.</summary>
    public const int Hours = 24;

    /// <summary>Numbers per series: level and spread by hour, level by hour of working days and of rest days.</summary>
    public const int Cells = 4 * Hours;

    /// <summary>Counters per series: common, working days, rest days.</summary>
    public const int Counters = 3 * Hours;

    private const double ErrorRate = 0.001;
    private const int Spread = Hours;
    private const int ByDayType = 2 * Hours;

    /// <summary>Usual error of the common profile, and of those by day type.</summary>
    public double CommonError;

    /// <summary>See <see cref="CommonError"/>.</summary>
    public double DayTypeError;

    /// <summary>What is usual at the hour; NaN when nothing is known of it.</summary>
    public readonly double Usual(ReadOnlySpan<float> cells, ReadOnlySpan<ushort> counts, int hour, bool rest, int readings)
    {
        if (counts[hour] == 0)
        {
            return double.NaN;
        }

        var own = hour + (rest ? Hours : 0);
        var better = readings > LearnedTuning.DayTypeAfter && counts[Hours + own] > 0 && DayTypeError < LearnedTuning.DayTypeGain * CommonError;
        return better ? cells[ByDayType + own] : cells[hour];
    }

    /// <summary>Usual distance from the profile at the hour.</summary>
    public static double SpreadAt(ReadOnlySpan<float> cells, int hour) => cells[Spread + hour];

    /// <summary>Learns a reading.</summary>
    public void Learn(Span<float> cells, Span<ushort> counts, int hour, bool rest, double value, int readings)
    {
        var own = hour + (rest ? Hours : 0);
        if (counts[hour] > 0)
        {
            var error = Math.Abs(value - cells[hour]);
            Follow(ref cells[Spread + hour], error, counts[hour]);
            if (counts[Hours + own] > 0)
            {
                var rate = Math.Max(ErrorRate, 1.0 / readings);
                CommonError += rate * (error - CommonError);
                DayTypeError += rate * (Math.Abs(value - cells[ByDayType + own]) - DayTypeError);
            }
        }

        counts[hour] = Next(counts[hour]);
        Follow(ref cells[hour], value, counts[hour]);
        counts[Hours + own] = Next(counts[Hours + own]);
        Follow(ref cells[ByDayType + own], value, counts[Hours + own]);
    }

    private static ushort Next(ushort count) => count == ushort.MaxValue ? count : (ushort)(count + 1);

    private static void Follow(ref float cell, double value, int count) =>
        cell += (float)(Math.Max(1.0 / count, LearnedTuning.ProfileRate) * (value - cell));
}
