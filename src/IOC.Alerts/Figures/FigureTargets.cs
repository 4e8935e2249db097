using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// What the standards recommend for a system that is in order, per operator: ISA-18.2-2016 and IEC 62682, clause 16 (table of
/// recommended performance), which took most of the numbers from EEMUA publication 191. They are judged over at least 30 days.
/// </summary>
public static class FigureTargets
{
    /// <summary>Mean annunciations per ten minutes: very likely to be acceptable (about 150 a day).</summary>
    public const double Mean = 1;

    /// <summary>Mean annunciations per day: very likely to be acceptable.</summary>
    public const double MeanPerDay = 150;

    /// <summary>Mean annunciations per ten minutes: the most that can be managed (about 300 a day).</summary>
    public const double MostMean = 2;

    /// <summary>Most annunciations in any ten minutes.</summary>
    public const double Max = 10;

    /// <summary>Share of the ten-minute intervals above ten.</summary>
    public const double ShareAbove10 = 0.01;

    /// <summary>Share of the time in flood.</summary>
    public const double FloodShare = 0.01;

    /// <summary>Share of the ten worst among all annunciations: at most 5 %, better 1 %.</summary>
    public const double BadActorsShare = 0.05;

    /// <summary>Chattering and fleeting alerts: none, and a plan to mend each that occurs.</summary>
    public const int Chattering = 0;

    /// <summary>Stale alerts on any day: fewer than this.</summary>
    public const int Stale = 5;

    /// <summary>Share of the annunciations of a priority: about 80 % low, 15 % medium, 5 % high and, of four priorities, under 1 % critical.</summary>
    public static double ShareOf(Severity priority) => priority switch
    {
        Severity.P1 => 0.01,
        Severity.P2 => 0.05,
        Severity.P3 => 0.15,
        _ => 0.80,
    };
}
