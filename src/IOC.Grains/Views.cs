using IOC.Telemetry;

namespace IOC.Grains;

/// <summary>Newest value of one property of a sensor.</summary>
/// <param name="Property">Index in the current <see cref="PropertyCatalogue"/>.</param>
/// <param name="Quality">Trust in the value.</param>
/// <param name="Value">Value in the property's unit.</param>
/// <param name="MeasuredAtMs">Time of measurement, Unix ms, UTC.</param>
public readonly record struct SensorValue(int Property, Quality Quality, double Value, long MeasuredAtMs);

/// <summary>A sensor as it is now. Immutable.</summary>
public sealed record SensorView
{
    /// <summary>Where it reports.</summary>
    public required SensorAddress Address { get; init; }

    /// <summary>Its registration; null for a sensor that only showed up.</summary>
    public required SensorDefinition? Definition { get; init; }

    /// <summary>True when it is in the catalogue.</summary>
    public bool Registered => Definition is not null;

    /// <summary>Whether it is there.</summary>
    public required SensorPresence Presence { get; init; }

    /// <summary>Worst quality among its current values.</summary>
    public required Quality Quality { get; init; }

    /// <summary>Newest measurement, Unix ms, UTC; null when there is none.</summary>
    public required long? MeasuredAtMs { get; init; }

    /// <summary>Newest receipt of a reading or a birth, Unix ms, UTC; null when there is none.</summary>
    public required long? ReceivedAtMs { get; init; }

    /// <summary>Newest value per property.</summary>
    public required IReadOnlyList<SensorValue> Values { get; init; }
}

/// <summary>What the sensors of one domain of a district say of one property. Only values of <see cref="Quality.Ok"/>
/// count, one per sensor that reports (its newest; <see cref="OldestMeasuredAtMs"/> tells how old they are).</summary>
/// <param name="Domain">Domain slug.</param>
/// <param name="Property">Index in the current <see cref="PropertyCatalogue"/>.</param>
/// <param name="Count">Number of sensors that count.</param>
/// <param name="Mean">Mean in the property's unit.</param>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
/// <param name="OldestMeasuredAtMs">Measured-at of the oldest value that counts, Unix ms, UTC.</param>
/// <param name="NewestMeasuredAtMs">Measured-at of the newest value that counts, Unix ms, UTC.</param>
public readonly record struct DistrictAggregate(
    string Domain, int Property, int Count, double Mean, double Min, double Max, long OldestMeasuredAtMs, long NewestMeasuredAtMs);

/// <summary>Sensors of a district by presence.</summary>
public readonly record struct PresenceCounts(int Total, int Online, int Offline, int Stale, int Silent, int Unknown);

/// <summary>Alerts of a district that are not closed, by severity.</summary>
public readonly record struct OpenAlerts(int P1, int P2, int P3, int P4);

/// <summary>A district as it is now. Immutable.</summary>
public sealed record DistrictView
{
    /// <summary>District slug.</summary>
    public required string District { get; init; }

    /// <summary>Its sensors by presence.</summary>
    public required PresenceCounts Sensors { get; init; }

    /// <summary>Aggregates, by domain and property.</summary>
    public required IReadOnlyList<DistrictAggregate> Aggregates { get; init; }

    /// <summary>Alerts that are not closed.</summary>
    public required OpenAlerts OpenAlerts { get; init; }
}
