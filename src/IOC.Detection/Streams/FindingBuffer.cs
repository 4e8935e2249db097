using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>A finding with its place in the order of the log.</summary>
/// <param name="Message">Message index in the batch.</param>
/// <param name="Value">Value index in the batch; -1 for the message as a whole.</param>
/// <param name="Rule">The rule's place in the catalogue.</param>
/// <param name="Finding">The finding.</param>
internal readonly record struct PlacedFinding(int Message, int Value, int Rule, Finding Finding)
{
    /// <summary>By message, value, subject, rule, property: an order that does not depend on how the log was cut into batches, nor
    /// on the order in which sensors were first seen or restored.</summary>
    public static int Compare(PlacedFinding a, PlacedFinding b)
    {
        var order = a.Message.CompareTo(b.Message);
        order = order != 0 ? order : a.Value.CompareTo(b.Value);
        order = order != 0 ? order : string.CompareOrdinal(a.Finding.Subject.ToString(), b.Finding.Subject.ToString());
        order = order != 0 ? order : a.Rule.CompareTo(b.Rule);
        return order != 0 ? order : string.CompareOrdinal(a.Finding.Property, b.Finding.Property);
    }
}

/// <summary>What a detector found in one column. Reusable.</summary>
internal sealed class FindingBuffer
{
    private readonly List<PlacedFinding> _findings = [];

    public IReadOnlyList<PlacedFinding> Findings => _findings;

    public int Count => _findings.Count;

    public void Clear() => _findings.Clear();

    public void Add(int message, int value, CompiledRule rule, Finding finding) =>
        _findings.Add(new PlacedFinding(message, value, rule.Index, finding));

    public void CopyTo(List<PlacedFinding> target)
    {
        if (_findings.Count > 0)
        {
            target.AddRange(_findings);
        }
    }
}
