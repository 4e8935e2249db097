using System.Globalization;
using IOC.Ingest.Formats;
using IOC.Ingest.Sparkplug;

namespace IOC.Ingest;

/// <summary>Settings of what is accepted.</summary>
public sealed class IngestOptions
{
    /// <summary>How far in the future (against the time of receipt) a reading may be measured. Default 5 minutes.</summary>
    public TimeSpan MaxClockAhead { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest payload, in bytes. Default 256 KiB.</summary>
    public int MaxPayloadBytes { get; set; } = 256 * 1024;

    /// <summary>Most values in one payload, over all objects of its array. Default 10,000.</summary>
    public int MaxValues { get; set; } = 10_000;

    /// <summary>Most unregistered sensors known at once; further ones are refused. Default 10,000.</summary>
    public int MaxUnregisteredSensors { get; set; } = 10_000;

    /// <summary>How much of a refused payload its dead letter keeps, in bytes. Default 64 KiB.</summary>
    public int DeadLetterPayloadBytes { get; set; } = 64 * 1024;

    /// <summary>What is told of the format of certain telemetry; the first rule that applies holds.</summary>
    public IList<FormatOptions> Formats { get; set; } = [];

    /// <summary>Sparkplug B.</summary>
    public SparkplugOptions Sparkplug { get; set; } = new();

    /// <summary>Checks the settings.</summary>
    /// <param name="section">Name of the section, to name a setting in full.</param>
    /// <exception cref="ArgumentException">A setting is out of range; the message begins with its full name.</exception>
    public void Validate(string section = "Ingest")
    {
        Check(MaxClockAhead >= TimeSpan.Zero && MaxClockAhead <= TimeSpan.FromDays(1), nameof(MaxClockAhead), "must lie between 0 and 1 day");
        Check(MaxPayloadBytes is >= 64 and <= 16 * 1024 * 1024, nameof(MaxPayloadBytes), "must lie between 64 bytes and 16 MiB");
        Check(MaxValues is >= 1 and <= 1_000_000, nameof(MaxValues), "must lie between 1 and 1,000,000");
        Check(MaxUnregisteredSensors >= 0, nameof(MaxUnregisteredSensors), "must not be negative");
        Check(DeadLetterPayloadBytes is >= 0 and <= 1024 * 1024, nameof(DeadLetterPayloadBytes), "must lie between 0 and 1 MiB");
        for (var i = 0; i < Formats.Count; i++)
        {
            var problem = Formats[i].Problem();
            Check(problem is null, $"{nameof(Formats)}:{i.ToString(CultureInfo.InvariantCulture)}:{problem?.Split(' ')[0]}", problem?[(problem.IndexOf(' ', StringComparison.Ordinal) + 1)..] ?? "");
        }

        Sparkplug.Validate($"{section}:{nameof(Sparkplug)}");

        void Check(bool holds, string setting, string rule)
        {
            if (!holds)
            {
                throw new ArgumentException($"{section}:{setting} {rule}.", nameof(setting));
            }
        }
    }
}
