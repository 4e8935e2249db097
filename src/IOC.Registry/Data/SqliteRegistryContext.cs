using Microsoft.EntityFrameworkCore;

namespace IOC.Registry.Data;

/// <summary>The model in SQLite, which compares texts byte by byte as it is.</summary>
internal sealed class SqliteRegistryContext(DbContextOptions<SqliteRegistryContext> options) : RegistryContext(options);
