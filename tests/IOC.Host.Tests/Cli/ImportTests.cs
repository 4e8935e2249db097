using IOC.Host.Cli;
using IOC.Testing;

namespace IOC.Host.Tests.Cli;

/// <summary>What an import takes a time for, and where it goes on.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1735689600", null, "2025-01-01T00:00:00Z")]
    [InlineData("1735689600500", null, "2025-01-01T00:00:00.5Z")]
    [InlineData("2025-01-01 07:00", null, "2025-01-01T00:00:00Z")]
    [InlineData("1985-01-01", null, "1984-12-31T17:00:00Z")]
    [InlineData("20240105", null, null)]
    [InlineData("2024", null, null)]
    [InlineData("202401051230", null, null)]
    [InlineData("20240105123000", null, null)]
    [InlineData("2051010112", null, null)]
    [InlineData("20240105", "yyyyMMdd", "2024-01-04T17:00:00Z")]
    [InlineData("2024010507", "yyyyMMddHH", "2024-01-05T00:00:00Z")]
    [InlineData("05.01.2024 07:00 +00:00", "dd.MM.yyyy HH:mm zzz", "2024-01-05T07:00:00Z")]
    [InlineData("1735689600", "yyyyMMdd", null)]
    [InlineData("20240105", "unix", "1970-08-23T06:15:05Z")]
    [InlineData("20240105", "unixms", "1970-01-01T05:37:20.105Z")]
    [InlineData("9223372036854775807", "unix", null)]
    public void A_time_is_what_it_plainly_is_or_what_the_format_says(string text, string? format, string? instant)
    {
        var times = new ImportTimes(TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh"), format, _time);
        Assert.Equal(instant is null ? (DateTimeOffset?)null : DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture), times.Read(text) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null);
        Assert.Equal(format is null && long.TryParse(text, out _), times.IsDoubtful(text));
    }

    [Fact]
    public void An_import_goes_on_only_in_the_history_that_it_began_in()
    {
        var file = _folder.Combine("years.csv");
        File.WriteAllText(file, "x");
        ImportProgress.Open(file, "options", "here", restart: false).Advance(100, 99, 1);

        var again = ImportProgress.Open(file, "options", "here", restart: false);
        Assert.Equal((100, 99, 1), (again.Rows, again.Readings, again.Refused));
        again.Check("here");
        Assert.Contains("--restart", Assert.Throws<CliException>(() => again.Check("restored")).Message, StringComparison.Ordinal);
        Assert.Contains("--restart", Assert.Throws<CliException>(() => ImportProgress.Open(file, "options", "elsewhere", restart: false)).Message, StringComparison.Ordinal);
        Assert.Equal(0, ImportProgress.Open(file, "options", "elsewhere", restart: true).Rows);
    }
}
