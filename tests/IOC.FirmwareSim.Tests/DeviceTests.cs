using System.Buffers;
using System.Text;
using System.Text.Json;
using IOC.FirmwareSim.Faults;
using IOC.FirmwareSim.Fleet;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Tests;

public class DeviceTests
{
    private static readonly long Noon = Cities.Monday(12);
    private static readonly SensorModel Air = Cities.Of(Cities.Air()).Sensors[0];

    [Fact]
    public void A_payload_has_exactly_the_digits_that_the_probe_resolves()
    {
        var payload = new ArrayBufferWriter<byte>();
        PropertySpec[] specs = [PropertySpec.Find("pm25")!, PropertySpec.Find("co")!, PropertySpec.Find("temp")!, PropertySpec.Find("current")!];
        TelemetryPayload.Write(payload, 1732186800123, specs, [12.3, 410, -0.5, 7]);
        Assert.Equal("""{"ts":1732186800123,"v":{"pm25":12.3,"co":410,"temp":-0.5,"current":7.000}}""", Encoding.UTF8.GetString(payload.WrittenSpan));
    }

    [Fact]
    public void Every_sensor_sends_valid_json_with_its_properties_and_the_values_measured()
    {
        foreach (var model in Cities.Generated(150).Sensors)
        {
            var json = JsonDocument.Parse(new Device(model).Sends(Noon)!).RootElement;
            Assert.Equal(Noon, json.GetProperty("ts").GetInt64());
            Assert.Equal(model.Measured(Noon), json.GetProperty("v").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble(), StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_probe_never_sends_a_negative_zero() => Assert.Equal("0", PropertySpec.Find("temp")!.Quantise(-0.04).ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void A_spike_and_a_sentinel_change_one_property_while_they_last()
    {
        var device = Suffering(FaultKind.Spike, "pm25", 1, 200);
        Assert.Equal(Normal(1)["pm25"] + 200, Values(device, 1)["pm25"], 3);
        Assert.Equal(Normal(2), Values(device, 2));

        device = Suffering(FaultKind.Sentinel, "temp", 2, -9999);
        var sent = Values(device, 1);
        Assert.Equal(-9999, sent["temp"]);
        Assert.Equal(Normal(1).Where(v => v.Key != "temp"), sent.Where(v => v.Key != "temp"));
    }

    [Fact]
    public void A_stuck_property_repeats_and_a_drifting_one_moves_away()
    {
        var stuck = Suffering(FaultKind.Stuck, "temp", 30, 0);
        var repeated = Enumerable.Range(1, 30).Select(i => Values(stuck, i)["temp"]).Distinct().ToList();
        Assert.Equal([Normal(1)["temp"]], repeated);

        var drifting = Suffering(FaultKind.Drift, "temp", 60, 6);
        Assert.Equal(Normal(1)["temp"], Values(drifting, 1)["temp"], 1);
        Assert.Equal(Normal(51)["temp"] + 5, Values(drifting, 51)["temp"], 1);
    }

    [Fact]
    public void A_shift_holds_its_distance_and_a_noise_burst_jitters()
    {
        var shifted = Suffering(FaultKind.LevelShift, "pressure", 20, -9);
        Assert.All(Enumerable.Range(1, 20), i => Assert.Equal(Normal(i)["pressure"] - 9, Values(shifted, i)["pressure"], 1));

        var noisy = Suffering(FaultKind.NoiseBurst, "temp", 40, 3);
        Assert.InRange(Enumerable.Range(1, 40).Average(i => Math.Abs(Values(noisy, i)["temp"] - Normal(i)["temp"])), 1.2, 4);
    }

    [Fact]
    public void A_silent_sensor_sends_nothing_and_then_goes_on()
    {
        var device = Suffering(FaultKind.Silence, null, 3, 0);
        Assert.Null(device.Sends(At(1)));
        Assert.Null(device.Sends(At(3)));
        Assert.NotNull(device.Sends(At(4)));
    }

    [Fact]
    public void An_outage_breaks_the_connection_once_and_ends_with_a_reconnect()
    {
        var device = Suffering(FaultKind.Offline, null, 3, 0);
        var actions = Enumerable.Range(0, 6).Select(i => device.Report(At(i), new ArrayBufferWriter<byte>()));
        Assert.Equal(
            [DeviceAction.Send, DeviceAction.Drop, DeviceAction.Nothing, DeviceAction.Nothing, DeviceAction.ReconnectAndSend, DeviceAction.Send], actions);
    }

    [Fact]
    public void A_fast_clock_stamps_ahead()
    {
        var device = Suffering(FaultKind.ClockAhead, null, 1, 600_000);
        Assert.Equal(At(1) + 600_000, JsonDocument.Parse(device.Sends(At(1))!).RootElement.GetProperty("ts").GetInt64());
    }

    [Fact]
    public void Reports_kept_back_come_together_in_order_with_their_own_times()
    {
        var device = Suffering(FaultKind.LateDelivery, null, 3, 0);
        Assert.All(Enumerable.Range(1, 3), i => Assert.Null(device.Sends(At(i))));
        var delivered = JsonDocument.Parse(device.Sends(At(4))!).RootElement.EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, 4).Select(At), delivered.Select(r => r.GetProperty("ts").GetInt64()));
        Assert.Equal(Normal(2)["pm25"], delivered[1].GetProperty("v").GetProperty("pm25").GetDouble());
        Assert.StartsWith("{", device.Sends(At(5)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MalformedForm.Truncated, false)]
    [InlineData(MalformedForm.Text, false)]
    [InlineData(MalformedForm.NotANumber, false)]
    [InlineData(MalformedForm.Binary, false)]
    [InlineData(MalformedForm.WrongType, true)]
    internal void A_malformed_payload_is_no_valid_message(MalformedForm form, bool isJson)
    {
        var device = new Device(Air);
        device.Suffer(new Fault { Number = 1, Kind = FaultKind.Malformed, Sensor = Air, StartMs = At(1), EndMs = At(1), Reports = 1, Form = form });
        var sent = device.Sends(At(1))!;
        if (isJson)
        {
            var values = JsonDocument.Parse(sent).RootElement.GetProperty("v").EnumerateObject();
            Assert.All(values, v => Assert.Equal(JsonValueKind.String, v.Value.ValueKind));
        }
        else
        {
            Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(sent));
        }
    }

    [Fact]
    public void An_episode_rises_and_falls_and_is_seen_in_coarse_dust_too()
    {
        var device = Suffering(FaultKind.PollutionEpisode, "pm25", 60, 150);
        var added = Enumerable.Range(1, 60).Select(i => (Sent: Values(device, i), Normal: Normal(i)))
            .Select(v => (Fine: v.Sent["pm25"] - v.Normal["pm25"], Coarse: v.Sent["pm10"] - v.Normal["pm10"])).ToList();
        Assert.Equal(150, added[30].Fine, 1);
        Assert.Equal(195, added[30].Coarse, 1);
        Assert.InRange(added[0].Fine, 0, 10);
        Assert.InRange(added[59].Fine, 0, 10);
        Assert.True(added[5].Fine < added[10].Fine && added[55].Fine < added[45].Fine);
    }

    private static long At(int minute) => Noon + (minute * 60_000L);

    private static Dictionary<string, double> Normal(int minute) => Air.Measured(At(minute));

    private static Dictionary<string, double> Values(Device device, int minute) => JsonDocument.Parse(device.Sends(At(minute))!).RootElement
        .GetProperty("v").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble(), StringComparer.Ordinal);

    /// <summary>A device with a fault from minute 1 on.</summary>
    private static Device Suffering(FaultKind kind, string? property, int reports, double size)
    {
        var device = new Device(Air);
        int? index = property is null ? null : Air.Specs.Select(s => s.Code).ToList().IndexOf(property);
        device.Suffer(new Fault
        {
            Number = 1,
            Kind = kind,
            Sensor = Air,
            Property = index,
            StartMs = At(1),
            EndMs = At(reports),
            Reports = reports,
            Size = size,
        });
        return device;
    }
}
