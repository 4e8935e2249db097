using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>One batch's work: which groups begin, go on or end, and which alerts are explained by which.</summary>
internal sealed class GroupingWork(GroupingPlan plan, ActiveAlerts active, AlertBatch batch)
{
    private readonly SortedDictionary<int, GroupTarget> _targets = [];
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<GroupTarget, long> _ended = [];
    private readonly HashSet<string> _explainers = new(StringComparer.Ordinal);

    /// <summary>Takes alerts that changed, or are to be looked at again.</summary>
    public void Touch(IEnumerable<Alert> alerts)
    {
        foreach (var alert in alerts.ToList())
        {
            active.Put(alert);
            _alerts[alert.Id] = alert;
            foreach (var target in alert.Sensor is { } sensor ? plan.TargetsOf(sensor) : [])
            {
                if (target.Counted.Contains(alert.RuleId))
                {
                    _targets[target.Order] = target;
                }
            }

            if (plan.TargetOf(alert) is { } own)
            {
                _targets[own.Order] = own;
                if (!alert.IsActive)
                {
                    // It no longer stands above these.
                    own.Below.ForEach(b => _targets[b.Target.Order] = b.Target);
                }
            }
        }
    }

    public void Run()
    {
        EndGone();

        // From above: a group higher up explains those below, so they need not begin.
        for (var target = NextAfter(-1); target is not null; target = NextAfter(target.Order))
        {
            Judge(target);
        }

        Expand();
        foreach (var alert in _alerts.Values.OrderBy(a => a.Id, StringComparer.Ordinal))
        {
            Settle(alert.Id);
            Explain(alert.Id);
        }

        foreach (var id in _explainers.Order(StringComparer.Ordinal))
        {
            Describe(id);
        }
    }

    // Judging may add some that lie lower.
    private GroupTarget? NextAfter(int order) => _targets.FirstOrDefault(t => t.Key > order).Value;

    // After a change of the catalogue: a group whose rule no longer asks for that asset has nobody to end it.
    private void EndGone()
    {
        foreach (var group in _alerts.Values.Where(a => a.Kind == FindingKind.Group && ActiveAlerts.Holds(a) && plan.TargetOf(a) is null).ToList())
        {
            Put(batch.Apply(Word(group.Subject, group.RuleId, group.RuleSeverity, FindingTransition.Cleared, batch.NowMs)), group.Id);
        }
    }

    private void Judge(GroupTarget target)
    {
        var group = batch.OpenUnder(target.Subject, target.Rule.Id);
        if (group is { IsActive: true })
        {
            _explainers.Add(group.Id);
        }

        if (group is not null && ActiveAlerts.Holds(group))
        {
            if (GroupJudge.IsOver(target, active, GroupJudge.SinceOf(group)))
            {
                _ended[target] = GroupJudge.SinceOf(group);
                target.Below.ForEach(b => _targets[b.Target.Order] = b.Target);
                Put(batch.Apply(Word(target.Subject, target.Rule.Id, target.Rule.Severity, FindingTransition.Cleared, batch.NowMs)), group.Id);
            }

            return;
        }

        if (!target.Above.Exists(IsUp) && (GroupJudge.Raised(target, active) ?? Inherited(target)) is { } facts)
        {
            var severity = facts.Worst < target.Rule.Severity ? facts.Worst : target.Rule.Severity;
            Put(batch.Apply(Word(target.Subject, target.Rule.Id, severity, FindingTransition.Raised, facts.SinceMs)), null);
        }
    }

    // What a group above leaves behind need only be enough to stay one.
    private GroupFacts? Inherited(GroupTarget target)
    {
        foreach (var above in target.Above)
        {
            if (_ended.TryGetValue(above, out var since) && GroupJudge.Facts(target, active, since) is { Members: > 1 } facts && !GroupJudge.IsOver(target, active, since))
            {
                return facts;
            }
        }

        return null;
    }

    private bool IsUp(GroupTarget target) => batch.OpenUnder(target.Subject, target.Rule.Id) is { IsActive: true };

    private Finding Word(Subject subject, string ruleId, Severity severity, FindingTransition transition, long atMs) => new()
    {
        Subject = subject,
        RuleId = ruleId,
        Kind = FindingKind.Group,
        Transition = transition,
        Severity = severity,
        AtMs = atMs,
        ReceivedAtMs = batch.NowMs,
    };

    private void Put(Alert? alert, string? id)
    {
        // One that was acknowledged closes with its condition and is open no more: what it explained is looked at by its id.
        if (alert is not null)
        {
            active.Put(alert);
            _alerts[alert.Id] = alert;
        }
        else if (id is not null && batch.Changed.FirstOrDefault(a => a.Id == id) is { } closed)
        {
            active.Put(closed);
            _alerts[id] = closed;
        }
    }

