using System.Globalization;
using IOC.History.Influx;
using IOC.Testing;

namespace IOC.History.Tests.Influx;

/// <summary>One server for all tests of the contract; each test has a database of its own.</summary>
public sealed class InfluxFixture : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private int _databases;

    public InfluxServer Server { get; private set; } = null!;

    public string NextDatabase => string.Create(CultureInfo.InvariantCulture, $"ioc{Interlocked.Increment(ref _databases)}");

    public async Task InitializeAsync()
    {
        // Without the program every test is skipped, and this still runs.
        if (new NeedsProgramFactAttribute(InfluxServer.Program).Skip is null)
        {
            Server = await InfluxServer.StartAsync(_folder.Combine("server"));
        }
    }

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>The contract on a real InfluxDB 1.6.</summary>
[NeedsServer(InfluxServer.Program)]
public sealed class InfluxHistoryStoreTests(InfluxFixture influx) : HistoryStoreContract, IClassFixture<InfluxFixture>
{
    /// <inheritdoc/>
    protected override StoreHarness NewHarness() => new InfluxHarness(influx.Server, influx.NextDatabase);
}

/// <summary>Runs the InfluxDB store on a database of its own.</summary>
public sealed class InfluxHarness(InfluxServer server, string database) : StoreHarness
{
    private readonly TempDirectory _folder = new();
    private InfluxHistoryStore? _store;

    /// <inheritdoc/>
    public override IHistoryStore Store => _store ?? throw new InvalidOperationException("The store is closed.");

    /// <summary>What was refused.</summary>
    public List<(string Line, string Reason)> Refused { get; } = [];

    /// <inheritdoc/>
    public override Task OpenAsync()
    {
        _store = new InfluxHistoryStore(
            new InfluxOptions { Url = server.Url, Directory = _folder.Path, Database = database, BatchReadings = 100, MaxWindows = 50_000 },
            TestCity.Properties, new Refusals(Refused), TimeProvider.System);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task CloseAsync()
    {
        await _store!.DisposeAsync();
        _store = null;
    }

    /// <inheritdoc/>
    public override Task CrashAsync()
    {
        _store!.Abandon();
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

        Assert.Empty(Refused);
        _folder.Dispose();
    }

    private sealed class Refusals(List<(string, string)> refused) : IHistoryRefusals
    {
        public void Refused(string line, string reason) => refused.Add((line, reason));
    }
}
