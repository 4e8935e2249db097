namespace IOC.Bench.Proof;

/// <summary>Tells whether two runs ended alike.</summary>
internal static class ProofCompare
{
    /// <summary>The earliest difference between the alerts of two runs, in words; null when there is none.</summary>
    public static string? FirstDifference(ProofOutcome whole, ProofOutcome other)
    {
        // Address books differ from start to start, so alerts are compared as what they say.
        static Dictionary<string, (long AtMs, string Text)> Texts(ProofOutcome outcome) => outcome.Alerts.ToDictionary(
            a => a.Alert.Id, a => (a.Alert.ReceivedAtMs, string.Join('\n', a.Acts.Select(act => act.ToString()).Prepend(a.Alert.ToString()))), StringComparer.Ordinal);

        var (before, after) = (Texts(whole), Texts(other));
        var differ = before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Where(id => before.GetValueOrDefault(id) != after.GetValueOrDefault(id))
            .OrderBy(id => Math.Max(before.GetValueOrDefault(id).AtMs, after.GetValueOrDefault(id).AtMs)).ToList();
        return differ.Count == 0
            ? null
            : $"{differ.Count} of {before.Count} alerts differ, first {differ[0]}: {before.GetValueOrDefault(differ[0]).Text ?? "nothing"} where the restarted run has {after.GetValueOrDefault(differ[0]).Text ?? "nothing"}";
    }
}