    // What an explaining alert holds, or may hold, is looked at with it.
    private void Expand()
    {
        foreach (var explaining in _alerts.Values.ToList())
        {
            var target = plan.TargetOf(explaining);
            var inhibitions = plan.InhibitionsOf(explaining.RuleId);
            foreach (var hold in batch.ExplainedBy(explaining.Id))
            {
                Add(batch.OpenUnder(hold.Subject, hold.RuleId!));
                Release(explaining, hold);
            }

            if (!explaining.IsActive)
            {
                continue;
            }

            foreach (var sensor in target?.Sensors ?? [])
            {
                AddAll(active.Of(sensor).Where(a => target!.Counted.Contains(a.RuleId)));
            }

            if (target is not null)
            {
                AddAll(active.All.Where(a => a.Kind == FindingKind.Group && plan.TargetOf(a)?.Above.Contains(target) == true));
            }

            foreach (var inhibition in inhibitions)
            {
                foreach (var rule in inhibition.Rules)
                {
                    if (inhibition.Scope == InhibitionScope.Subject)
                    {
                        Add(batch.OpenUnder(explaining.Subject, rule));
                    }
                    else
                    {
                        AddAll(active.Of(explaining.Subject.District, rule));
                    }
                }
            }
        }
    }

    private void Add(Alert? alert)
    {
        if (alert is not null)
        {
            _alerts.TryAdd(alert.Id, alert);
        }
    }

    private void AddAll(IEnumerable<Alert> alerts)
    {
        foreach (var alert in alerts)
        {
            _alerts.TryAdd(alert.Id, alert);
        }
    }

    // A hold whose own alert is gone holds nothing.
    private void Release(Alert explaining, Hold hold)
    {
        if (batch.OpenUnder(hold.Subject, hold.RuleId!) is null)
        {
            batch.Unsuppress(hold.Subject, hold.RuleId!, explaining.Id, batch.NowMs, batch.NowMs);
            _explainers.Add(explaining.Id);
        }
    }

    // It came and went while something else was the matter: nobody was asked and nobody needs to be.
    private void Settle(string id)
    {
        if (batch.Find(id) is { State: AlertState.Returned } alert && batch.Suppressions(alert.Subject, alert.RuleId).Count > 0)
        {
            batch.Settle(id, batch.NowMs, batch.NowMs);
        }
    }

    private void Explain(string id)
    {
        // What holds is of the key: one that closed says nothing when another has opened under it.
        var latest = batch.Find(id) ?? _alerts[id];
        latest = batch.OpenUnder(latest.Subject, latest.RuleId) ?? latest;
        var wanted = latest.IsActive ? Explaining(latest).Select(a => a.Id).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var hold in batch.Suppressions(latest.Subject, latest.RuleId))
        {
            if (!wanted.Remove(hold.By))
            {
                batch.Unsuppress(latest.Subject, latest.RuleId, hold.By, batch.NowMs, batch.NowMs);
            }

            _explainers.Add(hold.By);
        }

        foreach (var by in wanted.Order(StringComparer.Ordinal))
        {
            var explaining = batch.Find(by)!;
            var at = Math.Max(GroupJudge.BeganAt(latest), GroupJudge.BeganAt(explaining));
            if (batch.Suppress(latest.Subject, latest.RuleId, by, at, batch.NowMs))
            {
                _explainers.Add(by);
            }
        }
    }

    private IEnumerable<Alert> Explaining(Alert alert)
    {
        // Its own target's, for one about a sensor; those above it, for a group.
        var own = plan.TargetOf(alert);
        foreach (var target in own?.Above ?? (alert.Sensor is { } sensor ? plan.TargetsOf(sensor) : []))
        {
            if ((own is not null || target.Counted.Contains(alert.RuleId)) && batch.OpenUnder(target.Subject, target.Rule.Id) is { } group
                && group.IsActive && alert.Severity >= group.Severity
                && (own is not null ? GroupJudge.SinceOf(alert) : GroupJudge.BeganAt(alert)) >= GroupJudge.FromOf(target, GroupJudge.SinceOf(group)))
            {
                yield return group;
            }
        }

        foreach (var (rule, far) in plan.InhibitorsOf(alert.RuleId))
        {
            var near = batch.OpenUnder(alert.Subject, rule);
            foreach (var explaining in far ? active.Of(alert.Subject.District, rule) : near is null ? [] : [near])
            {
                if (explaining.IsActive && alert.Severity >= explaining.Severity && plan.Inhibits(explaining, alert))
                {
                    yield return explaining;
                }
            }
        }
    }

    private void Describe(string id)
    {
        if (batch.Find(id) is not { } explaining)
        {
            return;
        }

        var held = batch.ExplainedBy(id).Count;
        if (plan.TargetOf(explaining) is not { } target || !explaining.IsActive)
        {
            batch.Describe(id, held, explaining.MembersOf, explaining.Title);
            return;
        }

        var facts = GroupJudge.Facts(target, active, GroupJudge.SinceOf(explaining));
        batch.Describe(id, held, target.Sensors.Count, new LocalText(
            $"{target.Rule.Name.Vi}: {target.Name.Vi}, {facts.Members}/{target.Sensors.Count} cảm biến",
            $"{target.Rule.Name.En}: {target.Name.En}, {facts.Members} of {target.Sensors.Count} sensors"));
    }
}
