using static IOC.History.Tests.TestCity;

namespace IOC.History.Tests;

/// <summary>Durations for which readings are kept, as settings write them.</summary>
public sealed class RetentionTests
{
    [Fact]
    public void Months_and_years_are_those_of_the_zones_calendar()
    {
        var retention = new Retention(new Dictionary<string, string> { ["pm25"] = "P1Y", ["stage"] = "P1M", ["temperature"] = "PT36H" }, Properties, "Asia/Ho_Chi_Minh");
        var keep = retention.KeepFrom(Ms("2028-03-31T10:00:00+07:00"));
        Assert.Equal(Ms("2027-03-31T10:00:00+07:00"), keep["pm25"]);
        Assert.Equal(Ms("2028-03-01T00:00:00+07:00"), keep["stage"]);
        Assert.Equal(Ms("2028-03-29T22:00:00+07:00"), keep["temperature"]);
    }

    [Theory]
    [InlineData("pm26", "P1Y", "History:Retention:pm26")]
    [InlineData("pm25", "5 years", "History:Retention:pm25 = '5 years'")]
    [InlineData("pm25", "P0D", "History:Retention:pm25 = 'P0D'")]
    public void What_cannot_be_used_is_named(string property, string duration, string text) =>
        Assert.Contains(text, Assert.Throws<InvalidOperationException>(() =>
            new Retention(new Dictionary<string, string> { [property] = duration }, Properties, "UTC")).Message, StringComparison.Ordinal);

    private static long Ms(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
}
