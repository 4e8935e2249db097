using IOC.Telemetry;

namespace IOC.Registry;

/// <summary>Checks what rules say about other rules: names, and that nothing leads back to itself.</summary>
internal static class RuleLinks
{
    /// <summary>Notes every id that occurs twice.</summary>
    public static void CheckTwice(IEnumerable<PlacedRule> rules)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var rule in rules.Where(r => r.Rule.Id.Length > 0))
        {
            if (!files.TryAdd(rule.Rule.Id, rule.File))
            {
                var other = files[rule.Rule.Id];
                rule.Error("id", $"'{rule.Rule.Id}' is defined twice{(other == rule.File ? "" : $", also in {other}")}.", $"'{rule.Rule.Id}' bị khai báo hai lần{(other == rule.File ? "" : $", cả trong {other}")}.");
            }
        }
    }

    /// <summary>Checks what rules say of each other.</summary>
    /// <param name="rules">All rules that are there, those that are not enabled too; the first counts where an id occurs twice.</param>
    public static void Check(IReadOnlyList<PlacedRule> rules)
    {
        var byId = rules.Where(r => r.Rule.Id.Length > 0).DistinctBy(r => r.Rule.Id, StringComparer.Ordinal).ToDictionary(r => r.Rule.Id, StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            CheckRaised(rule, byId);
            CheckGroup(rule, byId);
            CheckInhibits(rule, byId);
        }

        CheckCycles(byId, r => Raised(r.When), "when", "The conditions of '{0}' lead back to itself.", "Điều kiện của '{0}' quay lại chính nó.");
        CheckCycles(byId, r => r.Inhibits.SelectMany(i => i.Rules), "inhibits", "'{0}' would inhibit itself.", "'{0}' sẽ tự chặn chính nó.");
    }

    /// <summary>Ids of the rules that a condition asks for.</summary>
    public static IEnumerable<string> Raised(RuleCondition? condition) => condition switch
    {
        RuleCondition.All all => all.Conditions.SelectMany(Raised),
        RuleCondition.Any any => any.Conditions.SelectMany(Raised),
        RuleCondition.Not not => Raised(not.Condition),
        RuleCondition.Raised raised => [raised.RuleId],
        _ => [],
    };

    private static void CheckRaised(PlacedRule rule, Dictionary<string, PlacedRule> byId)
    {
        foreach (var id in Raised(rule.Rule.When).Distinct(StringComparer.Ordinal))
        {
            if (Known(rule, byId, id, "when") is { Rule.Kind: FindingKind.Group })
            {
                rule.Error("when", $"'{id}' groups alerts; a condition asks for rules about a sensor or its district.", $"'{id}' gom cảnh báo; điều kiện chỉ hỏi luật về cảm biến hoặc huyện của nó.");
            }
        }
    }

    private static void CheckGroup(PlacedRule rule, Dictionary<string, PlacedRule> byId)
    {
        foreach (var id in rule.Rule.Group?.Rules ?? [])
        {
            if (Known(rule, byId, id, "group") is { Rule.Kind: FindingKind.Aggregate or FindingKind.Group })
            {
                rule.Error("group", $"'{id}' is not about sensors: a group is made of sensors' alerts.", $"'{id}' không nói về cảm biến: nhóm được lập từ cảnh báo của cảm biến.");
            }
        }
    }

    private static void CheckInhibits(PlacedRule rule, Dictionary<string, PlacedRule> byId)
    {
        foreach (var id in rule.Rule.Inhibits.SelectMany(i => i.Rules).Distinct(StringComparer.Ordinal))
        {
            Known(rule, byId, id, "inhibits");
        }
    }

    private static PlacedRule? Known(PlacedRule rule, Dictionary<string, PlacedRule> byId, string id, string field)
    {
        if (byId.TryGetValue(id, out var other))
        {
            return other;
        }

        rule.Error(field, $"There is no rule '{id}'.", $"Không có luật '{id}'.");
        return null;
    }

    private static void CheckCycles(
        Dictionary<string, PlacedRule> byId, Func<DetectionRule, IEnumerable<string>> links, string field, string en, string vi)
    {
        foreach (var (id, rule) in byId)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var ahead = new Stack<string>(links(rule.Rule));
            while (ahead.TryPop(out var next))
            {
                if (next == id)
                {
                    rule.Error(field, en.Replace("{0}", id, StringComparison.Ordinal), vi.Replace("{0}", id, StringComparison.Ordinal));
                    break;
                }

                if (seen.Add(next) && byId.TryGetValue(next, out var other))
                {
                    foreach (var further in links(other.Rule))
                    {
                        ahead.Push(further);
                    }
                }
            }
        }
    }
}
