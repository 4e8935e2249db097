using FsCheck;
using FsCheck.Fluent;

namespace IOC.Alerts.Tests.LifeCycle;

/// <summary>Something that happens to a book. The numbers choose among what there is at the time.</summary>
public sealed record Step(StepKind Kind, int Which, int Much)
{
    /// <summary>Kinds, the frequent ones several times.</summary>
    public static IReadOnlyList<StepKind> Kinds { get; } =
    [
        .. Enumerable.Repeat(StepKind.Raise, 8), .. Enumerable.Repeat(StepKind.Clear, 6), .. Enumerable.Repeat(StepKind.Tick, 4), .. Enumerable.Repeat(StepKind.Acknowledge, 3),
        .. Enum.GetValues<StepKind>(),
    ];

    /// <summary>Any step.</summary>
    public static Gen<Step> Any =>
        from kind in Gen.Elements<StepKind>(Kinds)
        from which in Gen.Choose(0, 1000)
        from much in Gen.Choose(0, 1000)
        select new Step(kind, which, much);
}

/// <summary>What may happen.</summary>
public enum StepKind
{
    /// <summary>A batch in which a condition begins.</summary>
    Raise,

    /// <summary>A batch in which a condition ends.</summary>
    Clear,

    /// <summary>A batch with several findings and a tick.</summary>
    Burst,

    /// <summary>A batch with a tick, some time later.</summary>
    Tick,

    /// <summary>A batch with a tick, hours later.</summary>
    LongTick,

    /// <summary>An operator's act.</summary>
    Acknowledge,

    /// <summary>An operator's act.</summary>
    Reset,

    /// <summary>An operator's act.</summary>
    Shelve,

    /// <summary>An operator's act.</summary>
    Unshelve,

    /// <summary>An operator's act.</summary>
    Assign,

    /// <summary>An operator's act.</summary>
    Release,

    /// <summary>An operator's act.</summary>
    Note,

    /// <summary>An operator's act.</summary>
    HandOver,

    /// <summary>An operator's act on several alerts.</summary>
    AcknowledgeAll,

    /// <summary>Something is taken out of service, now or later.</summary>
    TakeOut,

    /// <summary>Something is put into service again.</summary>
    PutBack,

    /// <summary>Suppression outside a batch.</summary>
    Suppress,

    /// <summary>The end of one.</summary>
    Unsuppress,

    /// <summary>The next save fails, and what was to be done is done again.</summary>
    FailOnce,

    /// <summary>The next save is stored, and the book is told that it failed: a connection that broke during a commit. Where restarts are played.</summary>
    BreakOnce,

    /// <summary>The process dies, and the log is read again from somewhere before.</summary>
    Restart,
}
