using System.Text;

namespace IOC.Alerts.Tests.Shifts;

public sealed class OperatorNameTests
{
    private const string Lan = "Nguyễn Thị Lan";

    [Theory]
    [InlineData("nguyễn thị lan")]
    [InlineData("NGUYỄN THỊ LAN")]
    [InlineData("  Nguyễn  Thị\u00a0Lan ")]
    public void A_name_is_the_same_whatever_its_case_and_the_space_in_it(string typed) => Assert.True(OperatorName.Same(Lan, typed));

    [Fact]
    public void An_accent_may_be_a_character_of_its_own()
    {
        var apart = Lan.Normalize(NormalizationForm.FormD);
        Assert.NotEqual(Lan, apart);
        Assert.True(OperatorName.Same(Lan, apart));
        Assert.Equal(Lan, OperatorName.Clean($" {apart} "));
        Assert.Contains(apart, new HashSet<string>([Lan.ToUpperInvariant()], OperatorName.Comparer));
    }

    [Theory]
    [InlineData("Lan")]
    [InlineData("Nguyen Thi Lan")]
    [InlineData("NguyễnThị Lan")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_name_is_somebody_else(string? other) => Assert.False(OperatorName.Same(Lan, other));

    [Fact]
    public void Nobody_is_not_the_same_as_nobody() => Assert.False(OperatorName.Same(null, null));

    [Fact]
    public void Half_a_character_breaks_nothing() => Assert.Equal("a\ufffd b", OperatorName.Clean("a\ud83d  b"));
}
