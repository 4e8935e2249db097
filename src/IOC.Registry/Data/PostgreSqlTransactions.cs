using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace IOC.Registry.Data;

/// <summary>Makes each transaction the only one that writes, and only while this process owns the database; tells of failures.</summary>
internal sealed class PostgreSqlTransactions(PostgreSqlOwner owner, Action<Exception> failed) : DbTransactionInterceptor, IDbConnectionInterceptor, IDbCommandInterceptor
{
    public override DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        using var command = owner.BeginWrite(connection, result);
        owner.CheckWrite(command.ExecuteScalar());
        return result;
    }

    public override async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await using var command = owner.BeginWrite(connection, result);
        owner.CheckWrite(await command.ExecuteScalarAsync(cancellationToken));
        return result;
    }

    public override void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => failed(eventData.Exception);

    public override Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        failed(eventData.Exception);
        return Task.CompletedTask;
    }

    public void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) => failed(eventData.Exception);

    public Task ConnectionFailedAsync(DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        failed(eventData.Exception);
        return Task.CompletedTask;
    }

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => failed(eventData.Exception);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        failed(eventData.Exception);
        return Task.CompletedTask;
    }
}
