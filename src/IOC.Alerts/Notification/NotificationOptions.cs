using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>How messages are sent, repeated and kept.</summary>
public class NotificationOptions
{
    /// <summary>Address of the operators' page, for links in messages: http or https; empty = no links.</summary>
    public string PageUrl { get; set; } = "";

    /// <summary>How often a message is tried before it is given up. Default 20: with the waits below, about four hours.</summary>
    public int MaxAttempts { get; set; } = 20;

    /// <summary>Wait after the first failure; doubled with each further one. Default 10 s.</summary>
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait between two tries. Default 15 minutes.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest wait that a receiver may ask for (Retry-After). Default 6 hours.</summary>
    public TimeSpan LongestRetryAfter { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long a try may take from the connection to the answer. Default 20 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Alerts that a message lists; it tells how many more there are. Default 50.</summary>
    public int MaxListed { get; set; } = 50;

    /// <summary>How long messages with an outcome are kept. Default 90 days.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Waits between tries.</summary>
    internal BackOff BackOff => new(FirstWait, LongestWait);

    /// <summary>Problems with the settings, each with the setting's name; empty when there are none.</summary>
    public IReadOnlyList<LocalText> Validate()
    {
        List<LocalText> problems = [];
        void Require(bool holds, string setting, string vi, string en)
        {
            if (!holds)
            {
                problems.Add(new LocalText($"Notification:{setting} {vi}", $"Notification:{setting} {en}"));
            }
        }

        Require(
            PageUrl.Length == 0 || (Uri.TryCreate(PageUrl, UriKind.Absolute, out var page) && page.Scheme is "http" or "https"),
            nameof(PageUrl), "phải là địa chỉ http hoặc https.", "must be an http or https address.");
        Require(MaxAttempts is >= 1 and <= 1000, nameof(MaxAttempts), "phải từ 1 đến 1000.", "must be 1 to 1000.");
        Require(FirstWait >= TimeSpan.FromMilliseconds(100), nameof(FirstWait), "phải từ 0,1 giây.", "must be 0.1 s or more.");
        Require(LongestWait >= FirstWait && LongestWait <= TimeSpan.FromDays(1), nameof(LongestWait), "phải từ FirstWait đến 1 ngày.", "must be FirstWait to 1 day.");
        Require(
            LongestRetryAfter >= TimeSpan.Zero && LongestRetryAfter <= TimeSpan.FromDays(7), nameof(LongestRetryAfter),
            "phải từ 0 đến 7 ngày.", "must be 0 to 7 days.");
        Require(Timeout >= TimeSpan.FromMilliseconds(100) && Timeout <= TimeSpan.FromMinutes(10), nameof(Timeout), "phải từ 0,1 giây đến 10 phút.", "must be 0.1 s to 10 minutes.");
        Require(MaxListed is >= 1 and <= 1000, nameof(MaxListed), "phải từ 1 đến 1000.", "must be 1 to 1000.");
        Require(Keep >= TimeSpan.FromHours(1), nameof(Keep), "phải từ 1 giờ.", "must be 1 hour or more.");
        return problems;
    }
}
