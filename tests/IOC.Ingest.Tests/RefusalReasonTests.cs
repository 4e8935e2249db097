using IOC.Ingest.Log;

namespace IOC.Ingest.Tests;

public sealed class RefusalReasonTests
{
    [Fact]
    public void Every_reason_has_a_name_in_snake_case_and_a_text_in_both_languages()
    {
        var reasons = Enum.GetValues<RefusalReason>();
        Assert.Equal(RefusalReasons.Count, reasons.Length);
        foreach (var reason in reasons)
        {
            var name = RefusalReasons.Name(reason);
            Assert.Equal(reason.ToString(), string.Concat(name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..])));
            Assert.True(RefusalReasons.TryParse(name, out var parsed));
            Assert.Equal(reason, parsed);
            Assert.NotEqual(RefusalReasons.Text(reason).Vi, RefusalReasons.Text(reason).En);
        }

        Assert.False(RefusalReasons.TryParse("MalformedPayload", out _));
    }

    [Fact]
    public void Settings_out_of_range_are_named_in_full()
    {
        var ingest = Assert.Throws<ArgumentException>(() => new IngestOptions { MaxValues = 0 }.Validate("Ioc:Ingest"));
        Assert.StartsWith("Ioc:Ingest:MaxValues ", ingest.Message, StringComparison.Ordinal);
        var log = Assert.Throws<ArgumentException>(() => new ReadingLogOptions { Partitions = 0 }.Validate());
        Assert.StartsWith("ReadingLog:Partitions ", log.Message, StringComparison.Ordinal);
        new IngestOptions().Validate();
        new ReadingLogOptions().Validate();
    }
}
