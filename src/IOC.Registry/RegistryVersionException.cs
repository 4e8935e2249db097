namespace IOC.Registry;

/// <summary>A newer version of the product has written the registry; the message names it, in both languages.</summary>
public sealed class RegistryVersionException(string message) : InvalidOperationException(message);
