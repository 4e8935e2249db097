using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace IOC.Access;

/// <summary>What is known of a credential's use since the start.</summary>
public sealed class DeviceUse
{
    private long _lastLoginMs;
    private long _logins;
    private long _failures;

    /// <summary>Time of the last login, Unix ms; 0 = none.</summary>
    public long LastLoginMs => Volatile.Read(ref _lastLoginMs);

    /// <summary>Logins.</summary>
    public long Logins => Volatile.Read(ref _logins);

    /// <summary>Failed logins under its name.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>What the host keeps with the credential's limits; gone when they change.</summary>
    public object? Quota { get; set; }

    internal void Login(long nowMs)
    {
        Volatile.Write(ref _lastLoginMs, nowMs);
        Interlocked.Increment(ref _logins);
    }

    internal void Fail() => Interlocked.Increment(ref _failures);
}

/// <summary>A credential as logins and decisions need it: its profile's rules and limits merged in.</summary>
public sealed class DeviceEntry
{
    internal DeviceEntry(DeviceCredential credential, DeviceProfile? profile, DeviceUse use)
    {
        Credential = credential;
        Acl = new Acl([.. profile?.Rules ?? [], .. credential.Rules]);
        Limits = credential.Limits.Or(profile?.Limits ?? new DeviceLimits());
        Sensors = AclSubject.SensorSet(credential.Sensors);
        Use = use;
    }

    /// <summary>The credential.</summary>
    public DeviceCredential Credential { get; }

    /// <summary>Its rules.</summary>
    public Acl Acl { get; }

    /// <summary>Its limits.</summary>
    public DeviceLimits Limits { get; }

    /// <summary>Its sensors.</summary>
    public FrozenSet<byte[]> Sensors { get; }

    /// <summary>Its use.</summary>
    public DeviceUse Use { get; }
}

/// <summary>All credentials and profiles, in memory. Logins read it from any thread; only the desk writes.</summary>
public sealed class DeviceBook
{
    private readonly ConcurrentDictionary<string, DeviceEntry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<DeviceCertificate, string> _certificates = new();
    private readonly ConcurrentDictionary<string, DeviceProfile> _profiles = new(StringComparer.Ordinal);

    /// <summary>Fills the book.</summary>
    public DeviceBook(DeviceState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var profile in BuiltInProfiles.All.Concat(state.Profiles))
        {
            _profiles[profile.Name] = profile;
        }

        foreach (var credential in state.Credentials)
        {
            Put(credential);
        }
    }

    /// <summary>Number of credentials.</summary>
    public int Count => _entries.Count;

    /// <summary>All credentials by name.</summary>
    public IReadOnlyList<DeviceEntry> All => [.. _entries.Values.OrderBy(e => e.Credential.Name, StringComparer.Ordinal)];

    /// <summary>All profiles by name.</summary>
    public IReadOnlyList<DeviceProfile> Profiles => [.. _profiles.Values.OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>The credential of a name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out DeviceEntry? entry) => _entries.TryGetValue(name, out entry);

    /// <summary>The profile of a name.</summary>
    public bool TryGetProfile(string name, [NotNullWhen(true)] out DeviceProfile? profile) => _profiles.TryGetValue(name, out profile);

    /// <summary>The credential that has a certificate.</summary>
    public bool TryFind(DeviceCertificate certificate, [NotNullWhen(true)] out DeviceEntry? entry)
    {
        entry = null;
        return _certificates.TryGetValue(certificate, out var name) && _entries.TryGetValue(name, out entry);
    }

    internal void Put(DeviceCredential credential)
    {
        _entries.TryGetValue(credential.Name, out var before);
        var entry = new DeviceEntry(credential, _profiles.GetValueOrDefault(credential.Profile), before?.Use ?? new DeviceUse());
        if (before is not null && before.Limits != entry.Limits)
        {
            entry.Use.Quota = null;
        }

        foreach (var gone in before?.Credential.Certificates.Except(credential.Certificates) ?? [])
        {
            _certificates.TryRemove(gone, out _);
        }

        foreach (var certificate in credential.Certificates)
        {
            _certificates[certificate] = credential.Name;
        }

        _entries[credential.Name] = entry;
    }

    internal void Remove(string name)
    {
        if (_entries.TryRemove(name, out var entry))
        {
            foreach (var certificate in entry.Credential.Certificates)
            {
                _certificates.TryRemove(certificate, out _);
            }
        }
    }

    internal void PutProfile(DeviceProfile profile)
    {
        _profiles[profile.Name] = profile;
        Refresh(profile.Name);
    }

    internal void RemoveProfile(string name)
    {
        if (BuiltInProfiles.All.FirstOrDefault(p => p.Name == name) is { } builtIn)
        {
            _profiles[name] = builtIn;
        }
        else
        {
            _profiles.TryRemove(name, out _);
        }

        Refresh(name);
    }

    private void Refresh(string profile)
    {
        foreach (var entry in _entries.Values.Where(e => e.Credential.Profile == profile))
        {
            Put(entry.Credential);
        }
    }
}
