using IOC.Telemetry;

namespace IOC.Detection;

/// <summary>Where in the log something is judged.</summary>
/// <param name="EventMs">Event time.</param>
/// <param name="ReceivedAtMs">Receipt time of the message.</param>
/// <param name="Message">Message index in the batch.</param>
/// <param name="Value">Value index in the batch; -1 for the message as a whole.</param>
internal readonly record struct DistrictEvent(long EventMs, long ReceivedAtMs, int Message, int Value);

/// <summary>What the detectors of one message found.</summary>
internal sealed class DistrictFindings
{
    public List<PlacedFinding> Placed { get; } = [];

    /// <summary>Called with each finding at once: combinations ask for them.</summary>
    public Action<Finding>? Added { get; set; }

    public void Add(int message, int value, DistrictRule rule, Finding finding)
    {
        Placed.Add(new PlacedFinding(message, value, rule.Index, finding));
        Added?.Invoke(finding);
    }
}
