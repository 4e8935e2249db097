using System.Globalization;
using System.Text.Json;
using IOC.Testing;
using Microsoft.Data.Sqlite;

namespace IOC.Acceptance.Tests;

/// <summary>Learned detection that has lost its state, or is new, judges from the history store at once.</summary>
public sealed class PrimingTests : IDisposable
{
    private const int Minutes = 1200;
    private readonly TempDirectory _folder = new();
    private readonly long _start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (Minutes * 60_000L);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rare_reading_is_found_at_once_although_nothing_was_learned(bool prime)
    {
        var setting = Catalogue(learned: true);
        await using (var host = await HostProcess.StartAsync(Data, setting))
        {
            await PublishUsualAsync(host);
            await host.TerminateAsync();
        }

        // What the detectors knew is lost; the log was read, so it will not be read again.
        await using (var state = new SqliteConnection($"Data Source={Path.Combine(Data, "state", "grains.db")};Pooling=False"))
        {
            await state.OpenAsync();
            await using var command = state.CreateCommand();
            command.CommandText = "DELETE FROM states WHERE kind = 'detector' AND key <> 'clock'";
            Assert.True(await command.ExecuteNonQueryAsync() > 0);
        }

        await using var restarted = await HostProcess.StartAsync(Data, setting, $"--Ioc:Detection:PrimeWindow={(prime ? "28.00:00:00" : "00:00:00")}");
        await FindAsync(restarted, prime);
    }

    [Fact]
    public async Task A_new_rule_judges_by_what_was_before_it()
    {
        await using (var host = await HostProcess.StartAsync(Data, Catalogue(learned: false)))
        {
            await PublishUsualAsync(host);
            await host.TerminateAsync();
        }

        await using (var host = await HostProcess.StartAsync(Data, Catalogue(learned: true)))
        {
            await PrimedAsync(host);

            // What was learned from history is stored: a power cut does not lose it.
            await host.KillAsync();
        }

        await using var restarted = await HostProcess.StartAsync(Data, Catalogue(learned: true));
        await Eventually.HoldsAsync(
            async () => (await restarted.GetAsync("/api/v1/detection/priming")).GetProperty("finishedAt").ValueKind == JsonValueKind.Number, "the pass to end");
        Assert.Equal(0, (await restarted.GetAsync("/api/v1/detection/priming")).GetProperty("primed").GetInt32());
        await FindAsync(restarted, primed: true, alreadyPrimed: true);
    }

    private string Data => _folder.Combine("data");

    private string Catalogue(bool learned)
    {
        var catalogue = new TestCatalogue(_folder.Combine(learned ? "learned" : "plain"))
            .Property("pm25", "ug/m3", 0, 1000).Limit("pm25-high", "pm25", 900, 5, "P1").District("d1").Sensor("d1", "environment", "air", 60, "pm25");
        return (learned ? catalogue.Rule("pm25-unusual,learned,P4,Bất thường,Unusual,pm25,,,,,,,,,,") : catalogue).Write();
    }

    private async Task FindAsync(HostProcess host, bool primed, bool alreadyPrimed = false)
    {
        if (primed && !alreadyPrimed)
        {
            await PrimedAsync(host);
        }

        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "device");
        await device.PublishAsync("ioc/v1/d1/environment/air/telemetry", Reading(Minutes - 1, 400));

        // A limit on the same value, so that what is not found has been looked for.
        await device.PublishAsync("ioc/v1/d1/environment/air/telemetry", Reading(Minutes, 950));
        await Eventually.HoldsAsync(async () => (await RulesAsync(host)).Contains("pm25-high"), "the limit's alert");
        Assert.Equal(primed, (await RulesAsync(host)).Contains("pm25-unusual"));
    }

    private static async Task PrimedAsync(HostProcess host) => await Eventually.HoldsAsync(
        async () => (await host.GetAsync("/api/v1/detection/priming")).GetProperty("primed").GetInt32() == 1, "the sensor to be primed");

    private static async Task<List<string?>> RulesAsync(HostProcess host) =>
        [.. (await host.GetAsync("/api/v1/alerts?state=all")).GetProperty("items").EnumerateArray().Select(a => a.GetProperty("ruleId").GetString())];

    private async Task PublishUsualAsync(HostProcess host)
    {
        using var device = await RawMqtt.ConnectAsync(host.MqttPort, "device");
        const int each = 100;
        for (var first = 0; first < Minutes - 5; first += each)
        {
            var payload = string.Join(',', Enumerable.Range(first, Math.Min(each, Minutes - 5 - first)).Select(i => Reading(i, 30 + (i * 7 % 11))));
            await device.PublishAsync("ioc/v1/d1/environment/air/telemetry", $"[{payload}]");
        }
    }

    private string Reading(int minute, int value) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"ts\":{_start + (minute * 60_000L)},\"v\":{{\"pm25\":{value}}}}}");
}
