using IOC.Alerts;
using IOC.Host.Live;
using IOC.Host.Otlp;
using IOC.Host.Pump;
using IOC.Ingest.Log;
using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>What operators do with alerts: stored first, then shown to everyone.</summary>
internal sealed class AlertDesk(
    AlertBooks books, IReadOnlyList<PartitionState> partitions, IHandoverStore handovers, IAlertStore alerts, IReadingLog log, LiveView live, SubjectNames names, TimeProvider time, ILogger<AlertDesk> logger)
{
    // A hand-over is accepted or withdrawn, never both: what is given away with it goes before the acceptance is stored.
    private readonly Lock _ending = new();

    /// <summary>Does the same with several alerts; results in the order of the ids.</summary>
    public IReadOnlyList<ActResult> Act(IReadOnlyList<string> ids, OperatorAct act)
    {
        using var span = Spans.Begin("alerts.act");
        span?.SetTag("ioc.act", act.GetType().Name).SetTag("ioc.alerts", ids.Count);
        var results = books.Act(ids, act, NowMs());
        Show(results, act.GetType().Name);
        return results;
    }

    /// <summary>Takes something out of service.</summary>
    /// <exception cref="ArgumentException">The end does not lie after now and after the beginning.</exception>
    public Hold TakeOutOfService(Subject subject, string operatorName, string reason, long? fromMs, long? untilMs)
    {
        var (hold, changed) = books.Of(log.PartitionOf(subject.District))!.TakeOutOfService(subject, operatorName, reason, fromMs, untilMs, NowMs());
        Show(changed);
        return hold;
    }

    /// <summary>Puts it into service again; null when there is no such outage that has not ended.</summary>
    public Hold? ReturnToService(string holdId, string operatorName)
    {
        foreach (var book in books.All)
        {
            if (book.ReturnToService(holdId, operatorName, NowMs()) is var (hold, changed))
            {
                Show(changed);
                return hold;
            }
        }

        return null;
    }

    /// <summary>Writes a hand-over down, with the alerts open now that its writer sees.</summary>
    public ShiftHandover WriteHandover(string from, string to, string summary, Func<Alert, bool> seen)
    {
        var now = NowMs();
        var handover = new ShiftHandover(
            $"so-{Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(now)):N}", now, from, to, summary,
            [
                .. books.Open().Where(seen).OrderBy(a => a.Severity).ThenByDescending(a => a.RaisedAtMs).ThenBy(a => a.Id, StringComparer.Ordinal)
                    .Select(a => new HandoverAlert(a.Id, a.Title, a.Severity, a.State, a.Hold?.Kind ?? HoldKind.None, a.Assignee)
                    {
                        Name = a.Subject.Kind == SubjectKind.District ? null : names.Of(a.Subject),
                        District = names.District(a.Subject.District),
                        StepsDone = a.Checklist?.Done.Count,
                        StepsOf = a.Checklist?.Of,
                    }),
            ],
            AcceptedAtMs: null);
        handovers.Add(handover);
        return handover;
    }

    /// <summary>Accepts a hand-over: what the one who goes saw to goes to the one who comes.</summary>
    /// <param name="handover">The hand-over.</param>
    /// <param name="takes">Which alerts the one who comes may act on: the others stay with the one who goes.</param>
    /// <returns>The hand-over as it is now, and whether this accepted it; false when somebody did before, or not all could be stored.</returns>
    public (ShiftHandover Handover, bool Accepted) AcceptHandover(ShiftHandover handover, Func<Alert, bool> takes)
    {
        lock (_ending)
        {
            handover = handovers.Find(handover.Id) ?? handover;
            if (!handover.IsPending)
            {
                return (handover, false);
            }

            // The alerts first: whatever comes between, the acceptance can be asked for again, and gives what is left.
            var now = NowMs();
            var results = books.HandOver(handover.From, handover.To, handover.Id, now, takes);
            Show(results, nameof(OperatorAct.HandOver));
            return results.All(r => r.Outcome != ActOutcome.Failed) && handovers.Accept(handover.Id, now)
                ? (handover with { AcceptedAtMs = now }, true)
                : (handovers.Find(handover.Id)!, false);
        }
    }

    /// <summary>Withdraws a hand-over: it can no longer be accepted.</summary>
    /// <returns>The hand-over as it is now, and whether this withdrew it; false when it was accepted or withdrawn before.</returns>
    public (ShiftHandover Handover, bool Withdrawn) WithdrawHandover(ShiftHandover handover, string by)
    {
        lock (_ending)
        {
            var now = NowMs();
            return handovers.Withdraw(handover.Id, by, now)
                ? (handover with { WithdrawnAtMs = now, WithdrawnBy = by }, true)
                : (handovers.Find(handover.Id)!, false);
        }
    }

    /// <summary>The open alerts that stayed with the one who went when a hand-over was accepted, and are theirs still: ids by hand-over.</summary>
    public ILookup<string, string> Left(IReadOnlyList<ShiftHandover> written)
    {
        var accepted = written.Where(h => h.AcceptedAtMs is not null).ToLookup(h => h.From, OperatorName.Comparer);
        var left = new List<(string Handover, string Alert)>();
        foreach (var alert in books.Open().Where(a => a.Assignee is not null).OrderBy(a => a.Id, StringComparer.Ordinal))
        {
            var before = accepted[alert.Assignee!].Where(h => h.AcceptedAtMs >= alert.ReceivedAtMs).ToList();
            if (before.Count > 0)
            {
                var has = HasSince(alert);
                left.AddRange(before.Where(h => h.AcceptedAtMs >= has).Select(h => (h.Id, alert.Id)));
            }
        }

        return left.ToLookup(l => l.Handover, l => l.Alert, StringComparer.Ordinal);
    }

    // Since when its assignee has it, Unix milliseconds.
    private long HasSince(Alert alert) => alerts.ActsOf(alert.Id).LastOrDefault(a => a.Kind is AlertActKind.Assigned or AlertActKind.HandedOver)?.RecordedAtMs ?? alert.ReceivedAtMs;

    private void Show(IReadOnlyList<ActResult> results, string act)
    {
        foreach (var failure in results.Where(r => r.Outcome == ActOutcome.Failed).DistinctBy(r => r.Error))
        {
            logger.LogError(failure.Error, "An operator's act ({Act}) could not be stored", act);
        }

        // An act may change more than the alerts that it names: what an alert explained, that closed by it.
        Show([.. results.Where(r => r.Outcome == ActOutcome.Ok).Select(r => r.Alert!).Concat(results.SelectMany(r => r.Others))]);
    }

    private void Show(IReadOnlyList<Alert> changed)
    {
        live.UpdateAlerts([.. changed.Select(LiveMapping.Alert)]);
        foreach (var (partition, district) in changed.Select(a => (a.Partition, a.Subject.District)).Distinct())
        {
            partitions[partition].AlertsChanged(district);
        }
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
