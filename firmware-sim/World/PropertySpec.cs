using System.Collections.Frozen;

namespace IOC.FirmwareSim.World;

/// <summary>How a kind of probe behaves: what it resolves, how far it errs, and what its faults look like.</summary>
/// <param name="Code">Property code.</param>
/// <param name="Decimals">Digits after the point that the device sends.</param>
/// <param name="Min">Lowest value that the device sends when it works.</param>
/// <param name="Max">Highest value that the device sends when it works.</param>
/// <param name="Bias">Standard deviation of the fixed errors of devices.</param>
/// <param name="Noise">Standard deviation from report to report.</param>
/// <param name="Spike">Size of a usual spike; the other faults are sized by it.</param>
internal sealed record PropertySpec(string Code, int Decimals, double Min, double Max, double Bias, double Noise, double Spike)
{
    private static readonly FrozenDictionary<string, PropertySpec> All = new PropertySpec[]
    {
        new("pm25", 1, 0.5, 950, 1.2, 0.9, 160),
        new("pm10", 1, 1, 1900, 2.0, 1.6, 240),
        new("no2", 1, 0.2, 1900, 1.0, 0.9, 180),
        new("so2", 1, 0.2, 1900, 0.8, 0.6, 150),
        new("o3", 1, 0.2, 1900, 1.5, 1.2, 160),
        new("co", 0, 10, 45000, 25, 18, 9000),
        new("temp", 1, -10, 55, 0.25, 0.12, 14),
        new("humidity", 1, 15, 99.5, 1.2, 0.5, 30),
        new("pressure", 1, 880, 1060, 0.4, 0.12, 18),
        new("rain", 1, 0, 250, 0, 0, 90),
        new("wind", 1, 0, 60, 0.1, 0.35, 16),
        new("noise", 1, 30, 130, 0.8, 1.3, 45),
        new("flow", 0, 0, 15000, 0, 0, 2600),
        new("speed", 1, 2, 150, 0.8, 1.1, 45),
        new("occupancy", 1, 0, 100, 0.1, 0.25, 55),
        new("power", 1, 0, 4900, 0, 0.4, 1200),
        new("voltage", 1, 180, 270, 0.6, 0.5, 60),
        new("current", 3, 0, 40, 0, 0.003, 9),
        new("dim", 0, 0, 100, 0, 0, 40),
        new("energy", 2, 0, 9_000_000, 0, 0, 5000),
    }.ToFrozenDictionary(s => s.Code, StringComparer.Ordinal);

    /// <summary>The probe of a property; null for a property that the simulator has no model of.</summary>
    public static PropertySpec? Find(string code) => All.GetValueOrDefault(code);

    /// <summary>The value as the device sends it: within its range, rounded to its resolution.</summary>
    public double Quantise(double value)
    {
        var rounded = Math.Round(Math.Clamp(value, Min, Max), Decimals, MidpointRounding.AwayFromZero);
        return rounded == 0 ? 0 : rounded;
    }
}
