using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace IOC.Registry.Data.Migrations.Sqlite;

/// <summary>What sensors depend on.</summary>
[DbContext(typeof(SqliteRegistryContext))]
[Migration("0008_Assets")]
internal sealed class Migration0008Assets : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable("assets", t => new
        {
            id = t.Column<string>(nullable: false),
            position = t.Column<int>(nullable: false),
            district = t.Column<string>(nullable: false),
            domain = t.Column<string>(nullable: true),
            kind = t.Column<byte>(nullable: false),
            parent_id = t.Column<string>(nullable: true),
            name_vi = t.Column<string>(nullable: false),
            name_en = t.Column<string>(nullable: false),
            longitude = t.Column<double>(nullable: false),
            latitude = t.Column<double>(nullable: false),
            line = t.Column<string>(nullable: true),
            retired_at_ms = t.Column<long>(nullable: true),
        }, constraints: t => t.PrimaryKey("PK_assets", r => r.id));
        migrationBuilder.AddColumn<string>("assets", "sensors", nullable: false, defaultValue: "");
    }
}
