namespace IOC.Detection;

/// <summary>How detectors judge; what belongs to one rule is in the rule.</summary>
public sealed record DetectionOptions
{
    /// <summary>Reporting period taken for a sensor that is not registered. Longer intervals are learned from what it
    /// sends. Default 5 minutes.</summary>
    public TimeSpan DefaultPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether unregistered sensors can be silent. Default true.</summary>
    public bool SilenceOfUnregistered { get; init; } = true;

    /// <summary>Silence: time after a deadline from which on a tick may say that it has passed. What was received in time stands in the
    /// log by then. Default 2 seconds; 0 to 1 minute.</summary>
    public TimeSpan SilenceGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>More than this many periods between two good values is a gap: what was seen before it says nothing of
    /// what was in between. Default 3; at least 1.</summary>
    public double GapPeriods { get; init; } = 3;

    /// <summary>Flatline: values that a run must have at least, so that a slow sensor needs more than two. Default 6; at
    /// least 2.</summary>
    public int FlatlineMinimumSamples { get; init; } = 6;

    /// <summary>Spike: values from which a series' baseline is learned before it judges. Default 60; 10 to 10,000.</summary>
    public int SpikeWarmUp { get; init; } = 60;

    /// <summary>Spike: share of a deviation by which the level follows it. Default 0.3; above 0, at most 1.</summary>
    public double SpikeLevelRate { get; init; } = 0.3;

    /// <summary>Spike: share by which the scale follows the deviations; 0.01 remembers about 100 values. Default 0.01;
    /// above 0, at most 1.</summary>
    public double SpikeScaleRate { get; init; } = 0.01;

    /// <summary>Spike: values in a row beyond the usual after which they are the new usual. Default 12; at least 2.</summary>
    public int SpikeAdaptAfter { get; init; } = 12;

    /// <summary>Spike: values in a row back inside after which it clears. Default 3; at least 1.</summary>
    public int SpikeClearAfter { get; init; } = 3;

    /// <summary>Spike: share of the property's plausible range below which a deviation is never counted as spread: the
    /// least standard deviation of a series. Default 0.0005.</summary>
    public double SpikeRangeFloor { get; init; } = 0.0005;

    /// <summary>Learned: readings of a series before anything is raised. Default 750; 50 to 100,000.</summary>
    public int LearnedWarmUp { get; init; } = 750;

    /// <summary>Learned: difference of the city's time from UTC; hours and rest days are those of the city. Default 7 hours.</summary>
    public TimeSpan LearnedUtcOffset { get; init; } = TimeSpan.FromHours(7);

    /// <summary>Learned: how far back a sensor whose learned state is new learns from history; zero = not at all. Default 28 days.</summary>
    public TimeSpan PrimeWindow { get; init; } = TimeSpan.FromDays(28);

    /// <summary>Learned: readings per property that it learns from history at most, the newest. Default 12,000; 100 to 100,000.</summary>
    public int PrimeReadings { get; init; } = 12_000;

    /// <summary>IANA name of the city's zone: clock means and schedules follow its clock. Default Asia/Ho_Chi_Minh. The host
    /// takes it from <c>Ioc:TimeZone</c>.</summary>
    public string TimeZone { get; set; } = "Asia/Ho_Chi_Minh";

    /// <summary>The detectors' state of a sensor that sent nothing for this long (by ticks) leaves memory. Default 30
    /// minutes.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Time between two searches for idle sensors (by ticks). Default 1 minute.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(DefaultPeriod > TimeSpan.Zero, nameof(DefaultPeriod));
        Require(SilenceGrace >= TimeSpan.Zero && SilenceGrace <= TimeSpan.FromMinutes(1), nameof(SilenceGrace));
        Require(GapPeriods >= 1, nameof(GapPeriods));
        Require(FlatlineMinimumSamples >= 2, nameof(FlatlineMinimumSamples));
        Require(SpikeWarmUp is >= 10 and <= 10_000, nameof(SpikeWarmUp));
        Require(SpikeLevelRate is > 0 and <= 1, nameof(SpikeLevelRate));
        Require(SpikeScaleRate is > 0 and <= 1, nameof(SpikeScaleRate));
        Require(SpikeAdaptAfter is >= 2 and <= 10_000, nameof(SpikeAdaptAfter));
        Require(SpikeClearAfter is >= 1 and <= 200, nameof(SpikeClearAfter));
        Require(SpikeRangeFloor >= 0, nameof(SpikeRangeFloor));
        Require(LearnedWarmUp is >= LearnedTuning.WarmUp and <= 100_000, nameof(LearnedWarmUp));
        Require(LearnedUtcOffset.Duration() <= TimeSpan.FromHours(14), nameof(LearnedUtcOffset));
        Require(PrimeWindow >= TimeSpan.Zero && PrimeWindow <= TimeSpan.FromDays(3660), nameof(PrimeWindow));
        Require(PrimeReadings is >= 100 and <= 100_000, nameof(PrimeReadings));
        Require(TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _), nameof(TimeZone));
        Require(IdleAfter > TimeSpan.Zero, nameof(IdleAfter));
        Require(SweepEvery > TimeSpan.Zero, nameof(SweepEvery));
    }

    private static void Require(bool holds, string setting)
    {
        if (!holds)
        {
            throw new ArgumentException($"Detection:{setting} is out of range.", setting);
        }
    }
}
