using System.Text;
using IOC.Access.Accounts;

namespace IOC.Access.Tests.Accounts;

public sealed class TotpTests
{
    private static readonly byte[] s_secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, SHA-1, the last six of its eight digits.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeAt(s_secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void A_code_counts_a_step_early_or_late_and_no_more()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var step = Totp.StepAt(now);
        Assert.Equal(step - 1, Totp.Match(s_secret, Totp.CodeAt(s_secret, step - 1), now, 0));
        Assert.Equal(step + 1, Totp.Match(s_secret, Totp.CodeAt(s_secret, step + 1), now, 0));
        Assert.Null(Totp.Match(s_secret, Totp.CodeAt(s_secret, step - 2), now, 0));
        Assert.Null(Totp.Match(s_secret, Totp.CodeAt(s_secret, step + 2), now, 0));
    }

    [Fact]
    public void A_code_counts_once()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var code = Totp.CodeAt(s_secret, Totp.StepAt(now));
        var used = Totp.Match(s_secret, code[..3] + " " + code[3..], now, 0);
        Assert.Equal(Totp.StepAt(now), used);
        Assert.Null(Totp.Match(s_secret, code, now, used!.Value));
        Assert.Null(Totp.Match(s_secret, Totp.CodeAt(s_secret, used.Value - 1), now, used.Value));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("١٢٣٤٥٦")]
    public void What_is_no_code_is_none(string? code) => Assert.Null(Totp.Match(s_secret, code, DateTimeOffset.UnixEpoch, -1));

    // RFC 4648, 10.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_standard(string text, string encoded) => Assert.Equal(encoded, Totp.ToBase32(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void The_address_for_applications_names_everything()
    {
        var uri = new Uri(Totp.Uri(s_secret, "IOC Bắc Giang", "lan@trực"));
        Assert.Equal("otpauth", uri.Scheme);
        Assert.Equal("totp", uri.Host);
        Assert.Equal("/IOC Bắc Giang:lan@trực", Uri.UnescapeDataString(uri.AbsolutePath));
        Assert.Contains($"secret={Totp.ToBase32(s_secret)}&", uri.Query, StringComparison.Ordinal);
        Assert.Contains("digits=6&period=30", uri.Query, StringComparison.Ordinal);
    }

    [Fact]
    public void Recovery_codes_are_read_however_they_are_written()
    {
        var code = RecoveryCodes.Generate();
        Assert.True(RecoveryCodes.IsOne(code.ToUpperInvariant().Replace('-', ' ')));
        Assert.Equal(RecoveryCodes.Plain(code), RecoveryCodes.Plain(" " + code.ToUpperInvariant().Replace("-", "", StringComparison.Ordinal)));
        Assert.False(RecoveryCodes.IsOne("123456"));
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => RecoveryCodes.Generate()).Distinct().Count());
    }
}
