using System.CommandLine;
using IOC.Bench;
using IOC.Bench.History;
using IOC.Bench.Mqtt;
using IOC.Bench.Proof;
using IOC.Bench.Soak;

var shapes = new Option<string[]>("--shape") { Description = "CONNECTIONSxINFLIGHT, several allowed; default the three standard shapes", AllowMultipleArgumentsPerToken = true };
var seconds = new Option<int>("--seconds") { Description = "measured time per shape, after 6 s of warm-up", DefaultValueFactory = _ => 10 };
var noProbe = new Option<bool>("--no-probe") { Description = "without the latency probe" };
var against = new Option<int?>("--against") { Description = "port of a broker on this machine that is running already, to compare with: acknowledgements only" };
var load = new Command("load", "End-to-end load over MQTT against a host of its own: sent = acknowledged = stored, rates, latency, disk.") { shapes, seconds, noProbe, against };
load.SetAction(async (result, _) =>
{
    var chosen = result.GetValue(shapes) is { Length: > 0 } texts ? [.. texts.Select(LoadShape.Parse)] : LoadShape.Standard;
    var ok = true;
    foreach (var shape in chosen)
    {
        if (result.GetValue(against) is { } port)
        {
            await LoadCommand.AgainstAsync(shape, TimeSpan.FromSeconds(result.GetValue(seconds)), port, Console.Out);
            continue;
        }

        ok &= await LoadCommand.RunAsync(shape, TimeSpan.FromSeconds(result.GetValue(seconds)), !result.GetValue(noProbe), Console.Out);
    }

    return ok ? 0 : 1;
});

return await new RootCommand("Benchmarks of IOC. Build with -c Release.") { load, MqttCommand.Create(), MqttCommand.CreateFleet(), ScoreCommand.Create(), HistoryCommand.Create(), ProofCommand.Create(), SoakCommand.Create() }.Parse(args).InvokeAsync();
