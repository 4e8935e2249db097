using System.Collections.Frozen;

namespace IOC.Detection;

/// <summary>
/// On which days people of Viet Nam rest: weekends and public holidays after article 112 of the Labour Code 2019
/// (45/2019/QH14). The days that the government adds or swaps from year to year are not in it.
/// </summary>
/// <remarks>Tết and the Hùng Kings' day (10th of the 3rd lunar month) follow the lunar calendar at UTC+7. It parts from the
/// Chinese one, at UTC+8, where a new moon falls between 16:00 and 17:00 UTC: so in 2030, when Tết is a day earlier.</remarks>
public static class VietnamCalendar
{
    // The last day of the old lunar year to the 4th of the new: five days, as is usual.
    private const int DaysBeforeTet = 1;
    private const int DaysOfTet = 5;

    private static readonly DateOnly[] NewYears =
    [
        new(2024, 2, 10), new(2025, 1, 29), new(2026, 2, 17), new(2027, 2, 6), new(2028, 1, 26), new(2029, 2, 13), new(2030, 2, 2),
    ];

    private static readonly DateOnly[] HungKings =
    [
        new(2024, 4, 18), new(2025, 4, 7), new(2026, 4, 26), new(2027, 4, 16), new(2028, 4, 4), new(2029, 4, 23), new(2030, 4, 12),
    ];

    private static readonly FrozenSet<DateOnly> Lunar = HungKings
        .Concat(NewYears.SelectMany(day => Enumerable.Range(-DaysBeforeTet, DaysOfTet).Select(day.AddDays))).ToFrozenSet();

    /// <summary>The first day of the lunar years 2024 to 2030.</summary>
    public static IReadOnlyList<DateOnly> Tet => NewYears;

    /// <summary>The Hùng Kings' days of 2024 to 2030.</summary>
    public static IReadOnlyList<DateOnly> HungKingsDays => HungKings;

    /// <summary>Whether it is a Saturday, a Sunday or a public holiday. Lunar holidays are known from 2024 to 2030.</summary>
    public static bool IsRestDay(DateOnly day) =>
        day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday
        || (day.Month, day.Day) is (1, 1) or (4, 30) or (5, 1) or (9, 1) or (9, 2)
        || Lunar.Contains(day);
}
