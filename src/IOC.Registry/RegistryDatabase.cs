using IOC.Registry.Data;

namespace IOC.Registry;

/// <summary>The registry's database: an SQLite file or a database of a PostgreSQL server. Opening it brings its schema up to
/// date. Safe for use from any thread.</summary>
public sealed class RegistryDatabase : IDisposable
{
    private readonly RegistryEngine _engine;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private RegistryDatabase(RegistryEngine engine) => _engine = engine;

    /// <summary>The file, or the server and database without any secret; for people.</summary>
    public string Name => _engine.Name;

    /// <summary>Which kind it is.</summary>
    public RegistryStoreKind Kind => _engine is SqliteEngine ? RegistryStoreKind.Embedded : RegistryStoreKind.PostgreSql;

    /// <summary>The file's path.</summary>
    /// <exception cref="InvalidOperationException">It is no file: <see cref="Kind"/> says so.</exception>
    public string Path => _engine is SqliteEngine file ? file.Path : throw new InvalidOperationException($"The registry is no file but {Name}.");

    /// <summary>That the server cannot be used at present; null while it can, and always for a file.</summary>
    public RegistryAway? Away => _engine.Away;

    /// <summary>Raised when <see cref="Away"/> changes, with its new value; from any thread.</summary>
    public event EventHandler<RegistryAwayEventArgs>? AwayChanged
    {
        add => _engine.AwayChanged += value;
        remove => _engine.AwayChanged -= value;
    }

    /// <summary>Opens a file, making it and its folder when absent.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer version of the product.</exception>
    public static RegistryDatabase Open(string path) => Open(new SqliteEngine(System.IO.Path.GetFullPath(path)));

    /// <summary>Opens a server's database, which must be there, for this process alone, and watches from then on whether it can be used.</summary>
    /// <param name="options">How it is reached.</param>
    /// <param name="time">Clock.</param>
    /// <param name="applicationName">What the server lists the connections as; null = "ioc".</param>
    /// <exception cref="RegistryUnavailableException">It cannot be reached or used, or another host has it.</exception>
    /// <exception cref="InvalidOperationException">It was written by a newer version of the product.</exception>
    public static RegistryDatabase Open(PostgreSqlOptions options, TimeProvider time, string? applicationName = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ApplicationName = applicationName ?? options.ApplicationName;
        return Open(new PostgreSqlEngine(options, time));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _engine.Dispose();
        _writing.Dispose();
    }

    /// <summary>Waits until nobody else in this process writes; to be held, by disposing, for the whole of a write
    /// transaction. SQLite has one writer at a time and lets others sleep 150 ms between tries, with a partition's gate
    /// held; here the next one goes on as soon as the one before is done. PostgreSQL has the same order of writes, so that
    /// everything above behaves alike.</summary>
    /// <exception cref="RegistryUnavailableException">It cannot be used at present.</exception>
    internal IDisposable EnterWrite()
    {
        ThrowIfAway();
        _writing.Wait();
        return Entered();
    }

    /// <inheritdoc cref="EnterWrite"/>
    internal async Task<IDisposable> EnterWriteAsync(CancellationToken cancel)
    {
        ThrowIfAway();
        await _writing.WaitAsync(cancel);
        return Entered();
    }

    internal RegistryContext NewContext()
    {
        ThrowIfAway();
        return _engine.NewContext();
    }

    private static RegistryDatabase Open(RegistryEngine engine)
    {
        try
        {
            engine.Open();
            return new RegistryDatabase(engine);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    // At once, not after each has waited for the network in its turn.
    private void ThrowIfAway()
    {
        if (_engine.Away is { } away)
        {
            throw new RegistryUnavailableException(away.Reason);
        }
    }

    private Write Entered()
    {
        if (_engine.Away is { } away)
        {
            _writing.Release();
            throw new RegistryUnavailableException(away.Reason);
        }

        return new Write(_writing);
    }

    private sealed class Write(SemaphoreSlim writing) : IDisposable
    {
        public void Dispose() => writing.Release();
    }
}
