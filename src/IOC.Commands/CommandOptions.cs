using IOC.Telemetry;

namespace IOC.Commands;

/// <summary>Settings of the commands.</summary>
public sealed class CommandOptions
{
    /// <summary>How long the first answer of a device may take. Doubled with each repetition. Default 10 s.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a device that accepted may take until it is asked again how it went. Doubled likewise. Default 1 minute.</summary>
    public TimeSpan DoneTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest wait between two repetitions. Default 5 minutes.</summary>
    public TimeSpan MaxRetryWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a command is sent to a device that is reachable and does not answer. Default 4.</summary>
    public int MaxAttempts { get; set; } = 4;

    /// <summary>Life of a command for which none is named. Default 1 hour.</summary>
    public TimeSpan DefaultLife { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Longest life that may be asked for. Default 7 days.</summary>
    public TimeSpan MaxLife { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Most commands without an outcome at a time; further ones are refused. Default 100,000.</summary>
    public int MaxOpen { get; set; } = 100_000;

    /// <summary>Most commands of one request. Default 10,000.</summary>
    public int MaxGroup { get; set; } = 10_000;

    /// <summary>How long commands with an outcome are kept. Default 400 days.</summary>
    public TimeSpan KeepFinished { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Problems with the settings, each with the setting's name; empty when there are none.</summary>
    public IReadOnlyList<LocalText> Validate()
    {
        List<LocalText> problems = [];

        void Require(bool holds, string setting, string vi, string en)
        {
            if (!holds)
            {
                problems.Add(new LocalText($"Commands:{setting} {vi}.", $"Commands:{setting} {en}."));
            }
        }

        Require(IsWithin(AckTimeout, TimeSpan.FromHours(1)), nameof(AckTimeout), "phải lớn hơn 0, tối đa 1 giờ", "must be more than 0 and at most 1 hour");
        Require(IsWithin(DoneTimeout, TimeSpan.FromDays(1)), nameof(DoneTimeout), "phải lớn hơn 0, tối đa 1 ngày", "must be more than 0 and at most 1 day");
        Require(IsWithin(MaxRetryWait, TimeSpan.FromDays(1)), nameof(MaxRetryWait), "phải lớn hơn 0, tối đa 1 ngày", "must be more than 0 and at most 1 day");
        Require(MaxAttempts is >= 1 and <= 100, nameof(MaxAttempts), "phải từ 1 đến 100", "must be 1 to 100");
        Require(MaxLife >= TimeSpan.FromSeconds(1) && MaxLife <= TimeSpan.FromDays(365), nameof(MaxLife), "phải từ 1 giây đến 365 ngày", "must be 1 second to 365 days");
        Require(DefaultLife >= TimeSpan.FromSeconds(1) && DefaultLife <= MaxLife, nameof(DefaultLife), "phải từ 1 giây đến Commands:MaxLife", "must be 1 second to Commands:MaxLife");
        Require(MaxOpen is >= 1 and <= 1_000_000, nameof(MaxOpen), "phải từ 1 đến 1000000", "must be 1 to 1000000");
        Require(MaxGroup is >= 1 and <= 100_000, nameof(MaxGroup), "phải từ 1 đến 100000", "must be 1 to 100000");
        Require(KeepFinished >= TimeSpan.FromDays(1), nameof(KeepFinished), "phải từ 1 ngày trở lên", "must be 1 day or more");
        return problems;
    }

    /// <summary>The wait after a try: <paramref name="first"/>, doubled with each further one, up to <see cref="MaxRetryWait"/>
    /// (but never less than <paramref name="first"/>).</summary>
    /// <param name="first">Wait after the first try.</param>
    /// <param name="tries">Number of tries, from 1.</param>
    internal long WaitMs(TimeSpan first, int tries)
    {
        var doubled = first.TotalMilliseconds * Math.Pow(2, Math.Min(tries - 1, 30));
        return (long)Math.Max(Math.Min(doubled, MaxRetryWait.TotalMilliseconds), first.TotalMilliseconds);
    }

    private static bool IsWithin(TimeSpan time, TimeSpan most) => time > TimeSpan.Zero && time <= most;
}
