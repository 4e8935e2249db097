namespace IOC.Alerts;

/// <summary>What operators do.</summary>
public sealed partial class AlertBook
{
    /// <summary>Acknowledges an alert. Stored on return.</summary>
    /// <param name="id">The alert.</param>
    /// <param name="operatorId">Who; not blank.</param>
    /// <param name="note">What they wrote; cut at <see cref="AlertOptions.MaxNoteLength"/>.</param>
    /// <param name="nowMs">Host's clock, Unix milliseconds.</param>
    public AcknowledgeResult Acknowledge(string id, string operatorId, string? note, long nowMs) =>
        Acknowledge([id], operatorId, note, nowMs)[0];

    /// <summary>Acknowledges several alerts in one transaction; results in the order of the ids. A failure of the store
    /// is its exception, and nothing is acknowledged then.</summary>
    /// <inheritdoc cref="Acknowledge(string, string, string?, long)"/>
    public IReadOnlyList<AcknowledgeResult> Acknowledge(IReadOnlyList<string> ids, string operatorId, string? note, long nowMs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(operatorId);
        var kept = string.IsNullOrWhiteSpace(note) ? null : note[..Math.Min(note.Length, _options.MaxNoteLength)];

        // The pump waits for the gate, so what is not open is looked up outside it, and before anything is stored: a
        // failure then leaves nothing done. More rounds only when an alert closed meanwhile.
        var looked = new Dictionary<string, Alert?>(StringComparer.Ordinal);
        while (true)
        {
            List<string> absent;
            lock (_gate)
            {
                absent = [.. ids.Where(id => !_keys.ContainsKey(id) && !looked.ContainsKey(id))];
                if (absent.Count == 0)
                {
                    var draft = new AlertDraft(_open);
                    AcknowledgeResult[] results = [.. ids.Select(id => Acknowledge(draft, looked, id, operatorId, kept, nowMs))];
                    Commit(draft, _watermark);
                    return results;
                }
            }

            foreach (var id in absent)
            {
                looked.TryAdd(id, _store.Find(id));
            }
        }
    }

    private AcknowledgeResult Acknowledge(
        AlertDraft draft, Dictionary<string, Alert?> looked, string id, string operatorId, string? note, long nowMs)
    {
        if (!_keys.TryGetValue(id, out var key))
        {
            // Only closed alerts are not in memory.
            return looked[id] is { } stored && stored.Partition == Partition
                ? new AcknowledgeResult(id, AcknowledgeOutcome.Closed, stored)
                : new AcknowledgeResult(id, AcknowledgeOutcome.NotFound, null);
        }

        if (draft.OpenUnder(key) is not { } known)
        {
            // An id named twice in one call: the first time closed it.
            return new AcknowledgeResult(id, AcknowledgeOutcome.Closed, draft.Latest(key));
        }

        var (state, act) = AlertLifecycle.Next(known.State, AlertEvent.Acknowledged);
        if (act is not { } kind)
        {
            return new AcknowledgeResult(id, AcknowledgeOutcome.AlreadyAcknowledged, known);
        }

        var after = known with { State = state!.Value, AcknowledgedAtMs = nowMs, AcknowledgedBy = operatorId };
        return new AcknowledgeResult(id, AcknowledgeOutcome.Ok, draft.Put(after, kind, nowMs, nowMs, operatorId, note));
    }
}
