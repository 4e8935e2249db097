using System.Globalization;

namespace IOC.Detection.Tests.Past;

/// <summary>Against sunrise and sunset as almanacs define them (upper limb on a level horizon, 34' of refraction), worked out with
/// an independent ephemeris of arc-second accuracy (VSOP87).</summary>
public class SunTests
{
    [Theory]
    [InlineData("2025-01-01", 21.273, 106.194, 7, "06:32:45", "17:24:50")]
    [InlineData("2025-03-20", 21.273, 106.194, 7, "05:59:25", "18:06:13")]
    [InlineData("2025-06-21", 21.273, 106.194, 7, "05:14:09", "18:39:52")]
    [InlineData("2025-09-23", 21.273, 106.194, 7, "05:44:15", "17:50:40")]
    [InlineData("2025-12-21", 21.273, 106.194, 7, "06:28:03", "17:18:27")]
    [InlineData("2026-04-30", 21.273, 106.194, 7, "05:25:21", "18:19:50")]
    [InlineData("2026-11-22", 21.273, 106.194, 7, "06:10:04", "17:12:16")]
    [InlineData("2025-06-21", 51.4769, -0.0005, 1, "04:42:49", "21:20:52")]
    [InlineData("2025-12-21", -33.8688, 151.2093, 11, "05:40:44", "20:05:32")]
    [InlineData("2025-03-20", 40.7128, -74.006, -4, "06:58:53", "19:08:26")]
    [InlineData("2025-12-21", 64.1466, -21.9426, 0, "11:22:25", "15:29:32")]
    public void The_sun_rises_and_sets_by_the_almanac(string day, double latitude, double longitude, int zone, string rise, string set)
    {
        var noon = DateTimeOffset.ParseExact($"{day} 12:00 {zone:+00;-00}:00", "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.InRange(Off(SunTimes.Find(noon, longitude, latitude, rise: true), noon, rise), -60, 60);
        Assert.InRange(Off(SunTimes.Find(noon, longitude, latitude, rise: false), noon, set), -60, 60);
    }

    [Theory]
    [InlineData("2025-06-21")]
    [InlineData("2025-12-21")]
    public void Beyond_the_polar_circle_it_may_not_rise_or_set(string day)
    {
        var noon = DateTimeOffset.Parse($"{day}T12:00Z", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Null(SunTimes.Find(noon, 20, 78, rise: true));
        Assert.Null(SunTimes.Find(noon, 20, 78, rise: false));
    }

    [Fact]
    public void Each_day_has_its_own_sunrise()
    {
        var noon = DateTimeOffset.Parse("2025-01-01T12:00+07:00", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        foreach (var longitude in new[] { -179.0, -100, 0, 106.2, 179 })
        {
            var local = noon + (long)((106.2 - longitude) * 240_000);
            for (var day = 0; day < 400; day++)
            {
                var middle = local + (day * 86_400_000L);
                var (rise, set) = (SunTimes.Find(middle, longitude, 21.3, rise: true)!.Value, SunTimes.Find(middle, longitude, 21.3, rise: false)!.Value);
                Assert.InRange(rise, middle - (7 * 3_600_000), middle - (5 * 3_600_000));
                Assert.InRange(set, middle + (5 * 3_600_000), middle + (7 * 3_600_000));
            }
        }
    }

    private static double Off(long? found, long noon, string expected) =>
        (found!.Value - noon) / 1000.0 - (TimeSpan.Parse(expected, CultureInfo.InvariantCulture) - TimeSpan.FromHours(12)).TotalSeconds;
}
