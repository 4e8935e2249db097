using IOC.Telemetry;

namespace IOC.Alerts.Notification;

/// <summary>Where a message is on its way. The numbers are stored: never renumber.</summary>
public enum DeliveryState : byte
{
    /// <summary>It waits for more alerts of its group.</summary>
    Collecting = 0,

    /// <summary>It waits for the end of the quiet hours.</summary>
    Held = 1,

    /// <summary>It is to be sent, for the first time or again.</summary>
    Pending = 2,

    /// <summary>The receiver took it. Final.</summary>
    Sent = 3,

    /// <summary>It was refused, or failed too often. Stays so until somebody asks for another try.</summary>
    GivenUp = 4,

    /// <summary>Before it was to be sent, all that it would have told was shelved, suppressed or taken out of service. Final.</summary>
    Withdrawn = 5,
}

/// <summary>What a message is for. The numbers are stored: never renumber.</summary>
public enum DeliveryPurpose : byte
{
    /// <summary>It tells what happened.</summary>
    Alerts = 0,

    /// <summary>It tells after quiet hours what was held.</summary>
    Summary = 1,

    /// <summary>The test button.</summary>
    Test = 2,
}

/// <summary>A message to one recipient of a channel, on its way or with its outcome. Immutable. Times are Unix milliseconds, UTC,
/// of the host's clock.</summary>
public sealed record Delivery
{
    /// <summary>Unique id; the key by which the receiver drops repeats.</summary>
    public required string Id { get; init; }

    /// <summary>Rises by one with each message; the order of messages.</summary>
    public required long Number { get; init; }

    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>The recipient; null when the channel is its own.</summary>
    public string? Recipient { get; init; }

    /// <summary>The route; null for a test.</summary>
    public string? Route { get; init; }

    /// <summary>The group, see <see cref="Notification.Route.GroupOf"/>.</summary>
    public string Group { get; init; } = "";

    /// <summary>What it is for.</summary>
    public DeliveryPurpose Purpose { get; init; }

    /// <summary>Language.</summary>
    public NoticeLanguage Language { get; init; }

    /// <summary>State.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>The most urgent priority in it.</summary>
    public Severity Severity { get; init; } = Severity.P4;

    /// <summary>Number of notices in it.</summary>
    public int Count { get; init; }

    /// <summary>When it was made.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>When something is to happen with it next; of no meaning once it has an outcome.</summary>
    public required long DueAtMs { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>When it was tried last.</summary>
    public long? TriedAtMs { get; init; }

    /// <summary>What the receiver answered last: HTTP status or SMTP reply code; null when nothing.</summary>
    public int? Status { get; init; }

    /// <summary>What went wrong last, in English; null when nothing.</summary>
    public string? Error { get; init; }

    /// <summary>When it got its outcome; null while it has none.</summary>
    public long? FinishedAtMs { get; init; }

    /// <summary>True while it has no outcome.</summary>
    public bool IsOpen => State < DeliveryState.Sent;
}

/// <summary>How a try to send went.</summary>
public enum SendResult
{
    /// <summary>The receiver took it.</summary>
    Sent,

    /// <summary>It may go another time.</summary>
    Retry,

    /// <summary>It never will as it is.</summary>
    Refused,
}

/// <summary>A try's result.</summary>
/// <param name="Result">How it went.</param>
/// <param name="Status">HTTP status or SMTP reply code; null when there was no answer.</param>
/// <param name="Error">What went wrong, in English and without secrets; null when nothing did.</param>
/// <param name="RetryAfter">How long the receiver asked to be left alone; null when it did not.</param>
/// <param name="ConcernsChannel">With <see cref="SendResult.Retry"/>: true when other messages would fail too (no connection, time-out, too many
/// requests), so that the whole channel rests.</param>
public sealed record SendOutcome(SendResult Result, int? Status = null, string? Error = null, TimeSpan? RetryAfter = null, bool ConcernsChannel = false);

/// <summary>The names of states and purposes in the API.</summary>
public static class DeliveryNames
{
    /// <summary>Name of a state.</summary>
    public static string Name(this DeliveryState state) => state switch
    {
        DeliveryState.Collecting => "collecting",
        DeliveryState.Held => "held",
        DeliveryState.Pending => "pending",
        DeliveryState.Sent => "sent",
        DeliveryState.GivenUp => "given_up",
        DeliveryState.Withdrawn => "withdrawn",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };

    /// <summary>Name of a purpose.</summary>
    public static string Name(this DeliveryPurpose purpose) => purpose switch
    {
        DeliveryPurpose.Alerts => "alerts",
        DeliveryPurpose.Summary => "summary",
        DeliveryPurpose.Test => "test",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "No such purpose."),
    };

    /// <summary>Reads the name of a state.</summary>
    public static bool TryParse(string? name, out DeliveryState state)
    {
        foreach (var candidate in Enum.GetValues<DeliveryState>())
        {
            if (candidate.Name() == name)
            {
                state = candidate;
                return true;
            }
        }

        state = default;
        return false;
    }
}
