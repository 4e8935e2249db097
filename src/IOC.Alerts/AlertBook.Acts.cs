namespace IOC.Alerts;

/// <summary>What operators do.</summary>
public sealed partial class AlertBook
{
    private readonly Lock _acting = new();

    /// <summary>Acknowledges an alert. Stored on return.</summary>
    /// <param name="id">The alert.</param>
    /// <param name="operatorId">Who; not blank.</param>
    /// <param name="note">What they wrote; cut at <see cref="AlertOptions.MaxNoteLength"/>.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    public ActResult Acknowledge(string id, string operatorId, string? note, long nowMs) =>
        Act([id], new OperatorAct.Acknowledge(operatorId, note), nowMs)[0];

    /// <summary>Acknowledges several alerts, see <see cref="Act"/>.</summary>
    /// <inheritdoc cref="Acknowledge(string, string, string?, long)"/>
    public IReadOnlyList<ActResult> Acknowledge(IReadOnlyList<string> ids, string operatorId, string? note, long nowMs) =>
        Act(ids, new OperatorAct.Acknowledge(operatorId, note), nowMs);

    /// <summary>Does the same with several alerts in one transaction; results in the order of the ids. A failure of the store
    /// is its exception, and nothing is done then.</summary>
    /// <param name="ids">The alerts.</param>
    /// <param name="act">What to do.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    public IReadOnlyList<ActResult> Act(IReadOnlyList<string> ids, OperatorAct act, long nowMs)
    {
        // The pump waits for the gate, so what is not open is looked up outside it, and before anything is stored: a
        // failure then leaves nothing done. More rounds only when an alert closed meanwhile. Closed alerts change by
        // operators' notes only, and those wait for each other.
        lock (_acting)
        {
            var looked = new Dictionary<string, Alert?>(StringComparer.Ordinal);
            while (true)
            {
                List<string> absent;
                lock (_gate)
                {
                    Recover();
                    absent = [.. ids.Where(id => !_keys.ContainsKey(id) && !looked.ContainsKey(id))];
                    if (absent.Count == 0)
                    {
                        ActResult[] results = [];
                        var changed = Change(_watermark, draft => results = [.. ids.Select(id => Act(draft, looked, id, act, nowMs))]);
                        return WithOthers(results, changed);
                    }
                }

                foreach (var id in absent)
                {
                    looked.TryAdd(id, _store.Find(id));
                }
            }
        }
    }

    private static ActResult[] WithOthers(ActResult[] results, List<Alert> changed)
    {
        var named = results.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        List<Alert> others = [.. changed.Where(a => !named.Contains(a.Id))];
        if (others.Count > 0)
        {
            results[0] = results[0] with { Others = others };
        }

        return results;
    }

    private ActResult Act(AlertDraft draft, Dictionary<string, Alert?> looked, string id, OperatorAct act, long nowMs)
    {
        var open = OpenIn(draft, id);
        var known = open ?? draft.Changed(id) ?? looked.GetValueOrDefault(id);
        if (known is null || known.Partition != Partition)
        {
            return new ActResult(id, ActOutcome.NotFound, null);
        }

        var note = Cut(act.Note);
        if (open is null)
        {
            return nowMs - known.ClosedAtMs > (long)_options.NoteAfterClose.TotalMilliseconds ? new ActResult(id, ActOutcome.Closed, known)
                : act switch
                {
                    OperatorAct.AddNote => Done(draft.Put(known, AlertActKind.Noted, nowMs, nowMs, new(act.Operator, note))),
                    OperatorAct.Step late => Step(draft, known, late, note, nowMs),
                    _ => new ActResult(id, ActOutcome.Closed, known),
                };
        }

        return act switch
        {
            OperatorAct.Acknowledge => Acknowledge(draft, open, act.Operator, note, nowMs),
            OperatorAct.Reset => Reset(draft, open, act.Operator, note, nowMs),
            OperatorAct.Shelve shelve => Shelve(draft, open, shelve, nowMs),
            OperatorAct.Unshelve => Unshelve(draft, open, act.Operator, note, nowMs),
            OperatorAct.Assign assign => OperatorName.Same(open.Assignee, assign.To)
                ? new ActResult(id, ActOutcome.AlreadyAssigned, open)
                : Done(draft.Put(open with { Assignee = assign.To }, AlertActKind.Assigned, nowMs, nowMs, new(act.Operator, note, Target: assign.To))),
            OperatorAct.Release => open.Assignee is not { } assignee
                ? new ActResult(id, ActOutcome.NotAssigned, open)
                : Done(draft.Put(open with { Assignee = null }, AlertActKind.Released, nowMs, nowMs, new(act.Operator, note, Target: assignee))),
            OperatorAct.Step step => Step(draft, open, step, note, nowMs),
            OperatorAct.HandOver over => !OperatorName.Same(open.Assignee, over.Operator)
                ? new ActResult(id, ActOutcome.NotAssigned, open)
                : Done(draft.Put(open with { Assignee = over.To }, AlertActKind.HandedOver, nowMs, nowMs, new(act.Operator, note, Target: over.To))),
            _ => Done(draft.Put(open, AlertActKind.Noted, nowMs, nowMs, new(act.Operator, note))),
        };
    }

