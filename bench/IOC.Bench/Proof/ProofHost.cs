using System.Globalization;
using IOC.Alerts;
using IOC.Host;
using IOC.Host.Pump;
using IOC.Ingest;
using IOC.Ingest.Log;
using IOC.Registry;
using IOC.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IOC.Bench.Proof;

/// <summary>The host as it puts itself together, on a data folder of its own and a log in memory. Nothing of it listens or
/// runs by itself: the bench moves its partitions on.</summary>
internal sealed class ProofHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProofHost(WebApplication app)
    {
        _app = app;
        Ingest = app.Services.GetRequiredService<IngestPipeline>();
        Partitions = app.Services.GetRequiredService<IReadOnlyList<PartitionState>>();
        Books = app.Services.GetRequiredService<AlertBooks>().All.ToDictionary(b => b.Partition);
        Alerts = app.Services.GetRequiredService<IAlertStore>();
        Catalogue = app.Services.GetRequiredService<Catalogue>();
        Addresses = app.Services.GetRequiredService<AddressBook>();
    }

    public IngestPipeline Ingest { get; }

    public IReadOnlyList<PartitionState> Partitions { get; }

    public IReadOnlyDictionary<int, AlertBook> Books { get; }

    public IAlertStore Alerts { get; }

    public Catalogue Catalogue { get; }

    public AddressBook Addresses { get; }

    /// <summary>Builds it and restores what the data folder holds.</summary>
    public static async Task<ProofHost> StartAsync(ProofOptions options, string data, ProofLog log, TimeProvider time)
    {
        List<string> args =
        [
            $"--data={data}", "--http=127.0.0.1:0", "--mqtt=127.0.0.1:0", "--Ioc:Log:Level=Error", "--Ioc:Security:Accounts=Off",
            string.Create(CultureInfo.InvariantCulture, $"--Ioc:Partitions={options.Partitions}"),
        ];
        if (options.Catalogue is { } folder)
        {
            args.Add($"--Ioc:CatalogueDirectory={folder}");
        }

        var host = new ProofHost(await IocApplication.BuildAsync([.. args], time, services => services.AddSingleton<IReadingLog>(log)));
        foreach (var partition in host.Partitions)
        {
            partition.Restore(time.GetUtcNow().ToUnixTimeMilliseconds());
        }

        return host;
    }

    public async ValueTask DisposeAsync()
    {
        var data = _app.Services.GetRequiredService<DataFolder>();
        var database = _app.Services.GetRequiredService<RegistryDatabase>();
        await _app.DisposeAsync();
        database.Dispose();
        data.Dispose();
    }
}
