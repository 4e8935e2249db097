using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Replay;

namespace IOC.FirmwareSim.Tests;

public class LocalTimesTests
{
    [Theory]
    [InlineData("2013-03-01 00:00:00", "2013-02-28T16:00:00Z")]
    [InlineData("2013-03-01T00:00", "2013-02-28T16:00:00Z")]
    [InlineData("2013-03-01", "2013-02-28T16:00:00Z")]
    [InlineData("2013-03-01 00:00:00.250", "2013-02-28T16:00:00.250Z")]
    [InlineData("2013-03-01T00:00:00Z", "2013-03-01T00:00:00Z")]
    [InlineData("2013-03-01T00:00:00+07:00", "2013-02-28T17:00:00Z")]
    [InlineData("2013-03-01 00:00:00-05:00", "2013-03-01T05:00:00Z")]
    public void Times_are_of_the_zone_unless_they_say_otherwise(string text, string utc) =>
        Assert.Equal(Utc(utc), new LocalTimes(LocalTimes.Zone("Asia/Shanghai")).TryRead(text));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2013-02-30 00:00:00")]
    [InlineData("01/03/2013")]
    public void What_is_no_time_is_none(string text) => Assert.Null(new LocalTimes(TimeZoneInfo.Utc).TryRead(text));

    [Fact]
    public void A_time_in_the_gap_is_taken_as_if_the_clock_had_not_been_put_forward()
    {
        var times = new LocalTimes(LocalTimes.Zone("America/Chicago"));
        Assert.Equal(Utc("2016-03-13T07:30:00Z"), times.TryRead("2016-03-13 01:30:00"));
        Assert.Equal(Utc("2016-03-13T08:30:00Z"), times.TryRead("2016-03-13 02:30:00"));
        Assert.Equal(Utc("2016-03-13T08:30:00Z"), times.TryRead("2016-03-13 03:30:00"));
        Assert.Equal((1L, 0L), (times.InGap, times.InOverlap));
    }

    [Fact]
    public void An_hour_that_comes_twice_is_summer_time_first_and_then_goes_on()
    {
        var times = new LocalTimes(LocalTimes.Zone("America/Chicago"));
        string[] rows = ["2015-11-01 00:30", "2015-11-01 01:00", "2015-11-01 01:30", "2015-11-01 01:00", "2015-11-01 01:30", "2015-11-01 02:00"];
        string[] utc = ["05:30", "06:00", "06:30", "07:00", "07:30", "08:00"];
        Assert.Equal(utc.Select(u => (long?)Utc($"2015-11-01T{u}:00Z")), rows.Select(times.TryRead));
        Assert.Equal(4, times.InOverlap);

        // The next autumn begins anew.
        Assert.Equal(Utc("2016-11-06T06:30:00Z"), times.TryRead("2016-11-06 01:30"));
    }

    [Fact]
    public void An_hour_that_a_file_has_once_is_summer_time()
    {
        var times = new LocalTimes(LocalTimes.Zone("Europe/Berlin"));
        Assert.Equal(
            [Utc("2020-10-24T23:00:00Z"), Utc("2020-10-25T00:00:00Z"), Utc("2020-10-25T02:00:00Z")],
            new[] { "2020-10-25 01:00", "2020-10-25 02:00", "2020-10-25 03:00" }.Select(t => times.TryRead(t)!.Value));
    }

    [Fact]
    public void A_zone_that_does_not_exist_is_told() =>
        Assert.Contains("Asia/Hanoii", Assert.Throws<UserErrorException>(() => LocalTimes.Zone("Asia/Hanoii")).Message, StringComparison.Ordinal);

    private static long Utc(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
