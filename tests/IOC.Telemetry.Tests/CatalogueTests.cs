namespace IOC.Telemetry.Tests;

public class CatalogueTests
{
    [Fact]
    public void Properties_are_found_by_code_and_by_index_in_the_order_given()
    {
        var catalogue = new PropertyCatalogue([Property("b"), Property("a")]);
        Assert.Equal((2, "b", "a"), (catalogue.Count, catalogue[0].Code, catalogue[1].Code));
        Assert.True(catalogue.TryGetIndex("a", out var index));
        Assert.Equal(1, index);
        Assert.True(catalogue.TryGet("b", out var found));
        Assert.Same(catalogue.All[0], found);
        Assert.False(catalogue.TryGet("c", out _));
        Assert.False(catalogue.TryGetIndex("A", out _));
    }

    [Fact]
    public void A_code_twice_or_no_slug_or_an_empty_range_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new PropertyCatalogue([Property("a"), Property("a")]));
        Assert.Throws<ArgumentException>(() => new PropertyCatalogue([Property("A")]));
        Assert.Throws<ArgumentException>(() => new PropertyCatalogue([Property("a", 1, 1)]));
        Assert.Throws<ArgumentException>(() => new PropertyCatalogue([Property("a", double.NaN, 1)]));
    }

    [Theory]
    [InlineData(-30, true)]
    [InlineData(60, true)]
    [InlineData(-30.01, false)]
    [InlineData(60.01, false)]
    [InlineData(double.NaN, false)]
    [InlineData(double.PositiveInfinity, false)]
    public void The_plausible_range_includes_its_ends(double value, bool plausible) =>
        Assert.Equal(plausible, Property("temp", -30, 60).IsPlausible(value));

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData("environment", null, null, true)]
    [InlineData("water", null, null, false)]
    [InlineData(null, "bac-giang", null, true)]
    [InlineData(null, "hiep-hoa", null, false)]
    [InlineData(null, null, "s1", true)]
    [InlineData(null, null, "s2", false)]
    [InlineData("environment", "bac-giang", "s1", true)]
    [InlineData("environment", "hiep-hoa", "s1", false)]
    public void A_rule_covers_what_its_conditions_leave(string? domain, string? district, string? sensor, bool covers)
    {
        var rule = new DetectionRule
        {
            Id = "r",
            Kind = FindingKind.Limit,
            Name = new LocalText("v", "e"),
            Severity = Severity.P1,
            Domain = domain,
            District = district,
            Sensor = sensor,
        };
        Assert.Equal(covers, rule.Covers(new AddressBook().GetOrAdd("bac-giang", "environment", "s1")));
    }

    [Fact]
    public void Stored_numbers_never_change()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13], Enum.GetValues<FindingKind>().Select(v => (int)v));
        Assert.Equal(["Limit", "Spike", "Flatline", "Silence", "Implausible", "Learned", "RateOfChange", "MissingShare", "Neighbour", "Schedule", "Aggregate",
            "Combination", "Disagreement", "Group"], Enum.GetNames<FindingKind>());
        Assert.Equal([0, 1, 2], Enum.GetValues<SubjectKind>().Select(v => (int)v));
        Assert.Equal(["Feeder", "Cabinet", "Gateway", "Road", "Waterworks", "Other"], Enum.GetNames<AssetKind>());
        Assert.Equal(["Ok", "Calibrating", "Fault", "Implausible"], Enum.GetNames<Quality>());
        Assert.Equal([0, 1, 2, 3], Enum.GetValues<Quality>().Select(v => (int)v));
        Assert.Equal(["Readings", "Status", "Tick", "Resumed"], Enum.GetNames<MessageKind>());
        Assert.Equal([0, 1, 2, 3], Enum.GetValues<MessageKind>().Select(v => (int)v));
        Assert.Equal([1, 2, 3, 4], Enum.GetValues<Severity>().Select(v => (int)v));
    }

    private static PropertyDefinition Property(string code, double min = 0, double max = 1) => new(code, "1", new LocalText("v", "e"), min, max, 0, "");
}
