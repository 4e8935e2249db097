using System.Text.Json.Serialization;
using IOC.Telemetry;

namespace IOC.Host.Doctor;

/// <summary>How a check went.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Level>))]
internal enum Level
{
    /// <summary>All well.</summary>
    Ok = 0,

    /// <summary>It works; somebody should look at it.</summary>
    Warn = 1,

    /// <summary>The host does not work, will not start, or is about to fail.</summary>
    Fail = 2,
}

/// <summary>What a check found.</summary>
/// <param name="Check">Name of the check, the same in every version.</param>
/// <param name="Level">How it went.</param>
/// <param name="Text">What was found and, where something is wrong, what to do.</param>
internal sealed record Finding(string Check, Level Level, LocalText Text)
{
    public static Finding Ok(string check, string vi, string en) => new(check, Level.Ok, new LocalText(vi, en));

    public static Finding Warn(string check, string vi, string en) => new(check, Level.Warn, new LocalText(vi, en));

    public static Finding Fail(string check, string vi, string en) => new(check, Level.Fail, new LocalText(vi, en));
}
