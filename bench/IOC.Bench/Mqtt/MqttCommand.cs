using System.CommandLine;

namespace IOC.Bench.Mqtt;

/// <summary>The command line of the comparison.</summary>
internal static class MqttCommand
{
    public static Command Create()
    {
        var rows = new Option<string[]>("--row") { Description = $"rows, default all: {string.Join(", ", MqttRow.All.Select(r => r.Key))}", AllowMultipleArgumentsPerToken = true };
        var servers = new Option<string[]>("--server") { Description = $"servers, default all: {string.Join(", ", MqttBench.Servers.Keys)}; ratios are the first to mosquitto", AllowMultipleArgumentsPerToken = true };
        var rounds = new Option<int>("--rounds") { Description = "runs of each row on each server; the median is reported", DefaultValueFactory = _ => 3 };
        var seconds = new Option<int>("--seconds") { Description = "measured time of a run, after 8 s of warm-up", DefaultValueFactory = _ => 5 };
        var command = new Command("mqtt", "Publishes and deliveries a second, side by side with mosquitto.") { rows, servers, rounds, seconds };
        command.SetAction(async (result, _) =>
        {
            var chosen = result.GetValue(rows) is { Length: > 0 } keys ? [.. keys.Select(k => MqttRow.All.Single(r => r.Key == k))] : MqttRow.All;
            IReadOnlyList<string> who = result.GetValue(servers) is { Length: > 0 } names ? names : [.. MqttBench.Servers.Keys];
            var bench = new MqttBench(who, result.GetValue(rounds), TimeSpan.FromSeconds(result.GetValue(seconds)), Console.Error);
            await Console.Out.WriteLineAsync(await bench.RunAsync(chosen));
            return 0;
        });
        return command;
    }

    public static Command CreateFleet()
    {
        var servers = new Option<string[]>("--server") { Description = "servers, default ioc and mosquitto", AllowMultipleArgumentsPerToken = true };
        var connections = new Option<int>("--connections") { Description = "connections; a process may open 20,000 files on many machines", DefaultValueFactory = _ => 19_000 };
        var command = new Command("mqtt-fleet", "Idle connections: bytes of the server for each, and the time until all are back after they were dropped at once.") { servers, connections };
        command.SetAction(async (result, _) =>
        {
            await Console.Out.WriteLineAsync("| server | connections | resident bytes for each | first connects a second | back after a drop of all |");
            await Console.Out.WriteLineAsync("|---|---|---|---|---|");
            foreach (var server in result.GetValue(servers) is { Length: > 0 } names ? names : ["ioc", "mosquitto"])
            {
                await new FleetBench(result.GetValue(connections), Console.Out).RunAsync(server);
            }

            return 0;
        });
        return command;
    }
}
