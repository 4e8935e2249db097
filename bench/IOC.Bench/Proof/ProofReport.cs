using System.Globalization;
using IOC.FirmwareSim.Faults;
using IOC.Telemetry;

namespace IOC.Bench.Proof;

/// <summary>How one kind of fault fared.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Urgent">Whether an operations centre must act on it (P1 or P2).</param>
/// <param name="Injected">Faults; an event over several sensors is one.</param>
/// <param name="Judged">Those that had a fair chance.</param>
/// <param name="Found">Those that an alert told of.</param>
/// <param name="FoundUrgently">Those that an alert of P1 or P2 told of.</param>
/// <param name="Listed">Those not found whose payloads were refused and listed.</param>
/// <param name="Members">Sensors concerned, over those judged.</param>
/// <param name="MembersFound">Those of them with an alert.</param>
/// <param name="MedianDelaySeconds">Median time from the start to the first alert; null when none was found.</param>
/// <param name="By">Rules that found it, with how many each.</param>
internal sealed record KindRow(string Kind, bool Urgent, int Injected, int Judged, int Found, int FoundUrgently, int Listed, int Members, int MembersFound, double? MedianDelaySeconds, IReadOnlyList<(string Rule, int Faults)> By)
{
    /// <summary>Share found.</summary>
    public double Recall => Judged == 0 ? 1 : Found / (double)Judged;
}

/// <summary>How one rule fared.</summary>
/// <param name="Rule">Its id.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Severity">Its priority.</param>
/// <param name="Raised">Alerts raised.</param>
/// <param name="Faults">Those that told of a fault.</param>
/// <param name="Real">Those that were true without one.</param>
/// <param name="False">The rest.</param>
internal sealed record RuleRow(string Rule, FindingKind Kind, Severity Severity, int Raised, int Faults, int Real, int False)
{
    /// <summary>Share that told of something.</summary>
    public double Precision => Raised == 0 ? 1 : (Faults + Real) / (double)Raised;
}

/// <summary>The figures of a run.</summary>
internal sealed record ProofReport
{
    public required ulong Seed { get; init; }

    public required int Sensors { get; init; }

    public required double Days { get; init; }

    public required double FaultRate { get; init; }

    public required long Messages { get; init; }

    public required IReadOnlyList<KindRow> Kinds { get; init; }

    public required IReadOnlyList<RuleRow> Rules { get; init; }

    public required int Alerts { get; init; }

    public required int FalseAlerts { get; init; }

    /// <summary>False alerts while the detectors were learning; not among the others.</summary>
    public required int FalseInWarmUp { get; init; }

    public double FalsePerSensorAndMonth => FalseAlerts / (double)Sensors / Days * 30;

    public double Precision => Alerts == 0 ? 1 : 1 - (FalseAlerts / (double)Alerts);

    /// <summary>Kinds of fault that would be P1 or P2 if they were real (docs/benchmarks-detection.md).</summary>
    public static bool IsUrgent(FaultKind kind) => kind
        is FaultKind.PollutionEpisode or FaultKind.Congestion or FaultKind.FeederOutage or FaultKind.GatewayOutage or FaultKind.LampDark;

    /// <summary>Works out the figures.</summary>
    public static ProofReport Of(ProofOptions options, ProofOutcome outcome, ProofJudge judge)
    {
        List<Annunciation> heard = [.. judge.Annunciations.Where(a => a.KnownMs >= options.JudgedFromMs)];
        return new ProofReport
        {
            Seed = options.Seed,
            Sensors = options.Sensors,
            Days = options.Days,
            FaultRate = options.FaultRate,
            Messages = outcome.Messages,
            Kinds = [.. outcome.Faults.GroupBy(f => f.Kind).OrderBy(g => !IsUrgent(g.Key)).ThenBy(g => g.Key).Select(g => Row(g.Key, g.GroupBy(Happening).Count(), judge))],
            Rules = [.. heard.GroupBy(a => a.Alert.RuleId, StringComparer.Ordinal).Select(Row).OrderByDescending(r => r.False).ThenBy(r => r.Rule, StringComparer.Ordinal)],
            Alerts = heard.Count,
            FalseAlerts = heard.Count(a => a.Worth == Worth.False),
            FalseInWarmUp = judge.Annunciations.Count(a => a.KnownMs < options.JudgedFromMs && a.Worth == Worth.False),
        };
    }

