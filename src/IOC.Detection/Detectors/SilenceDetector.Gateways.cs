using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Silence behind a gateway. Whatever is received from a sensor behind it says that the gateway lives. When all of them (two or more
/// that were heard once) are overdue, the gateway is silent, and the sensors' own silence is cleared and not raised until it is
/// heard again; from then on their time counts anew.
/// </summary>
/// <remarks>A sensor that is overdue before the others is silent by itself once another was heard after its deadline: the gateway
/// lived. Until then it is not known whose silence it is; it waits for that as long again as the rule allows, and no longer.</remarks>
internal sealed partial class SilenceDetector
{
    private const int LeastMembers = 2;

    /// <summary>Whether a sensor's silence may yet turn out to be its gateway's.</summary>
    private bool MayBeTheGateway(int slot, CompiledRule rule, long dueAtMs)
    {
        ref var sensor = ref slots[slot];
        if (sensor.Gateway is not { } gateway || clock.NowMs >= Tell(dueAtMs) + Allowance(in sensor, rule))
        {
            return false;
        }

        var others = 0;
        foreach (var member in gateway.Members)
        {
            ref var other = ref slots[member];
            if (member == slot || !IsMember(in other))
            {
                continue;
            }

            others++;
            if (other.LastReceivedMs > dueAtMs)
            {
                return false;
            }
        }

        return others + 1 >= LeastMembers;
    }

    /// <summary>Raises a gateway when all that is behind it is overdue, under the rule that fell due last.</summary>
    private bool TryRaise(Gateway gateway, int message)
    {
        var (members, dueAt, heardAt) = (0, Series.Never, Series.Never);
        CompiledRule? rule = null;
        foreach (var member in gateway.Members)
        {
            ref var sensor = ref slots[member];
            if (!IsMember(in sensor))
            {
                continue;
            }

            var first = FirstDue(in sensor, out var due);
            if (first is null || Tell(due) > clock.NowMs)
            {
                return false;
            }

            members++;
            heardAt = Math.Max(heardAt, sensor.LastReceivedMs);
            if (rule is null || due > dueAt || (due == dueAt && first.Index < rule.Index))
            {
                (rule, dueAt) = (first, due);
            }
        }

        if (rule is null || members < LeastMembers)
        {
            return false;
        }

        gateway.Raised = rule;
        Report(gateway, rule, FindingTransition.Raised, message, dueAt, clock.NowMs, clock.NowMs - heardAt, new LocalText(
            $"cả {members} cảm biến sau cổng kết nối này đều im lặng", $"all {members} sensors behind this gateway are silent"));
        foreach (var member in gateway.Members)
        {
            ref var sensor = ref slots[member];
            if (sensor.SilenceRaised != 0)
            {
                Clear(ref sensor, message, clock.NowMs);
                markDirty(member);
            }

            Arm(member);
        }

        return true;
    }

    private void HearGateway(Gateway gateway, in PresenceEntry entry)
    {
        if (gateway.Raised is not { } rule)
        {
            return;
        }

        var heardAt = Series.Never;
        foreach (var member in gateway.Members)
        {
            heardAt = Math.Max(heardAt, slots[member].LastReceivedMs);
        }

        gateway.Raised = null;
        gateway.BackAtMs = entry.AtMs;
        Report(gateway, rule, FindingTransition.Cleared, entry.Message, entry.AtMs, entry.AtMs, Math.Max(0, entry.AtMs - heardAt), reason: null);
        foreach (var member in gateway.Members)
        {
            Arm(member);
        }
    }

    /// <summary>The rule by which a sensor is overdue first; null when none counts.</summary>
    private CompiledRule? FirstDue(in SensorSlot sensor, out long dueAtMs)
    {
        CompiledRule? first = null;
        dueAtMs = long.MaxValue;
        foreach (var rule in sensor.SilenceRules)
        {
            var due = DueAt(in sensor, rule);
            if (due < dueAtMs && rule.IsInForce(due))
            {
                (first, dueAtMs) = (rule, due);
            }
        }

        return first;
    }

    private bool IsMember(in SensorSlot sensor) => sensor.SilenceRules.Length > 0 && Watches(in sensor);

    private void Report(
        Gateway gateway, CompiledRule rule, FindingTransition transition, int message, long atMs, long receivedAtMs, long lastedMs, LocalText? reason) =>
        _found.Add(message, -1, rule, new Finding
        {
            Subject = Subject.Of(gateway.Asset),
            RuleId = rule.Rule.Id,
            Kind = FindingKind.Silence,
            Transition = transition,
            Severity = rule.Rule.Severity,
            AtMs = atMs,
            ReceivedAtMs = receivedAtMs,
            LastedMs = lastedMs,
            Reason = reason,
        });
}
