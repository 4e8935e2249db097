using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Rules that count for a time. What was measured outside it is not judged (<see cref="CompiledRule.IsInForce"/>); and when the
/// partition's time passes the end of a rule, the rule leaves, and what it has open is cleared as of that end.
/// </summary>
public sealed partial class DetectionPipeline
{
    private Catalogue _given;
    private long _sameFromMs = long.MinValue;
    private long _sameToMs = long.MaxValue;

    /// <summary>The partition's time by the ticks of the log, Unix milliseconds; null before the first tick.</summary>
    public long? NowMs => _clock.NowMs == Series.Never ? null : _clock.NowMs;

    /// <summary>The catalogue with the rules that count now, and until when that stays so. Before the first tick all of them do.</summary>
    private Catalogue InForce()
    {
        var now = _clock.NowMs;
        (_sameFromMs, _sameToMs) = (long.MinValue, long.MaxValue);
        foreach (var rule in _given.Rules)
        {
            foreach (var bound in new[] { rule.ValidFrom, rule.ValidTo })
            {
                if (bound?.ToUnixTimeMilliseconds() is not { } at)
                {
                    continue;
                }

                if (at <= now)
                {
                    _sameFromMs = Math.Max(_sameFromMs, at);
                }
                else
                {
                    _sameToMs = Math.Min(_sameToMs, now == Series.Never ? now : at);
                }
            }
        }

        return now == Series.Never || _given.Rules.All(r => Counts(r, now)) ? _given : _given with { Rules = [.. _given.Rules.Where(r => Counts(r, now))] };
    }

    /// <summary>Begins with the rules that count at the stored time.</summary>
    private void Replan()
    {
        var present = InForce();
        if (!present.Rules.SequenceEqual(_catalogue!.Rules))
        {
            _plan = new RulePlan(present);
            Build(present);
            _districts = MakeDistricts(present);
        }
    }

    private void PassValidity(List<Finding> findings)
    {
        if (_clock.NowMs == Series.Never || _clock.NowMs >= _sameFromMs && _clock.NowMs < _sameToMs)
        {
            return;
        }

        var before = _catalogue!.Rules;
        var present = InForce();
        if (present.Rules.SequenceEqual(before))
        {
            return;
        }

        var first = findings.Count;
        Replace(present, findings);
        var ends = before.Except(present.Rules).Where(r => r.ValidTo <= DateTimeOffset.FromUnixTimeMilliseconds(_clock.NowMs))
            .ToDictionary(r => r.Id, r => r.ValidTo!.Value.ToUnixTimeMilliseconds(), StringComparer.Ordinal);
        for (var i = first; i < findings.Count; i++)
        {
            if (ends.TryGetValue(findings[i].RuleId, out var end))
            {
                findings[i] = findings[i] with { AtMs = end };
            }
        }
    }

    private static bool Counts(DetectionRule rule, long atMs) =>
        !(rule.ValidFrom?.ToUnixTimeMilliseconds() > atMs) && !(rule.ValidTo?.ToUnixTimeMilliseconds() <= atMs);
}
