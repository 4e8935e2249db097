using System.Net;
using IOC.Telemetry;
using Npgsql;

namespace IOC.Registry;

/// <summary>How a PostgreSQL server is reached.</summary>
public sealed class PostgreSqlOptions
{
    /// <summary>Name or address of the server, or the folder of its socket (beginning with '/').</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Port, 1 to 65535; of a socket too, whose name ends in it.</summary>
    public int Port { get; set; } = 5432;

    /// <summary>The database, used by this installation alone.</summary>
    public string Database { get; set; } = "ioc";

    /// <summary>Who signs in: the owner of the database, or somebody who may create tables in its schema public.</summary>
    public string User { get; set; } = "ioc";

    /// <summary>Password. Better in <see cref="PasswordFile"/> or in the environment than in a settings file. Empty = none.</summary>
    public string Password { get; set; } = "";

    /// <summary>File whose first line is the password, read whenever a connection is made, so that a new one needs no restart. Empty = none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Protection of the connection.</summary>
    public PostgreSqlTls Tls { get; set; }

    /// <summary>PEM file of the authorities that the server's certificate is checked against; empty = those of the system.</summary>
    public string TlsCa { get; set; } = "";

    /// <summary>Most connections at once, 2 to 500.</summary>
    public int MaxConnections { get; set; } = 20;

    /// <summary>Seconds to wait for a connection, 1 to 300.</summary>
    public int ConnectSeconds { get; set; } = 5;

    /// <summary>Seconds to wait for the answer to one command, 1 to 3600.</summary>
    public int CommandSeconds { get; set; } = 30;

    /// <summary>Seconds that a start waits for a host that has the database still, 0 to 600.</summary>
    public int OwnerSeconds { get; set; } = 10;

    /// <summary>What the server lists the connections as; no setting.</summary>
    internal string ApplicationName { get; set; } = "ioc";

    /// <summary>The server and database as people name them, without secrets.</summary>
    internal string Name => $"postgresql://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/{Database}";

    private bool IsThisMachine =>
        Host.StartsWith('/') || string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>What is wrong with the settings, each beginning with the name of its setting within this section.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();

        void Require(bool holds, string setting, object value, string what)
        {
            if (!holds)
            {
                errors.Add($"{setting} = '{value}': {what}");
            }
        }

        Require(!string.IsNullOrWhiteSpace(Host) && !Host.Contains(',', StringComparison.Ordinal), nameof(Host), Host, "name one server, or the folder of its socket.");
        Require(Port is >= 1 and <= 65535, nameof(Port), Port, "use 1 to 65535.");
        Require(!string.IsNullOrWhiteSpace(Database), nameof(Database), Database, "name the database.");
        Require(!string.IsNullOrWhiteSpace(User), nameof(User), User, "name the user.");
        Require(Password.Length == 0 || PasswordFile.Length == 0, nameof(PasswordFile), PasswordFile, $"give this or {nameof(Password)}, not both.");
        Require(PasswordFile.Length == 0 || File.Exists(PasswordFile), nameof(PasswordFile), PasswordFile, "there is no such file.");
        Require(Enum.IsDefined(Tls), nameof(Tls), Tls, "use Auto, Off, Encrypt or Verify.");
        Require(Tls != PostgreSqlTls.Off || IsThisMachine, nameof(Tls), Tls, $"{nameof(Host)} is another machine; use Verify or Encrypt.");
        Require(TlsCa.Length == 0 || File.Exists(TlsCa), nameof(TlsCa), TlsCa, "there is no such file.");
        Require(MaxConnections is >= 2 and <= 500, nameof(MaxConnections), MaxConnections, "use 2 to 500.");
        Require(ConnectSeconds is >= 1 and <= 300, nameof(ConnectSeconds), ConnectSeconds, "use 1 to 300.");
        Require(CommandSeconds is >= 1 and <= 3600, nameof(CommandSeconds), CommandSeconds, "use 1 to 3600.");
        Require(OwnerSeconds is >= 0 and <= 600, nameof(OwnerSeconds), OwnerSeconds, "use 0 to 600.");
        return errors;
    }

    /// <summary>The password as it is now; empty = none.</summary>
    /// <exception cref="RegistryUnavailableException">Its file cannot be read.</exception>
    internal string CurrentPassword()
    {
        try
        {
            return PasswordFile.Length > 0 ? File.ReadLines(PasswordFile).FirstOrDefault("").TrimEnd('\r') : Password;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryUnavailableException(new LocalText($"PasswordFile: không đọc được ({e.Message})", $"PasswordFile cannot be read ({e.Message})"), e);
        }
    }

    /// <summary>Everything but the password.</summary>
    internal string ToConnectionString() => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Database = Database,
        Username = User,
        SslMode = Tls switch
        {
            PostgreSqlTls.Encrypt => SslMode.Require,
            PostgreSqlTls.Verify => SslMode.VerifyFull,
            PostgreSqlTls.Auto when !IsThisMachine => SslMode.VerifyFull,
            _ => SslMode.Disable,
        },
        RootCertificate = TlsCa.Length > 0 ? TlsCa : null,
        MaxPoolSize = MaxConnections,
        Timeout = ConnectSeconds,
        CommandTimeout = CommandSeconds,
        ApplicationName = ApplicationName,
        MaxAutoPrepare = 100,
        AutoPrepareMinUsages = 2,
        Enlist = false,

        // A host that fell silent must not keep its locks for as long as TCP keeps a dead connection, which is hours.
        Options = "-c idle_in_transaction_session_timeout=60s -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3",
    }.ToString();
}
