using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Faults;

/// <summary>How long a fault lasts: for a time, or for a number of reports.</summary>
internal readonly record struct FaultDuration(double Ms, int? Reports);

/// <summary>How long faults last, how large they are and what they do to a value.</summary>
internal static class FaultShapes
{
    private const double MinuteMs = 60_000;

    // Smoke is mostly fine dust, which PM10 counts too.
    private const double CoarseShare = 1.3;

    // Of a lane on which traffic stands: bumper to bumper, less what is between.
    private const double JammedOccupancy = 98;

    /// <summary>Tells whether a fault of this kind has a property of its own.</summary>
    public static bool ConcernsOneProperty(FaultKind kind) => kind
        is FaultKind.Spike or FaultKind.Stuck or FaultKind.Drift or FaultKind.LevelShift or FaultKind.Sentinel or FaultKind.NoiseBurst || IsOfLamp(kind);

    /// <summary>Tells whether it is something that really happens in the city, to several sensors at once.</summary>
    public static bool IsEvent(FaultKind kind) => kind is FaultKind.PollutionEpisode or FaultKind.Congestion;

    /// <summary>Tells whether only a lighting cabinet can have it.</summary>
    public static bool IsOfLamp(FaultKind kind) => kind is FaultKind.LampByDay or FaultKind.LampDark;

    /// <summary>Share of its full power that a cabinet burns with, whatever it is told; null when it does what it is told.</summary>
    public static double? Burning(FaultKind? kind) => kind switch { FaultKind.LampByDay => 1, FaultKind.LampDark => 0, _ => null };

    /// <summary>Tells whether a property can have such a fault. Rain, dimming and the energy counter stand still for
    /// hours when all is well, so that a stuck one is no fault.</summary>
    public static bool CanHave(string property, FaultKind kind) => IsOfLamp(kind) ? property == "power" : kind == FaultKind.Sentinel || property is not ("rain" or "dim" or "energy");

    /// <summary>Draws a duration.</summary>
    /// <param name="kind">What goes wrong.</param>
    /// <param name="property">The property concerned, where there is one.</param>
    /// <param name="periodMs">The sensor's period: a silence counts in missed reports.</param>
    /// <param name="dice">Where the draw comes from.</param>
    public static FaultDuration Duration(FaultKind kind, string? property, double periodMs, ref Dice dice) => kind switch
    {
        FaultKind.Spike => new(0, 1 + dice.Below(2)),
        FaultKind.Malformed => new(0, 1 + dice.Below(3)),
        FaultKind.Sentinel => new(dice.Between(1, 8) * MinuteMs, null),
        FaultKind.Stuck => new(dice.Between(65, 110) * MinuteMs * (property == "noise" ? 1 : 6), null),
        FaultKind.Drift => new(dice.Between(30, 120) * MinuteMs, null),
        FaultKind.LevelShift => new(dice.Between(10, 40) * MinuteMs, null),
        FaultKind.NoiseBurst => new(dice.Between(6, 20) * MinuteMs, null),
        FaultKind.Silence or FaultKind.Offline => new(0, (periodMs > 90_000 ? 11 : 7) + dice.Below(8)),
        FaultKind.ClockAhead => new(dice.Between(10, 60) * MinuteMs, null),
        FaultKind.LateDelivery => new(dice.Between(10, 60) * MinuteMs, null),
        FaultKind.LampByDay or FaultKind.LampDark => new(dice.Between(180, 360) * MinuteMs, null),
        FaultKind.FeederOutage => new(dice.Between(30, 70) * MinuteMs, null),
        FaultKind.GatewayOutage => new(dice.Between(15, 40) * MinuteMs, null),
        _ => new(dice.Between(60, 110) * MinuteMs, null),
    };

    /// <summary>Draws a size (see <see cref="Fault.Size"/>).</summary>
    public static double Size(FaultKind kind, PropertySpec? property, ref Dice dice)
    {
        var spike = property?.Spike ?? 0;
        return kind switch
        {
            FaultKind.Spike => Math.Round(spike * dice.Between(0.8, 1.6) * Sign(property!, ref dice), 2),
            FaultKind.LevelShift => Math.Round(0.5 * spike * dice.Between(0.7, 1.3) * Sign(property!, ref dice), 2),
            FaultKind.Drift => Math.Round(0.6 * spike * dice.Between(0.5, 1.5), 2),
            FaultKind.NoiseBurst => Math.Round(0.22 * spike * dice.Between(0.8, 1.4), 2),

            // 7999 is a possible count of vehicles, milligrams or kilowatt-hours.
            FaultKind.Sentinel => property!.Max > 2000 || dice.Unit() < 0.5 ? -9999 : 7999,
            FaultKind.ClockAhead => Math.Round(dice.Between(8, 180) * MinuteMs),
            _ => 0,
        };
    }

    /// <summary>What a property reads under a fault.</summary>
    /// <param name="fault">A fault of this sensor that concerns the property.</param>
    /// <param name="value">What it would read.</param>
    /// <param name="spec">The property.</param>
    /// <param name="unixMs">Time of the report.</param>
    /// <param name="stuckAt">What it read at the fault's start.</param>
    public static double Apply(Fault fault, double value, PropertySpec spec, long unixMs, double stuckAt) => fault.Kind switch
    {
        FaultKind.Spike or FaultKind.LevelShift => spec.Quantise(value + fault.Size),
        FaultKind.Drift => spec.Quantise(value + (fault.Size * (unixMs - fault.StartMs) / 3_600_000.0)),
        FaultKind.NoiseBurst => spec.Quantise(value + (fault.Size * Hash.Gauss(Hash.Mix(fault.Sensor.Key, 0xB057, (ulong)unixMs)))),
        FaultKind.Stuck => stuckAt,
        FaultKind.Sentinel => fault.Size,
        FaultKind.Congestion => spec.Quantise(Jam(value, spec.Code, fault.Size, EpisodeShare(fault, unixMs))),
        FaultKind.PollutionEpisode => spec.Quantise(value + (fault.Size * EpisodeShare(fault, unixMs) * (spec.Code == "pm10" ? CoarseShare : 1))),
        _ => value,
    };

    // Vehicles creep, fill the lanes and fewer of them pass.
    private static double Jam(double value, string property, double speed, double share) => property switch
    {
        "speed" => value + (Math.Min(0, speed - value) * share),
        "occupancy" => value + (Math.Max(0, JammedOccupancy - speed - value) * share),
        "flow" => value * (1 - (0.6 * share)),
        _ => value,
    };

    // Up within the first fifth, down over the last third: smoke spreads faster than it goes.
    private static double EpisodeShare(Fault fault, long unixMs)
    {
        var share = (unixMs - fault.StartMs) / (double)Math.Max(1, fault.EndMs - fault.StartMs);
        var rise = Math.Min(1, share / 0.2);
        var fall = Math.Min(1, (1 - share) / 0.33);
        return Math.Clamp(Math.Min(rise, fall), 0, 1);
    }

    // Down where down is what is abnormal and possible; dust and noise only go up.
    private static int Sign(PropertySpec property, ref Dice dice) => property.Code switch
    {
        "speed" or "humidity" => -1,
        "temp" or "pressure" or "voltage" => dice.Unit() < 0.5 ? -1 : 1,
        _ => 1,
    };
}
