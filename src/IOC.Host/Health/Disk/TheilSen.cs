namespace IOC.Host.Health.Disk;

/// <summary>
/// The slope of a line through points by Theil and Sen: the median of the slopes between all pairs of points. Up to 29 % of the points may
/// be anything (a backup that came and went, retention that gave pages back) without moving it far
/// (P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", 1968).
/// </summary>
internal static class TheilSen
{
    /// <summary>The slope, in units of y per unit of x; null with fewer than two different x.</summary>
    public static double? Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var slopes = new List<double>(points.Count * (points.Count - 1) / 2);
        for (var i = 0; i < points.Count; i++)
        {
            for (var j = i + 1; j < points.Count; j++)
            {
                if (points[j].X != points[i].X)
                {
                    slopes.Add((points[j].Y - points[i].Y) / (points[j].X - points[i].X));
                }
            }
        }

        if (slopes.Count == 0)
        {
            return null;
        }

        slopes.Sort();
        var middle = slopes.Count / 2;
        return slopes.Count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2;
    }
}
