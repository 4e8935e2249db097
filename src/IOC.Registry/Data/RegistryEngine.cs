namespace IOC.Registry.Data;

/// <summary>The database under the registry: SQLite or PostgreSQL.</summary>
internal abstract class RegistryEngine : IDisposable
{
    /// <summary>As people name it, without secrets.</summary>
    public abstract string Name { get; }

    /// <summary>That it cannot be used at present; null while it can.</summary>
    public virtual RegistryAway? Away => null;

    /// <summary>Raised when <see cref="Away"/> changes, with its new value; from any thread.</summary>
    public event EventHandler<RegistryAwayEventArgs>? AwayChanged;

    /// <summary>Makes what is missing and brings the schema up to date.</summary>
    public abstract void Open();

    /// <summary>A context of its own.</summary>
    /// <exception cref="RegistryUnavailableException">It cannot be used at present.</exception>
    public abstract RegistryContext NewContext();

    public abstract void Dispose();

    protected void Announce(RegistryAway? away) => AwayChanged?.Invoke(this, new RegistryAwayEventArgs(away));

    /// <summary>Says what keeps this version from working with a schema of a newer one.</summary>
    protected void CheckNotNewer(IEnumerable<string> known, IEnumerable<string> applied)
    {
        if (applied.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } newer)
        {
            throw new RegistryVersionException($"{Name} was written by a newer version (it holds schema {newer}); start that version. / "
                + $"{Name} do phiên bản mới hơn ghi (lược đồ {newer}); hãy chạy phiên bản đó.");
        }
    }
}
