namespace IOC.Detection;

/// <summary>
/// Sunrise and sunset, within a minute or so between the polar circles: the low-accuracy position of the sun after J. Meeus,
/// Astronomical Algorithms, 2nd ed. (1998), chapters 22, 25 and 28, as the solar calculator of NOAA's Earth System Research
/// Laboratories uses it. The sun rises and sets when its centre is 0.833° below the horizon: 34' of refraction and 16' of its half width.
/// </summary>
internal static class SunTimes
{
    private const double HorizonDegrees = -0.833;
    private const double MinutesPerDay = 1440;
    private const double UnixEpochJulianDay = 2_440_587.5;
    private const int Passes = 3;

    /// <summary>When the sun rises or sets on a day.</summary>
    /// <param name="middayUtcMs">An instant near the noon of that day at that place, Unix ms.</param>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="rise">Sunrise or sunset.</param>
    /// <returns>Unix ms; null on a day when the sun does not rise or set there.</returns>
    public static long? Find(long middayUtcMs, double longitude, double latitude, bool rise)
    {
        // Midnight UTC of the day whose noon, by the sun of that place, is nearest.
        var day = Math.Floor(((middayUtcMs + (longitude * 240_000)) / 86_400_000.0)) * 86_400_000.0;
        var minutes = 720 - (4 * longitude);
        for (var pass = 0; pass < Passes; pass++)
        {
            var (equation, declination) = Sun(day + (minutes * 60_000));
            if (HourAngle(latitude, declination) is not { } angle)
            {
                return null;
            }

            minutes = 720 - (4 * (longitude + (rise ? angle : -angle))) - equation;
        }

        return (long)Math.Round(day + (minutes * 60_000));
    }

    /// <summary>Equation of time in minutes and declination in degrees at an instant.</summary>
    private static (double EquationMinutes, double Declination) Sun(double utcMs)
    {
        var century = ((utcMs / 86_400_000.0) + UnixEpochJulianDay - 2_451_545.0) / 36_525.0;
        var meanLongitude = Turn(280.46646 + (century * (36_000.76983 + (century * 0.0003032))));
        var anomaly = Radians(357.52911 + (century * (35_999.05029 - (0.0001537 * century))));
        var eccentricity = 0.016708634 - (century * (0.000042037 + (0.0000001267 * century)));
        var centre = (Math.Sin(anomaly) * (1.914602 - (century * (0.004817 + (0.000014 * century)))))
            + (Math.Sin(2 * anomaly) * (0.019993 - (0.000101 * century))) + (Math.Sin(3 * anomaly) * 0.000289);
        var node = Radians(125.04 - (1_934.136 * century));
        var apparent = Radians(meanLongitude + centre - 0.00569 - (0.00478 * Math.Sin(node)));
        var seconds = 21.448 - (century * (46.815 + (century * (0.00059 - (century * 0.001813)))));
        var obliquity = Radians(23 + ((26 + (seconds / 60)) / 60) + (0.00256 * Math.Cos(node)));
        var declination = Math.Asin(Math.Sin(obliquity) * Math.Sin(apparent));

        var y = Math.Tan(obliquity / 2) * Math.Tan(obliquity / 2);
        var l = Radians(meanLongitude);
        var equation = (y * Math.Sin(2 * l)) - (2 * eccentricity * Math.Sin(anomaly))
            + (4 * eccentricity * y * Math.Sin(anomaly) * Math.Cos(2 * l))
            - (0.5 * y * y * Math.Sin(4 * l)) - (1.25 * eccentricity * eccentricity * Math.Sin(2 * anomaly));
        return (Degrees(equation) / 360 * MinutesPerDay, Degrees(declination));
    }

    /// <summary>Hour angle of the rising sun in degrees; null when it stays up or down.</summary>
    private static double? HourAngle(double latitude, double declination)
    {
        var (phi, delta) = (Radians(latitude), Radians(declination));
        var cosine = (Math.Sin(Radians(HorizonDegrees)) - (Math.Sin(phi) * Math.Sin(delta))) / (Math.Cos(phi) * Math.Cos(delta));
        return Math.Abs(cosine) <= 1 ? Degrees(Math.Acos(cosine)) : null;
    }

    private static double Turn(double degrees) => ((degrees % 360) + 360) % 360;

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static double Degrees(double radians) => radians * 180 / Math.PI;
}
