using System.Buffers;
using System.Text.Json;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Cli;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.Fleet;

namespace IOC.FirmwareSim.Tests;

/// <summary>What fails together.</summary>
public class OutageTests
{
    private const long Start = 1_767_580_000_000;
    private const long Day = 86_400_000;

    private static readonly World.City City = Cities.Generated();

    [Fact]
    public void Everything_below_the_asset_fails_within_a_report_as_one_event()
    {
        var outages = Plan(rate: 5, Day).Where(f => f.Kind is FaultKind.FeederOutage or FaultKind.GatewayOutage).GroupBy(f => f.Event).ToList();
        Assert.True(outages.Count > 10);
        Assert.Contains(outages, o => o.First() is { Kind: FaultKind.FeederOutage, Dark: true });
        Assert.Contains(outages, o => o.First() is { Kind: FaultKind.FeederOutage, Drops: true });
        foreach (var outage in outages)
        {
            var asset = Assert.Single(outage.Select(f => f.Asset).Distinct());
            Assert.Equal(City.Below(asset!).Select(s => s.Sensor.Id), outage.Select(f => f.Sensor.Sensor.Id));
            Assert.InRange(outage.Max(f => f.StartMs) - outage.Min(f => f.StartMs), 0, 150_000);
            Assert.NotNull(outage.Key);
            Assert.Single(outage.Select(f => (f.Kind, f.Dark, f.Drops)).Distinct());
        }
    }

    [Theory]
    [InlineData("bg-f-01", "bg-f-01", 1, 30)]
    [InlineData("bg-f-01@5m", "bg-f-01", 5, 30)]
    [InlineData("bg-f-01/2h", "bg-f-01", 1, 120)]
    [InlineData("bg-f-01@1h30m/45m", "bg-f-01", 90, 45)]
    public void An_outage_that_is_asked_for_is_read(string text, string asset, double after, double lasts)
    {
        Assert.True(Outage.TryParse(text, out var outage));
        Assert.Equal((asset, after, lasts), (outage.Asset, outage.After.TotalMinutes, outage.For.TotalMinutes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bg-f-01@noon")]
    [InlineData("bg-f-01/0s")]
    [InlineData("bg-f-01/30")]
    [InlineData("Feeder 1@5m")]
    public void What_is_no_outage_is_refused(string text) => Assert.False(Outage.TryParse(text, out _));

    [Fact]
    public void An_outage_that_is_asked_for_happens_and_nothing_else_befalls_its_sensors_until_then()
    {
        var feeder = City.Assets.First(a => a.Kind == AssetKinds.Feeder);
        var outage = new Outage(feeder.Id, TimeSpan.FromHours(2), TimeSpan.FromHours(1));
        var planned = new FaultSchedule(City, new ReportTimes(Start, 1), 5, ownLinks: true, outages: [outage]).PlanUntil(Start + (Day / 4));
        var asked = planned.Where(f => f.Asset == feeder.Id && f.Event == 1).ToList();
        Assert.Equal(City.Below(feeder.Id), asked.Select(f => f.Sensor));
        Assert.All(asked, f => Assert.InRange(f.StartMs, Start + (Day / 12), Start + (Day / 12) + 150_000));
        Assert.All(asked, f => Assert.InRange(f.EndMs - f.StartMs, 54 * 60_000, 61 * 60_000));
        Assert.All(planned.Except(asked).Where(f => asked.Exists(a => a.Sensor == f.Sensor)), f => Assert.True(f.StartMs > asked.Max(a => a.EndMs)));
    }

    [Fact]
    public void Two_outages_of_one_sensor_at_once_are_refused()
    {
        var feeder = City.Assets.First(a => a is { Kind: AssetKinds.Feeder, Parent.Length: > 0 });
        Outage[] outages = [new(feeder.Parent, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), new(feeder.Id, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1))];
        var error = Assert.Throws<UserErrorException>(() => new FaultSchedule(City, new ReportTimes(Start, 1), 0, ownLinks: true, outages: outages));
        Assert.Contains(feeder.Id, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cabinet_without_a_battery_breaks_off_and_one_with_a_battery_says_that_it_is_dark()
    {
        var lamp = Cities.Of(Cities.Lamp()).Sensors[0];
        var fault = new Fault { Number = 1, Kind = FaultKind.FeederOutage, Sensor = lamp, StartMs = Start, EndMs = Start + 1000, Reports = 2, Asset = "f" };
        var payload = new ArrayBufferWriter<byte>();
        var without = new Device(lamp);
        without.Suffer(fault with { Drops = true });
        Assert.Equal(
            [DeviceAction.Drop, DeviceAction.Nothing, DeviceAction.ReconnectAndSend],
            new[] { Start, Start + 1000, Start + 2000 }.Select(at => without.Report(at, payload)));

        var behind = new Device(lamp);
        behind.Suffer(fault with { Kind = FaultKind.GatewayOutage });
        Assert.Null(behind.Sends(Start));
        Assert.NotNull(behind.Sends(Start + 2000));

        var with = new Device(lamp);
        with.Suffer(fault with { Dark = true });
        using var dark = JsonDocument.Parse(with.Sends(Start)!);
        Assert.Equal((0.0, 0.0), (dark.RootElement.GetProperty("v").GetProperty("voltage").GetDouble(), dark.RootElement.GetProperty("v").GetProperty("power").GetDouble()));
        using var lit = JsonDocument.Parse(with.Sends(Start + 2000)!);
        Assert.True(lit.RootElement.GetProperty("v").GetProperty("voltage").GetDouble() > 150);
    }

    [Fact]
    public void The_truth_names_the_asset_and_the_event()
    {
        var outage = Plan(rate: 5, Day / 2).First(f => f.Kind == FaultKind.FeederOutage);
        var text = new StringWriter();
        using (var truth = new FaultTruth(text))
        {
            truth.Begins(outage);
        }

        using var line = JsonDocument.Parse(text.ToString());
        Assert.Equal(("feeder-outage", outage.Asset, outage.Event, outage.Dark), (
            line.RootElement.GetProperty("kind").GetString(), line.RootElement.GetProperty("asset").GetString(),
            line.RootElement.GetProperty("event").GetInt32(), line.RootElement.GetProperty("parameters").GetProperty("dark").GetBoolean()));
    }

    private static List<Fault> Plan(double rate, long span) =>
        new FaultSchedule(City, new ReportTimes(Start, 1), rate, ownLinks: true).PlanUntil(Start + span);
}
