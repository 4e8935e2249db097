using IOC.History.Embedded;
using IOC.Testing;

namespace IOC.History.Tests;

/// <summary>Runs the embedded store in a folder of its own.</summary>
public sealed class EmbeddedHarness(int blockReadings, long tailBytes) : StoreHarness
{
    private readonly TempDirectory _folder = new();
    private EmbeddedHistoryStore? _store;

    /// <inheritdoc/>
    public override IHistoryStore Store => Embedded;

    /// <summary>The store itself.</summary>
    public EmbeddedHistoryStore Embedded => _store ?? throw new InvalidOperationException("The store is closed.");

    /// <summary>Its folder.</summary>
    public string Folder => _folder.Path;

    /// <inheritdoc/>
    public override Task OpenAsync()
    {
        _store = new EmbeddedHistoryStore(
            new EmbeddedHistoryOptions { Directory = _folder.Path, BlockReadings = blockReadings, TailBytesPerPartition = tailBytes, MaxWindows = 50_000 },
            TestCity.Properties);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task CloseAsync()
    {
        await Embedded.DisposeAsync();
        _store = null;
    }

    /// <inheritdoc/>
    public override Task CrashAsync()
    {
        Embedded.Abandon();
        _store = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>The embedded store as it is shipped.</summary>
public sealed class EmbeddedHistoryStoreTests : HistoryStoreContract
{
    /// <inheritdoc/>
    protected override StoreHarness NewHarness() => new EmbeddedHarness(512, 128L << 20);
}

/// <summary>The embedded store with tiny blocks, so that each test makes many of them.</summary>
public sealed class EmbeddedHistoryStoreTinyBlocksTests : HistoryStoreContract
{
    /// <inheritdoc/>
    protected override StoreHarness NewHarness() => new EmbeddedHarness(16, 128L << 20);
}

/// <summary>The embedded store without memory to spare, so that tails are dropped and closed early all the time.</summary>
public sealed class EmbeddedHistoryStoreNoMemoryTests : HistoryStoreContract
{
    /// <inheritdoc/>
    protected override StoreHarness NewHarness() => new EmbeddedHarness(128, 0);
}
