using System.Text;

namespace IOC.Telemetry.Tests;

public class SlugTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("0", true)]
    [InlineData("bac-giang", true)]
    [InlineData("s_1-2", true)]
    [InlineData("a-", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("_a", false)]
    [InlineData("A", false)]
    [InlineData("aB", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a+", false)]
    [InlineData("#", false)]
    [InlineData("bắc", false)]
    [InlineData("a\u0001", false)]
    [InlineData("a\0", false)]
    public void Characters_and_bytes_are_judged_alike(string text, bool valid)
    {
        Assert.Equal(valid, Slug.IsValid(text));
        Assert.Equal(valid, Slug.IsValid(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Up_to_64_characters(int length, bool valid)
    {
        var text = new string('x', length);
        Assert.Equal(valid, Slug.IsValid(text));
        Assert.Equal(valid, Slug.IsValid(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Every_byte_is_judged_as_its_character_is()
    {
        for (var b = 0; b < 256; b++)
        {
            Assert.Equal(Slug.IsValid([(char)b]), Slug.IsValid([(byte)b]));
            Assert.Equal(Slug.IsValid(['a', (char)b]), Slug.IsValid([(byte)'a', (byte)b]));
        }
    }
}
