namespace IOC.Detection.Tests;

/// <summary>Runs alone: the size of the heap is the whole process's, and other tests move it.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    [Fact]
    public void A_series_needs_less_than_a_kilobyte()
    {
        using var f = new Fixture(StateTests.Rules);
        const int count = 2000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
        {
            f.Read(100, 10, sensor: f.Addresses.GetOrAdd("hiep-hoa", "environment", $"many-{i}"));
        }

        var perSeries = (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        Assert.InRange(perSeries, 1, 1024 + 700); // The address and its entry in the address book are in it.
    }
}
