namespace IOC.Alerts.Tests;

public class AlertIdTests
{
    [Theory]
    [InlineData("n1-0-1-0", "n1", 0, 1, 0)]
    [InlineData("bac-giang-2-3-9007199254740993-17", "bac-giang-2", 3, 9007199254740993, 17)]
    public void An_id_reads_back_even_when_the_node_has_hyphens(string text, string node, int partition, long offset, int number)
    {
        Assert.True(AlertId.TryParse(text, out var id));
        Assert.Equal(new AlertId(node, partition, offset, number), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("n1")]
    [InlineData("1-2-3")]
    [InlineData("-1-2-3")]
    [InlineData("n1-1-2-x")]
    [InlineData("n1-1--2-3-")]
    [InlineData("N1-1-2-3")]
    [InlineData("n1-99999999999-2-3")]
    [InlineData("n1-1-99999999999999999999-3")]
    public void Anything_else_is_no_id(string? text) => Assert.False(AlertId.TryParse(text, out _));

    [Fact]
    public void A_cursor_reads_back()
    {
        var cursor = new AlertCursor(1_767_225_600_000, "bac-giang-2-3-44-0");
        Assert.True(AlertCursor.TryParse(cursor.ToString(), out var read));
        Assert.Equal(cursor, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".n1-0-1-0")]
    [InlineData("12")]
    [InlineData("12.")]
    [InlineData("x.n1-0-1-0")]
    [InlineData("12.'; DROP TABLE alerts")]
    public void Anything_else_is_no_cursor(string? text) => Assert.False(AlertCursor.TryParse(text, out _));
}
