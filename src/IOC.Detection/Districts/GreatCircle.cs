namespace IOC.Detection;

/// <summary>Distances on the earth.</summary>
internal static class GreatCircle
{
    /// <summary>Mean radius of the earth, m (IUGG).</summary>
    private const double EarthRadius = 6_371_008.8;

    /// <summary>Distance of two points in degrees, in metres, on a sphere (haversine formula).</summary>
    public static double Metres(double longitudeA, double latitudeA, double longitudeB, double latitudeB)
    {
        var (a, b) = (double.DegreesToRadians(latitudeA), double.DegreesToRadians(latitudeB));
        var north = Math.Sin((b - a) / 2);
        var east = Math.Sin(double.DegreesToRadians(longitudeB - longitudeA) / 2);
        var h = (north * north) + (Math.Cos(a) * Math.Cos(b) * east * east);
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }
}
