using System.Net.Sockets;
using IOC.Telemetry;
using Npgsql;

namespace IOC.Registry.Data;

/// <summary>What failures of a PostgreSQL server mean.</summary>
internal static class PostgreSqlTrouble
{
    /// <summary>True when the connection is gone or the server refuses everybody: not when one statement failed.</summary>
    public static bool IsAway(Exception e) => e switch
    {
        RegistryUnavailableException => true,
        PostgresException p => p.SqlState.StartsWith("08", StringComparison.Ordinal)
            || p.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.DatabaseDropped
                or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
                or PostgresErrorCodes.InvalidCatalogName,
        NpgsqlException n => n.InnerException is IOException or SocketException or System.Security.Authentication.AuthenticationException || n.InnerException is null,
        _ => e.InnerException is { } inner && IsAway(inner),
    };

    /// <summary>What happened and what to do, without secrets.</summary>
    public static LocalText Explain(Exception e, PostgreSqlOptions options)
    {
        var name = options.Name;
        return e switch
        {
            RegistryUnavailableException own => own.Text,
            { InnerException: RegistryUnavailableException own } => own.Text,
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } p => new(
                $"{name} không cho '{options.User}' đăng nhập ({p.MessageText}); kiểm tra User, Password, PasswordFile và pg_hba.conf của máy chủ.",
                $"{name} does not let '{options.User}' sign in ({p.MessageText}); check User, Password, PasswordFile and the server's pg_hba.conf."),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => new(
                $"{name}: không có cơ sở dữ liệu này; hãy tạo nó (docs/registry-postgresql.md).", $"{name}: there is no such database; make it (docs/registry-postgresql.md)."),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } p => new(
                $"{name}: '{options.User}' thiếu quyền ({p.MessageText}); hãy cho làm chủ cơ sở dữ liệu.", $"{name}: '{options.User}' lacks a permission ({p.MessageText}); make it the database's owner."),
            PostgresException p => new($"{name}: máy chủ báo {p.SqlState} {p.MessageText}.", $"{name}: the server says {p.SqlState} {p.MessageText}."),
            _ => new(
                $"{name}: không nối được tới PostgreSQL ({Innermost(e)}); kiểm tra máy chủ có chạy không, Host, Port và Tls.",
                $"{name}: PostgreSQL cannot be reached ({Innermost(e)}); check that the server runs, and Host, Port and Tls."),
        };
    }

    private static string Innermost(Exception e) => e.GetBaseException().Message;
}
