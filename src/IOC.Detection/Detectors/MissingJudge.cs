using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>
/// Share of the expected readings that are missing over a window: by the registered period, of any quality, each instant of
/// measurement once. Judged by ticks, at the end of every part of the window (a 24th of it, or a reporting period if that is longer)
/// and a period later, so that a sensor that stops is judged like one that stutters.
/// </summary>
/// <remarks>Time in which the host did not hear is unknown: no readings are expected of it, and when it is more than half of the
/// window nothing is said. The first window begins when a sensor is first heard. Of late readings those count that are good and
/// fill a gap.</remarks>
internal static class MissingJudge
{
    public static void Tick(Series series, PastStates past, in TimeStep now, PartitionClock clock, FindingBuffer found)
    {
        var rules = series.Rules.Missing;
        for (var i = 0; i < past.Missing.Length; i++)
        {
            var state = past.Missing[i];
            if (state.DueAtMs <= now.NowMs && state.TryJudge(now.NowMs, clock, out var endMs, out var share))
            {
                Judge(series, state, rules[i], endMs, share, in now, found);
            }
        }
    }

    private static void Judge(Series series, MissingState state, CompiledRule rule, long endMs, double share, in TimeStep now, FindingBuffer found)
    {
        ref readonly var limits = ref rule.LimitsAt(endMs - 1);
        var side = state.Limit.Side;
        if (state.Limit.Step(in limits, rule.DurationMs, share, endMs, anew: false) is not { } transition)
        {
            return;
        }

        var raised = transition == FindingTransition.Raised;
        found.Add(now.Message, -1, rule, rule.Finding(transition, series.Sensor, series.Code, endMs, now.NowMs) with
        {
            Value = share,
            Limit = limits.LimitOf(raised ? state.Limit.Side : side),
            Reason = raised ? PastReason.OfMissing(share, state.WindowMs) : null,
        });
    }
}
