namespace IOC.Registry;

/// <summary>Where the registry is kept.</summary>
public enum RegistryStoreKind
{
    /// <summary>SQLite, a file in the data folder; needs nothing installed.</summary>
    Embedded,

    /// <summary>A PostgreSQL server.</summary>
    PostgreSql,
}

/// <summary>How the connection to a PostgreSQL server is protected.</summary>
public enum PostgreSqlTls
{
    /// <summary><see cref="Off"/> to this machine, <see cref="Verify"/> to any other.</summary>
    Auto,

    /// <summary>Plain: anybody on the way can read and change everything.</summary>
    Off,

    /// <summary>Encrypted, whoever the server is: protects against those who only listen.</summary>
    Encrypt,

    /// <summary>Encrypted, and the server's certificate must be valid and name the host.</summary>
    Verify,
}
