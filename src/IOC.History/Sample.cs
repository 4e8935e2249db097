namespace IOC.History;

/// <summary>A value at an instant; its quality is kept beside it, since it is nearly always the same.</summary>
/// <param name="AtMs">Time of measurement, Unix milliseconds.</param>
/// <param name="Value">Value in the property's unit.</param>
public readonly record struct Sample(long AtMs, double Value);
