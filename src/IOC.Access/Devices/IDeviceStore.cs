namespace IOC.Access;

/// <summary>A ban that a person made.</summary>
/// <param name="Subject">Address, address/prefix, or <c>client:ID</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="UntilMs">Until when, Unix ms; null = until it is lifted.</param>
/// <param name="CreatedAtMs">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
public sealed record ManualBan(string Subject, string Reason, long? UntilMs, long CreatedAtMs, string CreatedBy);

/// <summary>Everything that is stored.</summary>
public sealed record DeviceState(
    IReadOnlyList<DeviceCredential> Credentials, IReadOnlyList<DeviceProfile> Profiles, IReadOnlyList<ManualBan> Bans);

/// <summary>Where credentials, profiles and bans are kept. Each call is one transaction, on disk when it completes.</summary>
public interface IDeviceStore
{
    /// <summary>Reads everything; at the start.</summary>
    DeviceState Load();

    /// <summary>Adds or replaces credentials, with their secrets and certificates.</summary>
    Task SaveAsync(IReadOnlyList<DeviceCredential> credentials, CancellationToken cancel);

    /// <summary>Removes a credential.</summary>
    Task RemoveAsync(string name, CancellationToken cancel);

    /// <summary>Adds or replaces a profile.</summary>
    Task SaveProfileAsync(DeviceProfile profile, CancellationToken cancel);

    /// <summary>Removes a profile.</summary>
    Task RemoveProfileAsync(string name, CancellationToken cancel);

    /// <summary>Adds or replaces a ban.</summary>
    Task SaveBanAsync(ManualBan ban, CancellationToken cancel);

    /// <summary>Removes a ban.</summary>
    Task RemoveBanAsync(string subject, CancellationToken cancel);
}
