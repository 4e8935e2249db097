namespace IOC.Alerts;

/// <summary>How a duty began or ended. The numbers are stored: never renumber.</summary>
public enum DutyChange : byte
{
    /// <summary>The operator said so.</summary>
    Said = 0,

    /// <summary>A hand-over was accepted.</summary>
    Handover = 1,

    /// <summary>The operator's page was connected, or none was any more.</summary>
    Presence = 2,

    /// <summary>It had lasted as long as a duty may: somebody forgot to go.</summary>
    Limit = 3,
}

/// <summary>A time that an operator was on shift. Recorded once; only its end is added. Times are Unix milliseconds by the host's clock, UTC.</summary>
/// <param name="Id">Unique id.</param>
/// <param name="Operator">Who.</param>
/// <param name="FromMs">Since when.</param>
/// <param name="Began">How it began.</param>
/// <param name="UntilMs">Until when; null = still on shift.</param>
/// <param name="Ended">How it ended; null = it has not.</param>
public sealed record Duty(string Id, string Operator, long FromMs, DutyChange Began, long? UntilMs = null, DutyChange? Ended = null);

/// <summary>Port: where the shift log and the duties are kept. Safe for use from any thread. A failure is an exception; after one,
/// nothing of the call is stored.</summary>
public interface IShiftLog
{
    /// <summary>Number of the last entry; 0 when there is none.</summary>
    long LastNumber { get; }

    /// <summary>Writes entries, durable on return, and gives them their numbers. What comes from a known source is left out.</summary>
    /// <returns>Those that were written.</returns>
    IReadOnlyList<ShiftEntry> Add(IReadOnlyList<ShiftEntry> entries);

    /// <summary>An entry by its number; null when there is none.</summary>
    ShiftEntry? Find(long number);

    /// <summary>Entries, the last first.</summary>
    IReadOnlyList<ShiftEntry> List(ShiftLogQuery query);

    /// <summary>Stores the beginning of a duty.</summary>
    void Begin(Duty duty);

    /// <summary>Adds the end of a duty.</summary>
    /// <returns>False when there is none with this id, or when it had ended.</returns>
    bool End(string id, long atMs, DutyChange how);

    /// <summary>The duties that have not ended, by their beginning.</summary>
    IReadOnlyList<Duty> OnDuty();

    /// <summary>The duties that reach into a period, by their beginning.</summary>
    /// <param name="fromMs">Beginning, Unix milliseconds.</param>
    /// <param name="toMs">End, not contained.</param>
    IReadOnlyList<Duty> Duties(long fromMs, long toMs);
}
