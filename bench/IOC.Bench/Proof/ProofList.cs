using System.Globalization;
using IOC.FirmwareSim.Faults;

namespace IOC.Bench.Proof;

/// <summary>What fell short, one by one, for those who tune.</summary>
internal static class ProofList
{
    /// <summary>Lines: faults that were not found, then false alerts.</summary>
    public static IEnumerable<string> Lines(ProofJudge judge, ProofOptions options)
    {
        foreach (var missed in judge.Faults.Where(f => f.FirstMs is null).Select(f => f.Fault).OrderBy(f => f.Kind).ThenBy(f => f.StartMs))
        {
            yield return I($"missed {FaultTruth.Name(missed.Kind)} {missed.Sensor.Sensor.Id} {missed.PropertyCode} {Time(missed.StartMs)} {(missed.EndMs - missed.StartMs) / 60_000.0:F0} min size {missed.Size}");
        }

        foreach (var alert in judge.Annunciations.Where(a => a.Worth == Worth.False && a.KnownMs >= options.JudgedFromMs).OrderBy(a => a.Alert.RuleId, StringComparer.Ordinal).ThenBy(a => a.KnownMs))
        {
            yield return I($"false {alert.Alert.RuleId} {alert.Alert.Subject} {Time(alert.EventMs)} value {alert.Alert.Value} usual {alert.Alert.ExpectedLow:F1}..{alert.Alert.ExpectedHigh:F1} {alert.Alert.Title.En}");
        }
    }

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToOffset(TimeSpan.FromHours(7)).ToString("ddd MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string I(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
