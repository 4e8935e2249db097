using System.Text;
using IOC.Testing;

namespace IOC.Telemetry.Tests;

public class AddressBookTests
{
    [Fact]
    public void Equal_addresses_are_one_object_however_they_are_asked_for()
    {
        var book = new AddressBook();
        var first = book.GetOrAdd("bac-giang", "environment", "air-1");
        Assert.Same(first, book.GetOrAdd("bac-giang", "environment", "air-1"));
        Assert.Same(first, book.GetOrAdd("bac-giang/environment/air-1"u8));
        Assert.Equal(("bac-giang", "environment", "air-1"), (first.District, first.Domain, first.Sensor));
        Assert.Equal("bac-giang/environment/air-1", first.Path);
        Assert.Equal(first.Path, first.ToString());
    }

    [Fact]
    public void Ordinals_are_dense_in_order_of_first_sight()
    {
        var book = new AddressBook();
        Assert.Equal(0, book.GetOrAdd("d", "e", "a").Ordinal);
        Assert.Equal(1, book.GetOrAdd("d/e/b"u8).Ordinal);
        Assert.Equal(0, book.GetOrAdd("d", "e", "a").Ordinal);
        Assert.Equal(2, book.GetOrAdd("d", "f", "a").Ordinal);
        Assert.Equal(3, book.Count);
    }

    [Theory]
    [InlineData("D", "e", "s")]
    [InlineData("d", "", "s")]
    [InlineData("d", "e", "s/t")]
    public void What_is_no_slug_is_refused(string district, string domain, string sensor)
    {
        var book = new AddressBook();
        Assert.Throws<ArgumentException>(() => book.GetOrAdd(district, domain, sensor));
        Assert.Equal(0, book.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d/e")]
    [InlineData("d/e/s/t")]
    public void A_path_without_three_parts_is_refused(string path) =>
        Assert.Throws<FormatException>(() => new AddressBook().GetOrAdd(Encoding.UTF8.GetBytes(path)));

    [Fact]
    public void The_longest_path_is_accepted_and_a_longer_one_refused()
    {
        var slug = new string('x', Slug.MaxLength);
        var path = Encoding.UTF8.GetBytes($"{slug}/{slug}/{slug}");
        var book = new AddressBook();
        Assert.Equal(slug, book.GetOrAdd(path).Sensor);
        Assert.Throws<FormatException>(() => book.GetOrAdd((byte[])[.. path, (byte)'y']));
    }

    [Fact]
    public void A_known_path_costs_no_memory()
    {
        var book = new AddressBook();
        book.GetOrAdd("d/e/s"u8);
        var allocations = Allocations.Begin();
        for (var i = 0; i < 1000; i++)
        {
            book.GetOrAdd("d/e/s"u8);
        }

        Assert.Equal(0, allocations.Bytes);
    }

    [Fact]
    public void Threads_that_meet_new_names_together_agree_on_them()
    {
        var book = new AddressBook();
        var seen = new SensorAddress[4][];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, t =>
            seen[t] = [.. Enumerable.Range(0, 500).Select(i => book.GetOrAdd("d", "e", $"s{i}"))]);
        Assert.Equal(500, book.Count);
        Assert.All(Enumerable.Range(0, 500), i => Assert.All(seen, s => Assert.Same(seen[0][i], s[i])));
        Assert.Equal(Enumerable.Range(0, 500), seen[0].Select(a => a.Ordinal).Order());
    }
}
