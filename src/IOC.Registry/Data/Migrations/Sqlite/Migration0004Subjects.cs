using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.Sqlite;

/// <summary>Alerts may be about an asset or a district, and a source is told in both languages.</summary>
[DbContext(typeof(SqliteRegistryContext))]
[Migration("0004_Subjects")]
internal sealed class Migration0004Subjects : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<byte>("subject_kind", "alerts", nullable: false, defaultValue: (byte)0);
        migrationBuilder.AddColumn<string>("asset", "alerts", nullable: true);
        foreach (var table in new[] { "alerts", "rules" })
        {
            migrationBuilder.RenameColumn("source", table, "source_vi");
            migrationBuilder.AddColumn<string>("source_en", table, nullable: true);
        }
    }
}
