namespace IOC.Telemetry;

/// <summary>A text that a person sees, in both languages of the product.</summary>
/// <param name="Vi">Vietnamese.</param>
/// <param name="En">English.</param>
public sealed record LocalText(string Vi, string En);
