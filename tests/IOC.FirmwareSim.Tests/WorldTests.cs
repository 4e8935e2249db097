using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Tests;

public class WorldTests
{
    [Fact]
    public void The_same_seed_measures_the_same_and_another_seed_does_not()
    {
        var (one, again, other) = (Cities.Generated(60), Cities.Generated(60), Cities.Generated(60, seed: 8));
        var at = Cities.Monday(9.5);
        Assert.Equal(one.Sensors.Select(s => s.Measured(at)), again.Sensors.Select(s => s.Measured(at)));
        Assert.NotEqual(one.Sensors.Select(s => s.Measured(at)), other.Sensors.Select(s => s.Measured(at)));
    }

    [Fact]
    public void Rush_hours_are_busiest_nights_are_empty_and_weekends_are_milder()
    {
        double Demand(int day, double hour) => TrafficPattern.Demand(new LocalClock(Cities.At(2026, 1, day, hour)));
        Assert.True(Demand(5, 7.25) > 1.4 * Demand(5, 10));
        Assert.True(Demand(5, 17.5) > 1.6 * Demand(5, 14));
        Assert.True(Demand(5, 3) < 0.1 * Demand(5, 17.5));
        Assert.True(Demand(10, 7.25) < 0.7 * Demand(5, 7.25), "Saturday morning has no rush");
    }

    [Fact]
    public void A_junction_counts_more_and_slows_down_in_the_rush()
    {
        var junctions = Cities.Generated().Sensors.Where(s => s.Sensor.Domain == Domains.Traffic).ToList();
        double Mean(string property, double hour) => junctions.Average(j => j.Measured(Cities.Monday(hour))[property]);
        Assert.True(Mean("flow", 17.5) > 4 * Mean("flow", 2));
        Assert.True(Mean("speed", 17.5) < Mean("speed", 2));
        Assert.True(Mean("occupancy", 17.5) > 3 * Mean("occupancy", 2));
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(19.5, 100)]
    [InlineData(1, 60)]
    [InlineData(5.2, 100)]
    public void Lamps_are_off_at_noon_on_in_the_evening_and_dimmed_late_at_night(double hour, double level)
    {
        var lamp = Cities.Of(Cities.Lamp()).Sensors[0].Measured(Cities.Monday(hour));
        Assert.Equal(level, lamp["dim"]);
        Assert.True(level > 0 ? lamp["power"] > 600 : lamp["power"] < 15);
        Assert.InRange(lamp["current"] * lamp["voltage"] * 0.94, lamp["power"] - 5, lamp["power"] + 5 + (0.01 * lamp["power"]));
    }

    [Fact]
    public void The_sun_stands_high_at_noon_in_june_lower_in_december_and_sets()
    {
        double Sun(int month, double hour) => StreetLights.SunElevation(new LocalClock(Cities.At(2026, month, 21, hour)));
        Assert.InRange(Sun(6, 12), 85, 90);
        Assert.InRange(Sun(12, 12), 44, 46.5);

        // Almanac for Bắc Giang: sunset 17:17 on 21 December, 18:41 on 21 June.
        Assert.InRange(Sun(12, 17.0 + (17 / 60.0)), -2, 1);
        Assert.InRange(Sun(6, 18.0 + (41 / 60.0)), -2, 1);
    }

    [Fact]
    public void The_energy_counter_never_goes_back_and_counts_what_the_lamps_take()
    {
        var lamp = Cities.Of(Cities.Lamp()).Sensors[0];
        var readings = Enumerable.Range(0, 73).Select(i => lamp.Measured(Cities.At(2026, 3, 1, i))).ToList();
        Assert.All(readings.Zip(readings.Skip(1)), p => Assert.True(p.Second["energy"] >= p.First["energy"]));
        var minutes = Enumerable.Range(0, 24 * 60).Sum(i => lamp.Measured(Cities.At(2026, 3, 1, i / 60.0))["power"] / 60_000);
        var counted = readings[24]["energy"] - readings[0]["energy"];
        Assert.InRange(counted, 0.93 * minutes, 1.07 * minutes);
    }

    [Fact]
    public void Neighbours_agree_on_the_weather_and_far_places_less()
    {
        var city = Cities.Of(Cities.Air("a", 106.20, 21.28), Cities.Air("near", 106.21, 21.285), Cities.Air("far", 106.85, 21.335));
        var hours = Enumerable.Range(0, 24 * 30).Select(h => Cities.At(2026, 1, 1, h)).ToList();
        foreach (var property in new[] { "temp", "pm25", "wind", "humidity" })
        {
            double Difference(int other) => hours.Average(h => Math.Abs(city.Sensors[0].Measured(h)[property] - city.Sensors[other].Measured(h)[property]));
            Assert.True(1.5 * Difference(1) < Difference(2), $"{property}: near {Difference(1):F2}, far {Difference(2):F2}");
        }
    }

    [Fact]
    public void A_year_of_values_stays_within_what_the_place_knows()
    {
        var air = Cities.Of(Cities.Air()).Sensors[0];
        var year = Enumerable.Range(0, 365 * 8).Select(i => air.Measured(Cities.At(2026, 1, 1, 3.0 * i))).ToList();
        Assert.InRange(year.Average(v => v["temp"]), 21, 27);
        Assert.InRange(year.Min(v => v["temp"]), 3, 16);
        Assert.InRange(year.Max(v => v["temp"]), 31, 42);
        Assert.InRange(year.Average(v => v["pm25"]), 15, 50);
        Assert.True(year.Max(v => v["pm25"]) < 150, "clean air must not alarm");
        Assert.InRange(year.Average(v => v["humidity"]), 70, 92);
        Assert.InRange(year.Max(v => v["pressure"]), 1010, 1040);
        Assert.True(year.Max(v => v["wind"]) < 17, "no storm by itself");
        Assert.InRange(year.Count(v => v["rain"] > 0) / (double)year.Count, 0.005, 0.25);
        Assert.True(year.Max(v => v["noise"]) < 85);
    }

    [Fact]
    public void No_healthy_sensor_leaves_the_range_of_the_catalogue()
    {
        var ranges = File.ReadLines(Path.Combine(IOC.Testing.Repository.Root, "deploy", "catalogue", "bac-giang", "properties.csv")).Skip(1)
            .Select(l => l.Split(',')).ToDictionary(f => f[0], f => (Min: Number(f[5]), Max: Number(f[6])), StringComparer.Ordinal);
        foreach (var sensor in Cities.Generated().Sensors)
        {
            for (var hour = 0.5; hour < 24; hour += 5)
            {
                Assert.All(sensor.Measured(Cities.Monday(hour)), v => Assert.InRange(v.Value, ranges[v.Key].Min, ranges[v.Key].Max));
            }
        }
    }

    [Fact]
    public void Local_time_is_seven_hours_ahead_and_knows_the_day_of_the_week()
    {
        var clock = new LocalClock(new DateTimeOffset(2026, 1, 4, 18, 30, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        Assert.Equal(1.5, clock.Hour, 6);
        Assert.Equal(DayOfWeek.Monday, clock.DayOfWeek);
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
