namespace IOC.Commands;

/// <summary>What a device says about a command.</summary>
public enum CommandAnswer : byte
{
    /// <summary>It has it and is at work.</summary>
    Accepted,

    /// <summary>It did it.</summary>
    Done,

    /// <summary>It tried and could not.</summary>
    Failed,

    /// <summary>It will not do it: unknown, expired, out of its range.</summary>
    Rejected,
}

/// <summary>
/// The life of a command: pending → sent → accepted → an outcome. Pure: each step takes a command and the time and returns
/// the command after it, or the same object when nothing changes.
/// </summary>
/// <remarks>Two rules decide the rest. What the device says is the truth: "done" counts even after the host gave up
/// (marked late), and nothing overrules it. And no answer while the device is unreachable is no failure: the command waits
/// for its return, with its tries counted anew.</remarks>
public static class CommandLifecycle
{
    /// <summary>Longest detail of a device that is kept, characters.</summary>
    public const int MaxDetail = 200;

    /// <summary>Lets time pass.</summary>
    /// <param name="command">The command.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="reachable">Whether its device can be sent something now; asked only where it matters.</param>
    /// <param name="options">Times and limits.</param>
    /// <returns>The command, and whether it is to be sent now.</returns>
    public static (Command Command, bool Send) Pass(Command command, long nowMs, Func<bool> reachable, CommandOptions options)
    {
        switch (command.State)
        {
            case CommandState.Pending when nowMs >= command.ExpiresAtMs:
                return (Finish(command, command.AcceptedAtMs is null ? CommandState.Expired : CommandState.TimedOut, nowMs), false);
            case CommandState.Pending when reachable():
                return (Send(command with { Tries = 0 }, CommandState.Sent, options.AckTimeout, nowMs, options), true);
            case CommandState.Sent or CommandState.Accepted when nowMs >= command.NextAtMs:
                return Unanswered(command, nowMs, reachable, options);
            default:
                return (command, false);
        }
    }

    /// <summary>Takes a device's word.</summary>
    public static Command Answer(Command command, CommandAnswer answer, string? detail, long nowMs, CommandOptions options)
    {
        if (command.State.IsDevicesWord())
        {
            return command;
        }

        if (answer == CommandAnswer.Accepted)
        {
            return command.State is CommandState.Pending or CommandState.Sent
                ? Changed(command) with
                {
                    State = CommandState.Accepted,
                    AcceptedAtMs = command.AcceptedAtMs ?? nowMs,
                    Tries = 1,
                    NextAtMs = nowMs + options.WaitMs(options.DoneTimeout, 1),
                    Detail = Words(detail) ?? command.Detail,
                }
                : command;
        }

        // After the host gave up, a refusal changes nothing: nothing was done, as the state says already.
        if (!command.IsOpen && answer == CommandAnswer.Rejected)
        {
            return command;
        }

        var state = answer switch
        {
            CommandAnswer.Done => CommandState.Done,
            CommandAnswer.Failed => CommandState.Failed,
            _ => CommandState.Rejected,
        };
        return Finish(command, state, nowMs) with { Detail = Words(detail), Late = !command.IsOpen };
    }

    /// <summary>Takes a command back. What was sent already may be done all the same; then the device's word shows it.</summary>
    public static Command Cancel(Command command, string operatorName, long nowMs) =>
        command.IsOpen ? Finish(command, CommandState.Cancelled, nowMs) with { CancelledBy = operatorName } : command;

    /// <summary>Gives way to a newer command.</summary>
    public static Command Supersede(Command command, string by, long nowMs) =>
        command.IsOpen ? Finish(command, CommandState.Superseded, nowMs) with { SupersededBy = by } : command;

    private static (Command Command, bool Send) Unanswered(Command command, long nowMs, Func<bool> reachable, CommandOptions options)
    {
        if (nowMs >= command.ExpiresAtMs)
        {
            return (Finish(command, CommandState.TimedOut, nowMs), false);
        }

        if (!reachable())
        {
            return (Changed(command) with { State = CommandState.Pending, Tries = 0, NextAtMs = 0 }, false);
        }

        // A device that accepted is asked by repetition as well: it does nothing twice and says again how far it is.
        return command.Tries >= options.MaxAttempts
            ? (Finish(command, CommandState.TimedOut, nowMs), false)
            : (Send(command, command.State, command.State == CommandState.Sent ? options.AckTimeout : options.DoneTimeout, nowMs, options), true);
    }

    private static Command Send(Command command, CommandState state, TimeSpan firstWait, long nowMs, CommandOptions options) => Changed(command) with
    {
        State = state,
        Attempts = command.Attempts + 1,
        Tries = command.Tries + 1,
        NextAtMs = nowMs + options.WaitMs(firstWait, command.Tries + 1),
        SentAtMs = command.SentAtMs ?? nowMs,
    };

    private static Command Finish(Command command, CommandState state, long nowMs) =>
        Changed(command) with { State = state, FinishedAtMs = nowMs, NextAtMs = 0 };

    private static Command Changed(Command command) => command with { Revision = command.Revision + 1 };

    private static string? Words(string? detail)
    {
        if (string.IsNullOrWhiteSpace(detail))
        {
            return null;
        }

        var clean = string.Concat(detail.Trim().Where(c => !char.IsControl(c)));
        if (clean.Length > MaxDetail)
        {
            // Not between the two halves of a character.
            clean = clean[..(char.IsHighSurrogate(clean[MaxDetail - 1]) ? MaxDetail - 1 : MaxDetail)];
        }

        return clean;
    }
}
