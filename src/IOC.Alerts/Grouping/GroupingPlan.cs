using System.Collections.Frozen;
using IOC.Telemetry;

namespace IOC.Alerts;

/// <summary>
/// What a catalogue says about which alerts belong together and which explain which, made ready to be asked. Immutable; one for
/// all partitions.
/// </summary>
public sealed class GroupingPlan
{
    private readonly FrozenDictionary<SensorAddress, GroupTarget[]> _bySensor;
    private readonly FrozenDictionary<(Subject, string), GroupTarget> _byKey;
    private readonly FrozenDictionary<string, DetectionRule> _inhibiting;
    private readonly FrozenDictionary<string, (string Rule, bool Far)[]> _inhibitors;
    private readonly FrozenDictionary<SensorAddress, Asset[]> _direct;
    private readonly Topology _topology;

    /// <summary>Makes it of a catalogue that was checked.</summary>
    public GroupingPlan(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        _topology = new Topology(catalogue);
        Targets = [.. Order([.. catalogue.Rules.Where(r => r is { Kind: FindingKind.Group, Group: not null }).SelectMany(r => TargetsOf(catalogue, r))])];
        for (var i = 0; i < Targets.Count; i++)
        {
            Targets[i].Order = i;
            Targets[i].Above.AddRange(Targets.Take(i).Where(above => Contains(above, Targets[i])));
            foreach (var above in Targets[i].Above)
            {
                above.Below.Add((Targets[i], [.. Targets[i].Sensors.Intersect(above.Sensors)]));
            }
        }

        _byKey = Targets.ToFrozenDictionary(t => (t.Subject, t.Rule.Id));
        _bySensor = Targets.SelectMany(t => t.Sensors, (t, s) => (Target: t, Sensor: s)).GroupBy(p => p.Sensor)
            .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.Target).ToArray());
        _inhibiting = catalogue.Rules.Where(r => r.Inhibits.Count > 0).ToFrozenDictionary(r => r.Id, StringComparer.Ordinal);
        _inhibitors = _inhibiting.Values
            .SelectMany(r => r.Inhibits.SelectMany(i => i.Rules, (i, inhibited) => (r.Id, Inhibited: inhibited, Far: i.Scope != InhibitionScope.Subject)))
            .GroupBy(p => p.Inhibited, StringComparer.Ordinal).ToFrozenDictionary(
                g => g.Key, g => g.GroupBy(p => p.Id, StringComparer.Ordinal).Select(r => (r.Key, r.Any(p => p.Far))).ToArray(), StringComparer.Ordinal);
        _direct = catalogue.Sensors.Where(s => s.Assets.Count > 0)
            .ToFrozenDictionary(s => s.Address, s => s.Assets.Select(_topology.Find).OfType<Asset>().ToArray());
    }

    /// <summary>What group rules are asked for; what lies higher comes first.</summary>
    internal IReadOnlyList<GroupTarget> Targets { get; }

    /// <summary>The targets that a sensor is under, the higher first.</summary>
    internal IReadOnlyList<GroupTarget> TargetsOf(SensorAddress sensor) => _bySensor.GetValueOrDefault(sensor, []);

    /// <summary>The target that an alert of a group rule is about; null when it is none any more.</summary>
    internal GroupTarget? TargetOf(Alert alert) => _byKey.GetValueOrDefault((alert.Subject, alert.RuleId));

    /// <summary>The rules whose alerts may explain alerts of a rule, and whether those about other subjects may.</summary>
    internal IReadOnlyList<(string Rule, bool Far)> InhibitorsOf(string ruleId) => _inhibitors.GetValueOrDefault(ruleId, []);

    /// <summary>What alerts of a rule explain; empty for most.</summary>
    internal IReadOnlyList<RuleInhibition> InhibitionsOf(string ruleId) => _inhibiting.TryGetValue(ruleId, out var rule) ? rule.Inhibits : [];

    /// <summary>Whether an alert explains another by a rule's inhibitions; priority and state are not looked at.</summary>
    internal bool Inhibits(Alert explaining, Alert other) =>
        explaining.Id != other.Id && explaining.Subject.District == other.Subject.District
        && InhibitionsOf(explaining.RuleId).Any(i => i.Rules.Contains(other.RuleId, StringComparer.Ordinal) && Reaches(i, explaining.Subject, other.Subject));

    private bool Reaches(RuleInhibition inhibition, Subject from, Subject to) => inhibition.Scope switch
    {
        InhibitionScope.Subject => from == to,
        InhibitionScope.District => true,
        _ => Anchors(inhibition, from).Any(anchor => IsBelow(anchor, to)),
    };

    private IEnumerable<Asset> Anchors(RuleInhibition inhibition, Subject subject)
    {
        IEnumerable<Asset> assets = subject switch
        {
            { Sensor: { } sensor } => _direct.GetValueOrDefault(sensor, []),
            { Kind: SubjectKind.Asset } when _topology.Find(subject.Id) is { } asset => [asset],
            _ => [],
        };
        return assets.Where(a => inhibition.Assets.Count == 0 || inhibition.Assets.Contains(a.Kind));
    }

    private bool IsBelow(Asset anchor, Subject subject) => subject switch
    {
        { Sensor: { } sensor } => _topology.Above(sensor).Contains(anchor),
        { Kind: SubjectKind.Asset } when _topology.Find(subject.Id) is { } asset => asset == anchor || _topology.Above(asset).Contains(anchor),
        _ => false,
    };

    private IEnumerable<GroupTarget> TargetsOf(Catalogue catalogue, DetectionRule rule)
    {
        var counted = (rule.Group!.Rules.Count > 0
            ? catalogue.Rules.Where(r => rule.Group.Rules.Contains(r.Id, StringComparer.Ordinal))
            : catalogue.Rules.Where(r => r.Kind == FindingKind.Silence)).ToList();
        var ids = counted.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var covered = catalogue.Sensors.Select(s => s.Address).Where(s => rule.Covers(s) && counted.Exists(c => c.Covers(s))).ToHashSet();
        var all = rule.Group.Assets.Count == 0
            ? catalogue.Areas.Where(a => a.Level == AreaLevel.District).Select(d => new GroupTarget(
                rule, Subject.OfDistrict(d.Id, rule.Domain), d.Name,
                [.. covered.Where(s => s.District == d.Id).OrderBy(s => s.Path, StringComparer.Ordinal)], ids))
            : catalogue.Assets.Where(a => rule.Group.Assets.Contains(a.Kind)).Select(a => new GroupTarget(
                rule, Subject.Of(a), a.Name, [.. _topology.SensorsBelow(a.Id).Where(covered.Contains)], ids));

        // Where there are too few there is nothing to group.
        return all.Where(t => t.Sensors.Count >= Math.Max(2, rule.Group.Minimum));
    }

    private IEnumerable<GroupTarget> Order(List<GroupTarget> targets) => targets
        .OrderBy(Depth).ThenByDescending(t => t.Counted.Count).ThenBy(t => t.Subject.Id, StringComparer.Ordinal).ThenBy(t => t.Rule.Id, StringComparer.Ordinal);

    private int Depth(GroupTarget target) => target.Subject.Kind == SubjectKind.District ? -1
        : _topology.Find(target.Subject.Id) is { } asset ? _topology.Above(asset).Count() : 0;

    private bool Contains(GroupTarget above, GroupTarget target) =>
        above.Subject.District == target.Subject.District && above.Subject != target.Subject && above.Counted.IsSupersetOf(target.Counted)
        && (above.Subject.Kind == SubjectKind.District
            ? above.Subject.Domain is null || above.Subject.Domain == target.Subject.Domain
            : _topology.Find(target.Subject.Id) is { } asset && _topology.Above(asset).Any(a => a.Id == above.Subject.Id));
}
