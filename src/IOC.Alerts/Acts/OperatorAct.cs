namespace IOC.Alerts;

/// <summary>What an operator does with an alert.</summary>
public abstract record OperatorAct
{
    private OperatorAct(string operatorId, string? note)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operatorId);
        Operator = operatorId;
        Note = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
    }

    /// <summary>Who.</summary>
    public string Operator { get; }

    /// <summary>What they wrote; null when nothing. Cut at <see cref="AlertOptions.MaxNoteLength"/> when recorded.</summary>
    public string? Note { get; }

    /// <summary>Acknowledges it.</summary>
    public sealed record Acknowledge(string OperatorId, string? Text = null) : OperatorAct(OperatorId, Text);

    /// <summary>Resets it, which is latched and whose condition is gone.</summary>
    public sealed record Reset(string OperatorId, string? Text = null) : OperatorAct(OperatorId, Text);

    /// <summary>Shelves its key until a time, for a reason (which is the note). A shelving in force is replaced.</summary>
    public sealed record Shelve : OperatorAct
    {
        /// <summary>Makes it.</summary>
        /// <param name="operatorId">Who.</param>
        /// <param name="untilMs">Until when, Unix milliseconds.</param>
        /// <param name="reason">Why; not blank.</param>
        public Shelve(string operatorId, long untilMs, string reason)
            : base(operatorId, reason)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(reason);
            UntilMs = untilMs;
        }

        /// <summary>Until when, Unix milliseconds.</summary>
        public long UntilMs { get; }
    }

    /// <summary>Ends the shelving.</summary>
    public sealed record Unshelve(string OperatorId, string? Text = null) : OperatorAct(OperatorId, Text);

    /// <summary>Gives it to somebody, also when another has it.</summary>
    /// <param name="OperatorId">Who gives it.</param>
    /// <param name="To">Who gets it; may be the same.</param>
    /// <param name="Text">Note.</param>
    public sealed record Assign(string OperatorId, string To, string? Text = null) : OperatorAct(OperatorId, Text);

    /// <summary>Takes it from whoever sees to it.</summary>
    public sealed record Release(string OperatorId, string? Text = null) : OperatorAct(OperatorId, Text);

    /// <summary>Writes a note, also for some time after it closed.</summary>
    public sealed record AddNote : OperatorAct
    {
        /// <summary>Makes it.</summary>
        /// <param name="operatorId">Who.</param>
        /// <param name="text">What; not blank.</param>
        public AddNote(string operatorId, string text)
            : base(operatorId, text) => ArgumentException.ThrowIfNullOrWhiteSpace(text);
    }

    /// <summary>Does a step of the alert's procedure, or takes that back; also for some time after the alert closed.</summary>
    /// <param name="OperatorId">Who.</param>
    /// <param name="Procedure">Id of the procedure.</param>
    /// <param name="Version">The version that they read.</param>
    /// <param name="Of">Number of its steps.</param>
    /// <param name="Id">The step.</param>
    /// <param name="Done">False takes it back.</param>
    /// <param name="Text">What they wrote.</param>
    public sealed record Step(string OperatorId, string Procedure, int Version, int Of, string Id, bool Done, string? Text = null)
        : OperatorAct(OperatorId, Text);

    /// <summary>At a change of shift: gives it to the next operator.</summary>
    /// <param name="OperatorId">Who goes.</param>
    /// <param name="To">Who comes.</param>
    /// <param name="HandoverId">Id of the hand-over.</param>
    public sealed record HandOver(string OperatorId, string To, string HandoverId) : OperatorAct(OperatorId, HandoverId);
}