    /// <summary>Writes it for people.</summary>
    public void Write(TextWriter to)
    {
        to.WriteLine(I($"Seed {Seed}: {Days} days, {Sensors} sensors, {FaultRate} faults per sensor and day, {Messages:N0} messages"));
        to.WriteLine();
        to.WriteLine("fault                P1/P2 injected judged  found recall as P1/P2 listed  sensors   delay  found by");
        foreach (var k in Kinds)
        {
            to.WriteLine(I($"{k.Kind,-20} {(k.Urgent ? "yes" : ""),-5} {k.Injected,8} {k.Judged,6} {k.Found,6} {100 * k.Recall,5:F1}% {k.FoundUrgently,8} {k.Listed,6} {(k.Members == k.Judged ? "" : I($"{k.MembersFound}/{k.Members}")),8} {Delay(k.MedianDelaySeconds),7}  {string.Join(", ", k.By.Take(4).Select(b => I($"{b.Rule} {b.Faults}")))}"));
        }

        to.WriteLine();
        to.WriteLine("rule                     kind          prio raised faults   real  false precision");
        foreach (var r in Rules)
        {
            to.WriteLine(I($"{r.Rule,-24} {r.Kind,-13} {r.Severity,-4} {r.Raised,6} {r.Faults,6} {r.Real,6} {r.False,6} {100 * r.Precision,8:F1}%"));
        }

        to.WriteLine();
        to.WriteLine(I($"Alerts {Alerts}, false {FalseAlerts}: {FalsePerSensorAndMonth:F3} per sensor and 30 days; precision {100 * Precision:F1}%; {FalseInWarmUp} false while learning"));
    }

    // What one event does to several sensors is found when one of them tells of it.
    private static int Happening(Fault fault) => fault.Event is { } number ? -number : fault.Number;

    private static KindRow Row(FaultKind kind, int injected, ProofJudge judge)
    {
        List<JudgedFault> members = [.. judge.Faults.Where(f => f.Fault.Kind == kind)];
        List<List<JudgedFault>> all = [.. members.GroupBy(f => Happening(f.Fault)).Select(g => g.ToList())];
        List<double> delays = [.. all.Where(h => h.Exists(f => f.FirstMs is not null))
            .Select(h => (h.Min(f => f.FirstMs ?? long.MaxValue) - h.Min(f => f.Fault.StartMs)) / 1000.0).Order()];
        return new KindRow(
            FaultTruth.Name(kind), IsUrgent(kind), injected, all.Count, delays.Count, all.Count(h => h.Exists(f => f.FoundUrgently)),
            all.Count(h => h.TrueForAll(f => f.FirstMs is null) && h.Exists(f => f.RefusedMs is not null)),
            members.Count, members.Count(f => f.FirstMs is not null), delays.Count == 0 ? null : delays[delays.Count / 2],
            [.. all.SelectMany(h => h.SelectMany(f => f.FoundBy).Distinct(StringComparer.Ordinal)).GroupBy(r => r, StringComparer.Ordinal).Select(g => (g.Key, g.Count())).OrderByDescending(g => g.Item2)]);
    }

    private static RuleRow Row(IGrouping<string, Annunciation> rule) => new(
        rule.Key, rule.First().Alert.Kind, rule.First().Alert.Severity, rule.Count(),
        rule.Count(a => a.Worth == Worth.Fault), rule.Count(a => a.Worth == Worth.Real), rule.Count(a => a.Worth == Worth.False));

    private static string Delay(double? seconds) => seconds is not { } s ? "-" : s < 120 ? I($"{s:F0} s") : s < 7200 ? I($"{s / 60:F0} min") : I($"{s / 3600:F1} h");

    private static string I(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
