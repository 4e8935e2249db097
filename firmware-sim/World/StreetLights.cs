namespace IOC.FirmwareSim.World;

/// <summary>When street lamps burn: a light sensor switches them at dusk and dawn, and they are dimmed late at night.</summary>
internal static class StreetLights
{
    private const double Latitude = 21.3;
    private const double Longitude = 106.2;
    private const double DimFrom = 23.0;
    private const double DimUntil = 4.5;
    private const int StepMinutes = 10;
    private const int StepsPerDay = 24 * 60 / StepMinutes;

    /// <summary>First day of the energy counters: 2025-01-01.</summary>
    private const long FirstDay = 20089;

    private static readonly Lock Gate = new();
    private static readonly List<double> HoursBeforeDay = [0];

    /// <summary>The sun's height over the horizon, degrees, within half a degree.</summary>
    public static double SunElevation(LocalClock time)
    {
        var declination = -23.44 * Math.Cos(time.YearAngle + (2 * Math.PI * 10 / 365.2425)) * Math.PI / 180;
        var twice = 2 * (time.YearAngle - (2 * Math.PI * 81 / 365.2425));
        var equationHours = ((9.87 * Math.Sin(twice)) - (7.53 * Math.Cos(twice / 2)) - (1.5 * Math.Sin(twice / 2))) / 60;
        var solarHour = time.Hour + ((Longitude - 105) / 15) + equationHours;
        var hourAngle = (solarHour - 12) * Math.PI / 12;
        var latitude = Latitude * Math.PI / 180;
        return Math.Asin((Math.Sin(latitude) * Math.Sin(declination)) + (Math.Cos(latitude) * Math.Cos(declination) * Math.Cos(hourAngle))) * 180 / Math.PI;
    }

    /// <summary>Dimming level, %: 0 by day, 100 in the evening and before dawn, 60 late at night.</summary>
    /// <param name="time">The moment.</param>
    /// <param name="threshold">Height of the sun, degrees, below which this cabinet's sensor calls it dark.</param>
    public static int Level(LocalClock time, double threshold)
    {
        if (SunElevation(time) > threshold)
        {
            return 0;
        }

        return time.Hour is >= DimFrom or < DimUntil ? 60 : 100;
    }

    /// <summary>Hours at full power that a lamp has burnt since 2025, dimming counted: what an energy counter adds up.</summary>
    public static double HoursBurnt(LocalClock time)
    {
        var steps = time.Hour * 60 / StepMinutes;
        var hours = Before(time.Day);
        for (var i = 0; i < (int)steps; i++)
        {
            hours += StepHours(time.Day, i);
        }

        return hours + ((steps - (int)steps) * StepHours(time.Day, (int)steps));
    }

    private static double Before(long day)
    {
        var index = (int)Math.Max(0, day - FirstDay);
        lock (Gate)
        {
            for (var d = HoursBeforeDay.Count; d <= index; d++)
            {
                var sum = HoursBeforeDay[d - 1];
                for (var i = 0; i < StepsPerDay; i++)
                {
                    sum += StepHours(FirstDay + d - 1, i);
                }

                HoursBeforeDay.Add(sum);
            }

            return HoursBeforeDay[index];
        }
    }

    private static double StepHours(long day, int step)
    {
        var middle = new LocalClock((day * 86_400_000L) - (7 * 3_600_000L) + ((long)((step + 0.5) * StepMinutes * 60_000)));
        return Level(middle, -1) / 100.0 * StepMinutes / 60.0;
    }
}
