namespace IOC.Alerts;

/// <summary>How many operators were on shift, from their duties.</summary>
public sealed class Staffing
{
    private readonly long[] _times;
    private readonly int[] _present;
    private readonly double[] _until;

    /// <summary>Makes it.</summary>
    /// <param name="duties">The duties.</param>
    /// <param name="nowMs">Where a duty that has not ended is cut off, Unix milliseconds.</param>
    public Staffing(IEnumerable<Duty> duties, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(duties);
        var changes = duties.Select(d => (d.FromMs, Until: d.UntilMs ?? nowMs)).Where(d => d.Until > d.FromMs)
            .SelectMany(d => new[] { (At: d.FromMs, By: 1), (At: d.Until, By: -1) })
            .GroupBy(c => c.At).OrderBy(g => g.Key).Select(g => (At: g.Key, By: g.Sum(c => c.By))).ToList();
        _times = [.. changes.Select(c => c.At)];
        _present = new int[_times.Length];
        _until = new double[_times.Length];
        for (var i = 0; i < _times.Length; i++)
        {
            _present[i] = (i == 0 ? 0 : _present[i - 1]) + changes[i].By;
            _until[i] = i == 0 ? 0 : _until[i - 1] + ((double)_present[i - 1] * (_times[i] - _times[i - 1]));
        }
    }

    /// <summary>Mean number on shift between two times (Unix milliseconds); 0 when nobody was.</summary>
    public double Mean(long fromMs, long toMs) => toMs <= fromMs ? 0 : (Sum(toMs) - Sum(fromMs)) / (toMs - fromMs);

    // Operator milliseconds up to a time.
    private double Sum(long atMs)
    {
        var i = Array.BinarySearch(_times, atMs);
        i = i < 0 ? ~i - 1 : i;
        return i < 0 ? 0 : _until[i] + ((double)_present[i] * (atMs - _times[i]));
    }
}
