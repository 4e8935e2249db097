using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace IOC.Registry.Data;

/// <summary>
/// Inserts, updates or deletes many rows of one table with one prepared command, whose text and conversions come from the EF
/// model. Performance-critical: when a town's power fails, every sensor raises an alert in one batch, and the
/// partition waits for it; EF's own SaveChanges prepares a command for each row and takes several times as long.
/// </summary>
internal sealed class RowWriter<T> : IDisposable
    where T : class
{
    // To a server many rows go at once: else each would wait for the network.
    private const int RowsAtOnce = 200;

    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly DbCommand _command;
    private readonly IProperty[] _properties;
    private readonly string[] _names;

    private RowWriter(RegistryContext context, Func<Names, string> text)
    {
        var entity = context.Model.FindEntityType(typeof(T))!;
        _properties = [.. entity.GetProperties()];
        _connection = context.Database.GetDbConnection();
        _transaction = context.Database.CurrentTransaction!.GetDbTransaction();
        _command = _connection.CreateCommand();
        _command.Transaction = _transaction;
        var sql = context.GetService<ISqlGenerationHelper>();
        _names = [.. _properties.Select((_, i) => sql.GenerateParameterName($"p{i}"))];
        var columns = _properties.Select((p, i) => (p.IsPrimaryKey(), sql.DelimitIdentifier(p.GetColumnName()), sql.GenerateParameterNamePlaceholder($"p{i}")));
#pragma warning disable CA2100 // Names of the model only.
        _command.CommandText = text(new Names(sql.DelimitIdentifier(entity.GetTableName()!), [.. columns]));
#pragma warning restore CA2100
    }

    /// <summary>Inserts rows. A transaction must be open.</summary>
    public static void Insert(RegistryContext context, IEnumerable<T> rows)
    {
        using var writer = new RowWriter<T>(context,
            n => $"INSERT INTO {n.Table} ({Join(n.Columns.Select(c => c.Name))}) VALUES ({Join(n.Columns.Select(c => c.Parameter))})");
        writer.WriteAll(rows);
    }

    /// <summary>Updates all columns of rows by their key. A transaction must be open.</summary>
    /// <exception cref="DbUpdateConcurrencyException">A row is not there.</exception>
    public static void Update(RegistryContext context, IEnumerable<T> rows)
    {
        using var writer = new RowWriter<T>(context,
            n => $"UPDATE {n.Table} SET {Join(n.Columns.Where(c => !c.IsKey).Select(c => $"{c.Name} = {c.Parameter}"))} "
                + $"WHERE {string.Join(" AND ", n.Columns.Where(c => c.IsKey).Select(c => $"{c.Name} = {c.Parameter}"))}");
        writer.WriteAll(rows);
    }

    /// <summary>Deletes rows by their key. A transaction must be open.</summary>
    /// <exception cref="DbUpdateConcurrencyException">A row is not there.</exception>
    public static void Delete(RegistryContext context, IEnumerable<T> rows)
    {
        using var writer = new RowWriter<T>(context,
            n => $"DELETE FROM {n.Table} WHERE {string.Join(" AND ", n.Columns.Where(c => c.IsKey).Select(c => $"{c.Name} = {c.Parameter}"))}");
        writer.WriteAll(rows);
    }

    public void Dispose() => _command.Dispose();

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    private static void Check(int changed)
    {
        if (changed != 1)
        {
            throw new DbUpdateConcurrencyException($"A row of {typeof(T).Name} that was to be changed is not there.");
        }
    }

    private void WriteAll(IEnumerable<T> rows)
    {
        if (_connection.CanCreateBatch)
        {
            foreach (var some in rows.Chunk(RowsAtOnce))
            {
                WriteAtOnce(some);
            }

            return;
        }

        for (var i = 0; i < _properties.Length; i++)
        {
            _command.Parameters.Add(Parameter(i, null));
        }

        _command.Prepare();
        foreach (var row in rows)
        {
            for (var i = 0; i < _properties.Length; i++)
            {
                var value = _properties[i].PropertyInfo!.GetValue(row);
                var converter = _properties[i].GetRelationalTypeMapping().Converter;
                _command.Parameters[i].Value = (converter is null ? value : converter.ConvertToProvider(value)) ?? DBNull.Value;
            }

            Check(_command.ExecuteNonQuery());
        }
    }

    private void WriteAtOnce(T[] rows)
    {
        using var batch = _connection.CreateBatch();
        batch.Transaction = _transaction;
        foreach (var row in rows)
        {
            var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // Names of the model only.
            command.CommandText = _command.CommandText;
#pragma warning restore CA2100
            for (var i = 0; i < _properties.Length; i++)
            {
                command.Parameters.Add(Parameter(i, _properties[i].PropertyInfo!.GetValue(row)));
            }

            batch.BatchCommands.Add(command);
        }

        batch.ExecuteNonQuery();
        foreach (var command in batch.BatchCommands)
        {
            Check(command.RecordsAffected);
        }
    }

    private DbParameter Parameter(int i, object? value) =>
        _properties[i].GetRelationalTypeMapping().CreateParameter(_command, _names[i], value, nullable: true);

    private sealed record Names(string Table, IReadOnlyList<(bool IsKey, string Name, string Parameter)> Columns);
}
