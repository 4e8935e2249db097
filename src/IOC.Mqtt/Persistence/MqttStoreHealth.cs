namespace IOC.Mqtt;

/// <summary>Whether the store of sessions, retained messages and wills can be written.</summary>
/// <param name="IsFailing">Whether the last attempt failed.</param>
/// <param name="IsFull">Whether it failed for want of room.</param>
/// <param name="Since">When it began to fail.</param>
/// <param name="Problem">What was wrong.</param>
public sealed record MqttStoreHealth(bool IsFailing, bool IsFull, DateTimeOffset? Since, string? Problem)
{
    /// <summary>It can be written.</summary>
    public static readonly MqttStoreHealth Good = new(false, false, null, null);
}
