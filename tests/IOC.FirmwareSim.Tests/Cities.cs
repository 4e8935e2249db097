using System.Buffers;
using IOC.FirmwareSim.Catalogue;
using IOC.FirmwareSim.Fleet;
using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Tests;

/// <summary>Small cities and moments for tests.</summary>
internal static class Cities
{
    public const ulong Seed = 7;

    /// <summary>Monday 2026-01-05 at an hour of Bắc Giang.</summary>
    public static long Monday(double hour) => At(2026, 1, 5, hour);

    public static long At(int year, int month, int day, double hour) =>
        new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.FromHours(7)).AddHours(hour).ToUnixTimeMilliseconds();

    public static City Generated(int sensors = 500, ulong seed = Seed)
    {
        var (assets, made) = TopologyGenerator.Make(new CatalogueGenerator(seed, Outlines.None).Generate(sensors));
        return new City(seed, made, assets);
    }

    public static City Of(params SimSensor[] sensors) => new(Seed, sensors);

    public static SimSensor Sensor(string id, string domain, double longitude, double latitude, string properties, double period = 60) =>
        new(id, "bac-giang", domain, id, id, longitude, latitude, properties.Split(' '), TimeSpan.FromSeconds(period), "");

    public static SimSensor Air(string id = "air", double longitude = 106.2, double latitude = 21.28) =>
        Sensor(id, Domains.Environment, longitude, latitude, "pm25 pm10 temp humidity pressure rain wind noise");

    public static SimSensor Junction(string id = "junction") => Sensor(id, Domains.Traffic, 106.2, 21.28, "flow speed occupancy", 30);

    public static SimSensor Lamp(string id = "lamp") => Sensor(id, Domains.Lighting, 106.2, 21.28, "power voltage current dim energy", 120);

    /// <summary>What a sensor measures, by property code.</summary>
    public static Dictionary<string, double> Measured(this SensorModel sensor, long unixMs)
    {
        var values = new double[sensor.Specs.Count];
        sensor.Measure(unixMs, values);
        return sensor.Specs.Select((s, i) => (s.Code, values[i])).ToDictionary(v => v.Code, v => v.Item2, StringComparer.Ordinal);
    }

    /// <summary>A device's next payload as text; null when it sends none.</summary>
    public static string? Sends(this Device device, long unixMs)
    {
        var payload = new ArrayBufferWriter<byte>();
        return device.Report(unixMs, payload) is DeviceAction.Send or DeviceAction.ReconnectAndSend
            ? System.Text.Encoding.Latin1.GetString(payload.WrittenSpan)
            : null;
    }
}
