using IOC.Host.Pump;
using IOC.Ingest.Log;
using IOC.Telemetry;
using IOC.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace IOC.Host.Tests;

public sealed class ReaderLoopTests : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SqliteReadingLog _log;

    public ReaderLoopTests() => _log = new SqliteReadingLog(
        new ReadingLogOptions { Directory = _folder.Path, Partitions = 1 }, new AddressBook(), new PropertyCatalogue([]), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_batch_that_fails_is_given_again_and_none_is_skipped()
    {
        for (var i = 0; i < 3; i++)
        {
            await _log.AppendTick(MessageKind.Tick, i).Durable;
        }

        var taken = new List<long>();
        var failures = 2;
        var loop = new ReaderLoop(_log, "test", 0, Take, _time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(0, stop.Token);
        await Eventually.HoldsAsync(() => loop.Failure is not null, "the first failure");
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return taken.Count == 3;
            },
            "all batches to be taken");
        Assert.Equal([1, 2, 3], taken);
        Assert.Null(loop.Failure);
        await stop.CancelAsync();
        await running;

        void Take(TelemetryBatch batch)
        {
            if (batch.Offset == 2 && failures-- > 0)
            {
                throw new IOException("the disk is full");
            }

            taken.Add(batch.Offset);
        }
    }
}
