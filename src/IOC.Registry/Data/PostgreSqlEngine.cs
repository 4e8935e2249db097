using System.Data.Common;
using IOC.Registry.Data.Migrations;
using IOC.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace IOC.Registry.Data;

/// <summary>
/// The registry in a database of a PostgreSQL server. One process owns the database as long as it runs; a watcher asks every second
/// whether the server is there. While it is not, every use fails at once, and when it is back, the first thing is to wait for what
/// the server may still be at from before, so that what is then read is what counts.
/// </summary>
internal sealed class PostgreSqlEngine : RegistryEngine
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private readonly PostgreSqlOptions _options;
    private readonly TimeProvider _time;
    private readonly NpgsqlDataSource _source;
    private readonly PostgreSqlOwner _owner;
    private readonly PooledDbContextFactory<PostgreSqlRegistryContext> _contexts;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _changing = new();
    private Task _watching = Task.CompletedTask;
    private RegistryAway? _away;

    public PostgreSqlEngine(PostgreSqlOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        var source = new NpgsqlDataSourceBuilder(options.ToConnectionString());
        source.UsePasswordProvider(_ => options.CurrentPassword(), (_, _) => ValueTask.FromResult(options.CurrentPassword()));
        _source = source.Build();
        _owner = new PostgreSqlOwner(_source, options);
        _contexts = new PooledDbContextFactory<PostgreSqlRegistryContext>(new DbContextOptionsBuilder<PostgreSqlRegistryContext>()
            .UseNpgsql(options.ToConnectionString(), o => o.ExecutionStrategy(d => new NonRetryingExecutionStrategy(d)))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
            .AddInterceptors(new PostgreSqlConnections(_source), new PostgreSqlTransactions(_owner, Failed))
            .ReplaceService<IMigrationsAssembly, RegistryMigrations>()
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning))
            .Options);
    }

    public override string Name => _options.Name;

    public override RegistryAway? Away => Volatile.Read(ref _away);

    public override RegistryContext NewContext() => _contexts.CreateDbContext();

    public override void Open()
    {
        try
        {
            _owner.Take(TimeSpan.FromSeconds(_options.OwnerSeconds));
            _owner.CheckServer();
            _owner.Settle();
            Migrate();
        }
        catch (Exception e) when (e is DbException and not RegistryUnavailableException)
        {
            throw new RegistryUnavailableException(PostgreSqlTrouble.Explain(e, _options), e);
        }

        _watching = Task.Run(WatchAsync);
    }

    public override void Dispose()
    {
        _stop.Cancel();
        _watching.GetAwaiter().GetResult();
        _owner.Dispose();
        _source.Dispose();
        _stop.Dispose();
    }

    private void Migrate()
    {
        using var context = NewContext();
        var known = context.Database.GetMigrations().ToList();
        var applied = context.Database.GetAppliedMigrations().ToList();
        CheckNotNewer(known, applied);
        if (applied.Count < known.Count)
        {
            // A table of years may have to be gone through.
            context.Database.SetCommandTimeout(TimeSpan.FromHours(1));
            context.Database.Migrate();
        }
    }

    // A connection that broke: nobody waits for the server any more until the watcher has found it again.
    private void Failed(Exception e)
    {
        if (PostgreSqlTrouble.IsAway(e))
        {
            Leave(PostgreSqlTrouble.Explain(e, _options));
        }
    }

    private void Leave(LocalText reason)
    {
        RegistryAway away;
        lock (_changing)
        {
            if (_away is { } known && known.Reason == reason)
            {
                return;
            }

            away = new RegistryAway(_away?.Since ?? _time.GetUtcNow(), reason);
            Volatile.Write(ref _away, away);
        }

        _source.Clear();
        Announce(away);
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Beat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private void Look()
    {
        try
        {
            if (Away is null)
            {
                _owner.Check();
                return;
            }

            _owner.Take(TimeSpan.Zero);
            _owner.Settle();
            lock (_changing)
            {
                Volatile.Write(ref _away, null);
            }

            Announce(null);
        }
        catch (RegistryUnavailableException e)
        {
            Leave(e.Text);
        }
        catch (Exception e) when (e is DbException or IOException or TimeoutException or InvalidOperationException)
        {
            Leave(PostgreSqlTrouble.Explain(e, _options));
        }
    }
}

/// <summary>Connections come from the one source that knows the password: EF's options hold none, and contexts of all sources share EF's caches.</summary>
internal sealed class PostgreSqlConnections(NpgsqlDataSource source) : DbConnectionInterceptor
{
    public override InterceptionResult<DbConnection> ConnectionCreating(ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
        InterceptionResult<DbConnection>.SuppressWithResult(source.CreateConnection());
}
