using IOC.FirmwareSim.World;

namespace IOC.FirmwareSim.Faults;

/// <summary>
/// When each sensor reports: first within <see cref="FirstWithinMs"/> of the start, next after a part of its period (which
/// spreads the fleet evenly), then at its own period with a jitter of a tenth. A function of the seed and the start, so that faults can be planned report by report.
/// </summary>
internal sealed class ReportTimes(long startMs, double periodScale)
{
    /// <summary>Every sensor has reported once by this time after the start.</summary>
    public const long FirstWithinMs = 13_000;

    private const double Jitter = 0.1;

    /// <summary>Start of the run, Unix ms.</summary>
    public long StartMs => startMs;

    /// <summary>The sensor's period in this run, ms.</summary>
    public double PeriodMs(SensorModel sensor) => sensor.Sensor.Period.TotalMilliseconds * periodScale;

    /// <summary>Time of a sensor's report number <paramref name="report"/> (from 0), Unix ms.</summary>
    public long TimeOf(SensorModel sensor, long report)
    {
        var first = startMs + (long)(FirstWithinMs * Hash.Unit(Hash.Mix(sensor.Key, 0xF157)));
        if (report == 0)
        {
            return first;
        }

        var jitter = Jitter * ((2 * Hash.Unit(Hash.Mix(sensor.Key, 0x717, (ulong)report))) - 1);
        var phase = 0.35 + (0.65 * Hash.Unit(Hash.Mix(sensor.Key, 0x9A5E)));
        return first + (long)(PeriodMs(sensor) * (report - 1 + phase + jitter));
    }

    /// <summary>Number of a sensor's first report at or after a time.</summary>
    public long FirstAtOrAfter(SensorModel sensor, long unixMs)
    {
        var report = Math.Max(0, (long)((unixMs - TimeOf(sensor, 0)) / PeriodMs(sensor)) - 1);
        while (TimeOf(sensor, report) < unixMs)
        {
            report++;
        }

        return report;
    }
}
