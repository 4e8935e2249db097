namespace IOC.Grains;

/// <summary>How grains judge time and how the mailbox host runs them.</summary>
public sealed record GrainOptions
{
    /// <summary>Reporting period taken for a sensor that is not registered. Default 5 minutes.</summary>
    public TimeSpan DefaultPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A sensor is stale when its newest measurement is this many periods old. Default 3; more than 0.</summary>
    public double StalePeriods { get; init; } = 3;

    /// <summary>A sensor is silent when nothing came from it for this many periods. Default 5; more than 0. Larger than
    /// <see cref="StalePeriods"/>, a sensor that stops shows as stale first and then as silent.</summary>
    public double SilentPeriods { get; init; } = 5;

    /// <summary>A sensor grain that had no message for this long (by ticks) is put away. Default 30 minutes.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Time between two searches for idle grains (by ticks). Default 1 minute.</summary>
    public TimeSpan SweepEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Messages that one grain may handle before the next ready grain has its turn. Default 64; at least 1.</summary>
    public int Quantum { get; init; } = 64;

    /// <summary>Messages waiting in one mailbox from which on it counts as overlong. Default 1024; at least 1.</summary>
    public int MailboxSoftLimit { get; init; } = 1024;

    /// <summary>A turn longer than this counts as long. Default 5 ms.</summary>
    public TimeSpan LongTurn { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(DefaultPeriod > TimeSpan.Zero, nameof(DefaultPeriod));
        Require(StalePeriods > 0, nameof(StalePeriods));
        Require(SilentPeriods > 0, nameof(SilentPeriods));
        Require(IdleAfter > TimeSpan.Zero, nameof(IdleAfter));
        Require(SweepEvery > TimeSpan.Zero, nameof(SweepEvery));
        Require(Quantum >= 1, nameof(Quantum));
        Require(MailboxSoftLimit >= 1, nameof(MailboxSoftLimit));
        Require(LongTurn > TimeSpan.Zero, nameof(LongTurn));
    }

    private static void Require(bool holds, string setting)
    {
        if (!holds)
        {
            throw new ArgumentException($"Grains:{setting} is out of range.", setting);
        }
    }
}
