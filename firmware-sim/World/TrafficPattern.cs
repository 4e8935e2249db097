namespace IOC.FirmwareSim.World;

/// <summary>How busy the roads are over the day and the week.</summary>
internal static class TrafficPattern
{
    /// <summary>Share of a road's usual peak demand: about 0.04 at night, 1 in the evening rush of a working day.</summary>
    public static double Demand(LocalClock time)
    {
        var waking = 1 / (1 + Math.Exp(-(time.Hour - 5.4) * 2.4)) / (1 + Math.Exp((time.Hour - 21.3) * 1.5));
        var lunch = time.Bell(12.3, 0.8);
        return time.IsWeekend
            ? 0.04 + (0.40 * waking) - (0.06 * lunch) + (0.18 * time.Bell(8.8, 1.4)) + (0.36 * time.Bell(18.4, 1.6))
            : 0.04 + (0.38 * waking) - (0.05 * lunch) + (0.52 * time.Bell(7.25, 0.62)) + (0.58 * time.Bell(17.5, 0.8));
    }
}
