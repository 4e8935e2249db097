using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>An open alert at the moment of a hand-over.</summary>
/// <param name="Id">The alert.</param>
/// <param name="Title">Its title.</param>
/// <param name="Severity">Its priority.</param>
/// <param name="State">Its state.</param>
/// <param name="Hold">What held it back.</param>
/// <param name="Assignee">Who saw to it; null when nobody was named.</param>
public sealed record HandoverAlert(string Id, LocalText Title, Severity Severity, AlertState State, HoldKind Hold, string? Assignee)
{
    /// <summary>What it was about, by the name that it had then; null when it was about the district as a whole, and in what was written before names were kept.</summary>
    public LocalText? Name { get; init; }

    /// <summary>The district's name then; null in what was written before names were kept.</summary>
    public LocalText? District { get; init; }

    /// <summary>How many steps of its procedure were done; null when none was ever.</summary>
    public int? StepsDone { get; init; }

    /// <summary>Of how many.</summary>
    public int? StepsOf { get; init; }
}

/// <summary>A change of shift: who goes tells who comes how things stand, and who comes accepts. Recorded once; only the
/// acceptance is added, or that it was withdrawn before. Times are Unix milliseconds by the host's clock, UTC.</summary>
/// <param name="Id">Unique id.</param>
/// <param name="CreatedAtMs">When it was written.</param>
/// <param name="From">Who goes.</param>
/// <param name="To">Who comes.</param>
/// <param name="Summary">How things stand.</param>
/// <param name="Alerts">The alerts open at that moment, the most urgent first.</param>
/// <param name="AcceptedAtMs">When <paramref name="To"/> accepted; null = not yet.</param>
public sealed record ShiftHandover(
    string Id, long CreatedAtMs, string From, string To, string Summary, IReadOnlyList<HandoverAlert> Alerts, long? AcceptedAtMs)
{
    /// <summary>When it was withdrawn; null = it was not. Never beside an acceptance.</summary>
    public long? WithdrawnAtMs { get; init; }

    /// <summary>Who withdrew it; null = nobody did.</summary>
    public string? WithdrawnBy { get; init; }

    /// <summary>Whether it can still be accepted, or withdrawn.</summary>
    public bool IsPending => AcceptedAtMs is null && WithdrawnAtMs is null;
}

/// <summary>Port: where hand-overs are kept. Safe for use from any thread. A failure is an exception; after one, nothing is stored.</summary>
public interface IHandoverStore
{
    /// <summary>Stores a new one, durable on return.</summary>
    void Add(ShiftHandover handover);

    /// <summary>Adds the acceptance.</summary>
    /// <returns>False when there is no such hand-over, or when it was accepted or withdrawn before.</returns>
    bool Accept(string id, long atMs);

    /// <summary>Adds that it was withdrawn.</summary>
    /// <returns>False when there is no such hand-over, or when it was accepted or withdrawn before.</returns>
    bool Withdraw(string id, string by, long atMs);

    /// <summary>A hand-over by its id; null when there is none.</summary>
    ShiftHandover? Find(string id);

    /// <summary>Hand-overs, the latest first.</summary>
    /// <param name="limit">Most to return, 1 or more.</param>
    /// <param name="beforeMs">Only those written before this time; null = all.</param>
    IReadOnlyList<ShiftHandover> List(int limit, long? beforeMs = null);
}
