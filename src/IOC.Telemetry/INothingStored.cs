namespace IOC.Telemetry;

/// <summary>Marks the exception of a store that was asked to write and can say for certain that nothing of it is stored or ever will be.</summary>
public interface INothingStored;
