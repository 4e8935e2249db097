using IOC.History.Windows;

namespace IOC.History.Tests.Windows;

public sealed class IsoDurationTests
{
    [Theory]
    [InlineData("PT1M", 0, 0, 60_000)]
    [InlineData("PT1H30M", 0, 0, 5_400_000)]
    [InlineData("PT0.5H", 0, 0, 1_800_000)]
    [InlineData("PT1,5S", 0, 0, 1_500)]
    [InlineData("PT0.001S", 0, 0, 1)]
    [InlineData("P1D", 0, 1, 0)]
    [InlineData("P1W", 0, 7, 0)]
    [InlineData("P1W2D", 0, 9, 0)]
    [InlineData("P1M", 1, 0, 0)]
    [InlineData("P1Y", 12, 0, 0)]
    [InlineData("P1Y6M", 18, 0, 0)]
    [InlineData("P1DT12H", 0, 0, 129_600_000)]
    [InlineData("P1000Y", 12_000, 0, 0)]
    public void Durations_are_understood(string text, int months, int days, long milliseconds) =>
        Assert.Equal(new IsoDuration(months, days, milliseconds), IsoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("1H")]
    [InlineData("PT1")]
    [InlineData("P1H")]
    [InlineData("PT1D")]
    [InlineData("P1DT")]
    [InlineData("PT0S")]
    [InlineData("P0D")]
    [InlineData("-P1D")]
    [InlineData("P-1D")]
    [InlineData("P1M1D")]
    [InlineData("P1YT1H")]
    [InlineData("PT1M1H")]
    [InlineData("PT1H1H")]
    [InlineData("PT0.5H1M")]
    [InlineData("PT0.0001S")]
    [InlineData("PT1.5.5S")]
    [InlineData("P0.5D")]
    [InlineData("P1001Y")]
    [InlineData("P99999999999999999999Y")]
    [InlineData("PT99999999999999999999999999999S")]
    [InlineData("p1d")]
    [InlineData("P 1D")]
    [InlineData("P1DT1HT1M")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(HistoryQueryError.BadDuration, Assert.Throws<HistoryQueryException>(() => IsoDuration.Parse(text)).Error);
}
