namespace IOC.Detection;

/// <summary>Statistics that a minority of wrong values does not move.</summary>
internal static class Robust
{
    /// <summary>Median of sorted values, at least one.</summary>
    public static double Median(ReadOnlySpan<double> sorted)
    {
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Median of the distances from the median, of sorted values: walks from the middle outwards, so nothing is sorted again.</summary>
    public static double MedianDeviation(ReadOnlySpan<double> sorted, double median)
    {
        var right = sorted.Length / 2;
        var left = right - 1;
        double before = 0;
        double now = 0;
        for (var taken = 0; taken <= sorted.Length / 2; taken++)
        {
            before = now;
            now = left < 0 || right < sorted.Length && sorted[right] - median <= median - sorted[left]
                ? sorted[right++] - median
                : median - sorted[left--];
        }

        return sorted.Length % 2 == 1 ? now : (before + now) / 2;
    }
}
