namespace IOC.Host.Rules;

/// <summary>Settings of rules, section "Ioc:Rules".</summary>
public sealed class RuleOptions
{
    /// <summary>Whether the rule files are watched and taken in when they change. POST /api/v1/rules/reload works either way.</summary>
    public bool Watch { get; set; } = true;

    /// <summary>Seconds between two looks at the files where the operating system does not tell of changes, 1 to 3600.</summary>
    public int PollSeconds { get; set; } = 5;

    /// <summary>Milliseconds for which the files must rest before they are read: an editor may write in several steps. 50 to 60,000.</summary>
    public int SettleMilliseconds { get; set; } = 500;

    /// <summary>Most readings that one offline test of a rule may go through, 1000 or more.</summary>
    public long MaxTestReadings { get; set; } = 50_000_000;

    /// <summary>Most findings that an offline test lists; all are counted. 1 to 100,000.</summary>
    public int MaxTestFindings { get; set; } = 1000;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(PollSeconds is >= 1 and <= 3600, nameof(PollSeconds), "1 to 3600");
        Require(SettleMilliseconds is >= 50 and <= 60_000, nameof(SettleMilliseconds), "50 to 60000");
        Require(MaxTestReadings >= 1000, nameof(MaxTestReadings), "1000 or more");
        Require(MaxTestFindings is >= 1 and <= 100_000, nameof(MaxTestFindings), "1 to 100000");
    }

    private static void Require(bool holds, string setting, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"Rules:{setting} is out of range: use {range}.", setting);
        }
    }
}
