using IOC.Detection;
using IOC.Grains;
using IOC.Host.State;
using IOC.Testing;

namespace IOC.Host.Tests;

public sealed class SqliteGrainStoreTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_survives_reopening_and_is_replaced_by_the_next()
    {
        using (var store = Open())
        {
            store.Save(1, 10, [new("sensor", "d/e/a", [1]), new("sensor", "d/e/b", [2])]);
            store.Save(1, 11, [new("sensor", "d/e/b", [3])]);
        }

        using var reopened = Open();
        Assert.Equal(11, reopened.LoadOffset(1));
        Assert.Equal([1], reopened.Load(1, "sensor", "d/e/a"));
        Assert.Equal([3], reopened.Load(1, "sensor", "d/e/b"));
        Assert.Equal(2, reopened.LoadAll(1, "sensor").Count());
    }

    [Fact]
    public void Partitions_and_kinds_are_apart()
    {
        using var store = Open();
        store.Save(0, 5, [new("sensor", "k", [1]), new(SqliteGrainStore.DetectorKind, "k", [2])]);
        Assert.Equal(0, store.LoadOffset(1));
        Assert.Null(store.Load(1, "sensor", "k"));
        ISeriesStateStore series = store;
        Assert.Equal([2], series.Load(0, "k"));
        Assert.Equal("k", Assert.Single(series.LoadAll(0)).Key);
    }

    private SqliteGrainStore Open() => new(_folder.Combine("state", "grains.db"));
}
