namespace IOC.FirmwareSim.World;

/// <summary>What the air does at a place and moment.</summary>
/// <param name="Temperature">°C.</param>
/// <param name="Humidity">% relative.</param>
/// <param name="Pressure">hPa at the station's height.</param>
/// <param name="Rain">mm an hour.</param>
/// <param name="Wind">m/s.</param>
/// <param name="Cloud">0 (clear) to 1.</param>
/// <param name="Dust">PM2.5 of the open country, µg/m³.</param>
internal readonly record struct WeatherSample(
    double Temperature, double Humidity, double Pressure, double Rain, double Wind, double Cloud, double Dust);

/// <summary>
/// The weather over the province: monsoon seasons, the course of a day, and random fields that move slowly over it, so
/// that sensors a few kilometres apart agree and the far ends of the province need not.
/// </summary>
internal sealed class Weather(ulong seed)
{
    private const double WarmestDayAngle = 2 * Math.PI * 196 / 365.0;

    private readonly NoiseField _cloud = new(seed ^ 1, 60, 6);
    private readonly NoiseField _warm = new(seed ^ 2, 90, 20);
    private readonly NoiseField _moist = new(seed ^ 3, 60, 10);
    private readonly NoiseField _pressure = new(seed ^ 4, 500, 40);
    private readonly NoiseField _rain = new(seed ^ 5, 18, 1.5);
    private readonly NoiseField _wind = new(seed ^ 6, 35, 2);
    private readonly NoiseField _dust = new(seed ^ 7, 40, 14);

    /// <summary>The weather at a place: km from Bắc Giang city, height in m, <paramref name="town"/> 0 (open country) to 1.</summary>
    public WeatherSample At(double x, double y, double height, double town, LocalClock time)
    {
        var t = time.UnixMs;
        var summer = Math.Cos(time.YearAngle - WarmestDayAngle);
        var cloud = 1 / (1 + Math.Exp(-1.4 * _cloud.At(x, y, t)));
        var rain = Rain(x, y, t, cloud, summer);
        var wet = Math.Min(1, rain / 4);

        var swing = (4.3 - (2.6 * cloud)) * time.DayWave(14.5);
        var mean = 23.8 + (6.4 * summer) + (1.3 * _warm.At(x, y, t)) - (0.0062 * height);
        var temperature = mean + swing + (town * (1.1 - (0.5 * time.DayWave(13)))) - (2.2 * wet);
        var humidity = 80 + (3 * summer) - (2.6 * swing) + (5 * _moist.At(x, y, t)) + (11 * wet);
        var pressure = 1012.5 - (7.5 * summer) + (3.2 * _pressure.At(x, y, t)) + (1.3 * Math.Cos(2 * Math.PI * (time.Hour - 9.7) / 12)) - (height / 8.4);
        var wind = 2.1 * Math.Exp(0.42 * Math.Clamp(_wind.At(x, y, t), -2.5, 2.2)) * (1 + (0.35 * time.DayWave(14.5))) * (1 - (0.3 * town)) + (2.5 * wet);
        return new WeatherSample(
            temperature, Math.Clamp(humidity, 28, 98.5), pressure, rain, Math.Max(0.1, wind), cloud, Dust(x, y, time, wind, wet, summer));
    }

    // Rain falls where the field stands high: about one hour in eight in summer, one in thirty in winter.
    private double Rain(double x, double y, long t, double cloud, double summer)
    {
        var excess = _rain.At(x, y, t) + (0.5 * (cloud - 0.5)) - (1.55 - (0.35 * summer));
        return excess <= 0 ? 0 : 9 * Math.Pow(excess, 1.6);
    }

    // Winter's still, cool air keeps the dust down at night; wind thins it and rain washes it out.
    private double Dust(double x, double y, LocalClock time, double wind, double wet, double summer)
    {
        var season = 24 - (8 * summer);
        var stillness = 1 + (0.16 * time.DayWave(3));
        var dilution = Math.Sqrt(3.2 / (1.2 + Math.Min(wind, 8)));
        return season * Math.Exp(0.22 * Math.Clamp(_dust.At(x, y, time.UnixMs), -2.2, 2.2)) * stillness * dilution * (1 - (0.55 * wet));
    }
}
