namespace IOC.FirmwareSim.Catalogue;

/// <summary>Distances in a province, on a plane: good to a part in a thousand over 100 km at this latitude.</summary>
internal static class Geo
{
    private const double OriginLongitude = 106.2;
    private const double OriginLatitude = 21.3;

    /// <summary>Kilometres in a degree of latitude.</summary>
    public const double KmPerLatitude = 110.75;

    /// <summary>Kilometres in a degree of longitude at the province's latitude.</summary>
    public const double KmPerLongitude = 103.75;

    /// <summary>Kilometres east and north of Bắc Giang city.</summary>
    public static (double X, double Y) ToKm(double longitude, double latitude) =>
        ((longitude - OriginLongitude) * KmPerLongitude, (latitude - OriginLatitude) * KmPerLatitude);

    /// <summary>Distance of two points, in km.</summary>
    public static double DistanceKm(double longitudeA, double latitudeA, double longitudeB, double latitudeB) =>
        Math.Sqrt(Math.Pow((longitudeA - longitudeB) * KmPerLongitude, 2) + Math.Pow((latitudeA - latitudeB) * KmPerLatitude, 2));
}
