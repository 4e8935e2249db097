using IOC.Access.Accounts;

namespace IOC.Access.Tests.Accounts;

public sealed class PasswordPolicyTests
{
    [Theory]
    [InlineData("tram bom nuoc so ba")]
    [InlineData("trạm bơm nước số ba")]
    [InlineData("onlylowerletters")]
    [InlineData("x8#Kq2!vLm9z")]
    [InlineData("195827364019")]
    [InlineData("summer orange diamond forever")]
    [InlineData("mưa rào tháng bảy ở Sơn Động")]
    [InlineData("🌧🌊🚦💡🏭🚰🌾🔥⚡🌡🗺🧭 cá chép hoá rồng")]
    public void A_long_password_of_ones_own_may_be_chosen(string password) => Assert.Null(PasswordPolicy.Check(password, 12, "lan.nguyen", "Nguyễn Thị Lan", "IOC"));

    [Theory]
    [InlineData("password1234")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("passwordpassword")]
    [InlineData("matkhau123456")]
    [InlineData("Mật khẩu 2026!")]
    [InlineData("qwertyuiop123")]
    [InlineData("123456789012")]
    [InlineData("210987654321")]
    [InlineData("abcdefghijkl")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabcabc")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("iloveyouvietnam")]
    [InlineData("Anh yêu em 123")]
    [InlineData("Administrator1!")]
    [InlineData("BacGiang2026!!")]
    [InlineData("changemechangeme")]
    [InlineData("lan.nguyen2026")]
    [InlineData("nguyenthilan1990")]
    [InlineData("ioc-ioc-ioc-ioc")]
    public void What_everybody_tries_first_is_refused(string password) => Assert.NotNull(PasswordPolicy.Check(password, 12, "lan.nguyen", "Nguyễn Thị Lan", "IOC"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short one")]
    public void What_is_too_short_or_no_text_is_refused(string? password) => Assert.NotNull(PasswordPolicy.Check(password, 12));

    [Fact]
    public void Half_a_letter_is_no_text() => Assert.NotNull(PasswordPolicy.Check((char)0xD83D + " is half a letter", 12));

    [Fact]
    public void Lengths_count_what_people_see()
    {
        Assert.NotNull(PasswordPolicy.Check("tự do hạnh", 12));
        Assert.Null(PasswordPolicy.Check(string.Concat(Enumerable.Range(0, 64).Select(i => (char)('a' + (i * 7 % 26)))) + " và thêm nữa", 12));
        Assert.NotNull(PasswordPolicy.Check(new string([.. Enumerable.Range(0, 300).Select(i => (char)('a' + (i * i % 26)))]), 12));
    }

    [Fact]
    public void Two_keyboards_make_one_password()
    {
        const string Composed = "tr\u1EA1m b\u01A1m n\u01B0\u1EDBc";
        var decomposed = Composed.Normalize(System.Text.NormalizationForm.FormD);
        Assert.NotEqual(Composed, decomposed);
        Assert.Equal(PasswordPolicy.Normalise(Composed), PasswordPolicy.Normalise(decomposed));
    }

    [Fact]
    public void Refusals_are_told_in_both_languages()
    {
        var problem = PasswordPolicy.Check("short", 12)!;
        Assert.Contains("12", problem.Vi, StringComparison.Ordinal);
        Assert.Contains("12", problem.En, StringComparison.Ordinal);
        Assert.NotEqual(problem.Vi, problem.En);
    }
}
