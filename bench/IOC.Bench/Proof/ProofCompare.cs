namespace IOC.Bench.Proof;

/// <summary>Tells whether two runs ended alike.</summary>
internal static class ProofCompare
{
    /// <summary>The first difference between the alerts of two runs, in words; null when there is none.</summary>
    public static string? FirstDifference(ProofOutcome whole, ProofOutcome other)
    {
        // Address books differ from start to start, so alerts are compared as what they say.
        static List<string> Text(ProofOutcome outcome) =>
            [.. outcome.Alerts.SelectMany(a => a.Acts.Select(act => act.ToString()).Prepend(a.Alert.ToString()))];

        var (before, after) = (Text(whole), Text(other));
        for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
        {
            var (a, b) = (i < before.Count ? before[i] : "nothing", i < after.Count ? after[i] : "nothing");
            if (a != b)
            {
                return $"{a} where the restarted run has {b}";
            }
        }

        return null;
    }
}
