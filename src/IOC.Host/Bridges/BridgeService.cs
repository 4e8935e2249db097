using IOC.Host.Settings;
using IOC.Ingest;

namespace IOC.Host.Bridges;

/// <summary>The bridges to other brokers. They start after the log's readers have caught up, and stop before the log does.</summary>
internal sealed class BridgeService(IocOptions options, IngestPipeline ingest, DataFolder data, TimeProvider time, ILogger<BridgeService> logger)
    : IHostedService, IAsyncDisposable
{
    private Bridge[] _bridges = [];

    /// <summary>How each is doing, in the order of the settings.</summary>
    public IReadOnlyList<BridgeStatus> Statuses => [.. _bridges.Select(b => b.Status)];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Bridges.Count > 0)
        {
            var memory = new BridgeMemory(data.Combine("state", "bridges.json"), logger);
            _bridges = [.. options.Bridges.Select(b => new Bridge(b, options.Node, ingest, memory, time, logger))];
            Array.ForEach(_bridges, b => b.Start());
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_bridges.Select(b => b.StopAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var bridge in _bridges)
        {
            await bridge.DisposeAsync();
        }
    }
}
