using System.Buffers;
using System.Text;
using System.Text.Json;
using IOC.FirmwareSim.Fleet;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Tests;

public class LampTests
{
    private const long Real = 1_800_000_000_000;
    private static readonly long Noon = Cities.Monday(12);

    [Fact]
    public void A_lamp_keeps_the_level_that_it_was_told_and_its_power_follows()
    {
        var (lamp, model) = Lamp();
        Assert.Equal(0, model.Measured(Noon)["dim"]);
        var off = model.Measured(Noon)["power"];
        Assert.Equal(["accepted", "done"], Statuses(lamp, Command("1", "dim", """{"level":40}""")));
        var lit = model.Measured(Noon + 60_000);
        Assert.Equal(40, lit["dim"]);
        Assert.True(lit["power"] > off + 300);
        Assert.Equal(["accepted", "done"], Statuses(lamp, Command("2", "switch", """{"on":true}""")));
        Assert.InRange(model.Measured(Noon + 60_000)["power"] / lit["power"], 2.2, 2.6);
        Assert.Equal(["accepted", "done"], Statuses(lamp, Command("3", "auto", "{}")));
        Assert.Equal(0, model.Measured(Noon + 60_000)["dim"]);
    }

    [Fact]
    public void A_held_level_ends_by_itself_when_a_time_was_given()
    {
        var (lamp, model) = Lamp();
        Statuses(lamp, Command("1", "switch", """{"on":true,"for":3600}"""));
        Assert.Equal(100, model.Measured(Noon + 3_599_000)["dim"]);
        Assert.Equal(0, model.Measured(Noon + 3_600_000)["dim"]);
    }

    [Fact]
    public void The_energy_counter_adds_what_was_burnt_and_never_runs_back()
    {
        var (lamp, model) = Lamp();
        var (_, asScheduled) = Lamp();
        double last = model.Measured(Noon)["energy"];
        for (var hour = 0; hour < 48; hour++)
        {
            var now = Noon + (hour * 3_600_000L);
            if (hour is 2 or 20)
            {
                lamp.Obey(Command($"{hour}", "switch", hour == 2 ? """{"on":true}""" : """{"on":false,"for":7200}"""), now, Real);
            }
            else if (hour == 6)
            {
                lamp.Obey(Command("auto", "auto", "{}"), now, Real);
            }

            var energy = model.Measured(now)["energy"];
            Assert.True(energy >= last, $"hour {hour}: {energy} after {last}");
            last = energy;
        }

        // Four hours of the afternoon at full power, less what the schedule burnt of them, and two dark hours of the morning.
        Assert.InRange(last - asScheduled.Measured(Noon + (47 * 3_600_000L))["energy"], 1.4 * 0.5, 3.8 * 4);
    }

    [Fact]
    public void A_repeated_id_is_answered_again_and_not_done_again()
    {
        var (lamp, model) = Lamp();
        Statuses(lamp, Command("1", "dim", """{"level":40}"""));
        Statuses(lamp, Command("2", "auto", "{}"));
        Assert.Equal(["done"], Statuses(lamp, Command("1", "dim", """{"level":40}""")));
        Assert.Equal(0, model.Measured(Noon)["dim"]);
        Assert.Equal(2, lamp.Obeyed);
    }

    [Theory]
    [InlineData("explode", "{}", "unknown command")]
    [InlineData("dim", """{"level":101}""", "arguments")]
    [InlineData("dim", "{}", "arguments")]
    [InlineData("switch", """{"on":"yes"}""", "arguments")]
    [InlineData("switch", """{"on":true,"for":-5}""", "'for'")]
    public void What_it_cannot_do_is_rejected(string name, string args, string detail)
    {
        var (lamp, _) = Lamp();
        var answer = JsonDocument.Parse(Assert.Single(lamp.Obey(Command("1", name, args), Noon, Real))).RootElement;
        Assert.Equal("rejected", answer.GetProperty("status").GetString());
        Assert.Contains(detail, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_past_its_time_is_rejected()
    {
        var (lamp, model) = Lamp();
        Assert.Equal(["rejected"], Statuses(lamp, Command("1", "dim", """{"level":40}""", expires: Real)));
        Assert.Equal(0, model.Measured(Noon)["dim"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("{\"id\":7}")]
    [InlineData("{\"name\":\"dim\"}")]
    public void What_has_no_id_gets_no_answer(string payload) =>
        Assert.Empty(Lamp().Lamp.Obey(Encoding.UTF8.GetBytes(payload), Noon, Real));

    [Fact]
    public void A_mute_lamp_says_nothing_and_a_failing_one_says_so()
    {
        Assert.Empty(Statuses(Lamp(LampTemper.Mute).Lamp, Command("1", "auto", "{}")));
        var (failing, model) = Lamp(LampTemper.Failing);
        Assert.Equal(["accepted", "failed"], Statuses(failing, Command("1", "switch", """{"on":true}""")));
        Assert.Equal(0, model.Measured(Noon)["dim"]);
    }

    [Fact]
    public void Only_lamps_listen_and_a_silent_one_hears_nothing()
    {
        var city = Cities.Of(Cities.Lamp(), Cities.Air());
        var report = new ArrayBufferWriter<byte>();
        Assert.Null(city.Sensors[1].Sensor.CommandTopic);
        Assert.Empty(new Device(city.Sensors[1]).Obey(Command("1", "auto", "{}"), Noon, Real, report));
        var device = new Device(city.Sensors[0]);
        device.Suffer(new Faults.Fault { Number = 1, Kind = Faults.FaultKind.Silence, Sensor = city.Sensors[0], StartMs = Noon, EndMs = Noon + 1000, Reports = 1 });
        Assert.Empty(device.Obey(Command("1", "dim", """{"level":40}"""), Noon, Real, report));
        Assert.Equal(2, device.Obey(Command("1", "dim", """{"level":40}"""), Noon + 2000, Real, report).Count);
        Assert.Contains("\"dim\":40", Encoding.UTF8.GetString(report.WrittenSpan), StringComparison.Ordinal);
    }

    private static (LampFirmware Lamp, SensorModel Model) Lamp(LampTemper temper = LampTemper.Obedient)
    {
        var model = Cities.Of(Cities.Lamp()).Sensors[0];
        return (new LampFirmware(model.Control, temper), model);
    }

    private static byte[] Command(string id, string name, string args, long expires = Real + 1) =>
        Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","name":"{{name}}","args":{{args}},"issued":1,"expires":{{expires}}}""");

    private static IEnumerable<string?> Statuses(LampFirmware lamp, byte[] command) =>
        lamp.Obey(command, Noon, Real).Select(a => JsonDocument.Parse(a).RootElement.GetProperty("status").GetString());
}