    private static ActResult Done(Alert alert) => new(alert.Id, ActOutcome.Ok, alert);

    private static ActResult Step(AlertDraft draft, Alert alert, OperatorAct.Step step, string? note, long nowMs)
    {
        var before = alert.Checklist;
        if (before is { Done.Count: > 0 } && (before.Procedure != step.Procedure || before.Version != step.Version))
        {
            return new ActResult(alert.Id, ActOutcome.OtherChecklist, alert);
        }

        var done = before is { Done.Count: > 0 } ? before.Done : [];
        if (done.Any(s => s.Id == step.Id) == step.Done)
        {
            return new ActResult(alert.Id, step.Done ? ActOutcome.StepIsDone : ActOutcome.StepIsNotDone, alert);
        }

        IReadOnlyList<ChecklistStep> after = step.Done
            ? [.. done, new ChecklistStep(step.Id, step.Operator, nowMs)]
            : [.. done.Where(s => s.Id != step.Id)];
        return Done(draft.Put(
            alert with { Checklist = new Checklist(step.Procedure, step.Version, step.Of, after) },
            step.Done ? AlertActKind.StepDone : AlertActKind.StepUndone, nowMs, nowMs,
            new(step.Operator, note, Target: $"{step.Procedure}/{step.Id}", Count: step.Version)));
    }

    private static ActResult Acknowledge(AlertDraft draft, Alert open, string by, string? note, long nowMs)
    {
        var (state, act) = AlertLifecycle.Next(open.State, AlertEvent.Acknowledged);
        return act is { } kind
            ? Done(draft.Put(open with { State = state!.Value, AcknowledgedAtMs = nowMs, AcknowledgedBy = by }, kind, nowMs, nowMs, new(by, note)))
            : new ActResult(open.Id, ActOutcome.AlreadyAcknowledged, open);
    }

    private static ActResult Reset(AlertDraft draft, Alert open, string by, string? note, long nowMs)
    {
        var (state, act) = AlertLifecycle.Next(open.State, AlertEvent.Reset);
        return act is { } kind
            ? Done(draft.Put(open with { State = state!.Value }, kind, nowMs, nowMs, new(by, note)))
            : new ActResult(open.Id, open.IsActive && open.Latched ? ActOutcome.ConditionHolds : ActOutcome.NotLatched, open);
    }

    private ActResult Shelve(AlertDraft draft, Alert open, OperatorAct.Shelve act, long nowMs)
    {
        if (act.UntilMs <= nowMs || act.UntilMs - nowMs > (long)_options.MaxShelving.TotalMilliseconds)
        {
            return new ActResult(open.Id, ActOutcome.BadEnd, open);
        }

        var key = AlertKey.Of(open);
        var before = _holds.Shelving(key);
        if (before?.By != act.Operator && _holds.ShelvedBy(act.Operator) >= _options.MaxShelvedPerOperator)
        {
            return new ActResult(open.Id, ActOutcome.TooManyShelved, open);
        }

        if (before is not null)
        {
            draft.Put(before with { EndedAtMs = nowMs, EndedBy = act.Operator });
        }

        var hold = NewHold(HoldKind.Shelved, key.Subject, key.RuleId, act.Operator, Cut(act.Note)!, nowMs) with { UntilMs = act.UntilMs, StartedAtMs = nowMs };
        draft.Put(hold);
        Start(draft, hold, nowMs, nowMs);
        return Done(draft.OpenUnder(key)!);
    }

    private ActResult Unshelve(AlertDraft draft, Alert open, string by, string? note, long nowMs)
    {
        var key = AlertKey.Of(open);
        if (_holds.Shelving(key) is not { } hold)
        {
            return new ActResult(open.Id, ActOutcome.NotShelved, open);
        }

        End(draft, hold, AlertActKind.Unshelved, nowMs, nowMs, by, note);
        return Done(draft.OpenUnder(key)!);
    }

    private string? Cut(string? note) => note?[..Math.Min(note.Length, _options.MaxNoteLength)];
}
